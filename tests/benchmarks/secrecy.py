"""National linked table: protected and audited within the budgets of the engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

from terril.core.secrecy.audit import audit
from terril.core.secrecy.model import LinkedTable
from terril.core.secrecy.protect import protect
from terril.core.secrecy.rules import share_of_value, too_few
from terril.core.text import format_number
from terril.pipeline.territories.load import load_memberships
from tests.benchmarks.table import Measure

#: Which level sums which: EPCI cross departments, and communes without EPCI only count in their department.
SUMS = (("epci", "commune"), ("department", "commune"), ("region", "department"))


def national_sums() -> tuple[list[str], list[tuple[int, list[int]]]]:
    """Communes, then every territory that sums some, the country last; and the sums, by rank."""
    members: dict[tuple[str, str], list[str]] = {}
    columns = load_memberships().to_pydict()
    for low, code, level, holder in zip(
        columns["member_level"], columns["member_code"], columns["level"], columns["code"], strict=True
    ):
        if (level, low) in SUMS:
            members.setdefault((level, holder), []).append(f"{low}:{code}")
    ordered = sorted(members, key=lambda key: (["epci", "department", "region"].index(key[0]), key[1]))
    communes = sorted({m for key in ordered if key[0] == "department" for m in members[key]})
    names = [*communes, *(f"{level}:{code}" for level, code in ordered), "country"]
    rank = {name: i for i, name in enumerate(names)}
    regions = [rank[f"region:{code}"] for level, code in ordered if level == "region"]
    sums = [(rank[f"{level}:{code}"], [rank[m] for m in members[level, code]]) for level, code in ordered]
    return names, [*sums, (rank["country"], regions)]


def national_table(categories: int, seed: int = 0) -> LinkedTable:
    """Invented counts, skewed as firms are: many communes under 11, a few very large.

    Parameters
    ----------
    categories : 1, or several with their total.
    """
    names, sums = national_sums()
    rng = np.random.default_rng(seed)
    communes = sum(name.startswith("commune:") for name in names)
    values = np.zeros((len(names), categories))
    values[:communes] = np.floor(rng.lognormal(3.6, 1.6, (communes, categories)) / categories)
    for total, parts in sums:
        values[total] = values[parts].sum(axis=0)
    within = _matrix(sums, len(names))
    if categories > 1:
        values = np.hstack([values, values.sum(axis=1, keepdims=True)])
        across = _matrix([(categories, list(range(categories)))], categories + 1)
        blocks = [
            sparse.kron(within, sparse.eye_array(categories + 1)),
            sparse.kron(sparse.eye_array(len(names)), across),
        ]
        relations = sparse.csr_array(sparse.vstack(blocks))
    else:
        relations = within
    cells = values.ravel()
    width = share_of_value(cells, 0.15)
    return LinkedTable(
        cells, relations, np.maximum(1, cells), too_few(cells, 11), width, width, np.zeros(cells.size, dtype=bool)
    )


def _matrix(sums: list[tuple[int, list[int]]], size: int) -> Any:
    matrix = sparse.lil_array((len(sums), size))
    for row, (total, parts) in enumerate(sums):
        matrix[row, total] = -1
        matrix[row, parts] = 1
    return sparse.csr_array(matrix)


def protect_and_audit(categories: int) -> dict[str, float]:
    """Protect the nation, then attack it."""
    table = national_table(categories)
    start = time.perf_counter()
    found = protect(table)
    protected = time.perf_counter()
    attack = audit(table, found.hidden)
    return {
        "cells": table.size,
        "primary": int(table.primary.sum()),
        "secondary": int(found.secondary.sum()),
        "unprotected": len(found.unprotected),
        "leaks": len(attack.leaks),
        "attacked": attack.attacked,
        "protect": protected - start,
        "audit": time.perf_counter() - protected,
    }


def bench_secrecy(apart: Callable[..., dict[str, Any]]) -> list[Measure]:
    """One variable, then four categories and their total; each in a process of its own (``measure.apart``)."""
    measures = []
    for categories, budget in ((1, 60), (4, 300)):
        found = apart(protect_and_audit, categories)
        told = found["result"]
        what = "une variable" if categories == 1 else f"{categories} catégories et leur total"
        seconds = told["protect"] + told["audit"]
        shown = (
            f"{format_number(seconds, 1)} s (dont audit {format_number(told['audit'], 1)} s), "
            f"{format_number(told['leaks'])} fuite, {format_number(found['mib'] / 1024, 2)} Gio"
        )
        measures.append(
            Measure(
                f"secret statistique national, {what} : {format_number(told['cells'])} cellules, "
                f"{format_number(told['primary'])} primaires, {format_number(told['secondary'])} induites",
                f"≤ {budget} s, ≤ 4 Gio, aucune fuite",
                shown,
                seconds <= budget and found["mib"] <= 4096 and told["leaks"] == 0 and told["unprotected"] == 0,
            )
        )
    return measures
