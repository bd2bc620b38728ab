"""A small pack over the real territories: two sources that can be fetched, three indicators, and a place to build."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from terril.core.territories.index import Territories
from terril.pipeline.packs import load_packs
from terril.pipeline.territories.load import load_territories
from terril.pipeline.workspace import Workspace

CODES = ("62119", "62498", "62427", "62041")
_SOURCE = """
id: essai/{name}
label: Habitants ({name})
producer: Essai
licence: essai
frequency: {frequency}
vintage: "{{period}}"
format: csv
{address}
files: ["{name}*.csv"]
geography: {{level: commune, column: code, cog: 2024}}
period: {{column: annee}}
columns:
  - {{name: pop, source: pop, unit: hab, scale: 0}}
"""
_INDICATOR = """
id: {id}
label: {label}
definition: essai
unit: hab
inputs:
  p: {{{read}}}
formula: {formula}
aggregation: sum
missing: propagate
"""


class Town:
    """A working folder and its pack, both in ``folder``.

    Parameters
    ----------
    root : where sources are fetched, ``http://127.0.0.1:port``; None where they declare no address.
    """

    def __init__(self, folder: Path, root: str | None = None) -> None:
        self.home, self.pack, self.root = folder / "home", folder / "pack", root
        for part in ("sources", "indicators/t"):
            (self.pack / part).mkdir(parents=True)
        self.home.mkdir()
        themes = "themes:\n  - {id: t, label: Essai}\nhighlights: [t/double]\n"
        (self.pack / "pack.yaml").write_text(f"id: essai\nlabel: Essai\n{themes}")
        self.source("a")
        self.source("b")
        self.indicator("t/pop", "dataset: [essai/a, essai/b], column: pop")
        self.indicator("t/double", "indicator: t/pop", formula="2 * p")
        self.indicator("t/other", "dataset: essai/b, column: pop")

    def source(self, name: str, *, frequency: str = "monthly", fetched: bool = True) -> None:
        address = f"address: {self.root}/{name}.csv" if self.root and fetched else ""
        text = _SOURCE.format(name=name, frequency=frequency, address=address)
        (self.pack / "sources" / f"{name}.yaml").write_text(text)

    def indicator(self, identifier: str, read: str, *, formula: str = "p", label: str = "Habitants") -> None:
        text = _INDICATOR.format(id=identifier, label=label, read=read, formula=formula)
        (self.pack / "indicators" / f"{identifier}.yaml").write_text(text)

    def workspace(self) -> Workspace:
        """The working folder, its definitions read anew."""
        found = Workspace(self.home)
        found.__dict__["packs"] = load_packs(folders={"essai": self.pack})
        found.__dict__["territories"] = _territories()
        return found


@lru_cache(maxsize=1)
def _territories() -> Territories:
    return load_territories()


def rows(*values: int, period: int = 2023) -> str:
    """A file: a value a commune."""
    lines = [f"{code};{period};{value}" for code, value in zip(CODES, values, strict=False)]
    return "\n".join(["code;annee;pop", *lines]) + "\n"
