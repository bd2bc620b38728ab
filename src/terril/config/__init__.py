"""Settings of the web process."""
