"""How often pages are read: sums by day, nothing of who reads."""
