"""What a pack says of an indicator (``packs/<pack>/indicators/<theme>/<slug>.yaml``)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from terril.core.breaks import Break
from terril.core.indicators.breakdown import Breakdown
from terril.core.quality.spec import IndicatorCheck
from terril.core.spec import Identifier, Name, Reference, Spec, Text
from terril.core.territories.model import Level

Aggregation = Literal["sum", "ratio_of_sums", "weighted_mean", "recount", "none"]


class Merged(Spec):
    """What a merger of communes makes of a published value, where its author allows an estimate.

    Parameters
    ----------
    method : ``weighted_mean``: mean of the values of the old communes, all known.
    weight : column of the same row that weighs each of them.
    """

    method: Literal["weighted_mean"]
    weight: Name


class Input(Spec):
    """A named part of the formula, read from a dataset, another indicator or a parameter.

    Parameters
    ----------
    dataset : source identifier, or several in order of preference: for each period, the first
        that has it is read alone (producers are never mixed within a period).
    parameter : dated national parameter, the same everywhere.
    measure : ``sum`` adds a column, ``count`` counts rows, ``value`` reads a figure as published,
        ``median`` and ``quantile`` are computed again from the rows of each territory.
    column : measure of the dataset (none for ``count``).
    where : values kept, by dimension.
    times, over : other measures of the same row by which ``column`` is multiplied or divided
        before anything is summed (a published rate times its base gives a count).
    reconstructed : the part is rebuilt from rounded figures: estimated once it is summed.
    merged : what a merger of communes makes of a ``value``; absent: nothing stands for it.
    at : for a span, the end at which the input is read.
    lag : so many periods earlier (years, quarters or months: the step of the series).
    base : always that period.
    rolling : over that many consecutive periods, the last being the one read; all are needed.
    rolled : what ``rolling`` gives: their mean, or their sum.
    """

    dataset: Identifier | tuple[Identifier, ...] | None = None
    indicator: Identifier | None = None
    parameter: Identifier | None = None
    measure: Literal["sum", "count", "value", "median", "quantile"] = "sum"
    quantile: float | None = Field(default=None, gt=0, lt=1)
    column: Name | None = None
    where: dict[Name, Text | tuple[Text, ...]] = Field(default_factory=dict)
    times: Name | None = None
    over: Name | None = None
    factor: float = Field(default=1, description="Facteur constant, par exemple 0.01 pour un pourcentage")
    unit: str | None = Field(default=None, description="Unité quand elle n'est pas celle de la colonne")
    reconstructed: bool = False
    merged: Merged | None = None
    at: Literal["start", "end"] = "end"
    lag: int | None = Field(default=None, ge=1)
    base: Text | None = None
    rolling: int | None = Field(default=None, ge=2, le=120)
    rolled: Literal["mean", "sum"] = "mean"
    period: Literal["same", "latest"] = Field(
        default="same",
        description="« latest » : dernière période connue au plus tard à celle de l'observation",
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns read in each dataset, dimensions included."""
        weight = self.merged.weight if self.merged else None
        return tuple(c for c in (self.column, self.times, self.over, weight, *self.where) if c is not None)

    @property
    def order(self) -> float | None:
        """Order of the quantile that the input computes from rows (0.5 for a median); None for other measures."""
        return 0.5 if self.measure == "median" else self.quantile

    @property
    def is_dated(self) -> bool:
        """Whether the input reads other periods than that of the observation, by its own rule."""
        return self.lag is not None or self.base is not None or self.rolling is not None

    @property
    def datasets(self) -> tuple[str, ...]:
        """Source identifiers, in order of preference."""
        if self.dataset is None:
            return ()
        return (self.dataset,) if isinstance(self.dataset, str) else self.dataset

    @model_validator(mode="after")
    def _one_origin(self) -> Input:
        if sum(o is not None for o in (self.dataset, self.indicator, self.parameter)) != 1:
            raise ValueError("une entrée vient d'un « dataset », d'un « indicator » ou d'un « parameter », d'un seul")
        if self.dataset is not None and (self.column is None) != (self.measure == "count"):
            raise ValueError("« column » va avec « sum », « value », « median » et « quantile », pas avec « count »")
        if self.dataset is None and (self.column or self.where or self.times or self.over):
            raise ValueError("« column », « where », « times » et « over » ne vont qu'avec un « dataset »")
        if not 0 < abs(self.factor) < 1000 or round(self.factor, 6) != self.factor:
            raise ValueError("« factor » est un nombre de six décimales au plus, inférieur à 1000")
        return self

    @model_validator(mode="after")
    def _measured(self) -> Input:
        if (self.measure == "quantile") != (self.quantile is not None):
            raise ValueError("« quantile: 0.9 » va avec « measure: quantile », et seulement avec elle")
        if self.merged is not None and self.measure != "value":
            raise ValueError("« merged » ne va qu'avec « measure: value » : le reste s'additionne")
        if self.order is not None and (self.times or self.over or self.reconstructed):
            raise ValueError("« times », « over » et « reconstructed » ne vont pas avec « median » ou « quantile »")
        if self.order is not None and self.rolling is not None:
            raise ValueError(
                "« rolling » ne va pas avec « median » ou « quantile » : une moyenne de médianes n'en est pas une"
            )
        return self

    @model_validator(mode="after")
    def _dated(self) -> Input:
        if self.lag is not None and self.base is not None:
            raise ValueError("« lag » (un écart) et « base » (une période fixe) ne vont pas ensemble")
        if self.period == "latest" and self.is_dated:
            raise ValueError("« period: latest » ne va pas avec « lag », « base » ni « rolling »")
        if self.period == "latest" and self.parameter is not None:
            raise ValueError(
                "un paramètre se lit à la période de l'observation, ou à celle de « base » : pas à la dernière"
            )
        if self.rolled == "sum" and self.rolling is None:
            raise ValueError("« rolled » ne va qu'avec « rolling »")
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
    breaks: tuple[Break, ...] = ()
    breakdown: Breakdown | None = None
    part_of: Identifier | None = None
    category: Name | None = None
    kind: Literal["observed", "target"] = "observed"
    target_of: Identifier | None = Field(default=None, description="Indicateur dont celui-ci est l'objectif")
    direction: Literal["higher_is_better", "lower_is_better"] | None = None
    checks: tuple[IndicatorCheck, ...] = ()
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
    def parameters(self) -> tuple[str, ...]:
        """Identifiers of the parameters it reads."""
        return tuple(dict.fromkeys(i.parameter for i in self.inputs.values() if i.parameter))

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
        if not any(i.parameter is None for i in self.inputs.values()):
            raise ValueError("un indicateur a au moins une entrée lue dans une source ou un indicateur")
        if self.target_of is not None and self.kind != "target":
            raise ValueError("« target_of » va avec « kind: target », et seulement avec elle")
        for example in self.tests:
            if set(example.given) != set(self.inputs):
                raise ValueError("un test donne une valeur (ou null) à chaque entrée, et à elles seules")
        return self

    @model_validator(mode="after")
    def _computable(self) -> Indicator:
        spans = isinstance(self.period, Span) or self.period == "span"
        for name, entry in self.inputs.items():
            if spans and entry.is_dated:
                raise ValueError(
                    f"« {name} » : « lag », « base » et « rolling » ne vont pas avec une évolution (« period »)"
                )
            if entry.order is not None and self.aggregation not in ("recount", "none"):
                raise ValueError(
                    f"« {name} » : une médiane ou un quantile demande « aggregation: recount » (ou « none »)"
                )
        if any(b.columns for b in self.breaks):
            raise ValueError("« columns » d'une rupture ne va que dans une source")
        return self
