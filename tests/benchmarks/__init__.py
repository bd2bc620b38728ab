"""Measured, never timed tests: ``make bench``."""
