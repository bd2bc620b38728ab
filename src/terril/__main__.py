"""``python -m terril``."""

from terril.cli import main

main()
