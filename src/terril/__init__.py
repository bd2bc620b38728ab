"""Terril: territories, indicators and their sources, on one engine."""

__version__ = "0.1.0"
