"""Fingerprints: what a value depends on, and what only its presentation does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from terril.core.indicators.formula import Formula
from terril.core.indicators.spec import Indicator
from terril.core.sources import Source

#: Raised when the engine computes the same definition differently.
ENGINE = "1"

_DATA_FIELDS = (
    "inputs", "numerator", "denominator", "weight", "aggregation", "missing", "levels", "status", "period",
)  # fmt: skip
_SAID = {"label", "producer", "licence", "vintage", "homepage", "caution"}
_METADATA_EXCLUDED = frozenset(_DATA_FIELDS) | {"formula", "tests", "id"}


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
    dumped = indicator.model_dump(mode="json", include=set(_DATA_FIELDS))
    found = {"moteur": ENGINE, "formule": digest(formula.canonical)}
    found |= {f"définition : {field}": digest(dumped[field]) for field in _DATA_FIELDS}
    for dataset in indicator.datasets:
        if dataset in versions:
            found[f"source {dataset}"] = versions[dataset]
            source = sources[dataset]
            found[f"règles de {dataset}"] = digest(
                source.model_dump(mode="json", include={"split", "secrecy", "coverage", "geography", "rows"})
            )
    found |= {f"indicateur {parent}": parents[parent] for parent in indicator.parents if parent in parents}
    return found | {f"table {name}": value for name, value in tables.items()}


def data_fingerprint(parts: Mapping[str, str]) -> str:
    """Fingerprint of the values."""
    return digest(dict(parts))


def metadata_fingerprint(indicator: Indicator, sources: Mapping[str, Source]) -> str:
    """Fingerprint of what is said about the values: of the indicator, and of the sources it reads."""
    said = {d: sources[d].model_dump(mode="json", include=_SAID) for d in indicator.datasets if d in sources}
    return digest([indicator.model_dump(mode="json", exclude=set(_METADATA_EXCLUDED)), said])


def causes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the components that differ, sorted."""
    return tuple(sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k)))
