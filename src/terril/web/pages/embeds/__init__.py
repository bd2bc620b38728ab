"""Charts, maps and profiles fit to be framed elsewhere."""
