"""The rights matrix, one module a feature."""
