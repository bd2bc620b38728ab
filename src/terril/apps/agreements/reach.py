"""How far a subject reaches into the records that they may read: levels, rows, columns, raw figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from terril.apps.agreements import conditions
from terril.apps.agreements.conditions import Asked
from terril.apps.agreements.models import Clause, Grant, Opening, Party
from terril.apps.agreements.policies import RULES, Rule
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation
from terril.core.access import Action, Subject, Window
from terril.core.access.derived import Opened, SourceReach
from terril.core.access.scope import EVERYWHERE
from terril.core.territories.model import Level, TerritoryKey

#: Rules that open the whole of a record; the others open what their openings say, or nothing to read.
_WHOLE = tuple(rule for rule in RULES if rule.name in ("open", "members", "colleagues", "contributors", "stewards"))
#: Rules that show every column. None gives figures before secrecy: only an opening says so.
_OWNERS = ("contributors", "stewards")

Inside = Callable[[frozenset[TerritoryKey]], frozenset[TerritoryKey]]


def reaches(
    subject: Subject, action: Action, records: Collection[Record], inside: Inside = frozenset
) -> Mapping[int, SourceReach]:
    """Reach into each of the records, which the subject may read (:func:`policies.which`), by primary key.

    Parameters
    ----------
    inside : territories and all that they hold: an EPCI, its communes.
    """
    asked = Asked.at_once(subject, action)
    keys = [r.pk for r in records]
    whole = {rule.name: _keys(rule, asked, keys) for rule in _WHOLE}
    owned = frozenset().union(*(whole[name] for name in _OWNERS))
    everywhere = frozenset().union(*whole.values())
    openings = _openings(asked, keys, _Places(subject, inside))
    found: dict[int, SourceReach] = {}
    for record in records:
        opened = list(openings.get(record.pk, ()))
        if record.pk in everywhere:
            opened.append(Opened(EVERYWHERE, None if record.pk in owned else frozenset()))
        found[record.pk] = SourceReach(tuple(opened), frozenset(record.masked))
    return found


def _keys(rule: Rule, asked: Asked, keys: Collection[int]) -> frozenset[int]:
    return frozenset(Record.objects.filter(rule.of(asked), pk__in=keys).values_list("pk", flat=True))


class _Places:
    """The own territories of organisations."""

    def __init__(self, subject: Subject, inside: Inside) -> None:
        declared = Organisation.objects.filter(pk__in=subject.organisations).exclude(territory="")
        self._declared = {o: TerritoryKey.parse(t) for o, t in declared.values_list("pk", "territory")}
        self._inside = inside
        self._known: dict[frozenset[str], frozenset[TerritoryKey]] = {}

    def of(self, organisations: Iterable[str]) -> frozenset[TerritoryKey]:
        """Their territories, and all that these hold; none where none is declared."""
        asked = frozenset(o for o in organisations if o in self._declared)
        if asked not in self._known:
            self._known[asked] = self._inside(frozenset(self._declared[o] for o in asked)) if asked else frozenset()
        return self._known[asked]


def _openings(asked: Asked, keys: Collection[int], places: _Places) -> dict[int, list[Opened]]:
    """What agreements and grants open of each record, each to the organisations that it is for."""
    found: dict[int, list[Opened]] = {}
    if not asked.subject.is_member:
        return found
    by_clause = Record.objects.filter(conditions.by_clause(asked), pk__in=keys).values("pk")
    by_grant = Record.objects.filter(conditions.by_grant(asked), pk__in=keys).values("pk")
    bound: dict[int, list[str]] = {}
    for agreement, organisation in Party.objects.filter(conditions.parties(asked)).values_list(
        "agreement", "organisation"
    ):
        bound.setdefault(agreement, []).append(organisation)
    for clause in Clause.objects.filter(conditions.clauses(asked), record__in=by_clause):
        found.setdefault(clause.record_id, []).append(_opened(clause, places.of(bound[clause.agreement_id])))
    given = Grant.objects.filter(conditions.grants(asked), record__in=by_grant).select_related("team")
    for grant in given:
        found.setdefault(grant.record_id, []).append(_opened(grant, places.of(_for(grant, asked.subject))))
    return found


def _for(grant: Grant, subject: Subject) -> Collection[str]:
    if grant.team is not None:
        return (grant.team.organisation_id,)
    return subject.organisations if grant.organisation_id is None else (grant.organisation_id,)


def _opened(opening: Opening, own: frozenset[TerritoryKey]) -> Opened:
    levels = frozenset(Level(v) for v in opening.levels) if opening.levels else None
    window = Window(levels, own if opening.rows == Opening.Rows.OWN else None, opening.raw)
    return Opened(window, frozenset(opening.unmasked))
