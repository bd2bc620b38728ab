"""Calculation over Parquet: the only package that imports DuckDB and Ibis."""
