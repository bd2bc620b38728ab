"""Nomenclatures other than that of communes (NAF, QPV, IRIS): declared passages, composed and applied."""
