"""The words of a diagnosis: what was recognised, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from terril.core.errors import TerrilError
from terril.core.sources import Format, Reading


class Confidence(StrEnum):
    """How sure a statement is; its value is the word shown."""

    CERTAIN = "certain"
    LIKELY = "probable"
    DOUBTFUL = "incertain"


class ColumnKind(StrEnum):
    """What the values of a column are."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTMENT = "department"
    REGION = "region"
    IRIS = "iris"
    POSTAL_CODE = "postal_code"
    SIREN = "siren"
    SIRET = "siret"
    DATE = "date"
    YEAR = "year"
    PERIOD = "period"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    LONGITUDE = "longitude"
    LATITUDE = "latitude"
    POINT = "point"
    SHAPE = "shape"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    CODE = "code"
    TEXT = "text"
    EMPTY = "empty"

    @property
    def label(self) -> str:
        """French name."""
        return _LABELS[self]

    @property
    def is_number(self) -> bool:
        """Whether values can be measured."""
        return self in (ColumnKind.INTEGER, ColumnKind.DECIMAL)


_LABELS = {
    ColumnKind.COMMUNE: "code commune (Insee)",
    ColumnKind.EPCI: "SIREN d'intercommunalité",
    ColumnKind.DEPARTMENT: "code de département",
    ColumnKind.REGION: "code de région",
    ColumnKind.IRIS: "code IRIS",
    ColumnKind.POSTAL_CODE: "code postal",
    ColumnKind.SIREN: "SIREN",
    ColumnKind.SIRET: "SIRET",
    ColumnKind.DATE: "date",
    ColumnKind.YEAR: "année",
    ColumnKind.PERIOD: "période",
    ColumnKind.INTEGER: "nombre entier",
    ColumnKind.DECIMAL: "nombre",
    ColumnKind.BOOLEAN: "oui ou non",
    ColumnKind.LONGITUDE: "longitude",
    ColumnKind.LATITUDE: "latitude",
    ColumnKind.POINT: "point",
    ColumnKind.SHAPE: "géométrie",
    ColumnKind.EMAIL: "courriel",
    ColumnKind.PHONE: "téléphone",
    ColumnKind.URL: "adresse web",
    ColumnKind.CODE: "code",
    ColumnKind.TEXT: "texte",
    ColumnKind.EMPTY: "vide",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A statement: its value, how sure it is, and the reason in French."""

    value: str
    confidence: Confidence
    reason: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at before loading: what, where, and the likely remedy."""

    message: str
    hint: str = ""
    column: str = ""
    row: int | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file cannot be read."""

    message: str
    hint: str = ""
    place: str = ""

    @classmethod
    def of(cls, error: TerrilError) -> Refusal:
        """The refusal that an error stands for."""
        return cls(error.message, error.hint or "", str(error.location or ""))


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column as its values show it.

    Parameters
    ----------
    name : header, as connectors give it.
    filled : part of the sampled rows that hold something, 0 to 1.
    examples : a few distinct values.
    missing : words met in the place of a value → ``secret``, ``missing`` or ``not_applicable``.
    personal : whether it may name or reach a person: left out of a version unless one decides otherwise.
    """

    name: str
    kind: ColumnKind
    confidence: Confidence
    reason: str
    filled: float = 1.0
    examples: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Territory:
    """Which territories rows are about.

    Parameters
    ----------
    level : a level of territory, or ``mixed`` with ``level_column`` and ``levels`` (word of the file → level).
    column : header of the codes.
    """

    level: str
    column: str
    confidence: Confidence
    reason: str
    level_column: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vintage:
    """Year of the commune nomenclature of the codes; ``first`` to ``last`` read the list alike."""

    year: int
    first: int
    last: int
    confidence: Confidence
    reason: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a file is.

    Parameters
    ----------
    file, size : its name, and its bytes.
    member : file read inside an archive, where there is one.
    companions : files read with it (``.dbf``, ``.prj``…).
    format : what it is, in French; ``connector`` and ``read`` are what reads it.
    layers : sheets or layers that it holds.
    rows : data rows; None when refused.
    territory, vintage, period : None where none was recognised.
    source : declared source that it matches; filled by ``pipeline.importing``.
    schema : name of the national schema that it follows.
    remarks : what should be looked at.
    refused : why nothing can be read of it.
    """

    file: str
    size: int
    format: Told | None = None
    connector: Format | None = None
    read: Reading = field(default_factory=Reading)
    member: str = ""
    companions: tuple[str, ...] = ()
    encoding: Told | None = None
    separator: Told | None = None
    decimal: Told | None = None
    header_row: Told | None = None
    layer: Told | None = None
    layers: tuple[str, ...] = ()
    rows: int | None = None
    crs: Told | None = None
    geometry: Told | None = None
    columns: tuple[ColumnGuess, ...] = ()
    territory: Territory | None = None
    vintage: Vintage | None = None
    period: Told | None = None
    source: Told | None = None
    schema: Told | None = None
    remarks: tuple[Remark, ...] = ()
    refused: Refusal | None = None

    def column(self, name: str) -> ColumnGuess | None:
        """The column of this header."""
        return next((c for c in self.columns if c.name == name), None)

    def as_dict(self) -> dict[str, Any]:
        """The diagnosis as JSON holds it."""
        found: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return found

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Diagnosis:
        """A diagnosis from what :meth:`as_dict` gave.

        Raises
        ------
        pydantic.ValidationError
            If it is not one.
        """
        return _adapter().validate_python(data)


@cache
def _adapter() -> TypeAdapter[Diagnosis]:
    return TypeAdapter(Diagnosis)
