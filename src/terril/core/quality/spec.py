"""What a pack declares of the figures it expects: totals that agree, and checks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from terril.core.spec import Identifier, Name, Spec, Text
from terril.core.territories.model import Level

#: ``error`` stops the publication until it is decided; ``warning`` and ``info`` are published and listed.
Severity = Literal["error", "warning", "info"]
SEVERITIES: dict[str, str] = {"error": "erreur", "warning": "alerte", "info": "information"}


class Total(Spec):
    """Figures that add up to another one, published beside them.

    Either measures of one row (``total: ensemble, parts: [hommes, femmes]``), or rows of a dimension:
    those of ``dimension`` sum to the one where it is worth ``total``.

    Parameters
    ----------
    total : the measure that is the total; with ``dimension``, its value on the row of the total.
    parts : measures summed; with ``dimension``, the values summed (all the others where empty).
    dimension : dimension whose rows are summed.
    measures : with ``dimension``, the measures concerned; all of them where empty.
    tolerance : gap allowed, in the unit of the measure: what the producer's roundings explain.
    severity : of the anomaly where they do not.
    """

    total: Text
    parts: tuple[Text, ...] = ()
    dimension: Name | None = None
    measures: tuple[Name, ...] = ()
    tolerance: float = Field(default=0, ge=0)
    severity: Severity = "error"

    @model_validator(mode="after")
    def _one_form(self) -> Total:
        if self.dimension is None and not self.parts:
            raise ValueError("un total donne ses « parts », ou la « dimension » dont il est une valeur")
        if self.dimension is None and self.measures:
            raise ValueError("« measures » ne va qu'avec « dimension »")
        if self.total in self.parts:
            raise ValueError("un total n'est pas l'une de ses parties")
        return self


class Check(Spec):
    """What every check says.

    Parameters
    ----------
    reason : why the author expects it, added to the sentence.
    """

    severity: Severity
    reason: str = ""


class FigureCheck(Check):
    """A check of figures: a measure of a source (``column``), or the value of an indicator (no column)."""

    column: Name | None = None
    levels: tuple[Level, ...] = ()


class Bounds(FigureCheck):
    """A figure lies between two bounds."""

    kind: Literal["bounds"] = "bounds"
    severity: Severity = "error"
    min: float | None = None
    max: float | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Bounds:
        if self.min is None and self.max is None:
            raise ValueError("« bounds » donne au moins « min » ou « max »")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("« min » dépasse « max »")
        return self


class Conservation(FigureCheck):
    """The figure of a territory is the sum of those of its parts.

    ``rounding`` is the producer's step (5, 10…): each figure may be off by half of it, so that a sum of
    ``n`` parts is judged within ``(n + 1) × rounding / 2``. The parts may be those of another source.
    """

    kind: Literal["conservation"] = "conservation"
    severity: Severity = "error"
    parent: Level
    child: Level
    rounding: float = Field(default=0, ge=0)
    source: Identifier | None = None
    source_column: Name | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Conservation:
        if (self.source is None) != (self.source_column is None):
            raise ValueError("« source » et « source_column » vont ensemble")
        return self


class Agreement(FigureCheck):
    """Two producers, or two ways, say the same of a territory and a period.

    ``tolerance`` is in the unit of the figure, ``share`` a share of it; the larger is allowed.
    """

    kind: Literal["agreement"] = "agreement"
    severity: Severity = "warning"
    indicator: Identifier | None = None
    source: Identifier | None = None
    source_column: Name | None = None
    tolerance: float = Field(default=0, ge=0)
    share: float = Field(default=0, ge=0, le=1)

    @model_validator(mode="after")
    def _one_other(self) -> Agreement:
        if (self.indicator is None) == (self.source is None):
            raise ValueError("« agreement » compare à un « indicator » ou à une « source »")
        if (self.source is None) != (self.source_column is None):
            raise ValueError("« source » et « source_column » vont ensemble")
        return self


class Continuity(FigureCheck):
    """A figure does not jump from one period, or one version of the source, to the next.

    The jump is judged against territories of the same level and of like size: more than ``jump`` robust
    deviations (median absolute deviation) from their median, and more than ``floor`` of the figure.
    """

    kind: Literal["continuity"] = "continuity"
    severity: Severity = "warning"
    against: Literal["period", "version"] = "period"
    jump: float = Field(default=10, gt=0)
    floor: float = Field(default=0.25, gt=0)


class Rows(Check):
    """A version has the rows it should: so many territories by level, and not far fewer than the one before."""

    kind: Literal["rows"] = "rows"
    severity: Severity = "error"
    expected: dict[Level, int] = Field(default_factory=dict)
    lost: float = Field(default=0.5, gt=0, le=1)


class Spacing(Check):
    """A rate or a trend does not compare periods closer than so many years (rolling census: five)."""

    kind: Literal["spacing"] = "spacing"
    severity: Severity = "warning"
    years: int = Field(default=5, ge=1)


class SmallPopulation(Check):
    """Caution with a figure that stands on few persons: its denominator, or another indicator of them."""

    kind: Literal["small_population"] = "small_population"
    severity: Severity = "info"
    below: float = Field(gt=0)
    indicator: Identifier | None = None


class Geometry(Check):
    """Points lie in the contour of their commune, within ``tolerance`` metres (contours are generalised)."""

    kind: Literal["geometry"] = "geometry"
    severity: Severity = "warning"
    tolerance: float = Field(default=0, ge=0)


SourceCheck = Annotated[
    Bounds | Conservation | Agreement | Continuity | Rows | Spacing | Geometry, Field(discriminator="kind")
]
IndicatorCheck = Annotated[
    Bounds | Conservation | Agreement | Continuity | Spacing | SmallPopulation, Field(discriminator="kind")
]
