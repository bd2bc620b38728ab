"""What a source declares of its statistical secrecy: the producer's flags, and the rules to apply."""

from __future__ import annotations

from pydantic import Field, model_validator

from terril.core.spec import Name, Reference, Spec, Text


class MinimumCount(Spec):
    """A figure is secret where it stands on fewer than ``below`` units, and on one at least.

    Parameters
    ----------
    count : measure that counts the units; absent: the rows are the units (``rows: micro``).
    below : number of units under which a figure is secret.
    measures : measures concerned; rows counted without ``count`` are always concerned.
    """

    count: Name | None = None
    below: int = Field(ge=1)
    measures: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _measures_something(self) -> MinimumCount:
        if self.count is not None and not self.measures:
            raise ValueError("« minimum_count » donne les « measures » que son effectif rend secrètes")
        return self


class Dominance(Spec):
    """A figure is secret where its largest contributor makes more than ``share`` of it.

    Parameters
    ----------
    largest : measure that gives the largest contributor; absent: the largest row (``rows: micro``).
    """

    largest: Name | None = None
    share: float = Field(default=0.85, gt=0, le=1)
    measures: tuple[Name, ...] = Field(min_length=1)


class Homogeneous(Spec):
    """A figure is secret where it holds all of its total: what it says would be true of everyone.

    Parameters
    ----------
    total : measure that is the total, on the same rows.
    dimension : dimension over which the total is made, where there is no such measure.
    share : from which share of the total on.
    """

    total: Name | None = None
    dimension: Name | None = None
    share: float = Field(default=1, gt=0.5, le=1)
    measures: tuple[Name, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_total(self) -> Homogeneous:
        if (self.total is None) == (self.dimension is None):
            raise ValueError("« homogeneous » donne le « total », ou la « dimension » sur laquelle il se fait")
        return self


class Secrecy(Spec):
    """Statistical secrecy of a source: the producer's own flags prevail, then the rules it declares.

    Parameters
    ----------
    flags : what the producer writes in place of a secret figure.
    rule : its rule, in words.
    protection : half-width of the interval that must stay around a hidden figure, as a share of it.
    """

    flags: tuple[Text, ...] = ()
    rule: str = Field(default="", description="Règle du producteur, en clair")
    minimum_count: MinimumCount | None = None
    dominance: Dominance | None = None
    homogeneous: Homogeneous | None = None
    protection: float = Field(default=0.15, gt=0, lt=1)
    reference: Reference | None = None

    @property
    def measures(self) -> frozenset[str]:
        """Measures that some rule may hide."""
        rules = (self.minimum_count, self.dominance, self.homogeneous)
        return frozenset(m for rule in rules if rule is not None for m in rule.measures)

    @property
    def counts_rows(self) -> bool:
        """Whether the number of rows is itself subject to the minimum count."""
        return self.minimum_count is not None and self.minimum_count.count is None

    @property
    def has_rules(self) -> bool:
        """Whether figures are to be judged, and others hidden with them."""
        return bool(self.measures) or self.counts_rows
