"""One module a file format; each yields Arrow batches of text columns."""
