"""The examples written beside a definition, run."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.indicators.evaluate import evaluate
from terril.core.indicators.formula import Formula
from terril.core.indicators.spec import Example, Indicator
from terril.core.periods import parse_period


@dataclass(frozen=True, slots=True)
class Failure:
    """An example the definition does not satisfy."""

    number: int
    example: Example
    found: float | None

    def __str__(self) -> str:
        where = f"{self.example.territory}, {self.example.period}"
        return f"test {self.number} ({where}) : attendu {self.example.expect}, obtenu {self.found}"


def run_examples(indicator: Indicator, formula: Formula) -> list[Failure]:
    """Failures of the examples of a definition; empty when all hold.

    Parameters
    ----------
    indicator : the definition.
    formula : its formula, units resolved.
    """
    failures = []
    for number, example in enumerate(indicator.tests, 1):
        given = dict(example.given)
        if indicator.missing == "zero":
            given = {name: 0.0 if value is None else value for name, value in given.items()}
        found, _ = evaluate(formula, given, parse_period(example.period).years)
        if not _close(found, example.expect, example.within):
            failures.append(Failure(number, example, found))
    return failures


def _close(found: float | None, expected: float | None, within: float) -> bool:
    if found is None or expected is None:
        return found is expected
    return abs(found - expected) <= within
