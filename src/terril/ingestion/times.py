"""From the texts of a file to periods, each distinct writing read once."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from terril.core.errors import IngestError, Location, PeriodError
from terril.core.periods import parse_period
from terril.core.sources import PeriodSource
from terril.ingestion.contract import ROW

_ISO = re.compile(r"^(\d{4})-(\d\d)-\d\d")
_FRENCH = re.compile(r"^\d{1,2}[/.-](\d{1,2})[/.-](\d{4})")
_FLOAT = re.compile(r"^(\d{4})\.0+$")


class PeriodReader:
    """Reads the period of each row as the source says."""

    def __init__(self, spec: PeriodSource, header: str | None, file: str) -> None:
        self._spec = spec
        self._header = header
        self._file = file
        self._cache: dict[str, str | None] = {}
        # A melted period is known only once its columns are made rows: until then it is empty.
        self.fixed = "" if spec.melted else None if header else self.read(self._whole_file(), None)

    def _whole_file(self) -> str:
        if self._spec.value is not None:
            return self._spec.value
        found = re.search(self._spec.from_name or "", self._file)
        if found is None or not found.groups():
            raise IngestError(
                "le nom du fichier ne dit pas la période",
                location=Location(file=self._file, field="period.from_name", value=self._spec.from_name),
                hint="renommer le fichier, ou déclarer « period: {value: …} »",
            )
        return found[1]

    def column(self, batch: pa.RecordBatch) -> tuple[pa.Array, dict[str, pa.Array]]:
        """Periods of a batch (null: left out), and the mask of rows of each text left out."""
        if self._header is None:
            return pa.repeat(pa.scalar(self.fixed, pa.string()), batch.num_rows), {}
        encoded = pc.dictionary_encode(pc.fill_null(batch.column(self._header), ""))
        texts = encoded.dictionary.to_pylist()
        periods = []
        for place, text in enumerate(texts):
            row = None
            if text not in self._cache:
                row = batch.column(ROW)[encoded.indices.index(place).as_py()].as_py()
            periods.append(self.read(text, row))
        out = pa.array(periods, type=pa.string()).take(encoded.indices)
        left = {
            t: pc.equal(encoded.indices, i) for i, (t, p) in enumerate(zip(texts, periods, strict=True)) if p is None
        }
        return out, left

    def read(self, text: str, row: int | None) -> str | None:
        """The canonical period of a text; None where the source leaves it out.

        Raises
        ------
        IngestError
            If the text is no period.
        """
        if text not in self._cache:
            self._cache[text] = self._parse(text.strip(), row)
        return self._cache[text]

    def _parse(self, text: str, row: int | None) -> str | None:
        if m := _FLOAT.match(text):
            text = m[1]
        if text in self._spec.map:
            mapped = self._spec.map[text]
            if mapped is None:
                return None
            text = mapped
        elif self._spec.date:
            text = self._from_date(text)
        try:
            return parse_period(text).text
        except PeriodError as error:
            raise IngestError(
                "période illisible",
                location=Location(file=self._file, row=row, field=self._header, value=text),
                hint=error.hint,
            ) from error

    def _from_date(self, text: str) -> str:
        iso, french = _ISO.match(text), _FRENCH.match(text)
        if iso:
            year, month = iso[1], int(iso[2])
        elif french:
            year, month = french[2], int(french[1])
        else:
            return text
        shapes: dict[Any, str] = {
            "year": year,
            "quarter": f"{year}-Q{(month + 2) // 3}",
            "month": f"{year}-{month:02d}",
        }
        return shapes[self._spec.date]
