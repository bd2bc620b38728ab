"""Datasets of the catalogue, taken away."""
