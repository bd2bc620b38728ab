"""The breakdown that an indicator belongs to, or is the total of: its parts side by side."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.drawing import Role, StackedChart, StackedRow
from terril.core.indicators.families import Family, family_of
from terril.core.indicators.spec import Indicator
from terril.core.status import Status
from terril.core.territories.model import Territory
from terril.core.text import NBSP
from terril.web import addresses
from terril.web.components.figures import said
from terril.web.components.places import named
from terril.web.pages.indicators.method import Link
from terril.web.pages.indicators.reading import Reading
from terril.web.portal import Portal

#: A stacked bar of more parts says nothing: the list of links does.
_MOST = 6


@dataclass(frozen=True, slots=True)
class FamilyView:
    """The breakdown, as links.

    Parameters
    ----------
    label : what is broken down, by what.
    total : the indicator that the categories add up to, where one is declared.
    categories : page of each category that is released; ``note`` says which is shown here.
    """

    label: str
    total: Link | None
    categories: tuple[Link, ...]


def family_view(portal: Portal, indicator: Indicator) -> FamilyView | None:
    """The breakdown of an indicator; None where it has none."""
    family = _family(portal, indicator)
    if family is None:
        return None
    known = portal.workspace.packs.indicators
    total = known.get(family.breakdown.total or "")
    return FamilyView(
        said(f"{family.label}, {family.breakdown.label[:1].lower()}{family.breakdown.label[1:]}"),
        _link(total, said(total.label), indicator) if total is not None else None,
        tuple(_link(m, said(family.category(m)), indicator) for m in family.members),
    )


def family_chart(reading: Reading) -> StackedChart | None:
    """The categories of a breakdown stacked, a bar a territory; None without one, or with too many parts."""
    portal = reading.portal
    family = _family(portal, reading.indicator)
    members = [m for m in family.members if m.id in portal.indicators] if family is not None else []
    if family is None or len(members) != len(family.members) or len(members) > _MOST or not reading.subjects:
        return None
    if any(_period(reading) not in portal.reader.released(m.id).periods for m in members):
        return None
    rows = tuple(_row(reading, t, members, i) for i, t in enumerate(reading.subjects))
    frame = reading.frame(
        f"{said(family.label)}{NBSP}: {', '.join(named(t) for t in reading.subjects)}",
        f"{said(family.breakdown.label)}{NBSP}: {len(members)} catégories, en part du total.",
        "ventilation-dessin",
    )
    return StackedChart(frame, rows, tuple(said(family.category(m)) for m in members))


def _family(portal: Portal, indicator: Indicator) -> Family | None:
    return family_of(indicator, portal.workspace.packs.families)


def _period(reading: Reading) -> str:
    return reading.selection.period


def _row(reading: Reading, territory: Territory, members: list[Indicator], rank: int) -> StackedRow:
    values: list[float | None] = []
    statuses = []
    for member in members:
        held = reading.portal.slice(member.id, territory.key.level, _period(reading))
        value, status = held.value(territory.key.code)
        values.append(value)
        statuses.append(status if value is not None or status >= Status.MISSING else Status.MISSING)
    return StackedRow(named(territory), tuple(values), tuple(statuses), Role.MAIN if rank == 0 else Role.REFERENCE)


def _link(target: Indicator, text: str, shown: Indicator) -> Link:
    return Link(text, addresses.indicator(target.id), "cette page" if target.id == shown.id else "")
