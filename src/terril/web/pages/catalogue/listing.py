"""The page of a search in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from terril.apps.catalogue.models import State
from terril.apps.catalogue.search.ask import ALL, Catalogue, Found, Question, Sort
from terril.apps.catalogue.search.file import index_file
from terril.apps.catalogue.search.ground import Ground
from terril.core.access import ANYONE, Subject
from terril.core.catalogue.thesaurus import Thesaurus
from terril.core.records import Kind, Openness
from terril.core.territories.model import Level
from terril.core.text import NBSP, format_number
from terril.pipeline.territories.load import data_folder
from terril.pipeline.workspace import Workspace
from terril.publishing.boxes import Boxes
from terril.web.pages.catalogue import reading
from terril.web.pages.catalogue.lines import Line, lines_of
from terril.web.pages.catalogue.reading import A_PAGE, Asked
from terril.web.pages.catalogue.words import territory_label, value_label
from terril.web.portal import Portal, current_release, workspace

#: Values of a facet that are shown at first.
_SHOWN = 7
#: Values of a facet that are shown at most: beyond, one searches.
_WHOLE = 300
TITLES = {
    "kind": "Nature", "theme": "Thème", "producer": "Producteur", "openness": "Ouverture", "licence": "Licence",
    "frequency": "Rythme", "period": "Période", "territory": "Territoire décrit", "state": "État",
}  # fmt: skip
_SORTS = {Sort.RELEVANCE: "pertinence", Sort.RECENT: "mise à jour", Sort.TITLE: "titre"}


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: its title, its values; where more are hidden, the address that shows them.

    Parameters
    ----------
    options : a box for each value, as HTML: sixty of them take a template three times as long.
    """

    title: str
    options: SafeString
    more: str
    open: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """Something asked, and the address without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Page:
    """The page.

    Parameters
    ----------
    text : words asked; ``corrected`` those looked for instead.
    kept : parameters that another form sends again: without the words, without the filters.
    earlier, later, shown : of the pager.
    """

    text: str
    sentence: str
    corrected: str
    territory: str
    unknown: bool
    lines: tuple[Line, ...]
    facets: tuple[Facet, ...]
    chosen: tuple[Chosen, ...]
    sorts: tuple[tuple[str, str, bool], ...]
    filters: tuple[tuple[str, str], ...]
    narrowed: bool
    earlier: str
    later: str
    shown: str
    number: int
    total: int


@lru_cache(maxsize=2)
def _tools(workspace: Workspace) -> tuple[Ground, Thesaurus]:
    ground = Ground(workspace.territories, Boxes(data_folder()))
    return ground, Thesaurus([group.words for group in workspace.packs.synonyms.values()])


def warm() -> None:
    """Ask a question of a territory before anyone does, once something is published: what it reads is kept."""
    if current_release() is None:
        return
    known = workspace()
    # A connection does not survive a fork.
    with index_file().closing():
        Catalogue(ANYONE, *_tools(known)).find(Question(territory=known.territories.of_level(Level.EPCI)[0].key))


def catalogue_of(portal: Portal, subject: Subject) -> Catalogue:
    """The catalogue as a subject knows it."""
    return Catalogue(subject, *_tools(portal.workspace))


def page_of(portal: Portal, search: Asked, subject: Subject) -> Page:
    """The page of a search."""
    found = catalogue_of(portal, subject).find(search.question)
    last = search.question.start + A_PAGE < found.total
    return Page(
        text=search.question.text.strip(),
        sentence=_sentence(search, found),
        corrected=found.corrected,
        territory=_place(portal, search),
        unknown=search.unknown,
        lines=lines_of(portal, found),
        facets=tuple(_facets(portal, search, found)),
        chosen=tuple(_chosen(portal, search)),
        sorts=tuple((s.value, label, s is search.question.sort) for s, label in _SORTS.items()),
        filters=tuple((name, value) for name, value in reading.pairs(search) if name != "q"),
        narrowed=search.narrowed,
        earlier=reading.address(search, page=search.page - 1) if search.page > 1 else "",
        later=reading.address(search, page=search.page + 1) if last else "",
        shown=_shown(search.question, found.total),
        number=search.page,
        total=found.total,
    )


def _place(portal: Portal, search: Asked) -> str:
    key = search.question.territory
    return territory_label(portal.workspace, str(key)) if key is not None else search.territory


def _sentence(search: Asked, found: Found) -> str:
    counts = {Kind(value): count for value, count in found.facets["kind"]}
    chosen = search.question.chosen.get("kind")
    if chosen:
        counts = {kind: count for kind, count in counts.items() if kind in chosen}
    if not found.total:
        return "Aucune fiche ne répond à cette recherche."
    many = "s" if found.total > 1 else ""
    verb = f"répond{'ent' if many else ''} à cette recherche" if search.narrowed else "à consulter"
    parts = [f"{format_number(count)}{NBSP}{_plural(kind, count)}" for kind, count in counts.items() if count]
    detail = f"{NBSP}: {', '.join(parts)}" if len(parts) > 1 else ""
    return f"{format_number(found.total)}{NBSP}fiche{many} {verb}{detail}."


def _plural(kind: Kind, count: int) -> str:
    words = {Kind.DATASET: "jeux de données"}
    return kind.label if count < 2 else words.get(kind, f"{kind.label}s")


def _shown(question: Question, total: int) -> str:
    if not total or question.start >= total:
        return ""
    last = min(question.start + question.count, total)
    return f"{format_number(question.start + 1)} à {format_number(last)} sur {format_number(total)}"


def _facets(portal: Portal, search: Asked, found: Found) -> Iterator[Facet]:
    for facet in ALL:
        counts = found.facets[facet]
        asked = search.question.chosen.get(facet, frozenset())
        if len(counts) < 2 and not asked:
            continue
        name = reading.parameter(facet)
        whole = search.whole == name
        known = dict(counts)
        # What is asked stays in sight, even where nothing answers it.
        values = [v for v, _ in counts[: _WHOLE if whole else _SHOWN]]
        values += [v for v in sorted(asked) if v not in values]
        options = [_option(portal, facet, v, known.get(v, 0), v in asked) for v in values if _readable(facet, v)]
        more = len(counts) - len(values)
        yield Facet(
            title=TITLES[facet],
            options=mark_safe("".join(options)),  # noqa: S308 - each text is escaped where it is written
            more=reading.address(search, {"tout": [name]}) if more > 0 and not whole else "",
            open=bool(asked) or whole or facet in ("kind", "theme"),
        )


def _readable(facet: str, value: str) -> bool:
    """Whether a value asked means something: addresses may hold anything."""
    closed: dict[str, set[str]] = {"kind": set(Kind), "openness": set(Openness), "state": set(State)}
    return facet not in closed or value in closed[facet]


def _option(portal: Portal, facet: str, value: str, count: int, asked: bool) -> str:
    written = escape(reading.option(facet, value))
    return (
        f'<label><input type="checkbox" name="{reading.parameter(facet)}" value="{written}"'
        f"{' checked' if asked else ''}> <span>{escape(value_label(portal, facet, value))}</span> "
        f'<span class="muted">{format_number(count)}</span></label>'
    )


def _chosen(portal: Portal, search: Asked) -> Iterator[Chosen]:
    for facet, values in search.question.chosen.items():
        name = reading.parameter(facet)
        for value in sorted(v for v in values if _readable(facet, v)):
            others = [reading.option(facet, v) for v in sorted(values) if v != value]
            label = f"{TITLES[facet]}{NBSP}: {value_label(portal, facet, value)}"
            yield Chosen(label, reading.address(search, {name: others}))
    if search.question.territory is not None:
        yield Chosen(f"Concerne{NBSP}: {_place(portal, search)}", reading.address(search, {"territoire": ()}))
    if search.question.box is not None:
        yield Chosen("Dans un rectangle de la carte", reading.address(search, {"bbox": ()}))


def suggestions(portal: Portal, text: str, subject: Subject, count: int = 8) -> tuple[Line, ...]:
    """The first records that answer words being typed."""
    if not text.strip():
        return ()
    found = catalogue_of(portal, subject).find(Question(text=text, count=count))
    return lines_of(portal, found)
