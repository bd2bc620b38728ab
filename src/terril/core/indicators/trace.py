"""The explanation of a figure: a tree from the value down to the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TraceNode:
    """One step of an explanation.

    Parameters
    ----------
    kind : ``observation``, ``formula``, ``input``, ``period`` (of an input that reads several), ``parameter``,
        ``row``, ``source``, ``caution``, ``method``, ``reference`` or ``note``.
    label : what it is, in French.
    value : the figure, in ``unit``; None where there is none or where it is hidden.
    status : word of the status (``ok``, ``secret``…).
    details : facts of the step (period, vintage, version, file, row…).
    children : what it was made from.
    """

    kind: str
    label: str
    value: float | None = None
    unit: str = ""
    status: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    children: tuple[TraceNode, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The tree as plain data."""
        return {
            "kind": self.kind,
            "label": self.label,
            "value": self.value,
            "unit": self.unit,
            "status": self.status,
            "details": self.details,
            "children": [c.as_dict() for c in self.children],
        }

    def walk(self) -> Iterator[TraceNode]:
        """The node and all below it, top down."""
        yield self
        for child in self.children:
            yield from child.walk()
