"""Rows of a source told apart as finely as what is read of it, and no more: classes that never overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from terril.core.quality.spec import Total
from terril.core.sources import Source
from terril.engine.protection.readings import Family, Where
from terril.engine.session import Connection

#: Dimension added to the rows: the class of each.
CLASS = "secrecy_class"
Atom = tuple[str | None, ...]
Sets = tuple[frozenset[int], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of rows.

    Parameters
    ----------
    dimensions : dimensions that tell rows apart; none: a single class.
    atoms : class of each combination of their values.
    links : classes of a declared total, and those of its parts.
    """

    dimensions: tuple[str, ...]
    atoms: Mapping[Atom, int]
    links: tuple[Sets, ...] = ()

    @property
    def count(self) -> int:
        """Number of classes."""
        return max(self.atoms.values(), default=0) + 1

    def held(self, where: Where) -> frozenset[int]:
        """Classes of the rows that a filter keeps."""
        return frozenset(c for atom, c in self.atoms.items() if _matches(self.dimensions, atom, where))


def _matches(dimensions: Sequence[str], atom: Atom, where: Where) -> bool:
    values = dict(zip(dimensions, atom, strict=True))
    return all(values[dimension] in kept for dimension, kept in where)


def wholes(source: Source, family: Family) -> dict[Where, Where]:
    """For each filter that holds a category, the same with every category: what « homogeneous » compares to."""
    rule = source.secrecy.homogeneous
    if rule is None or rule.dimension is None or not family.measures & set(rule.measures):
        return {}
    filters = {w.measured.where for w in family.wanted}
    return {
        where: tuple((d, v) for d, v in where if d != rule.dimension)
        for where in filters
        if any(d == rule.dimension for d, _ in where)
    }


def classes_of(connection: Connection, table: str, source: Source, family: Family) -> Classes:
    """Classes that the filters of a family need, from the values found in a version.

    Parameters
    ----------
    table : view of the version.
    """
    filters = sorted({w.measured.where for w in family.wanted} | set(wholes(source, family).values()))
    totals = [t for t in source.totals if t.dimension is not None and _bears_on(t, family)]
    dimensions = tuple(sorted({d for where in filters for d, _ in where} | {str(t.dimension) for t in totals}))
    if not dimensions:
        return Classes((), {(): 0})
    listed = ", ".join(f'"{d}"' for d in dimensions)
    rows = connection.execute(f"SELECT DISTINCT {listed} FROM {table} ORDER BY ALL").fetchall()
    atoms: list[Atom] = [tuple(r) for r in rows]
    seen: dict[Atom, tuple[object, ...]] = {
        atom: tuple(_matches(dimensions, atom, where) for where in filters) for atom in atoms
    }
    signatures = [_signatures(dimensions, atoms, seen, total) for total in totals]
    found: dict[tuple[object, ...], int] = {}
    numbered = {}
    for atom in atoms:
        told = (seen[atom], *(s[atom] for s in signatures))
        numbered[atom] = found.setdefault(told, len(found))
    return Classes(dimensions, numbered, tuple(_links(numbered, signatures)))


def _bears_on(total: Total, family: Family) -> bool:
    return not total.measures or bool(family.measures & set(total.measures))


Signature = tuple[str, frozenset[tuple[str, tuple[object, ...]]]]


def _signatures(
    dimensions: Sequence[str], atoms: Iterable[Atom], seen: Mapping[Atom, tuple[object, ...]], total: Total
) -> dict[Atom, Signature]:
    """Role of each combination in a total, and what the combinations that differ by the dimension alone are."""
    at = dimensions.index(str(total.dimension))
    around: dict[Atom, list[Atom]] = {}
    for atom in atoms:
        around.setdefault((*atom[:at], *atom[at + 1 :]), []).append(atom)

    def role(atom: Atom) -> str:
        if atom[at] == total.total:
            return "total"
        return "part" if not total.parts or atom[at] in total.parts else "other"

    found: dict[Atom, Signature] = {}
    for group in around.values():
        shared = frozenset((role(a), seen[a]) for a in group)
        found |= {a: (role(a), shared) for a in group}
    return found


def _links(numbered: Mapping[Atom, int], signatures: Iterable[Mapping[Atom, Signature]]) -> Iterable[Sets]:
    for signature in signatures:
        groups: dict[frozenset[tuple[str, tuple[object, ...]]], dict[str, set[int]]] = {}
        for atom, (role, shared) in signature.items():
            groups.setdefault(shared, {}).setdefault(role, set()).add(numbered[atom])
        for roles in groups.values():
            if {"total", "part"} <= set(roles):
                yield frozenset(roles["total"]), frozenset(roles["part"])


def lay_classes(connection: Connection, table: str, classes: Classes) -> str:
    """A view of the version whose rows bear their class; the version itself where there is only one."""
    if not classes.dimensions:
        return table
    columns: dict[str, pa.Array] = {
        d: pa.array([atom[i] for atom in classes.atoms], pa.string()) for i, d in enumerate(classes.dimensions)
    }
    columns[CLASS] = pa.array([str(c) for c in classes.atoms.values()], pa.string())
    connection.register("classes_given", pa.table(columns))
    connection.execute("CREATE OR REPLACE TEMP TABLE secrecy_classes AS SELECT * FROM classes_given")
    connection.unregister("classes_given")
    joined = " AND ".join(f'v."{d}" IS NOT DISTINCT FROM c."{d}"' for d in classes.dimensions)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW secrecy_rows AS SELECT v.*, c.{CLASS} FROM {table} v "
        f"JOIN secrecy_classes c ON {joined}"
    )
    return "secrecy_rows"
