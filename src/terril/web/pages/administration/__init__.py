"""Administration: opened for half an hour with a password or a code, and written in the audit."""
