"""The command line: ``terril check | territories | ingest | plan | build | query | explain | serve | demo``."""

from terril.cli.app import main

__all__ = ["main"]
