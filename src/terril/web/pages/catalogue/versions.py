"""Versions of a dataset, and what changed from each to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from terril.core.text import NBSP, NNBSP, format_number
from terril.pipeline.datasets import DatasetStore, Version
from terril.web.components.figures import period_label, said
from terril.web.pages.sources.freshness import day_of, written
from terril.web.portal import Portal

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A version.

    Parameters
    ----------
    difference : what changed since the one before, in words; empty for the first.
    """

    id: str
    read: str
    vintage: str
    rows: str
    difference: str
    used: bool
    purged: str


def versions_of(portal: Portal, identifier: str) -> tuple[Line, ...]:
    """Versions of a dataset, the latest first."""
    store = DatasetStore(portal.workspace.home)
    known = store.versions(identifier)
    current = store.current(identifier)
    lines = list(_lines(known, current.id if current is not None else ""))
    return tuple(reversed(lines))[:_SHOWN]


def _lines(known: Sequence[Version], used: str) -> Iterator[Line]:
    before: Version | None = None
    for version in known:
        meta = version.meta
        day = day_of(str(meta.get("retrieved_at", "")))
        yield Line(
            id=version.id,
            read=written(day) if day is not None else "",
            vintage=said(str(meta.get("vintage", ""))).replace("{period}", "").strip(),
            rows=_count(int(meta.get("rows", 0)), "ligne"),
            difference=f"{NNBSP}; ".join(_differences(before, version)) if before is not None else "",
            used=version.id == used,
            purged=said(str(meta["purged"]["reason"])) if version.purged else "",
        )
        before = version


def _differences(before: Version, after: Version) -> Iterator[str]:
    """What the two say of themselves that differs: rows, periods, columns, vintage, corrections."""
    more = int(after.meta.get("rows", 0)) - int(before.meta.get("rows", 0))
    if more:
        yield f"{_count(abs(more), 'ligne')} de {'plus' if more > 0 else 'moins'}"
    old, new = set(before.meta.get("periods", ())), set(after.meta.get("periods", ()))
    yield from _gained("période", sorted(new - old), sorted(old - new), periods=True)
    old, new = _columns(before), _columns(after)
    yield from _gained("colonne", sorted(new - old), sorted(old - new))
    if after.meta.get("overlay") and not before.meta.get("overlay"):
        yield "des corrections s’y ajoutent"
    if before.meta.get("vintage") != after.meta.get("vintage"):
        yield f"millésime «{NBSP}{said(str(before.meta.get('vintage', '')))}{NBSP}» avant"
    secret = _status(after, "secret") - _status(before, "secret")
    if secret:
        yield f"{_count(abs(secret), 'cellule')} {'secrète' if abs(secret) < 2 else 'secrètes'} de " + (
            "plus" if secret > 0 else "moins"
        )
    if not more and old == new and not secret:
        yield "même nombre de lignes et mêmes colonnes, d’autres valeurs"


def _gained(word: str, added: Sequence[str], lost: Sequence[str], *, periods: bool = False) -> Iterator[str]:
    for names, verb in ((added, "ajoutée"), (lost, "retirée")):
        if names:
            many = "s" if len(names) > 1 else ""
            shown = ", ".join(period_label(n) if periods else n for n in names[:5])
            yield f"{word}{many} {verb}{many}{NBSP}: {shown}{'…' if len(names) > 5 else ''}"


def _columns(version: Version) -> set[str]:
    told = version.meta.get("columns", ())
    return {str(c.get("name")) if isinstance(c, dict) else str(c) for c in told} | set(
        version.meta.get("quality", {}).get("statuses", {})
    )


def _status(version: Version, name: str) -> int:
    tallies = version.meta.get("quality", {}).get("statuses", {}).values()
    return sum(int(tally.get(name, 0)) for tally in tallies if isinstance(tally, dict))


def _count(number: int, word: str) -> str:
    return f"{format_number(number)}{NBSP}{word}{'s' if number > 1 else ''}"
