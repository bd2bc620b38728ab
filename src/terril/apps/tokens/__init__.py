"""Tokens of the machines that read in the name of a person, and what each may ask in a minute."""
