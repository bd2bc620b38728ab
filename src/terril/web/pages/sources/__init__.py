"""Sources: who produces what, how fresh, what is not loaded."""
