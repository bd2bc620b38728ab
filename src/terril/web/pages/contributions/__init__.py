"""Bringing a file, proposing a correction, deciding."""
