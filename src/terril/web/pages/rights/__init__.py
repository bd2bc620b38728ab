"""Rights on records: who sees what and why, access asked and granted, what one may see oneself."""
