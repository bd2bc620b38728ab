"""What a pack declares besides its sources and indicators."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from terril.core.indicators.spec import Indicator
from terril.core.nomenclatures.spec import NomenclaturePassage
from terril.core.parameters import Parameter
from terril.core.sources import Facts, Source
from terril.core.spec import Identifier, Name, Reference, Spec

#: The article before a name in a sentence; a straight apostrophe is accepted.
Article = Annotated[
    Literal["", "le", "la", "les", "l’"],
    BeforeValidator(lambda value: value.strip().replace("'", "’") if isinstance(value, str) else value),
]


class Perimeter(Spec):
    """A named set of territories (``perimeters.yaml``): a perimeter of cooperation, study or transport."""

    id: Name
    label: str
    article: Article = ""
    short: str = ""
    siren: str | None = None
    members: tuple[str, ...] = Field(description="Clés niveau:code ; EPCI, communes ou autres périmètres")
    note: str = ""
    references: tuple[Reference, ...] = ()


class Bounds(Spec):
    """A range, both ends included."""

    min: float | None = None
    max: float | None = None


class Group(Spec):
    """A named comparison group (``groups.yaml``): listed members, or a rule over the nation."""

    id: Name
    label: str
    article: Article = "les"
    members: tuple[str, ...] = ()
    level: Literal["commune", "epci", "department"] | None = None
    within: tuple[str, ...] = ()
    population: Bounds | None = None
    density: Bounds | None = Field(default=None, description="Habitants par km²")
    kinds: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _listed_or_ruled(self) -> Group:
        ruled = self.level is not None
        if ruled == bool(self.members):
            raise ValueError("un groupe a soit des « members », soit une règle (« level » et ses bornes)")
        return self


class Similarity(Spec):
    """The rule by which similar territories are found (``similar.yaml``), one for each level."""

    level: Literal["commune", "epci", "department"]
    label: str
    explanation: str
    count: int = Field(default=10, ge=1, le=50)
    same: tuple[Literal["kind", "zone", "region", "department"], ...] = ()
    different: tuple[Literal["epci", "department", "region"], ...] = ()
    measures: dict[Literal["population", "density", "area", "epci_population"], float] = Field(
        description="Mesures comparées (en logarithme) et leur poids"
    )


#: Kinds of bodies, and their French names.
ORGANISATION_KINDS = {
    "agency": "agence d’urbanisme",
    "epci": "intercommunalité",
    "commune": "commune",
    "syndicate": "syndicat ou pôle",
    "state": "État et ses établissements",
    "department": "département",
    "region": "région",
    "partner": "partenaire",
}


class Organisation(Spec):
    """A body that takes part (``organisations.yaml``). Organisations only, never persons."""

    id: Name
    label: str
    kind: Literal["agency", "epci", "commune", "syndicate", "state", "department", "region", "partner"]
    siren: str | None = None
    territory: str | None = None


class Theme(Spec):
    """A theme under which indicators are read (``themes.yaml``)."""

    id: Name
    label: str
    question: str = ""
    palette: str = "ardoise"


class Synonyms(Spec):
    """Ways to say one thing (``synonyms.yaml``): whoever searches for one finds what bears another."""

    id: Name
    words: tuple[str, ...] = Field(min_length=2)


class Pack(Spec):
    """A pack, whole (``pack.yaml`` and the files beside it)."""

    id: Name
    label: str
    description: str = ""
    licence: str = "MIT"
    extends: tuple[Name, ...] = ()
    home: str | None = Field(default=None, description="Périmètre montré d'abord")
    highlights: tuple[Identifier, ...] = Field(default=(), description="Chiffres clés, du premier au dernier")
    themes: tuple[Theme, ...] = ()
    perimeters: tuple[Perimeter, ...] = ()
    groups: tuple[Group, ...] = ()
    similar: tuple[Similarity, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    synonyms: tuple[Synonyms, ...] = ()
    sources: tuple[Source, ...] = ()
    facts: tuple[Facts, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    passages: tuple[NomenclaturePassage, ...] = ()
    indicators: tuple[Indicator, ...] = ()
