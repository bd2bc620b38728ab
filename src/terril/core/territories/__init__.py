"""Territories: keys, levels, index, vintages, search, likeness."""
