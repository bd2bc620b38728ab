"""An indicator: its map, its ranking, its series, its method; and the themes."""
