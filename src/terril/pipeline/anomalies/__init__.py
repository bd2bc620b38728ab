"""Anomalies: what checks found, what people decided of it, and what a build does with both."""
