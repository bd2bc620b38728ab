"""How far a subject reaches into the records that they may read: levels, rows, columns, raw figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from terril.apps.agreements import conditions
from terril.apps.agreements.conditions import Asked
from terril.apps.agreements.models import Clause, Grant, Opening
from terril.apps.agreements.policies import RULES, Rule
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation
from terril.core.access import Action, Reading, Subject, Window
from terril.core.access.scope import WHOLE
from terril.core.territories.model import Level, TerritoryKey

#: Rules that open the whole of a record; the other two open what their openings say.
_WHOLE = tuple(rule for rule in RULES if rule.name not in ("agreement", "grant", "named", "administrators"))
#: Rules that show every column, and figures before secrecy.
_OWNERS = ("contributors", "stewards")


Inside = Callable[[frozenset[TerritoryKey]], frozenset[TerritoryKey]]


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be read of a record that may be read.

    Parameters
    ----------
    reading : levels, territories, and whether figures are raw.
    masked : columns that are not shown.
    """

    reading: Reading = WHOLE
    masked: frozenset[str] = field(default_factory=frozenset)


def reaches(
    subject: Subject, action: Action, records: Collection[Record], inside: Inside = frozenset
) -> Mapping[int, Reach]:
    """Reach into each of the records, which the subject may read (:func:`policies.which`), by primary key.

    Parameters
    ----------
    inside : territories and all that they hold: an EPCI, its communes.
    """
    asked = Asked.at_once(subject, action)
    keys = [r.pk for r in records]
    whole = {rule.name: _keys(rule, asked, keys) for rule in _WHOLE}
    owned = frozenset().union(*(whole[name] for name in _OWNERS))
    openings = _openings(asked, keys)
    limited = any(o.rows == Opening.Rows.OWN for some in openings.values() for o in some)
    own = inside(_territories(subject)) if limited else frozenset()
    everywhere = frozenset().union(*whole.values())
    found: dict[int, Reach] = {}
    for record in records:
        some = openings.get(record.pk, ())
        shown = frozenset(column for o in some for column in o.unmasked)
        masked = frozenset() if record.pk in owned else frozenset(record.masked) - shown
        reading = _union(some, own, everywhere=record.pk in everywhere)
        found[record.pk] = Reach(reading, masked)
    return found


def _keys(rule: Rule, asked: Asked, keys: Collection[int]) -> frozenset[int]:
    return frozenset(Record.objects.filter(rule.of(asked), pk__in=keys).values_list("pk", flat=True))


def _openings(asked: Asked, keys: Collection[int]) -> dict[int, list[Opening]]:
    found: dict[int, list[Opening]] = {}
    if asked.subject.user is None:
        return found
    given: Iterable[Opening] = (
        *Clause.objects.filter(conditions.clauses(asked), record__in=keys),
        *Grant.objects.filter(conditions.grants(asked), record__in=keys),
    )
    for opening in given:
        found.setdefault(opening.record_id, []).append(opening)
    return found


def _territories(subject: Subject) -> frozenset[TerritoryKey]:
    """The territories of the subject's organisations."""
    declared = Organisation.objects.filter(pk__in=subject.organisations).exclude(territory="")
    return frozenset(TerritoryKey.parse(t) for t in declared.values_list("territory", flat=True))


def _union(openings: Collection[Opening], own: frozenset[TerritoryKey], *, everywhere: bool) -> Reading:
    """What several openings allow together: each adds to the others, and none widens another."""
    raw = any(o.raw for o in openings)
    if everywhere or not openings:
        return Reading(raw=raw)
    return Reading(tuple(dict.fromkeys(_window(o, own) for o in openings)), raw)


def _window(opening: Opening, own: frozenset[TerritoryKey]) -> Window:
    levels = frozenset(Level(v) for v in opening.levels) if opening.levels else None
    return Window(levels, own if opening.rows == Opening.Rows.OWN else None)
