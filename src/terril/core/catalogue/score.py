"""How good a record is, explained: points, why they were given, what would raise them.

A criterion that does not concern a kind is left out of the total: a publication has no columns to describe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from terril.core.records import Kind
from terril.core.text import NBSP
from terril.core.vocabularies import licence

#: Characters of a description that tells, and of one that says more than the title.
_TELLING, _SHORT = 120, 40
#: Points out of a hundred from which a record is told to be complete, or fit for use.
COMPLETE, FIT = 80, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a record.

    Parameters
    ----------
    columns, described : how many columns, and how many of them say what they mean.
    late : whether it should have been renewed; None where nobody can tell.
    anomalies : open anomalies of its figures; None where they were not looked for.
    files : addresses where the data is had.
    """

    kind: Kind
    description: str = ""
    licence: str = ""
    frequency: str = ""
    columns: int = 0
    described: int = 0
    late: bool | None = None
    anomalies: int | None = None
    located: bool = False
    dated: bool = False
    contact: bool = False
    standards: int = 0
    provenance: bool = False
    keywords: bool = False
    files: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """A criterion.

    Parameters
    ----------
    points, out_of : what it gives, of how much.
    said : why, in French.
    remedy : what would raise it; empty where nothing is to be done.
    """

    label: str
    points: int
    out_of: int
    said: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """The quality of a record, out of a hundred."""

    reasons: tuple[Reason, ...]

    @property
    def value(self) -> int:
        """0 to 100."""
        possible = sum(reason.out_of for reason in self.reasons)
        return round(100 * sum(reason.points for reason in self.reasons) / possible) if possible else 0

    @property
    def word(self) -> str:
        """In a word."""
        if self.value >= COMPLETE:
            return "fiche complète"
        return "fiche utilisable" if self.value >= FIT else "fiche à compléter"

    @property
    def remedies(self) -> tuple[Reason, ...]:
        """What would raise it, the most rewarding first."""
        open_ = [reason for reason in self.reasons if reason.remedy]
        return tuple(sorted(open_, key=lambda reason: reason.points - reason.out_of))


def score(facts: Facts) -> Score:
    """The quality of a record, with its reasons."""
    return Score(tuple(_reasons(facts)))


def _reasons(facts: Facts) -> Iterator[Reason]:
    yield _description(facts)
    yield _licence(facts)
    if facts.kind is Kind.DATASET:
        yield _columns(facts)
    if facts.kind is not Kind.PUBLICATION:
        yield _freshness(facts)
    yield _extent(facts)
    yield _held("Contact", 10, facts.contact, "un référent répond de la fiche", "nommer l’organisation référente")
    yield _held("Accès", 10, facts.files > 0, "un fichier ou un service est donné", "donner l’adresse d’un fichier")
    if facts.anomalies is not None:
        yield _anomalies(facts.anomalies)
    yield _held("Norme", 5, facts.standards > 0, "une norme est suivie", "dire le schéma que suivent les données")
    yield _held("Provenance", 5, facts.provenance, "la provenance est dite", "dire comment les données sont faites")
    yield _held("Mots-clés", 5, facts.keywords, "thème ou mots-clés donnés", "donner un thème ou des mots-clés")


def _held(label: str, points: int, held: bool, said: str, remedy: str) -> Reason:
    return Reason(label, points, points, said) if held else Reason(label, 0, points, "rien n’est dit", remedy)


def _description(facts: Facts) -> Reason:
    length = len(facts.description.strip())
    if length >= _TELLING:
        return Reason("Description", 15, 15, "elle dit ce que contient la ressource")
    remedy = f"dire en {_TELLING}{NBSP}caractères au moins ce qu’elle contient, pour qui, avec quelles limites"
    if length >= _SHORT:
        return Reason("Description", 8, 15, "elle est brève", remedy)
    return Reason("Description", 0, 15, "elle est absente ou ne dit presque rien", remedy)


def _licence(facts: Facts) -> Reason:
    if not facts.licence:
        return Reason("Licence", 0, 15, "aucune n’est dite", "choisir une licence, par exemple Licence Ouverte 2.0")
    if licence(facts.licence) is None:
        return Reason("Licence", 8, 15, "ses conditions sont propres au producteur", "préférer une licence connue")
    return Reason("Licence", 15, 15, f"{facts.licence} est une licence connue")


def _columns(facts: Facts) -> Reason:
    remedy = "dire ce que contient chaque colonne, avec son unité"
    if not facts.columns:
        return Reason("Colonnes", 0, 15, "aucune n’est décrite", remedy)
    points = round(15 * facts.described / facts.columns)
    said = f"{facts.described} sur {facts.columns} sont expliquées"
    return Reason("Colonnes", points, 15, said, "" if points == 15 else remedy)


def _freshness(facts: Facts) -> Reason:
    if facts.late:
        return Reason("Fraîcheur", 0, 15, "en retard sur son rythme de parution", "charger la dernière version parue")
    if not facts.frequency:
        return Reason("Fraîcheur", 0, 15, "le rythme de parution n’est pas dit", "dire le rythme de parution")
    if facts.late is None:
        remedy = "charger la donnée, ou dater la fiche"
        return Reason("Fraîcheur", 8, 15, "le rythme est dit, la dernière mise à jour non", remedy)
    return Reason("Fraîcheur", 15, 15, "à jour pour son rythme de parution")


def _extent(facts: Facts) -> Reason:
    points = 5 * facts.located + 5 * facts.dated
    missing = [word for word, told in (("le territoire", facts.located), ("la période", facts.dated)) if not told]
    if not missing:
        return Reason("Étendue", points, 10, "territoire et période sont dits")
    return Reason("Étendue", points, 10, f"il manque {' et '.join(missing)}", f"dire {' et '.join(missing)}")


def _anomalies(count: int) -> Reason:
    if not count:
        return Reason("Anomalies", 10, 10, "aucune n’attend de décision")
    many = "s" if count > 1 else ""
    said = f"{count}{NBSP}anomalie{many} en attente"
    return Reason("Anomalies", max(0, 8 - count), 10, said, "décider de chaque anomalie relevée")
