"""What one decides of a file: what each column is, which territories, which period; JSON in and out."""

from __future__ import annotations

import io
import re
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator
from ruamel.yaml import YAML

from terril.core.secrecy.spec import Secrecy
from terril.core.sources import (
    Column,
    ColumnType,
    Format,
    Geography,
    Melt,
    PeriodSource,
    Quality,
    Reading,
    Source,
)
from terril.core.spec import Identifier, Name, Spec, Text
from terril.core.territories.model import Level
from terril.core.text import fold

#: Names that versions use for themselves.
RESERVED = frozenset({"row", "level", "code", "cog", "period", "geometry"})


class ColumnPlan(Spec):
    """What becomes of one column.

    ``measure`` is a number of a territory; ``dimension`` tells its rows apart or names them; ``attribute`` is a column
    of a table; ``ignored`` is left; ``personal`` is left because it may name or reach a person.
    """

    source: str
    name: Name
    label: str = ""
    role: Literal["measure", "dimension", "attribute", "ignored", "personal"] = "attribute"
    type: Literal["text", "integer", "number", "boolean", "date"] = "text"
    unit: str = ""
    scale: int = Field(default=4, ge=0, le=9)

    @property
    def is_kept(self) -> bool:
        """Whether a version holds it."""
        return self.role not in ("ignored", "personal")


class Period(Spec):
    """Where the period comes from: one value, a column, or one column a year.

    ``date`` is the part of its days that is kept, where the column holds days; ``prefix`` begins the names of columns
    that end with a year.
    """

    column: str | None = None
    value: Text | None = None
    date: Literal["year", "quarter", "month"] | None = None
    prefix: Annotated[str, StringConstraints(strip_whitespace=False)] | None = None


