"""What was measured, beside its budget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"


@dataclass(frozen=True)
class Measure:
    """A line of the table; ``met`` is None where nothing was measured or no budget is set."""

    what: str
    budget: str
    measured: str
    met: bool | None


def table(measures: Iterable[Measure]) -> str:
    """The table, in Markdown."""
    words = {True: "oui", False: "**non**", None: "–"}
    lines = ["| quoi | budget | mesuré | tenu |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {m.what} | {m.budget} | {m.measured} | {words[m.met]} |" for m in measures])


def write_table(path: Path, text: str) -> None:
    """Replace the table between the two marks of a page."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
