"""Saying figures in French: grammar, quantities, and the first sentence of each page."""
