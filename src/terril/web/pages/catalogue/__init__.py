"""The catalogue: search, records, their writings, and the catalogues that are harvested."""
