"""Invented sources, territories and files, in the formats of the real ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terril.core.sources import Source
from terril.core.territories.model import Level
from terril.ingestion.contract import Gazetteer
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.ingest import Ingestion

#: Invented communes: 99001 to 99060, an absorbed one, and one with a leading zero.
COMMUNES = [f"99{n:03d}" for n in range(1, 61)]
ABSORBED = "99901"
EPCI = "990000001"


class FakePassage:
    """Communes and the years in which they exist."""

    def __init__(self, years: dict[str, tuple[int, int]]) -> None:
        self.years = years

    def is_valid(self, code: str, cog: int) -> bool:
        first, last = self.years.get(code, (1, 0))
        return first <= cog <= last

    def nearest_cog(self, code: str, cog: int) -> int | None:
        if code not in self.years:
            return None
        first, last = self.years[code]
        return min(max(cog, first), last)


def gazetteer() -> Gazetteer:
    years = dict.fromkeys([*COMMUNES, "01001", "2A004"], (1943, 2026)) | {ABSORBED: (1943, 2018)}
    known = {
        Level.EPCI: frozenset({EPCI}),
        Level.REGION: frozenset({"32"}),
        Level.DEPARTMENT: frozenset({"01", "99"}),
    }
    return Gazetteer(FakePassage(years), known, dict.fromkeys(COMMUNES, EPCI))


def ingestion(home: Path, **options: Any) -> Ingestion:
    return Ingestion(DatasetStore(home), gazetteer(), **options)


def source(**changes: Any) -> Source:
    """An invented source: income of communes, ``s`` for secret."""
    base: dict[str, Any] = {
        "id": "essai/revenus",
        "label": "Revenus inventés",
        "producer": "Essai",
        "licence": "Licence Ouverte 2.0",
        "vintage": "2021",
        "format": "csv",
        "files": ["revenus_*.csv"],
        "geography": {"level": "commune", "column": "CODGEO", "cog": 2024},
        "period": {"value": "2021"},
        "columns": [
            {"name": "med", "source": "MED", "unit": "EUR", "scale": 0, "min": 0, "max": 90000},
            {"name": "taux", "source": "TAUX", "unit": "%", "scale": 1, "min": 0, "max": 100},
            {"name": "nom", "source": "NOM", "type": "text", "optional": True},
        ],
        "not_applicable": ["so"],
        "secrecy": {"flags": ["s"]},
    }
    return Source.model_validate(base | changes)


def rows(count: int = 30) -> list[list[str]]:
    """``CODGEO, MED, TAUX, NOM``: invented values."""
    return [[COMMUNES[n], str(15000 + 97 * n), f"{n % 40},{n % 10}", f"Fée-lès-Bois {n}"] for n in range(count)]


def write_csv(
    path: Path,
    lines: list[list[str]],
    header: tuple[str, ...] = ("CODGEO", "MED", "TAUX", "NOM"),
    delimiter: str = ";",
    encoding: str = "utf-8",
    preamble: str = "",
) -> Path:
    body = "\n".join(delimiter.join(line) for line in [list(header), *lines])
    path.write_bytes((preamble + body + "\n").encode(encoding))
    return path
