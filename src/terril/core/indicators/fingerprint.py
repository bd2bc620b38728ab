"""Fingerprints: what a value depends on, and what only its presentation does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from terril.core.indicators.expansion import Expanded
from terril.core.indicators.formula import Formula
from terril.core.indicators.spec import Indicator
from terril.core.sources import Source

#: Raised when the engine computes the same definition differently.
ENGINE = "1"

_DATA_FIELDS = (
    "inputs", "numerator", "denominator", "weight", "aggregation", "missing", "levels", "status", "period",
)  # fmt: skip
_RULES = {"split", "secrecy", "coverage", "geography", "rows"}
_SAID = {"label", "producer", "licence", "vintage", "homepage", "caution", "breaks"}
_METADATA_EXCLUDED = frozenset(_DATA_FIELDS) | {"formula", "tests", "id", "checks"}


def digest(value: object) -> str:
    """Short, stable digest of plain data."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def components(
    indicator: Indicator,
    formula: Formula,
    versions: Mapping[str, str],
    sources: Mapping[str, Source],
    parents: Mapping[str, str],
    tables: Mapping[str, str],
) -> dict[str, str]:
    """Everything a value depends on, by name: what lets a plan say why it changes.

    Parameters
    ----------
    versions : version in use of each loaded source.
    sources : source definitions.
    parents : data fingerprints of the parent indicators.
    tables : digests of the territory tables, by name.
    """
    # What is left to its default is left out: a key that Terril learns recomputes nothing.
    dumped = indicator.model_dump(mode="json", include=set(_DATA_FIELDS), exclude_defaults=True)
    found = {"moteur": ENGINE, "formule": digest(formula.canonical)}
    found |= {f"définition : {field}": digest(dumped.get(field)) for field in _DATA_FIELDS}
    for dataset in indicator.datasets:
        if dataset in versions:
            found[f"source {dataset}"] = versions[dataset]
            source = sources[dataset]
            found[f"règles de {dataset}"] = digest(
                source.model_dump(mode="json", include=_RULES, exclude_defaults=True)
            )
    found |= {f"indicateur {parent}": parents[parent] for parent in indicator.parents if parent in parents}
    return found | {f"table {name}": value for name, value in tables.items()}


def dated_components(expanded: Expanded) -> dict[str, str]:
    """What values depend on beyond versions and definition: parameters as read, and periods that a break forbids."""
    read: dict[str, dict[str, float | None]] = {}
    for readings in expanded.readings.values():
        for reading in readings:
            if reading.parameter is not None:
                read.setdefault(reading.parameter, {})[reading.read] = reading.value
    found = {f"paramètre {parameter}": digest(values) for parameter, values in read.items()}
    return found | ({"ruptures": digest(expanded.broken)} if expanded.broken else {})


def data_fingerprint(parts: Mapping[str, str]) -> str:
    """Fingerprint of the values."""
    return digest(dict(parts))


def metadata_fingerprint(indicator: Indicator, sources: Mapping[str, Source], read: Iterable[str]) -> str:
    """Fingerprint of what is said about the values: of the indicator, then of the sources it reads.

    Parameters
    ----------
    read : every source it stands on, through its parents: a page names them all.

    Returns
    -------
    Two digests and a dot between them.
    """
    said = {d: sources[d].model_dump(mode="json", include=_SAID) for d in read if d in sources}
    own = indicator.model_dump(mode="json", exclude=set(_METADATA_EXCLUDED), exclude_defaults=True)
    return f"{digest(own)}.{digest(said)}"
