"""The one policy: « may I? » and « which ones? », from the same rules, with the reason.

A rule is a name, a reason in French, and a condition on records for a subject, an action and a moment. The records a
subject may act on are those that a rule allows and no refusal denies; asking of one record runs the same conditions.
Beside its own rights, an indicator is known as far as its datasets are, and its figures are seen as far as theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from terril.apps.agreements import conditions
from terril.apps.agreements.conditions import NOTHING, Asked
from terril.apps.agreements.models import Dependence
from terril.apps.catalogue.models import Record
from terril.core.access import Action, Subject
from terril.core.access.permissions import READING
from terril.core.access.subject import CONTRIBUTING, STEWARDING
from terril.core.records import Kind, Openness

_READING = frozenset(READING)
_EVERY = frozenset(Action)


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to be allowed.

    Parameters
    ----------
    actions : what it may allow.
    condition : records concerned.
    above : whether it stands whatever refusal a steward wrote.
    """

    name: str
    reason: str
    actions: frozenset[Action]
    condition: Callable[[Asked], Q]
    above: bool = False

    def of(self, asked: Asked) -> Q:
        """Records that this rule allows, for what is asked."""
        return self.condition(asked) if asked.action in self.actions else NOTHING


def _open(asked: Asked) -> Q:
    return Q(openness=Openness.OPEN, restricted=False) & conditions.published(asked)


def _members(asked: Asked) -> Q:
    if not asked.subject.is_member:
        return NOTHING
    return Q(openness=Openness.MEMBERS, restricted=False) & conditions.published(asked)


def _named(asked: Asked) -> Q:
    if not asked.subject.is_member:
        return NOTHING
    return ~Q(openness=Openness.CONFIDENTIAL) & conditions.published(asked)


def _colleagues(asked: Asked) -> Q:
    own = Q(steward__in=asked.subject.organisations)
    return own & conditions.published(asked) & conditions.undertaken(asked)


def _contributors(asked: Asked) -> Q:
    return Q(steward__in=asked.subject.organisations_as(CONTRIBUTING)) & conditions.undertaken(asked)


def _stewards(asked: Asked) -> Q:
    return Q(steward__in=asked.subject.organisations_as(STEWARDING))


def _administrators(asked: Asked) -> Q:
    return Q(pk__isnull=False) if asked.subject.administrator else NOTHING


RULES = (
    Rule("open", "ouvert à tous", _READING, _open),
    Rule("members", "ouvert aux membres des organisations", _READING, _members),
    Rule(
        "named", "la fiche est connue des membres, qui peuvent demander l’accès", frozenset({Action.DISCOVER}), _named
    ),
    Rule("agreement", "une convention en vigueur l’ouvre", _EVERY - {Action.ADMINISTER}, conditions.by_clause),
    Rule("grant", "le référent l’a accordé", _EVERY - {Action.ADMINISTER}, conditions.by_grant),
    Rule("colleagues", "l’organisation du lecteur est référente", _READING, _colleagues),
    Rule("contributors", "contributeur de l’organisation référente", _READING | {Action.EDIT}, _contributors),
    Rule("stewards", "référent de la fiche", _EVERY, _stewards, above=True),
    Rule(
        "administrators",
        "session d’administration ouverte : les fiches et les droits, non les données",
        frozenset({Action.DISCOVER, Action.ADMINISTER}),
        _administrators,
        above=True,
    ),
)
REFUSED = "un refus du référent l’emporte"
NO_RULE = "aucune règle ne l’autorise"
STANDS_ON_LESS = "elle s’appuie sur un jeu de données qui n’est pas ouvert"
#: Actions on an indicator that need the figures of its datasets; the others need to know of them.
_FIGURES = frozenset({Action.FIGURES, Action.DATA, Action.DOWNLOAD})


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of the policy.

    Parameters
    ----------
    rules : names of the rules that allow it, in order; those that would, where it is not allowed.
    reasons : in French; why not, where it is not allowed.
    """

    allowed: bool
    rules: tuple[str, ...]
    reasons: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.allowed


def which(subject: Subject, action: Action, asked: Asked | None = None) -> QuerySet[Record]:
    """Records on which the subject may act so.

    Parameters
    ----------
    asked : the question with its moment, where it is not now.
    """
    question = asked or Asked.at_once(subject, action)
    above, ordinary = allowed = _allowed(question)
    stands = _stands(question, allowed)
    if action in _FIGURES:
        return Record.objects.filter((above | ordinary) & stands)
    return Record.objects.filter(above | (ordinary & stands))


def _allowed(asked: Asked) -> tuple[Q, Q]:
    """What rules allow: those that stand above refusals, and the others without what is refused."""
    above, ordinary = NOTHING, NOTHING
    for rule in RULES:
        if rule.above:
            above |= rule.of(asked)
        else:
            ordinary |= rule.of(asked)
    return above, ordinary & ~conditions.denied(asked)


def _stands(asked: Asked, allowed: tuple[Q, Q] | None = None) -> Q:
    """Whatever is no indicator, and indicators whose every dataset is open enough.

    Parameters
    ----------
    allowed : what rules allow for what is asked of every record, where it is known.
    """
    needed = Action.FIGURES if asked.action in _FIGURES else Action.DISCOVER
    known = allowed if needed is asked.action else None
    above, ordinary = known or _allowed(Asked(asked.subject, needed, asked.now))
    # Asked of each source that an indicator stands on: datasets by the thousand have none.
    open_enough = Record.objects.filter(above | ordinary, kind=Kind.DATASET, identifier=OuterRef("source"))
    lacking = asked.about(Dependence.objects.filter(~Exists(open_enough)))
    return ~Q(pk__in=lacking.values("record_id"))


def may(subject: Subject, action: Action, record: Record, asked: Asked | None = None) -> Decision:
    """Whether the subject may act so on a record, and why."""
    question = replace(asked or Asked.at_once(subject, action), record=record.pk)
    flags = {f"by_{rule.name}": _flag(rule.of(question)) for rule in RULES if action in rule.actions}
    flags |= {"denied": _flag(conditions.denied(question)), "stands": _flag(_stands(question))}
    found = Record.objects.filter(pk=record.pk).annotate(**flags).values(*flags).first()
    if found is None:
        return Decision(False, (), (NO_RULE,))
    held = [rule for rule in RULES if found.get(f"by_{rule.name}")]
    kept = [r for r in held if _holds(r, action, denied=found["denied"], stands=found["stands"])]
    if kept:
        return Decision(True, tuple(r.name for r in kept), tuple(r.reason for r in kept))
    why = NO_RULE if not held else REFUSED if found["denied"] else STANDS_ON_LESS
    return Decision(False, tuple(r.name for r in held), (why,))


def _holds(rule: Rule, action: Action, *, denied: bool, stands: bool) -> bool:
    """Whether a rule that allows an action still does beside a refusal, and datasets that are not open."""
    if rule.above:
        return stands or action not in _FIGURES
    return stands and not denied


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
