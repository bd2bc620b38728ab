"""Sharing agreements: their parties, clauses, terms and history."""
