"""An indicator over any perimeter, from the published figures of the territories it touches and the share of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from terril.core.errors import Location, QueryError
from terril.core.indicators.evaluate import evaluate
from terril.core.indicators.formula import Formula
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.status import Status, worst

_UNKNOWN = frozenset({Status.MISSING, Status.SECRET, Status.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Estimate:
    """An indicator over a perimeter.

    Parameters
    ----------
    value : in the indicator's unit; None where a member is not known.
    status : ``ESTIMATED`` or worse, unless every member is whole: then that of their sum.
    numerator, denominator : parts of a ratio, each estimated; None otherwise.
    low, high : bounds that hold however things lie inside the members cut by the perimeter: the members held
        whole, and all those touched. None for a ratio, or where a member is negative or not known.
    uncertain : share of the value that comes from members cut by the perimeter, 0 to 1; for a ratio, of its
        denominator. None where it is not known.
    known : share of the weights whose member has a figure, 0 to 1.
    hidden, absent : members under statistical secrecy, and members without a figure; sorted codes.
    """

    value: float | None
    status: Status
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    uncertain: float | None = None
    known: float = 1.0
    hidden: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def refusal(indicator: Indicator, formula: Formula) -> str | None:
    """Why an indicator cannot be estimated over a perimeter, in French; None where it can."""
    if indicator.aggregation == "sum":
        return None
    if indicator.aggregation != "ratio_of_sums":
        return (
            "ni une médiane, ni un quantile, ni une moyenne ne se partage : "
            "seules une somme et un rapport de sommes s'estiment sur un périmètre"
        )
    parts = {indicator.numerator, indicator.denominator}
    if None in parts or not set(formula.names) <= parts:
        return "ses parties ne sont pas toutes publiées : la définition doit nommer « numerator » et « denominator »"
    return None


def estimate(
    indicator: Indicator, formula: Formula, cells: Mapping[str, Observation], weights: Mapping[str, float]
) -> Estimate:
    """An indicator over one perimeter.

    A sum is the sum of the members, each by its share; a ratio is recomputed from its parts so estimated, never
    averaged. One secret member makes the whole secret, one unknown makes it missing: a partial sum would pass for
    a total, and would tell by difference what is hidden.

    Parameters
    ----------
    indicator, formula : the definition and its formula, units resolved.
    cells : protected observations of the members, by code.
    weights : share of each member inside the perimeter, by code, in ]0, 1].

    Raises
    ------
    QueryError
        If the indicator is not additive, a share is out of bounds, or there is none.
    """
    _check(indicator, formula, weights)
    ratio = indicator.aggregation == "ratio_of_sums"
    statuses = {code: _status(cells.get(code), ratio) for code in sorted(weights)}
    hidden = tuple(c for c, s in statuses.items() if s is Status.SECRET)
    absent = tuple(c for c, s in statuses.items() if s in _UNKNOWN and s is not Status.SECRET)
    whole = all(w == 1 for w in weights.values())
    status = worst([*statuses.values(), *([] if whole else [Status.ESTIMATED])])
    if len(weights) > 1 and any(i.reconstructed for i in indicator.inputs.values()):
        status = worst([status, Status.ESTIMATED])
    if hidden or absent:
        told = sum(w for c, w in weights.items() if statuses[c] not in _UNKNOWN)
        return Estimate(None, status, known=told / sum(weights.values()), hidden=hidden, absent=absent)
    known = {code: cells[code] for code in statuses}
    return _ratio(indicator, formula, known, weights, status) if ratio else _sum(known, weights, status)


def _check(indicator: Indicator, formula: Formula, weights: Mapping[str, float]) -> None:
    reason = refusal(indicator, formula)
    if reason is not None:
        raise QueryError(reason, location=Location(value=indicator.id))
    if not weights:
        raise QueryError("le périmètre ne touche aucun territoire", location=Location(value=indicator.id))
    wrong = next((c for c, w in weights.items() if not 0 < w <= 1), None)
    if wrong is not None:
        place = Location(field=wrong, value=str(weights[wrong]))
        raise QueryError("une part est comprise entre 0 et 1", location=place)


def _status(cell: Observation | None, ratio: bool) -> Status:
    if cell is None:
        return Status.MISSING
    if ratio and cell.status is Status.NOT_APPLICABLE and None not in (cell.numerator, cell.denominator):
        # Nothing over nothing here is still nothing in the sum.
        return Status.OK
    if cell.status in _UNKNOWN:
        return cell.status
    told = (cell.numerator, cell.denominator) if ratio else (cell.value,)
    return Status.MISSING if None in told else cell.status


def _exact(number: float | None) -> Decimal:
    # What is written is what is meant: 0.1 is a tenth, as in the DECIMAL sums of the engine.
    return Decimal(repr(number))


def _total(values: Mapping[str, float | None], weights: Mapping[str, float]) -> Decimal:
    return sum((_exact(v) * _exact(weights[c]) for c, v in values.items()), Decimal(0))


def _cut_share(values: Mapping[str, float | None], weights: Mapping[str, float]) -> float | None:
    total = _total(values, weights)
    if not total or any(v is None or v < 0 for v in values.values()):
        return None
    return float(_total({c: v for c, v in values.items() if weights[c] < 1}, weights) / total)


def _sum(cells: Mapping[str, Observation], weights: Mapping[str, float], status: Status) -> Estimate:
    values = {code: cell.value for code, cell in cells.items()}
    low = high = None
    if all(v is not None and v >= 0 for v in values.values()):
        low = float(sum((_exact(v) for c, v in values.items() if weights[c] == 1), Decimal(0)))
        high = float(sum((_exact(v) for v in values.values()), Decimal(0)))
    value = float(_total(values, weights))
    return Estimate(value, status, low=low, high=high, uncertain=_cut_share(values, weights))


def _ratio(
    indicator: Indicator,
    formula: Formula,
    cells: Mapping[str, Observation],
    weights: Mapping[str, float],
    status: Status,
) -> Estimate:
    tops = {code: cell.numerator for code, cell in cells.items()}
    bottoms = {code: cell.denominator for code, cell in cells.items()}
    top, bottom = float(_total(tops, weights)), float(_total(bottoms, weights))
    value, defined = evaluate(formula, {str(indicator.numerator): top, str(indicator.denominator): bottom})
    return Estimate(value, worst([status, defined]), top, bottom, uncertain=_cut_share(bottoms, weights))
