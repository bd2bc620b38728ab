"""The explanation of a figure as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format

from terril.core.indicators.trace import TraceNode
from terril.core.status import Status
from terril.core.text import NBSP, format_number
from terril.web.components.figures import said, unit_label

_KINDS = {
    "observation": "Chiffre",
    "formula": "Formule",
    "input": "Entrée",
    "row": "Ligne du fichier",
    "source": "Source",
    "caution": "Précaution",
    "method": "Méthode",
    "reference": "Référence",
    "note": "À savoir",
    "parameter": "Paramètre",
    "period": "Période",
}
#: Details that the page says elsewhere.
_SAID = ("audience", "indicateur", "période")
_LABELS = {s.word: s.label for s in Status}


@dataclass(frozen=True, slots=True)
class Step:
    """One step."""

    kind: str
    what: str
    label: str
    value: str
    status: str
    details: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]


def tree_of(node: TraceNode) -> Step:
    """The tree of an explanation, worded."""
    return Step(
        kind=node.kind,
        what=_KINDS.get(node.kind, node.kind),
        label=said(node.label),
        value=_value(node),
        status=_LABELS.get(node.status or "", "") if node.status not in (None, "ok") else "",
        details=tuple((said(name), _detail(name, value)) for name, value in node.details.items() if name not in _SAID),
        steps=tuple(tree_of(child) for child in node.children),
    )


def _detail(name: str, value: object) -> str:
    if name == "chargé le":
        return str(date_format(datetime.fromisoformat(str(value)), "j F Y"))
    return said(str(value))


def _value(node: TraceNode) -> str:
    if node.value is None:
        return ""
    whole = float(node.value).is_integer()
    text = format_number(node.value, 0 if whole else 2)
    unit = unit_label(node.unit)
    return f"{text}{NBSP}{unit}" if unit else text
