"""What one was told, and what one receives by e-mail."""
