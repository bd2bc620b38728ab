"""A schema as checks read it."""

from __future__ import annotations

from dataclasses import dataclass

from terril.ingestion.headers import header_key


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a schema asks of one column.

    Parameters
    ----------
    type : Table Schema type: ``string``, ``integer``, ``number``, ``boolean``, ``date``, ``geopoint``, ``geojson``…
    format : its format: ``default``, ``%Y-%m-%d``, ``email``, ``array``…
    true_values, false_values : the words of a boolean.
    decimal, group : decimal sign and separator of thousands of numbers.
    """

    name: str
    title: str = ""
    description: str = ""
    example: str = ""
    type: str = "string"
    format: str = "default"
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""
    min_length: int | None = None
    max_length: int | None = None
    true_values: tuple[str, ...] = ("true", "True", "TRUE", "1")
    false_values: tuple[str, ...] = ("false", "False", "FALSE", "0")
    decimal: str = "."
    group: str = ""

    @property
    def is_free(self) -> bool:
        """Whether any text fits."""
        return self.type in ("string", "any") and not (self.enum or self.pattern) and self.format == "default"


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """A fault of the schema itself, which a validator that obeys it would keep silent about."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A schema of tables.

    Parameters
    ----------
    name : its identifier; ``title`` is what people read.
    missing : texts that stand for no value.
    key : columns unique together.
    address : where it is published.
    faults : what is wrong with the schema; its constraints are honoured where they were meant.
    features : whether it is of GeoJSON features (JSON Schema) rather than of a table.
    """

    name: str
    title: str
    fields: tuple[FieldRule, ...]
    version: str = ""
    missing: tuple[str, ...] = ("",)
    key: tuple[str, ...] = ()
    address: str = ""
    faults: tuple[SchemaFault, ...] = ()
    features: bool = False

    def field(self, name: str) -> FieldRule | None:
        """The field of this name, case and accents aside."""
        wanted = header_key(name)
        return next((f for f in self.fields if header_key(f.name) == wanted), None)

    @property
    def label(self) -> str:
        """Title and version, for people."""
        return f"{self.title} (version {self.version})" if self.version else self.title
