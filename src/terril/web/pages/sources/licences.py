"""Licences of the data: their text, and what they ask of those who reuse."""

from __future__ import annotations

from dataclasses import dataclass, replace

from terril.web.components.figures import said


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence.

    Parameters
    ----------
    name : as the packs write it.
    href : its text; empty where it has none of its own.
    asks : what a reuser owes, in one sentence.
    """

    name: str
    href: str
    asks: str


_KNOWN = {
    licence.name: licence
    for licence in (
        Licence(
            "Licence Ouverte 2.0",
            "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
            "Réutilisation libre, en mentionnant le producteur et la date de la donnée.",
        ),
        Licence(
            "ODbL 1.0",
            "https://opendatacommons.org/licenses/odbl/1-0/",
            "Réutilisation libre, en citant le producteur ; une base qui en est tirée se partage sous la même licence.",
        ),
        Licence(
            "Document public",
            "",
            "Chiffres cités d’un document public, avec son titre et sa page ; le document reste à son auteur.",
        ),
    )
}


def licence(name: str) -> Licence:
    """A licence by its name; one that is not known is to be read at the producer's."""
    found = _KNOWN.get(name, Licence(name, "", "Conditions à lire chez le producteur."))
    return replace(found, name=said(found.name), asks=said(found.asks))
