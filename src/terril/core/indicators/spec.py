"""What a pack says of an indicator (``packs/<pack>/indicators/<theme>/<slug>.yaml``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from terril.core.spec import Identifier, Name, Reference, Spec, Text
from terril.core.territories.model import Level

Aggregation = Literal["sum", "ratio_of_sums", "weighted_mean", "recount", "none"]


class Input(Spec):
    """A named part of the formula, read from a dataset or from another indicator.

    Parameters
    ----------
    dataset : source identifier, or several in order of preference: for each period, the first
        that has it is read alone (producers are never mixed within a period).
    measure : ``sum`` adds a column, ``count`` counts rows, ``value`` reads a figure as published.
    column : measure of the dataset (none for ``count``).
    where : values kept, by dimension.
    times, over : other measures of the same row by which ``column`` is multiplied or divided
        before anything is summed (a published rate times its base gives a count).
    reconstructed : the part is rebuilt from rounded figures: estimated once it is summed.
    at : for a span, the end at which the input is read.
    """

    dataset: Identifier | tuple[Identifier, ...] | None = None
    indicator: Identifier | None = None
    measure: Literal["sum", "count", "value"] = "sum"
    column: Name | None = None
    where: dict[Name, Text | tuple[Text, ...]] = Field(default_factory=dict)
    times: Name | None = None
    over: Name | None = None
    factor: float = Field(default=1, description="Facteur constant, par exemple 0.01 pour un pourcentage")
    unit: str | None = Field(default=None, description="Unité quand elle n'est pas celle de la colonne")
    reconstructed: bool = False
    at: Literal["start", "end"] = "end"
    period: Literal["same", "latest"] = Field(
        default="same",
        description="« latest » : dernière période connue au plus tard à celle de l'observation",
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns read in each dataset, dimensions included."""
        return tuple(c for c in (self.column, self.times, self.over, *self.where) if c is not None)

    @property
    def datasets(self) -> tuple[str, ...]:
        """Source identifiers, in order of preference."""
        if self.dataset is None:
            return ()
        return (self.dataset,) if isinstance(self.dataset, str) else self.dataset

    @model_validator(mode="after")
    def _coherent(self) -> Input:
        if (self.dataset is None) == (self.indicator is None):
            raise ValueError("une entrée vient soit d'un « dataset », soit d'un « indicator »")
        if self.dataset is not None and (self.column is None) != (self.measure == "count"):
            raise ValueError("« column » va avec « sum » et « value », pas avec « count »")
        if not 0 < abs(self.factor) < 1000 or round(self.factor, 6) != self.factor:
            raise ValueError("« factor » est un nombre de six décimales au plus, inférieur à 1000")
        if self.indicator is not None and (self.column or self.where or self.times or self.over):
            raise ValueError("« column », « where », « times » et « over » ne vont qu'avec un « dataset »")
        return self


class Span(Spec):
    """Observation over a span: one value for each end year after ``since``."""

    since: int


class Example(Spec):
    """An example that the definition must satisfy, written by its author."""

    territory: str
    period: Text
    given: dict[Name, float | None]
    expect: float | None
    within: float = Field(default=1e-9, description="Écart admis")


class Indicator(Spec):
    """An indicator definition.

    ``aggregation`` and ``missing`` have no default: what an upper level means, and what an absent
    row means, are the author's stated choices.
    """

    id: Identifier
    label: str
    short: str = Field(default="", description="Libellé court, pour les tableaux")
    definition: str
    unit: str
    decimals: int = Field(default=0, ge=0, le=6)
    period: Literal["year", "quarter", "month", "span"] | Span = "year"
    inputs: dict[Name, Input]
    formula: str
    numerator: Name | None = Field(default=None, description="Entrée affichée comme numérateur")
    denominator: Name | None = Field(default=None, description="Entrée affichée comme dénominateur")
    weight: Name | None = Field(default=None, description="Entrée qui pondère, pour « weighted_mean »")
    aggregation: Aggregation
    missing: Literal["propagate", "zero"]
    levels: tuple[Level, ...] = Field(
        default=(), description="Niveaux calculés ; vide : tous ceux que la source permet"
    )
    status: Literal["ok", "provisional", "estimated"] = "ok"
    kind: Literal["observed", "target"] = "observed"
    target_of: Identifier | None = Field(default=None, description="Indicateur dont celui-ci est l'objectif")
    direction: Literal["higher_is_better", "lower_is_better"] | None = None
    caution: str = ""
    method: str = ""
    references: tuple[Reference, ...] = ()
    valid_on: Text | None = None
    tests: tuple[Example, ...] = ()

    @property
    def theme(self) -> str:
        """First part of the identifier."""
        return self.id.partition("/")[0]

    @property
    def datasets(self) -> tuple[str, ...]:
        """Identifiers of every source read directly, each once."""
        return tuple(dict.fromkeys(d for i in self.inputs.values() for d in i.datasets))

    @property
    def parents(self) -> tuple[str, ...]:
        """Identifiers of the indicators this one is computed from."""
        return tuple(dict.fromkeys(i.indicator for i in self.inputs.values() if i.indicator))

    @model_validator(mode="after")
    def _named_inputs_exist(self) -> Indicator:
        for role in ("numerator", "denominator", "weight"):
            name = getattr(self, role)
            if name is not None and name not in self.inputs:
                raise ValueError(f"« {role} » nomme une entrée absente : {name}")
        if (self.aggregation == "weighted_mean") != (self.weight is not None):
            raise ValueError("« weight » va avec « aggregation: weighted_mean », et seulement avec elle")
        if not self.inputs:
            raise ValueError("un indicateur a au moins une entrée")
        if self.target_of is not None and self.kind != "target":
            raise ValueError("« target_of » va avec « kind: target », et seulement avec elle")
        for example in self.tests:
            if set(example.given) != set(self.inputs):
                raise ValueError("un test donne une valeur (ou null) à chaque entrée, et à elles seules")
        return self
