"""What the pages about the portal show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from terril.core.releases import SourceRelease
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.core.text import NBSP, fold, format_number
from terril.pipeline.territories.load import about
from terril.web import addresses
from terril.web.components.figures import MARKS, said
from terril.web.components.places import Place, place
from terril.web.pages.sources.licences import Licence, licence
from terril.web.portal import Portal

_STATUSES = {
    Status.OK: "la valeur est celle du producteur, ou un calcul sur les siennes",
    Status.PROVISIONAL: "le producteur annonce qu’il la révisera",
    Status.ESTIMATED: "une partie a dû être répartie ou reconstruite ; l’explication du chiffre dit laquelle",
    Status.MISSING: "le producteur ne la donne pas, ou une partie manque : ce n’est pas zéro",
    Status.SECRET: "la valeur existe et ne peut pas être montrée sans révéler qui elle concerne",
    Status.NOT_APPLICABLE: "la question ne se pose pas ici : pas de prix de vente sans vente",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A status, how it is written in a table, and what it means."""

    word: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """The page about the portal."""

    sentence: str
    meanings: tuple[Meaning, ...]
    census: str


@dataclass(frozen=True, slots=True)
class Licensed:
    """A licence, and whose data is under it."""

    licence: Licence
    producers: tuple[str, ...]
    sources: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the site map."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of the site map."""

    id: str
    title: str
    href: str
    entries: tuple[Entry, ...]


def about_page(portal: Portal) -> About:
    """What the portal is, with what it holds today."""
    indicators, sources = len(portal.indicators), len(_sources(portal))
    territories = sum(1 for _ in portal.territories.of_level(Level.COMMUNE))
    text = (
        f"{_count(indicators, 'indicateur')} tirés de {_count(sources, 'source')}, pour les "
        f"{format_number(territories)}{NBSP}communes de France et tout ce qu’elles forment ensemble."
    )
    return About(text, tuple(_meanings()), str(about().get("census_year", "")))


def _meanings() -> Iterator[Meaning]:
    for status, text in _STATUSES.items():
        yield Meaning(status.label, MARKS.get(status, ""), said(text))


def _count(number: int, noun: str) -> str:
    return f"{format_number(number)}{NBSP}{noun}{'s' if number > 1 else ''}"


def _sources(portal: Portal) -> list[SourceRelease]:
    """Sources of the release that this audience may know of."""
    return [s for i, s in portal.manifest.sources.items() if i not in portal.scope.hidden]


def licences(portal: Portal) -> tuple[Licensed, ...]:
    """Licences of the data published, the most used first, with their producers."""
    found: dict[str, list[str]] = {}
    for source in _sources(portal):
        found.setdefault(source.licence, []).append(said(source.producer))
    listed = [Licensed(licence(n), tuple(sorted(set(p), key=fold)), len(p)) for n, p in found.items()]
    return tuple(sorted(listed, key=lambda one: -one.sources))


def site_map(portal: Portal) -> tuple[Branch, ...]:
    """Every page that has one place: territories of the home, themes and indicators, sources, the rest."""
    themes = portal.workspace.packs.themes
    return (
        Branch("territoires", "Territoires", "/territoires/", tuple(_territories(portal))),
        Branch("comparer", "Comparer", "/comparer/", (Entry("Comparer jusqu’à huit territoires", "/comparer/"),)),
        *(
            Branch(f"theme-{t}", said(themes[t].label), addresses.theme(t), tuple(_of_theme(portal, t)))
            for t in portal.themes
        ),
        Branch("catalogue", "Catalogue", "/catalogue/", _CATALOGUE),
        Branch(
            "sources",
            "Sources",
            "/sources/",
            tuple(
                Entry(said(s.label), addresses.source(s.id), said(s.producer))
                for s in sorted(portal.sources.values(), key=lambda s: fold(s.label))
            ),
        ),
        Branch("portail", "Le portail", "/a-propos/", _ABOUT),
    )


_ABOUT = (
    Entry("Accueil", "/"),
    Entry("Rechercher", "/rechercher/"),
    Entry("Publications", "/publications/"),
    Entry("À propos", "/a-propos/"),
    Entry("Mentions légales", "/mentions-legales/"),
    Entry("Données personnelles", "/donnees-personnelles/"),
    Entry("Accessibilité", "/accessibilite/"),
    Entry("Charte graphique", "/styles/"),
)


_CATALOGUE = (
    Entry("Jeux de données", "/catalogue/?nature=donnees"),
    Entry("Indicateurs", "/catalogue/?nature=indicateurs"),
    Entry("Cartes", "/catalogue/?nature=cartes"),
    Entry("Publications", "/catalogue/?nature=publications"),
    Entry("Services", "/catalogue/?nature=services"),
)


def _territories(portal: Portal) -> Iterator[Entry]:
    known, home = portal.territories, portal.home
    keys = [home.key, *(k for k in known.members(home.key, Level.EPCI))]
    keys += [t.key for t in known.of_level(Level.PERIMETER)]
    communes = [known.get(TerritoryKey(Level.COMMUNE, c)) for c in portal.home_communes]
    keys += [TerritoryKey(Level.DEPARTMENT, d) for d in sorted({t.department for t in communes if t.department})]
    keys += [TerritoryKey(Level.REGION, r) for r in sorted({t.region for t in communes if t.region})]
    for key in dict.fromkeys(k for k in keys if k in known):
        shown: Place = place(known.get(key))
        yield Entry(shown.name, shown.href, shown.what)


def _of_theme(portal: Portal, theme: str) -> Iterator[Entry]:
    for indicator in portal.indicators.values():
        if indicator.theme == theme:
            yield Entry(said(indicator.label), addresses.indicator(indicator.id))
