"""A family of indicators written once: the same definition for each category of a breakdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from terril.core.spec import Identifier, Name, Spec, Text
from terril.core.text import NBSP

#: What stands for the category in the inputs of the definition.
PLACEHOLDER = "{category}"
#: Between the identifier of a family and that of a category.
SEPARATOR = "__"


class Category(Spec):
    """One category of a breakdown.

    Parameters
    ----------
    label : its name, for readers.
    where : values of the dimension it stands for; its own identifier when absent.
    column : column it stands for; its own identifier when absent.
    """

    label: str
    where: Text | tuple[Text, ...] = ()
    column: Name | None = None


class Breakdown(Spec):
    """The categories of a family, in the order in which they are read.

    Parameters
    ----------
    label : what is broken down by (« Âge »).
    dimension : dimension of the sources that tells categories apart, for who reads the definition.
    categories : by identifier.
    total : indicator that the categories add up to.
    tolerance : gap allowed, in the unit of the indicator: what the producer's roundings explain.
    """

    label: str
    dimension: Name | None = None
    categories: dict[Name, Category] = Field(min_length=2)
    total: Identifier | None = None
    tolerance: float = Field(default=0, ge=0)


def bears_placeholder(inputs: Any) -> bool:
    """Whether plain data of ``inputs`` names the category somewhere."""
    if isinstance(inputs, Mapping):
        return any(bears_placeholder(v) for v in inputs.values())
    if isinstance(inputs, list):
        return any(bears_placeholder(v) for v in inputs)
    return isinstance(inputs, str) and PLACEHOLDER in inputs


def member_data(family: Mapping[str, Any], breakdown: Breakdown, category: str) -> dict[str, Any]:
    """Plain data of the ordinary indicator of a category.

    Parameters
    ----------
    family : plain data of the definition, inputs bearing ``{category}`` in ``where`` or ``column``.
    breakdown : its breakdown, validated.
    category : one of its categories.
    """
    chosen = breakdown.categories[category]
    label = str(family.get("label", ""))
    inputs = family.get("inputs")
    found = dict(family) | {
        "id": f"{family.get('id')}{SEPARATOR}{category}",
        "label": f"{label}{NBSP}: {chosen.label}",
        "short": chosen.label,
        "part_of": family.get("id"),
        "category": category,
    }
    if isinstance(inputs, Mapping):
        found["inputs"] = {name: _entry(given, chosen, category) for name, given in inputs.items()}
    return found


def _entry(given: Any, chosen: Category, category: str) -> Any:
    if not isinstance(given, Mapping):
        return given
    entry = dict(given)
    for role in ("column", "times", "over"):
        if isinstance(entry.get(role), str):
            entry[role] = entry[role].replace(PLACEHOLDER, chosen.column or category)
    if isinstance(entry.get("where"), Mapping):
        entry["where"] = {dimension: _kept(v, chosen, category) for dimension, v in entry["where"].items()}
    return entry


def _kept(values: Any, chosen: Category, category: str) -> Any:
    own = chosen.where if isinstance(chosen.where, str) else list(chosen.where)
    if values == PLACEHOLDER:
        return own or category
    return values.replace(PLACEHOLDER, category) if isinstance(values, str) else values
