"""Checks of quality, run in SQL over versions and observations."""
