"""Search of the catalogue: words in one SQLite file, facets in memory, rights over both."""
