"""Pages, drawn on the server from the current release."""
