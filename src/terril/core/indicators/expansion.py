"""From a definition to what will be computed: which period of which source each input reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terril.core.indicators.formula import Formula
from terril.core.indicators.spec import Indicator, Input, Span
from terril.core.periods import Period, parse_period


@dataclass(frozen=True, slots=True)
class Reading:
    """What one input reads for one observation period.

    Parameters
    ----------
    observed : period of the observation.
    read : period read in the source or parent indicator.
    source : source identifier; None when the input is an indicator.
    indicator : parent identifier; None when the input is a dataset.
    """

    observed: str
    read: str
    source: str | None = None
    indicator: str | None = None


@dataclass(frozen=True, slots=True)
class Expanded:
    """An indicator ready to be compiled.

    Parameters
    ----------
    indicator : the definition.
    formula : its formula, units resolved.
    periods : observation periods, oldest first.
    readings : for each input, one reading a period, in the order of ``periods``.
    """

    indicator: Indicator
    formula: Formula
    periods: tuple[str, ...]
    readings: Mapping[str, tuple[Reading, ...]]


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


_Choice = dict[str, tuple[str | None, str | None]]


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
    same = [set(c) for name, c in choices.items() if indicator.inputs[name].period == "same"]
    if isinstance(indicator.period, Span):
        since = str(indicator.period.since)
        ends = [
            {p for p in c if len(p) == 4 and p > since}
            for name, c in choices.items()
            if indicator.inputs[name].at == "end" and indicator.inputs[name].period == "same"
        ]
        starts = [c for name, c in choices.items() if indicator.inputs[name].at == "start"]
        if not ends or any(since not in c for c in starts):
            return []
        return _sorted({f"{since}/{end}" for end in set.intersection(*ends)})
    if same:
        return _sorted(set.intersection(*same))
    return [max(parse_period(p) for c in choices.values() for p in c)]


def _read(entry: Input, observed: Period, choice: _Choice) -> str:
    if entry.period == "latest":
        return _latest(_sorted(set(choice)), observed).text
    if observed.kind == "span" and observed.text not in choice:
        return str(observed.start if entry.at == "start" else observed.end)
    return observed.text


def expand(
    indicator: Indicator,
    formula: Formula,
    loaded: Mapping[str, Sequence[str]],
    parents: Mapping[str, Sequence[str]],
) -> Expanded | NotComputable:
    """Choose what each input reads.

    Parameters
    ----------
    indicator, formula : the definition and its formula, units resolved.
    loaded : periods of each loaded source.
    parents : observation periods of each parent indicator that could be expanded.
    """
    choices = {name: _choices(entry, loaded, parents) for name, entry in indicator.inputs.items()}
    empty = [name for name, choice in choices.items() if not choice]
    if empty:
        wanted = dict.fromkeys(d for name in empty for d in indicator.inputs[name].datasets)
        orphan = [i.indicator for n, i in indicator.inputs.items() if n in empty and i.indicator]
        reason = "donnée non chargée" if wanted else f"dépend de {', '.join(map(str, orphan))}, non calculé"
        return NotComputable(indicator.id, reason, tuple(wanted))
    periods = _observed(indicator, choices)
    if not periods:
        return NotComputable(indicator.id, "aucune période commune aux entrées")
    readings = {}
    for name, entry in indicator.inputs.items():
        row = []
        for observed in periods:
            read = _read(entry, observed, choices[name])
            source, parent = choices[name][read]
            row.append(Reading(observed.text, read, source, parent))
        readings[name] = tuple(row)
    return Expanded(indicator, formula, tuple(p.text for p in periods), readings)
