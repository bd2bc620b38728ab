"""What was done, by whom: appended, never rewritten."""
