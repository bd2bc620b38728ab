"""What is stored and decided: one Django app a noun, the same file names in each."""
