"""Tokens of one's programs."""
