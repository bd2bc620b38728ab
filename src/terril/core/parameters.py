"""Dated national parameters (``packs/<pack>/parameters/*.yaml``): a price index, degree days, a legal threshold."""

from __future__ import annotations

import math

from pydantic import Field, model_validator

from terril.core.periods import Period
from terril.core.spec import Identifier, Reference, Spec, Text


class Parameter(Spec):
    """A number that the law or a producer sets for the whole country, period by period.

    Parameters
    ----------
    values : value of each period.
    reference : the page of the producer where the values can be read again.
    """

    id: Identifier
    label: str
    definition: str = ""
    unit: str
    values: dict[Text, float] = Field(min_length=1)
    reference: Reference
    valid_on: Text
    caution: str = ""

    @model_validator(mode="after")
    def _finite(self) -> Parameter:
        if not all(math.isfinite(v) for v in self.values.values()):
            raise ValueError("une valeur de paramètre est un nombre fini")
        return self

    def read(self, period: Period) -> str | None:
        """Period of the value that holds for ``period``: its own, else its year's; None without either.

        >>> index.read(parse_period("2021-Q3"))
        '2021'
        """
        if period.text in self.values:
            return period.text
        year = str(period.end)
        return year if period.kind in ("quarter", "month") and year in self.values else None
