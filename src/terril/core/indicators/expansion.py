"""From a definition to what will be computed: which period of which source each input reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from terril.core.breaks import Break
from terril.core.indicators.formula import Formula
from terril.core.indicators.spec import Indicator, Input, Span
from terril.core.parameters import Parameter
from terril.core.periods import Period, parse_period


@dataclass(frozen=True, slots=True)
class Reading:
    """What one input reads for one observation period (several of them, for a rolling input).

    Parameters
    ----------
    observed : period of the observation.
    read : period read in the source, the parent indicator or the parameter.
    source : source identifier; None when the input is something else.
    indicator : parent identifier; None when the input is something else.
    parameter : parameter identifier; None when the input is something else.
    value : value of the parameter at the period read.
    """

    observed: str
    read: str
    source: str | None = None
    indicator: str | None = None
    parameter: str | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Expanded:
    """An indicator ready to be compiled.

    Parameters
    ----------
    indicator : the definition.
    formula : its formula, units resolved.
    periods : observation periods, oldest first.
    readings : for each input, what it reads for each period, in the order of ``periods``.
    dropped : observation periods that are not computed though they could seem to be, and why, in French.
    broken : those of them that a series break forbids.
    """

    indicator: Indicator
    formula: Formula
    periods: tuple[str, ...]
    readings: Mapping[str, tuple[Reading, ...]]
    dropped: Mapping[str, str] = field(default_factory=dict)
    broken: tuple[str, ...] = ()

    def read_by(self, name: str, observed: str) -> tuple[Reading, ...]:
        """What an input reads for one observation period, latest period first."""
        return tuple(r for r in self.readings[name] if r.observed == observed)

    def constant(self, name: str, observed: str) -> float:
        """Value of a parameter for one observation period: mean or sum of what it reads."""
        values = [r.value for r in self.read_by(name, observed) if r.value is not None]
        total = math.fsum(values)
        return total if self.indicator.inputs[name].rolled == "sum" else total / len(values)


@dataclass(frozen=True, slots=True)
class NotComputable:
    """An indicator that cannot be computed now, and why.

    Parameters
    ----------
    indicator : identifier.
    reason : in French, for people.
    sources : sources to load, when that is the reason.
    """

    indicator: str
    reason: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class National:
    """What packs declare for the whole country, that expansion needs.

    Parameters
    ----------
    parameters : by identifier.
    breaks : breaks of each source, and those that each parent indicator inherits, by identifier.
    """

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    breaks: Mapping[str, Sequence[Break]] = field(default_factory=dict)


_Choice = dict[str, tuple[str | None, str | None]]


class _Dropped(Exception):  # noqa: N818 - control flow inside this module, not an error
    """An observation that cannot be computed; its argument is the reason, in French."""


class _Broken(_Dropped):
    """The same, for a series break."""


def _choices(entry: Input, loaded: Mapping[str, Sequence[str]], parents: Mapping[str, Sequence[str]]) -> _Choice:
    # For each period the first dataset that has it is read alone: producers are never mixed within one.
    if entry.indicator is not None:
        return dict.fromkeys(parents.get(entry.indicator, ()), (None, entry.indicator))
    chosen: _Choice = {}
    for dataset in entry.datasets:
        for period in loaded.get(dataset, ()):
            chosen.setdefault(period, (dataset, None))
    return chosen


def _sorted(periods: set[str]) -> list[Period]:
    return sorted(parse_period(p) for p in periods)


def _latest(candidates: Sequence[Period], observed: Period) -> Period:
    before = [p for p in candidates if p.end <= observed.end]
    # A measure that hardly moves (an area) may only be known after the observation.
    return before[-1] if before else candidates[0]


def _observed(indicator: Indicator, choices: Mapping[str, _Choice]) -> list[Period]:
    """Periods that may be observed, before each input is asked what it reads."""
    if isinstance(indicator.period, Span):
        return _ends(indicator, indicator.period.since, choices)
    same = {n: set(c) for n, c in choices.items() if indicator.inputs[n].period == "same"}
    own = [c for n, c in same.items() if indicator.inputs[n].lag is None and indicator.inputs[n].base is None]
    if own:
        return _sorted(set.intersection(*own))
    late = [{_later(p, lag) for p in c} for n, c in same.items() if (lag := indicator.inputs[n].lag)]
    if late:
        return _sorted(set.intersection(*late))
    based = [str(i.base) for n, i in indicator.inputs.items() if i.base is not None and n in choices]
    return [max(parse_period(p) for p in based or [p for c in choices.values() for p in c])]


def _later(period: str, lag: int) -> str:
    found = parse_period(period)
    # A source may hold spans beside years: they have no step, and stand for themselves alone.
    return period if found.kind == "span" else found.shifted(lag).text


def _ends(indicator: Indicator, start: int, choices: Mapping[str, _Choice]) -> list[Period]:
    since = str(start)
    ends = [
        {p for p in c if len(p) == 4 and p > since}
        for name, c in choices.items()
        if indicator.inputs[name].at == "end" and indicator.inputs[name].period == "same"
    ]
    starts = [c for name, c in choices.items() if indicator.inputs[name].at == "start"]
    if not ends or any(since not in c for c in starts):
        return []
    return _sorted({f"{since}/{end}" for end in set.intersection(*ends)})


def _asked(name: str, entry: Input, observed: Period) -> list[Period]:
    """Periods that a dated input asks for, latest first."""
    if observed.kind == "span" and entry.base is None:
        raise _Dropped(f"« {name} » demande un pas, et {observed.text} n'en a pas")
    start = parse_period(entry.base) if entry.base is not None else observed.shifted(-(entry.lag or 0))
    return [start.shifted(-i) if i else start for i in range(entry.rolling or 1)]


def _read(name: str, entry: Input, observed: Period, choice: _Choice) -> list[Reading]:
    """What an input reads for an observation."""
    if entry.period == "latest":
        periods = [_latest(_sorted(set(choice)), observed).text]
    elif entry.is_dated:
        periods = [p.text for p in _asked(name, entry, observed)]
    elif observed.kind == "span" and observed.text not in choice:
        periods = [str(observed.start if entry.at == "start" else observed.end)]
    else:
        periods = [observed.text]
    absent = [p for p in periods if p not in choice]
    if absent:
        raise _Dropped(f"« {name} » lit {', '.join(absent)}, qui n'est pas disponible")
    return [Reading(observed.text, period, *choice[period]) for period in periods]


def _constant(name: str, entry: Input, observed: Period, parameter: Parameter) -> list[Reading]:
    """What a parameter is worth for an observation."""
    asked = _asked(name, entry, observed) if entry.is_dated else [_end(entry, observed)]
    found = []
    for period in asked:
        read = parameter.read(period)
        if read is None:
            raise _Dropped(f"le paramètre {parameter.id} n'a pas de valeur pour {period.text}")
        value = parameter.values[read]
        found.append(Reading(observed.text, read, parameter=parameter.id, value=value))
    return found


def _end(entry: Input, observed: Period) -> Period:
    if observed.kind != "span":
        return observed
    return parse_period(str(observed.start if entry.at == "start" else observed.end))


def _check_breaks(indicator: Indicator, readings: Mapping[str, Sequence[Reading]], national: National) -> None:
    """Figures on both sides of a break are not compared: the observation is not made."""
    series = [n for n, e in indicator.inputs.items() if e.parameter is None and e.period == "same"]
    compared = [(b, series) for b in indicator.breaks]
    for origin in dict.fromkeys((*indicator.datasets, *indicator.parents)):
        # A series read from several producers in turn is one series: the break of one of them is a break of it.
        citing = [n for n, e in indicator.inputs.items() if origin == e.indicator or origin in e.datasets]
        for crossed in national.breaks.get(origin, ()):
            compared.append((crossed, [n for n in citing if crossed.concerns(indicator.inputs[n].columns)]))
    for crossed, names in compared:
        if crossed.parts(parse_period(r.read) for n in names for r in readings[n]):
            raise _Broken(f"rupture de série en {crossed.period} : {crossed.reason.strip().rstrip('.')}")


def expand(
    indicator: Indicator,
    formula: Formula,
    loaded: Mapping[str, Sequence[str]],
    parents: Mapping[str, Sequence[str]],
    national: National | None = None,
) -> Expanded | NotComputable:
    """Choose what each input reads.

    Parameters
    ----------
    indicator, formula : the definition and its formula, units resolved.
    loaded : periods of each loaded source.
    parents : observation periods of each parent indicator that could be expanded.
    national : parameters and series breaks; none when absent.
    """
    national = national or National()
    choices = {n: _choices(e, loaded, parents) for n, e in indicator.inputs.items() if e.parameter is None}
    empty = [name for name, choice in choices.items() if not choice]
    if empty:
        wanted = dict.fromkeys(d for name in empty for d in indicator.inputs[name].datasets)
        orphan = [i.indicator for n, i in indicator.inputs.items() if n in empty and i.indicator]
        reason = "donnée non chargée" if wanted else f"dépend de {', '.join(map(str, orphan))}, non calculé"
        return NotComputable(indicator.id, reason, tuple(wanted))
    kept: dict[str, list[Reading]] = {name: [] for name in indicator.inputs}
    periods, dropped, broken = [], {}, []
    for observed in _observed(indicator, choices):
        try:
            readings = _readings(indicator, observed, choices, national)
            _check_breaks(indicator, readings, national)
        except _Dropped as reason:
            dropped[observed.text] = str(reason)
            if isinstance(reason, _Broken):
                broken.append(observed.text)
            continue
        periods.append(observed.text)
        for name, found in readings.items():
            kept[name] += found
    if not periods:
        return NotComputable(indicator.id, _why(dropped))
    return Expanded(indicator, formula, tuple(periods), {n: tuple(r) for n, r in kept.items()}, dropped, tuple(broken))


def _why(dropped: Mapping[str, str]) -> str:
    """Why nothing is computed: what stopped the last period."""
    return f"{list(dropped)[-1]} : {list(dropped.values())[-1]}" if dropped else "aucune période commune aux entrées"


def _readings(
    indicator: Indicator, observed: Period, choices: Mapping[str, _Choice], national: National
) -> dict[str, list[Reading]]:
    found = {}
    for name, entry in indicator.inputs.items():
        if entry.parameter is not None:
            found[name] = _constant(name, entry, observed, national.parameters[entry.parameter])
        else:
            found[name] = _read(name, entry, observed, choices[name])
    return found
