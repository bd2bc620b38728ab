"""Ingest, plan, build, publish: the four below put to work, free of any web framework."""
