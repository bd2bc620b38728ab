"""Publications kept, and what each changed."""
