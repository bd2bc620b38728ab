"""Ways out: files and documents that others read. Request in, bytes out; no web framework."""
