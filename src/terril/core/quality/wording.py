"""Anomalies in words, typed plainly: pages set them in French typography."""

from __future__ import annotations

from collections.abc import Mapping

from terril.core.periods import parse_period
from terril.core.text import format_number

_DECIMALS = 6


def figure(value: float | None) -> str:
    """A number with the decimals it has, at most six: ``1 234,5``."""
    if value is None:
        return "—"
    text = f"{value:.{_DECIMALS}f}".rstrip("0")
    return format_number(value, len(text.partition(".")[2]))


def percent(share: float) -> str:
    """A signed share: ``+45 %``."""
    sign = "+" if share > 0 else ""
    return f"{sign}{format_number(100 * share, 0 if abs(share) >= 0.1 else 1)} %"


def because(sentence: str, reason: str) -> str:
    """The sentence, and why its author expects otherwise."""
    return f"{sentence} ({reason})" if reason else sentence


def out_of_bounds(value: float, low: float | None, high: float | None) -> str:
    """A figure beyond a bound."""
    if low is not None and value < low:
        return f"vaut {figure(value)}, au-dessous du minimum attendu, {figure(low)}"
    return f"vaut {figure(value)}, au-dessus du maximum attendu, {figure(high)}"


def unequal_total(total: str, value: float, parts: str, summed: float, tolerance: float) -> str:
    """A total that its parts do not make."""
    return (
        f"« {total} » vaut {figure(value)}, ses parties ({parts}) font {figure(summed)} : "
        f"écart de {figure(abs(value - summed))}, {_allowed(tolerance)}"
    )


def unequal_sum(value: float, members: int, level: str, summed: float, tolerance: float) -> str:
    """A territory that its parts do not make."""
    return (
        f"vaut {figure(value)}, la somme de ses {members} {level} fait {figure(summed)} : "
        f"écart de {figure(abs(value - summed))}, {_allowed(tolerance)}"
    )


def disagreement(value: float, other: str, said: float, tolerance: float) -> str:
    """Two figures that should be one."""
    gap = abs(value - said)
    return f"vaut {figure(value)}, {other} dit {figure(said)} : écart de {figure(gap)}, {_allowed(tolerance)}"


def _allowed(tolerance: float) -> str:
    return f"{figure(tolerance)} admis" if tolerance else "aucun admis"


def jump(value: float, before: float, since: str, usual: tuple[float, float], like: str) -> str:
    """A figure that jumps where those of like size do not; ``usual`` is their range, as symmetric changes."""
    change = f", soit {percent(value / before - 1)}" if before else ""
    low, high = (percent(plain_change(x)) for x in usual)
    return f"passe de {figure(before)} ({since}) à {figure(value)}{change} ; {like} varient de {low} à {high}"


def plain_change(symmetric: float) -> float:
    """The change over the first figure, from ``2 (b − a) / (|a| + |b|)``: −2 is a loss of everything."""
    bounded = min(max(symmetric, -2.0), 1.98)
    return 2 * bounded / (2 - bounded)


def fewer_rows(rows: int, before: int) -> str:
    """A version that shrinks."""
    return (
        f"compte {format_number(rows)} lignes, contre {format_number(before)} dans la version précédente "
        f"({percent(rows / before - 1)})"
    )


def unexpected_count(found: int, expected: int, level: str) -> str:
    """Territories that lack, or are too many."""
    return f"compte {format_number(found)} {level}, au lieu de {format_number(expected)}"


def too_close(first: str, last: str, years: int) -> str:
    """A comparison of two censuses that share surveys."""
    return f"compare {parse_period(first).label} et {parse_period(last).label}, distants de moins de {years} ans"


def few_persons(count: int, below: float, levels: Mapping[str, int]) -> str:
    """Figures that stand on few persons."""
    listed = ", ".join(f"{format_number(n)} {label}" for label, n in levels.items())
    plural = "s" if count > 1 else ""
    return f"{format_number(count)} valeur{plural} sur moins de {figure(below)} personnes ({listed})"


def outside(metres: float, commune: str) -> str:
    """A point out of its commune."""
    return f"point à {format_number(metres)} m hors du contour de sa commune ({commune})"
