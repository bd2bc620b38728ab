"""The unit of each input of an indicator, from the columns it reads."""

from __future__ import annotations

from collections.abc import Mapping

from terril.core.errors import PackError
from terril.core.indicators.formula import Formula, parse_formula
from terril.core.indicators.spec import Indicator, Input
from terril.core.indicators.typing import resolve_units
from terril.core.parameters import Parameter
from terril.core.sources import Source


def input_unit(
    entry: Input,
    sources: Mapping[str, Source],
    indicators: Mapping[str, Indicator],
    parameters: Mapping[str, Parameter] | None = None,
) -> str:
    """Unit code of an input: its own ``unit``, else that of its column, parent indicator or parameter."""
    if entry.unit is not None:
        return entry.unit
    if entry.parameter is not None:
        return (parameters or {})[entry.parameter].unit
    if entry.indicator is not None:
        return indicators[entry.indicator].unit
    if entry.measure == "count":
        return "unite"
    measure = sources[entry.datasets[0]].measure(entry.column or "")
    if measure is None:
        raise PackError(f"colonne inconnue « {entry.column} » dans {entry.datasets[0]}")
    return measure.unit


def resolved_formula(
    indicator: Indicator,
    sources: Mapping[str, Source],
    indicators: Mapping[str, Indicator],
    parameters: Mapping[str, Parameter] | None = None,
) -> Formula:
    """The indicator's formula, read, its units checked and its conversions written as factors.

    Raises
    ------
    FormulaError, UnitError, PackError
        If the formula cannot be read, mixes units, or reads an unknown column.
    """
    units = {name: input_unit(entry, sources, indicators, parameters) for name, entry in indicator.inputs.items()}
    return resolve_units(parse_formula(indicator.formula), units, indicator.unit)
