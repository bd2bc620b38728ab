"""``python -m terril.pipeline.territories``: build the territory tables."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from terril.core.errors import TerrilError
from terril.pipeline.territories.build import build_tables
from terril.pipeline.territories.registry import WHEEL, Registry


def main(arguments: list[str] | None = None) -> int:
    """Read the packages, build the tables, say what was done; 1 when an input is at fault."""
    parser = argparse.ArgumentParser(prog="python -m terril.pipeline.territories", description=__doc__)
    parser.add_argument("--npm", type=Path, default=Path("data/registry/node_modules"))
    parser.add_argument("--wheel", type=Path, default=Path("var/registry") / WHEEL)
    parser.add_argument("--out", type=Path, default=Path("src/terril/data"))
    options = parser.parse_args(arguments)
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("lecture des paquets", total=None)
            facts = build_tables(
                Registry(options.npm, options.wheel),
                options.out,
                lambda word: progress.update(task, description=word),
            )
    except TerrilError as error:
        console.print(f"Erreur [{error.code}] : {error}", style="red", markup=False, soft_wrap=True)
        return 1
    console.print(
        f"Territoires {facts['vintage']} écrits dans {options.out} "
        f"({facts['contours']['communes']} contours, {facts['passage']['rows']} lignes de passage).",
        markup=False,
        soft_wrap=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
