"""Recognising that two columns of a file have changed places."""

from __future__ import annotations

import re

import pyarrow as pa

from terril.core.errors import IngestError, Location
from terril.core.sources import Source
from terril.core.territories.model import Level
from terril.ingestion.contract import ROW, Gazetteer
from terril.ingestion.headers import Resolved
from terril.ingestion.places import Places, Verdict

_ROWS = 200
_COMMUNE = re.compile(r"^\d[\dAB]\d{3}$")


class Sample:
    """The first rows of a file, kept to explain a refusal."""

    def __init__(self, source: Source, resolved: Resolved, gazetteer: Gazetteer, file: str) -> None:
        self._source = source
        self._resolved = resolved
        self._gazetteer = gazetteer
        self._file = file
        self._batch: pa.RecordBatch | None = None
        self._known = 0.0

    def look(self, batch: pa.RecordBatch, places: Places) -> None:
        """Keep the first rows seen."""
        if self._batch is None:
            self._batch = batch.slice(0, _ROWS)
            self._known = float(places.rows(Verdict.KEPT, Verdict.FALLBACK)[:_ROWS].mean())

    def diagnosis(self) -> IngestError | None:
        """The swap that explains why territories are unknown, if one does."""
        if self._batch is None or self._known >= 0.5:
            return None
        skip = {self._resolved.territory, self._resolved.period, self._resolved.cog}
        for header in self._resolved.used:
            texts = [t for t in self._batch.column(header).to_pylist() if t]
            if header in skip or len(texts) < 3:
                continue
            if sum(self._is_territory(t.strip()) for t in texts) >= 0.8 * len(texts):
                return IngestError(
                    f"colonnes interverties : les codes des territoires sont dans la colonne « {header} »",
                    location=Location(
                        file=self._file,
                        row=self._batch.column(ROW)[0].as_py(),
                        field=self._resolved.territory,
                        value=self._batch.column(self._resolved.territory)[0].as_py(),
                    ),
                    hint="remettre les colonnes dans l'ordre des en-têtes, ou corriger la source",
                )
        return None

    def _is_territory(self, text: str) -> bool:
        level = self._source.geography.level
        if level in (Level.COMMUNE, Level.IRIS):
            code = text.zfill(5) if text.isdecimal() else text
            cog = self._source.geography.cog
            year = cog if isinstance(cog, int) else 2025
            return bool(_COMMUNE.match(code[:5])) and self._gazetteer.passage.nearest_cog(code[:5], year) is not None
        return level != "mixed" and text in self._gazetteer.known.get(Level(level), frozenset())
