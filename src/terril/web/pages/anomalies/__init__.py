"""The page of anomalies."""
