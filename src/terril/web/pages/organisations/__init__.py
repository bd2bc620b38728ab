"""Organisations: who takes part, who belongs to them, and what their managers decide."""
