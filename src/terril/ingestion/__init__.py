"""From source files to Arrow batches: one connector a format, one HTTP client."""
