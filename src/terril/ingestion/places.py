"""From the codes of a file to a level, a clean code and the year in which it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from terril.core.errors import IngestError, Location
from terril.core.sources import Source
from terril.core.territories.model import Level
from terril.ingestion.contract import ROW, Gazetteer
from terril.ingestion.headers import Resolved

#: Lengths of codes that spreadsheets strip of their leading zeros.
LENGTHS = {Level.COMMUNE: 5, Level.DEPARTMENT: 2, Level.REGION: 2, Level.EPCI: 9, Level.IRIS: 9}
_SPACES = re.compile("[\\s\u00a0\u202f]")
_FLOAT = re.compile(r"^\d+\.0+$")


class Verdict(Enum):
    """What becomes of a row, from its territory."""

    KEPT = 0
    FALLBACK = 1
    UNKNOWN = 2
    LEFT_OUT = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A territory as the version holds it, or the reason why the row is not kept."""

    verdict: Verdict
    level: str = ""
    code: str = ""
    cog: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Territories of a batch: distinct places, and the one of each row."""

    distinct: tuple[Place, ...]
    index: Any

    def take(self, values: list[Any], dtype: pa.DataType) -> pa.Array:
        """One value a distinct place, spread over the rows."""
        return pa.array(values, type=dtype).take(pa.array(self.index, type=pa.int32()))

    def rows(self, *verdicts: Verdict) -> Any:
        """Mask of the rows whose place has one of these verdicts."""
        flags = np.array([p.verdict in verdicts for p in self.distinct], dtype=bool)
        return flags[self.index]


def clean_code(code: str, level: Level, pad: int) -> str:
    """A code as the nomenclature writes it: ``1001`` → ``01001``, ``62119.0`` → ``62119``."""
    if level in (Level.PERIMETER, Level.GROUP):
        return code.strip()
    code = _SPACES.sub("", code).strip("'").upper()
    if _FLOAT.match(code):
        code = code.partition(".")[0]
    length = pad or LENGTHS.get(level, 0)
    return code.zfill(length) if code.isdecimal() else code


class PlaceReader:
    """Reads the territory of each row, each distinct writing once for the whole file."""

    def __init__(self, source: Source, resolved: Resolved, gazetteer: Gazetteer, file: str) -> None:
        self._geography = source.geography
        self._resolved = resolved
        self._gazetteer = gazetteer
        self._file = file
        self._cache: dict[tuple[str, str, str], Place] = {}

    def read(self, batch: pa.RecordBatch) -> Places:
        """Places of a batch.

        Raises
        ------
        IngestError
            If a year of nomenclature cannot be read, or a level cannot be checked.
        """
        columns = [self._resolved.territory, self._resolved.level, self._resolved.cog]
        texts, combined = [], np.zeros(batch.num_rows, dtype=np.int64)
        for header in columns:
            if header is None:
                texts.append([""])
                continue
            encoded = pc.dictionary_encode(pc.fill_null(batch.column(header), ""))
            texts.append(encoded.dictionary.to_pylist())
            combined = combined * len(texts[-1]) + encoded.indices.to_numpy(zero_copy_only=False)
        unique, first, index = np.unique(combined, return_index=True, return_inverse=True)
        places = []
        rows = batch.column(ROW)
        for number, at in zip(unique.tolist(), first.tolist(), strict=True):
            number, year = divmod(number, len(texts[2]))
            code, kind = divmod(number, len(texts[1]))
            key = (texts[0][code], texts[1][kind], texts[2][year])
            place = self._cache.get(key)
            if place is None:
                place = self._cache[key] = self._place(*key, rows[at].as_py())
            places.append(place)
        return Places(tuple(places), index.astype(np.int32))

    def _place(self, text: str, kind: str, year: str, row: int) -> Place:
        cog = self._cog(year, row)
        level, code = self._level(text, kind)
        if level is None and not self._geography.levels:
            return Place(Verdict.UNKNOWN)
        if level is None:
            return Place(Verdict.LEFT_OUT, reason=f"niveau « {code} » non retenu")
        code = clean_code(code, level, self._geography.pad)
        if level in (Level.COMMUNE, Level.IRIS):
            return self._commune(level, code, cog)
        known = self._gazetteer.known.get(level)
        if known is None:
            raise IngestError(
                f"niveau « {level.label} » impossible à vérifier : aucun code connu",
                location=Location(file=self._file, row=row, field=self._resolved.territory, value=text),
                hint="charger le pack qui déclare ces territoires",
            )
        return Place(Verdict.KEPT if code in known else Verdict.UNKNOWN, level, code, cog)

    def _commune(self, level: Level, code: str, cog: int) -> Place:
        if level is Level.IRIS and len(code) != LENGTHS[Level.IRIS]:
            return Place(Verdict.UNKNOWN, level, code, cog)
        commune = code[:5] if level is Level.IRIS else code
        if self._gazetteer.passage.is_valid(commune, cog):
            return Place(Verdict.KEPT, level, code, cog)
        nearest = self._gazetteer.passage.nearest_cog(commune, cog)
        if nearest is None:
            return Place(Verdict.UNKNOWN, level, code, cog)
        return Place(Verdict.FALLBACK, level, code, nearest)

    def _level(self, text: str, kind: str) -> tuple[Level | None, str]:
        geography = self._geography
        if geography.level != "mixed":
            return geography.level, text
        code = text
        if geography.level_column is None:
            kind, _, code = text.strip().partition(geography.separator)
        words = geography.levels or {level.value: level for level in Level}
        level = words.get(kind.strip())
        return (level, code) if level is not None else (None, kind.strip() or text)

    def _cog(self, year: str, row: int) -> int:
        if isinstance(self._geography.cog, int):
            return self._geography.cog
        digits = year.strip().partition(".")[0]
        if not re.fullmatch(r"(19|20)\d\d", digits):
            raise IngestError(
                "millésime du code officiel géographique illisible",
                location=Location(file=self._file, row=row, field=self._resolved.cog, value=year),
                hint="une année est attendue, par exemple 2025",
            )
        return int(digits)
