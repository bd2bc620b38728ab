"""Who may do what with which record, and why."""
