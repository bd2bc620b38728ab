"""Indicators: definition, formula, units, dependencies, fingerprint, explanation."""
