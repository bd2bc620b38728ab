"""What a pack says of a source: who produces it, how its files read, what its values mean."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from terril.core.breaks import Break
from terril.core.nomenclatures.spec import Nomenclature
from terril.core.quality.spec import SourceCheck, Total
from terril.core.records import Openness
from terril.core.secrecy.spec import Secrecy
from terril.core.spec import Identifier, Name, Reference, Spec, Text
from terril.core.status import Status as CoreStatus
from terril.core.territories.model import Level


def _as_status(value: object) -> object:
    names = {s.word: s for s in CoreStatus}
    return names.get(value, value) if isinstance(value, str) else value


#: A status written by its word: ``ok``, ``provisional``, ``secret``…
Status = Annotated[CoreStatus, BeforeValidator(_as_status)]


#: End of the name of the column that keeps the code of the file, where a passage of nomenclature changed it.
OLD_CODE = "__old"


class Format(StrEnum):
    """File formats, one connector each."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    VECTOR = "vector"
    MELODI = "melodi"
    GTFS = "gtfs"
    POSTGIS = "postgis"
    WFS = "wfs"
    OGC_FEATURES = "ogc_features"
    FACTS = "facts"


class ColumnType(StrEnum):
    """``decimal`` and ``integer`` are measures; ``text`` and ``boolean`` are dimensions."""

    DECIMAL = "decimal"
    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"


class Column(Spec):
    """One column kept from the file.

    ``source`` lists the headers it may bear; the first found is read. ``personal`` columns are
    declared to be dropped before a version is written. ``empty: zero`` states that the producer
    leaves a cell empty where the quantity is nil. ``count_of`` is the separator of a list of codes:
    the measure is the number of distinct ones. ``status`` names a column that tells the status of
    the value, read with the ``statuses`` of the source.
    """

    name: Name
    source: str | tuple[str, ...]
    label: str = ""
    type: ColumnType = ColumnType.DECIMAL
    scale: int = Field(default=4, ge=0, le=9, description="Décimales conservées")
    unit: str = ""
    optional: bool = False
    personal: bool = False
    min: float | None = None
    max: float | None = None
    allowed: tuple[str, ...] = ()
    empty: Literal["missing", "zero"] = "missing"
    count_of: str | None = Field(
        default=None, min_length=1, description="Séparateur d'une liste dont on compte les éléments"
    )
    status: str | None = Field(default=None, description="Colonne qui donne le statut de la valeur")
    nomenclature: Nomenclature | None = None

    @model_validator(mode="after")
    def _only_a_text_is_a_code(self) -> Column:
        if self.nomenclature is not None and self.type is not ColumnType.TEXT:
            raise ValueError("« nomenclature » ne va qu'avec une colonne de type text")
        return self

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers under which the column may be found."""
        return (self.source,) if isinstance(self.source, str) else self.source

    @property
    def is_measure(self) -> bool:
        """Whether the column holds numbers with a status."""
        return self.type in (ColumnType.DECIMAL, ColumnType.INTEGER)


class Melt(Spec):
    """Several columns made rows: ``p13_pop … p21_pop`` become a period, ``111 … 523`` a dimension.

    ``pattern`` is a regular expression over headers; ``into`` is ``period`` or a dimension name;
    ``key`` is its value, with the pattern's groups (``20\\1``); ``name`` is the measure. An empty
    cell is missing, or nil (``zero``) where the producer writes nothing for a quantity that is nil.
    """

    pattern: str
    into: Name
    key: str = r"\1"
    name: Name
    label: str = ""
    type: ColumnType = ColumnType.DECIMAL
    scale: int = Field(default=4, ge=0, le=9)
    unit: str = ""
    min: float | None = None
    max: float | None = None
    empty: Literal["missing", "zero"] = "missing"


class Geography(Spec):
    """Which territories the rows are about.

    ``cog`` is the year of the commune nomenclature, or the name of a column that holds it.
    With ``level: mixed`` the column holds ``level:code`` keys; or, where the producer has its own
    words, ``levels`` translates them, read before ``separator`` or in ``level_column``. Rows of a
    kind that ``levels`` does not name are left out, with a line in the report.
    """

    level: Level | Literal["mixed"]
    column: str | tuple[str, ...]
    cog: int | str
    pad: int = Field(default=0, description="Longueur à laquelle compléter le code par des zéros à gauche")
    levels: dict[Text, Level] = Field(default_factory=dict)
    level_column: str | None = None
    separator: str = Field(default=":", min_length=1)
    nomenclature: Nomenclature | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers under which the code may be found."""
        return (self.column,) if isinstance(self.column, str) else self.column

    @model_validator(mode="after")
    def _translated_when_mixed(self) -> Geography:
        if (self.levels or self.level_column) and self.level != "mixed":
            raise ValueError("« levels » et « level_column » ne vont qu'avec « level: mixed »")
        if self.nomenclature is not None and self.level is not Level.IRIS:
            raise ValueError("« nomenclature » ne va qu'avec « level: iris » : les communes ont leur propre passage")
        if self.level_column and not self.levels:
            raise ValueError("« level_column » demande « levels » : ce que veut dire chacune de ses valeurs")
        return self


