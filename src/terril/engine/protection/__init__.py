"""Statistical secrecy of a build: which measure cells are hidden, and the attack on what is published."""
