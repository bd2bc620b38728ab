"""An extract: a table ready to be written in any format, with everything that is said of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from terril.core.status import Status

Value = str | int | float | Status | None
Row = tuple[Value, ...]

#: Control characters, lone surrogates and non-characters: no format holds them all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Parameters
    ----------
    name : in the header: lower-case ASCII, digits and underscores.
    label : in French, for people.
    type : ``status`` holds :class:`terril.core.status.Status`, the others text or numbers; None is « no value ».
    unit : in French, empty where there is none.
    decimals : shown in a workbook; all the figures are kept.
    of : for a status, the column whose values it tells.
    """

    name: str
    label: str
    type: Literal["text", "number", "integer", "status"] = "text"
    unit: str = ""
    description: str = ""
    decimals: int = 0
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A source of the figures: who produced it, of which vintage, under which licence."""

    producer: str
    label: str
    vintage: str = ""
    licence: str = ""
    address: str = ""

    @property
    def text(self) -> str:
        """``Insee, Recensement de la population, 2023``."""
        return ", ".join(part for part in (self.producer, self.label, self.vintage) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of the figures, in French.

    Parameters
    ----------
    origins : sources.
    perimeter : territories concerned: ``Communes de l’Artois``.
    periods : ``2021``, ``1968 à 2023``.
    method, caution : how they are made, what they do not say.
    release : identifier of the release.
    released : its date, ISO 8601 (``2026-11-22``).
    address : of the page, absolute.
    publisher : who publishes the portal.
    """

    origins: tuple[Origin, ...] = ()
    perimeter: str = ""
    periods: str = ""
    method: str = ""
    caution: str = ""
    release: str = ""
    released: str = ""
    address: str = ""
    publisher: str = "Terril"

    @property
    def licences(self) -> tuple[str, ...]:
        """Licences of the sources, each once."""
        return tuple(dict.fromkeys(o.licence for o in self.origins if o.licence))

    @property
    def said(self) -> Iterator[tuple[str, str]]:
        """What there is to say, as French label and text, in the order it is read."""
        lines = [
            ("Périmètre", self.perimeter),
            ("Période", self.periods),
            *(("Source", o.text) for o in self.origins),
            *(("Licence", licence) for licence in self.licences),
            ("Méthode", self.method),
            ("À savoir", self.caution),
            ("Publié par", self.publisher),
            ("Publié le", self.released),
            ("Publication", self.release),
            ("Adresse", self.address),
        ]
        return ((label, text) for label, text in lines if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """A table and what is said of it.

    Parameters
    ----------
    title, description : in French.
    columns, rows : each row has one value a column.
    about : sources, perimeter, licence, method, release.
    citation : how to cite it (see :func:`terril.protocols.exports.cite`).
    raw : whether its reader sees figures before statistical secrecy: they then stand beside the word « secret ».

    Raises
    ------
    ValueError
        When a row has not one value a column, or a value stands beside a status that hides it: a figure
        that is missing, secret or not applicable is written as nothing, never as zero.
    """

    title: str
    description: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    about: About = About()
    citation: str = ""
    raw: bool = False

    def __post_init__(self) -> None:
        names = [c.name for c in self.columns]
        if len(set(names)) < len(names):
            raise ValueError("two columns have one name")
        pairs = [(i, names.index(c.of)) for i, c in enumerate(self.columns) if c.type == "status" and c.of]
        for row in self.rows:
            if len(row) != len(names):
                raise ValueError("a row has not one value a column")
            for status, value in pairs:
                told = row[status]
                hidden = isinstance(told, Status) and told >= Status.MISSING and row[value] is not None
                if isinstance(told, Status) and hidden and not (self.raw and told is Status.SECRET):
                    raise ValueError(f"a value stands beside the status {told.word}")

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Statuses met, to be explained."""
        places = [i for i, c in enumerate(self.columns) if c.type == "status"]
        met = {row[i] for row in self.rows for i in places}
        return tuple(s for s in Status if s in met)


def clean(text: str) -> str:
    """A text without what no file format can hold; line ends made one."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def number(value: Value) -> int | float | None:
    """A number to be written, whole numbers as such; None where there is none (or it is not finite)."""
    if not isinstance(value, int | float) or isinstance(value, Status) or not math.isfinite(value):
        return None
    return int(value) if value == int(value) and abs(value) < 2**53 else value
