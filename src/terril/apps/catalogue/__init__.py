"""Records of datasets, indicators, maps, publications and services."""
