"""A territory: its figures, its place among others, what it holds."""