class Mapping(Spec):
    """A plan of import.

    Parameters
    ----------
    kind : ``territories``, figures of territories that indicators can read; ``table``, sites, points or any rows.
    read : how the file is read (separator, encoding, sheet, layer, coordinate system…).
    territory, level : header of the column of codes, and their level (``mixed`` where ``level_column`` tells it); of a
        table too, where its rows say where they are: rights on one's own territory stand on it.
    cog : year of the commune nomenclature of the codes.
    key : names of columns that are unique together (with territory and period, for territories).
    tolerance : part of the rows that may be of no known territory; past it the file is refused.
    shape : header of a column that holds geometries as text (WKT or GeoJSON).
    schema_name : national schema that the file was held against.
    """

    identifier: Identifier
    label: str
    producer: str = ""
    licence: str = ""
    vintage: Text = ""
    description: str = ""
    homepage: str | None = None
    kind: Literal["territories", "table"] = "table"
    format: Format
    read: Reading = Reading()
    level: str = ""
    territory: str = ""
    level_column: str | None = None
    levels: dict[Text, Level] = Field(default_factory=dict)
    cog: int | None = None
    period: Period | None = None
    columns: tuple[ColumnPlan, ...]
    key: tuple[Name, ...] = ()
    shape: str | None = None
    missing: tuple[Text, ...] = ("", "nd", "NA", "N/A", "null")
    not_applicable: tuple[Text, ...] = ()
    secret: tuple[Text, ...] = ()
    tolerance: float = Field(default=0.02, ge=0, le=1)
    schema_name: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Mapping:
        names = [c.name for c in self.columns if c.is_kept]
        twice = sorted({n for n in names if names.count(n) > 1} | (set(names) & RESERVED))
        if twice:
            raise ValueError(f"noms de colonnes pris deux fois, ou réservés : {', '.join(twice)}")
        unknown = [k for k in self.key if k not in names]
        if unknown:
            raise ValueError(f"clé sur des colonnes qui ne sont pas gardées : {', '.join(unknown)}")
        if self.kind == "territories" and not (self.territory and self.level and self.period):
            raise ValueError("des chiffres par territoire demandent la colonne des codes, son niveau et une période")
        return self

    @property
    def kept(self) -> tuple[ColumnPlan, ...]:
        """Columns that a version holds."""
        return tuple(c for c in self.columns if c.is_kept)

    @property
    def place(self) -> dict[str, str] | None:
        """Level and column that say the territory of each row of a table; None where no column kept does."""
        kept = next((c.name for c in self.kept if c.source == self.territory), None)
        return {"level": self.level, "column": kept} if kept and self.level in set(Level) else None

    def as_dict(self) -> dict[str, Any]:
        """The plan as JSON holds it."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Mapping:
        """A plan from what :meth:`as_dict` gave.

        Raises
        ------
        pydantic.ValidationError
            If it is none.
        """
        return cls.model_validate(data)

    def as_source(self, cog: int) -> Source:
        """The source definition that a plan of territories stands for.

        Parameters
        ----------
        cog : year of the nomenclature where the plan says none.
        """
        columns = tuple(_column(c) for c in self.columns if c.role != "ignored" and not self._is_melted(c))
        dimensions = {c.name for c in self.columns if c.role == "dimension"}
        return Source(
            id=self.identifier,
            label=self.label,
            description=self.description,
            producer=self.producer or "À compléter",
            licence=self.licence or "À compléter",
            homepage=self.homepage,
            frequency="once",
            vintage=self.vintage or "À compléter",
            format=self.format,
            read=self.read,
            geography=Geography(
                level="mixed" if self.level == "mixed" else Level(self.level),
                column=self.territory,
                cog=self.cog or cog,
                levels=self.levels,
                level_column=self.level_column,
            ),
            period=self._period(),
            columns=columns,
            melt=self._melt(),
            missing=self.missing,
            not_applicable=self.not_applicable,
            secrecy=Secrecy(flags=self.secret),
            rows="aggregate",
            quality=Quality(unknown_territories=self.tolerance),
            key=tuple(k for k in self.key if k in dimensions),
        )

    def as_yaml(self, cog: int) -> str:
        """The source definition as the text of a pack, to be completed and moved into ``sources/``."""
        data = self.as_source(cog).model_dump(mode="json", exclude_defaults=True)
        name = self.identifier.rpartition("/")[2]
        data["files"] = [f"{name}*.{_SUFFIXES.get(self.format, 'csv')}"]
        out = io.StringIO()
        yaml = YAML()
        yaml.width = 110
        yaml.dump(data, out)
        return f"# yaml-language-server: $schema=../.schemas/source.schema.json\n{out.getvalue()}"

    def _period(self) -> PeriodSource:
        period = self.period or Period(value=self.vintage)
        if period.prefix is not None:
            return PeriodSource(melted=True)
        if period.column is not None:
            return PeriodSource(column=period.column, date=period.date)
        return PeriodSource(value=period.value)

    def _is_melted(self, column: ColumnPlan) -> bool:
        return self.period is not None and self.period.prefix is not None and bool(
            re.fullmatch(self._pattern(), column.source)
        )  # fmt: skip

    def _pattern(self) -> str:
        prefix = self.period.prefix if self.period else ""
        return rf"^{re.escape(prefix or '')}((?:19|20)\d\d)$"

    def _melt(self) -> Melt | None:
        if self.period is None or self.period.prefix is None:
            return None
        melted = [c for c in self.columns if self._is_melted(c)]
        scale = max((c.scale for c in melted), default=4)
        integer = all(c.type == "integer" for c in melted)
        name = column_name(self.period.prefix.strip("_ ") or "valeur", RESERVED | {c.name for c in self.kept})
        return Melt(
            pattern=self._pattern(), into="period", name=name, label=self.period.prefix.strip("_ ") or self.label,
            type=ColumnType.INTEGER if integer else ColumnType.DECIMAL, scale=scale,
        )  # fmt: skip


_SUFFIXES = {
    Format.XLSX: "xlsx", Format.PARQUET: "parquet", Format.VECTOR: "geojson", Format.MELODI: "zip", Format.GTFS: "zip",
}  # fmt: skip


def _column(plan: ColumnPlan) -> Column:
    if plan.role == "measure":
        kind = ColumnType.INTEGER if plan.type == "integer" else ColumnType.DECIMAL
        return Column(
            name=plan.name, source=plan.source, label=plan.label, type=kind, unit=plan.unit,
            scale=0 if plan.type == "integer" else plan.scale,
        )  # fmt: skip
    kind = ColumnType.BOOLEAN if plan.type == "boolean" else ColumnType.TEXT
    personal = plan.role == "personal"
    return Column(name=plan.name, source=plan.source, label=plan.label, type=kind, personal=personal, optional=True)


def column_name(header: str, taken: frozenset[str] | set[str]) -> str:
    """A name for a header: lower-case ASCII, digits and underscores, none of ``taken``."""
    base = re.sub(r"[^a-z0-9]+", "_", fold(header)).strip("_")[:48] or "colonne"
    base = base if base[0].isalpha() else f"c_{base}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name
