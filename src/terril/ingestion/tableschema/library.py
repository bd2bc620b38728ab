"""The schemas at hand: a folder of files, fetched from their producer or dropped there; none travels with Terril."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from terril.core.errors import IngestError, Location
from terril.ingestion.client import Client
from terril.ingestion.contract import store_error
from terril.ingestion.recognition.model import Confidence, Told
from terril.ingestion.tableschema.columns import match_columns
from terril.ingestion.tableschema.model import TableSchema
from terril.ingestion.tableschema.reading import read_schema

#: Part of the columns in common under which a file is not held to follow a schema.
_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Match:
    """A schema that a file may follow: part of the columns in common, 0 to 1, and the statement."""

    schema: TableSchema
    score: float
    told: Told


class SchemaLibrary:
    """Schemas of a folder, ``TERRIL_HOME/schemas``.

    Parameters
    ----------
    folder : created when a schema is first added.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def schemas(self) -> tuple[TableSchema, ...]:
        """Every schema, in the order of the names of their files.

        Raises
        ------
        IngestError
            If a file of the folder is no schema.
        """
        return tuple(read_schema(p) for p in sorted(self.folder.glob("*.json")))

    def get(self, name: str) -> TableSchema:
        """A schema by its name.

        Raises
        ------
        IngestError
            If there is none of this name.
        """
        found = next((s for s in self.schemas if s.name == name), None)
        if found is None:
            names = ", ".join(s.name for s in self.schemas) or "aucun"
            raise IngestError("schéma inconnu", location=Location(value=name), hint=f"schémas chargés : {names}")
        return found

    def add(self, path: Path) -> TableSchema:
        """Add a schema from a file; one of the same name is replaced.

        Raises
        ------
        IngestError
            If it is no schema; the library is left as it was.
        StoreError
            If the disk refuses.
        """
        schema = read_schema(path)
        name = re.sub(r"[^A-Za-z0-9_-]+", "_", schema.name).strip("_") or "schema"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            waiting = self.folder / f".{name}.new"
            waiting.write_bytes(path.read_bytes())
            waiting.replace(self.folder / f"{name}.json")
        except OSError as error:
            raise store_error("schéma impossible à enregistrer", error) from error
        self.__dict__.pop("schemas", None)
        return schema

    def fetch(self, address: str, client: Client) -> TableSchema:
        """Add a schema from its producer's address.

        Raises
        ------
        IngestError
            If it cannot be fetched, or is no schema.
        StoreError
            If the disk refuses.
        """
        return self.add(client.fetch(address).path)

    def matches(self, headers: Sequence[str], *, features: bool = False) -> tuple[Match, ...]:
        """Schemas that a file of these headers may follow, the likeliest first.

        Parameters
        ----------
        features : whether the file is of GeoJSON features: only then are their schemas looked at.
        """
        found = [_match(headers, s) for s in self.schemas if features or not s.features]
        return tuple(sorted((m for m in found if m.score >= _LEAST), key=lambda m: -m.score))


def _match(headers: Sequence[str], schema: TableSchema) -> Match:
    columns = match_columns(headers, schema)
    common = len(columns.matched)
    every = common + len(columns.missing) + 0.5 * len(columns.optional) + 0.5 * len(columns.extra)
    score = common / every if every else 0.0
    sure = Confidence.CERTAIN if score > 0.95 else Confidence.LIKELY if score > 0.75 else Confidence.DOUBTFUL
    reason = f"{common} colonnes sur {len(schema.fields)} du schéma"
    if columns.extra:
        reason += f" ; {len(columns.extra)} colonnes en plus"
    return Match(schema, score, Told(schema.name, sure, reason))