class PeriodSource(Spec):
    """Where the period comes from: one value for the file, its name, a column, or a melt.

    ``map`` translates the values read; a value mapped to null is left out, with a line in the report.
    ``from_name`` is a regular expression over the file's name, its first group the period. ``date``
    says that the column holds days, of which the year, quarter or month is kept.
    """

    value: Text | None = None
    column: str | tuple[str, ...] | None = None
    map: dict[Text, Text | None] = Field(default_factory=dict)
    melted: bool = False
    from_name: str | None = None
    date: Literal["year", "quarter", "month"] | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers under which the period may be found."""
        if self.column is None:
            return ()
        return (self.column,) if isinstance(self.column, str) else self.column

    @model_validator(mode="after")
    def _one_origin(self) -> PeriodSource:
        origins = (self.value is not None, self.column is not None, self.melted, self.from_name is not None)
        if sum(origins) != 1:
            raise ValueError("une période vient d'un seul de « value », « from_name », « column », « melted: true »")
        if self.date and self.column is None:
            raise ValueError("« date » ne va qu'avec « column »")
        return self


class Reading(Spec):
    """How to read the file, where it cannot be guessed."""

    encoding: str | None = None
    delimiter: Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=1)] | None = None
    decimal: Literal[",", "."] | None = None
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1, description="Ligne des en-têtes, 1 pour la première")
    layer: str | None = None
    crs: str | None = Field(default=None, description="Système de coordonnées quand le fichier n'en dit rien")
    longitude: str | None = None
    latitude: str | None = None
    connection: str | None = Field(
        default=None, pattern=r"^[A-Z][A-Z0-9_]*$", description="Variable d'environnement qui donne la connexion"
    )


class Quality(Spec):
    """Limits past which a file is refused rather than loaded with faults."""

    unknown_territories: float = Field(default=0.02, ge=0, le=1, description="Part de lignes tolérée")
    minimum_rows: int = 1


class Source(Spec):
    """A source definition (``packs/<pack>/sources/*.yaml``)."""

    id: Identifier
    label: str
    description: str = ""
    producer: str
    licence: str
    access: Openness = Openness.OPEN
    homepage: str | None = None
    address: str | None = None
    frequency: Literal["monthly", "quarterly", "annual", "multiannual", "continuous", "once"] = "annual"
    vintage: Text = Field(description="Millésime des données, tel qu'affiché")
    format: Format
    files: tuple[str, ...] = Field(default=(), description="Motifs de noms de fichiers, pour « ingest --from »")
    bundled: str | None = Field(default=None, description="Table livrée avec Terril")
    read: Reading = Reading()
    geography: Geography
    period: PeriodSource
    columns: tuple[Column, ...] = ()
    melt: Melt | None = None
    where: dict[str, tuple[Text, ...]] = Field(default_factory=dict, description="Lignes lues, par colonne du fichier")
    missing: tuple[Text, ...] = ("", "nd", "NA", "N/A", "null")
    not_applicable: tuple[Text, ...] = ()
    statuses: dict[Text, Status] = Field(default_factory=dict, description="Mots du producteur pour le statut")
    secrecy: Secrecy = Secrecy()
    rows: Literal["aggregate", "micro"] = "aggregate"
    key: tuple[Name, ...] = Field(default=(), description="Colonnes uniques, en plus du territoire et de la période")
    split: Literal["refuse", "population"] = "refuse"
    coverage: Literal["rows", "observed_epci", "national"] = "rows"
    quality: Quality = Quality()
    breaks: tuple[Break, ...] = ()
    totals: tuple[Total, ...] = ()
    checks: tuple[SourceCheck, ...] = ()
    caution: str = ""
    references: tuple[Reference, ...] = ()

    @property
    def measures(self) -> tuple[Column | Melt, ...]:
        """Columns that hold numbers, the melted one included."""
        kept: list[Column | Melt] = [c for c in self.columns if c.is_measure and not c.personal]
        return (*kept, self.melt) if self.melt else tuple(kept)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the columns that tell rows apart, the melted one included."""
        names = [c.name for c in self.columns if not c.is_measure and not c.personal]
        if self.melt and self.melt.into != "period":
            names.append(self.melt.into)
        return tuple(names)

    @property
    def nomenclatures(self) -> dict[str, Nomenclature]:
        """Columns carried to another nomenclature when a file is loaded; ``code`` for that of the territory."""
        found = {c.name: c.nomenclature for c in self.columns if c.nomenclature is not None and not c.personal}
        return {"code": self.geography.nomenclature, **found} if self.geography.nomenclature else found

    def measure(self, name: str) -> Column | Melt | None:
        """The measure of this name, or None."""
        return next((m for m in self.measures if m.name == name), None)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Source:
        names = [m.name for m in self.measures] + list(self.dimensions)
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"colonnes déclarées deux fois : {', '.join(twice)}")
        if self.period.melted and (self.melt is None or self.melt.into != "period"):
            raise ValueError("« period: melted » demande un « melt » dont « into » vaut « period »")
        unknown = [k for k in self.key if k not in names]
        if unknown:
            raise ValueError(f"clé sur des colonnes non déclarées : {', '.join(unknown)}")
        return self


class FactMeasure(Spec):
    """A measure of a facts file."""

    label: str
    unit: str = ""
    scale: int = Field(default=2, ge=0, le=9)


class Fact(Spec):
    """One figure taken from a document, with the exact perimeter it is about."""

    measure: Name
    territory: str
    period: Text
    value: float
    dimensions: dict[Name, str] = Field(default_factory=dict)
    status: Literal["ok", "provisional", "estimated"] = "ok"
    page: int | None = None
    note: str = ""


class Document(Spec):
    """The document a facts file is taken from."""

    title: str
    producer: str
    year: int
    url: str | None = None


class Facts(Spec):
    """A facts file (``packs/<pack>/facts/*.yaml``): a source and its values in one text."""

    id: Identifier
    label: str
    document: Document
    licence: str = "Document public"
    access: Openness = Openness.OPEN
    level: Level | Literal["mixed"] = "mixed"
    dimensions: tuple[Name, ...] = ()
    measures: dict[Name, FactMeasure]
    values: tuple[Fact, ...]
    caution: str = ""

    @model_validator(mode="after")
    def _values_match_measures(self) -> Facts:
        seen: set[tuple[object, ...]] = set()
        for fact in self.values:
            if fact.measure not in self.measures:
                raise ValueError(f"mesure non déclarée : {fact.measure}")
            if set(fact.dimensions) - set(self.dimensions):
                raise ValueError(f"dimension non déclarée pour {fact.measure}")
            key = (fact.measure, fact.territory, fact.period, *sorted(fact.dimensions.items()))
            if key in seen:
                raise ValueError(f"fait déclaré deux fois : {fact.measure}, {fact.territory}, {fact.period}")
            seen.add(key)
        return self

    def as_source(self, cog: int) -> Source:
        """The source definition these facts stand for, at COG year ``cog``."""
        columns = [Column(name=d, source=d, type=ColumnType.TEXT, optional=True) for d in self.dimensions]
        columns += [
            Column(
                name=n,
                source=n,
                label=m.label,
                unit=m.unit,
                scale=m.scale,
                optional=True,
                status=f"{n}__status",
            )
            for n, m in self.measures.items()
        ]
        return Source(
            id=self.id,
            label=self.label,
            description=self.document.title,
            producer=self.document.producer,
            licence=self.licence,
            access=self.access,
            homepage=self.document.url,
            frequency="once",
            vintage=str(self.document.year),
            format=Format.FACTS,
            geography=Geography(level="mixed", column="territory", cog=cog),
            period=PeriodSource(column="period"),
            columns=tuple(columns),
            statuses={s.word: s for s in (CoreStatus.OK, CoreStatus.PROVISIONAL, CoreStatus.ESTIMATED)},
            key=self.dimensions,
            rows="aggregate",
            caution=self.caution,
            references=(Reference(title=self.document.title, url=self.document.url),),
        )
