"""The pattern in the expression of an indicator: hidden cells are secret, whatever their parts say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import ibis

from terril.core.indicators.expansion import Expanded
from terril.core.status import Status
from terril.engine.parts import Loaded, small
from terril.engine.protection.readings import measured_by
from terril.engine.summing import KEYS

HIDDEN = {"source": "string", "cell": "string", "level": "string", "code": "string", "period": "string"}
_SECRET, _MISSING = int(Status.SECRET), int(Status.MISSING)


def concealed(table: Any, expanded: Expanded, names: Sequence[str], loaded: Mapping[str, Loaded]) -> Any:
    """The same rows, SECRET where a pattern hides the measure cell that an input reads.

    Parameters
    ----------
    table : ``level, code, period`` and value, status and nulls of each input, at every level.
    names : inputs to look at.
    loaded : versions; those without a pattern are left as they are.
    """
    for name in names:
        key = measured_by(expanded.indicator, name).key
        sources = dict.fromkeys(r.source for r in expanded.readings[name] if r.source)
        ruled = [s for s in sources if key in loaded[s].protected]
        if ruled:
            cells = reduce(lambda a, b: a.union(b), (_cells(expanded, name, s, key) for s in ruled))
            table = _marked(table, name, cells.distinct())
    return table


def _cells(expanded: Expanded, name: str, source: str, key: str) -> Any:
    """Hidden cells of a measure under the periods of the observations that read them."""
    observed: dict[str, list[str]] = {}
    for reading in expanded.readings[name]:
        if reading.source == source:
            observed.setdefault(reading.read, []).append(reading.observed)
    hidden = ibis.table(HIDDEN, name="hidden")
    rows = hidden.filter((hidden.source == source) & (hidden.cell == key) & hidden.period.isin(sorted(observed)))
    branches = [(rows.period == read, ibis.array(seen)) for read, seen in sorted(observed.items())]
    unnested = ibis.cases(*branches, else_=ibis.null("array<string>")).unnest()
    return rows.select("level", "code", period=unnested)


def _marked(table: Any, name: str, cells: Any) -> Any:
    left, flagged = table.view(), cells.mutate(hit=ibis.literal(True))
    t = left.left_join(flagged, [left[k] == flagged[k] for k in KEYS])
    columns = {c: left[c] for c in left.columns}
    status = left[f"s_{name}"]
    # What is not known is not hidden: missing stays missing.
    secret = flagged.hit.notnull() & (status < _MISSING)
    columns[f"s_{name}"] = secret.ifelse(small(_SECRET), status)
    return t.select(**columns)
