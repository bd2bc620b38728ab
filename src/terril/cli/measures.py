"""How ``passage carry`` is told what its columns are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from terril.core.errors import Location, QueryError

if TYPE_CHECKING:
    from terril.core.territories.cog import Median, Ratio, Typology
    from terril.core.territories.cog.columns import Measure

_RATIO = re.compile(r"^(?P<name>[^=]+)=(?:(?P<factor>\d+)\*)?(?P<top>[^/]+)/(?P<bottom>.+)$")


def named(options: Sequence[str]) -> list[str]:
    """Names given several times or separated by commas."""
    return [name.strip() for option in options for name in option.split(",") if name.strip()]


def measures_of(
    additive: Sequence[str], ratio: Sequence[str], median: Sequence[str], typology: Sequence[str]
) -> list[Measure]:
    """Measures of the options; the parts of ratios and the weights are additive, said or not.

    Raises
    ------
    QueryError
        When nothing is asked, or a ratio cannot be read.
    """
    from terril.core.territories.cog import Additive

    others: list[Ratio | Median | Typology] = [_ratio(text) for text in named(ratio)]
    others += [_median(text) for text in named(median)]
    others += [_typology(text) for text in named(typology)]
    parts = [p for m in others for p in _parts(m)]
    quantities = list(dict.fromkeys([*named(additive), *parts]))
    if not quantities and not others:
        raise QueryError("que porter ?", hint="--additive COLONNE, --ratio taux=num/den, --median, --typology")
    return [*map(Additive, quantities), *others]


def _parts(measure: Ratio | Median | Typology) -> list[str]:
    from terril.core.territories.cog import Ratio

    if isinstance(measure, Ratio):
        return [measure.numerator, measure.denominator]
    return [measure.weight] if measure.weight is not None else []


def _ratio(text: str) -> Ratio:
    from terril.core.territories.cog import Ratio

    found = _RATIO.match(text)
    if found is None:
        raise QueryError(
            "rapport illisible",
            location=Location(field="--ratio", value=text),
            hint="écrire taux=numerateur/denominateur, ou taux=100*numerateur/denominateur : un rapport se recalcule "
            "depuis ses parties, il ne se porte pas sans elles",
        )
    name, top, bottom = (found[part].strip() for part in ("name", "top", "bottom"))
    return Ratio(name, top, bottom, int(found["factor"] or 1))


def _median(text: str) -> Median:
    from terril.core.territories.cog import Median

    name, _, weight = text.partition(":")
    return Median(name, weight or None)


def _typology(text: str) -> Typology:
    from terril.core.territories.cog import Typology

    name, _, rule = text.partition(":")
    if rule in ("", "liste"):
        return Typology(name, "list" if rule else "refuse")
    return Typology(name, "largest", rule)
