"""What the page of a source shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from terril.core.drawing.lineage import LineageChart
from terril.core.sources import Column, Facts, Melt, Source
from terril.core.territories.model import TerritoryKey
from terril.core.text import NBSP, NNBSP, format_number
from terril.pipeline.datasets import DatasetStore, Version
from terril.web import addresses
from terril.web.components.figures import period_label, said, unit_label
from terril.web.components.lineage import fed_by
from terril.web.components.places import named
from terril.web.pages.sources.freshness import FREQUENCIES
from terril.web.pages.sources.licences import Licence, licence
from terril.web.pages.sources.listing import State, line_of
from terril.web.pages.sources.usage import usage
from terril.web.portal import Portal

#: A number goes without saying.
_TYPES = {"integer": "nombre entier", "text": "texte", "boolean": "oui ou non"}
_COVERAGES = {
    "rows": "Un territoire sans ligne est sans valeur.",
    "observed_epci": "Seules les intercommunalités dont une commune au moins figure dans le fichier sont couvertes.",
    "national": "Le fichier couvre tout le pays.",
}
_SPLITS = {
    "refuse": "Une commune scindée depuis n’est pas répartie : sa valeur n’est pas reportée.",
    "population": "Une commune scindée depuis est répartie selon la population, et le résultat marqué estimé.",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A named fact of the source: « Lue le », « 22 novembre 2026 »; ``codes`` are names of machines, with a word."""

    name: str
    text: str
    note: str = ""
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A column kept from the file."""

    name: str
    label: str
    unit: str
    headers: str
    note: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A figure quoted from a document."""

    label: str
    territory: str
    href: str
    period: str
    value: str
    page: str
    note: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link, and a word on it."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The page.

    Parameters
    ----------
    sentence : what is known of it, in one sentence.
    news : what waits for a build, or was destroyed; empty otherwise.
    command : how to load it; empty for what travels with Terril.
    """

    id: str
    label: str
    description: str
    producer: str
    state: State
    sentence: str
    news: str
    command: str
    files: tuple[str, ...]
    homepage: str
    items: tuple[Item, ...]
    licence: Licence
    caution: str
    secrecy: str
    rules: tuple[str, ...]
    fields: tuple[Field, ...]
    dropped: int
    quoted: tuple[Quoted, ...]
    references: tuple[Link, ...]
    published: tuple[Link, ...]
    waiting: tuple[Link, ...]
    lineage: LineageChart | None


def page_of(portal: Portal, source: Source, today: date) -> Page:
    """The page of a source."""
    store = DatasetStore(portal.workspace.home)
    version = store.current(source.id)
    facts = portal.workspace.packs.facts.get(source.id)
    line = line_of(portal, source, version, today)
    used = usage(portal)[source.id]
    known = portal.workspace.packs.indicators
    return Page(
        id=source.id,
        label=line.label,
        description=said(source.description),
        producer=line.producer,
        state=line.state,
        sentence=_sentence(line.state, line.read, line.vintage, line.feeds),
        news=_news(portal, store, source.id, version),
        command="" if facts is not None or source.bundled else f"terril ingest FICHIER --source {source.id}",
        files=source.files,
        homepage=line.homepage,
        items=tuple(_items(source, version, line.vintage, line.read)),
        licence=licence(source.licence),
        caution=said(source.caution),
        secrecy=said(source.secrecy.rule),
        rules=() if facts is not None else (said(_COVERAGES[source.coverage]), said(_SPLITS[source.split])),
        fields=() if facts is not None else tuple(_fields(source)),
        dropped=sum(c.personal for c in source.columns),
        quoted=tuple(_quoted(portal, facts)) if facts is not None and source.id not in portal.scope.closed else (),
        references=tuple(_references(source)),
        published=tuple(Link(said(known[i].label), addresses.indicator(i)) for i in used.published),
        waiting=tuple(Link(said(known[i].label), addresses.indicator(i)) for i in used.waiting),
        lineage=fed_by(portal, source.id),
    )


def _sentence(state: State, read: str, vintage: str, feeds: str) -> str:
    if state == State.WAITING:
        return f"Donnée non chargée{NBSP}: cette source est déclarée, ses fichiers n’ont pas encore été lus ({feeds})."
    late = f"{NNBSP}; elle aurait dû être relue depuis" if state == State.LATE else ""
    return f"Millésime{NBSP}: {vintage}. Source lue le {read}{late}. Elle alimente {feeds}."


def _news(portal: Portal, store: DatasetStore, identifier: str, version: Version | None) -> str:
    used = portal.manifest.sources.get(identifier)
    if version is None:
        purged = [v for v in store.versions(identifier) if v.purged]
        return said(f"Une version a été supprimée : {purged[-1].meta['purged']['reason']}.") if purged else ""
    if used is not None and used.version != version.id:
        return said(
            "Une version plus récente a été lue ; elle sera publiée à la prochaine construction (terril build)."
        )
    return ""


def _items(source: Source, version: Version | None, vintage: str, read: str) -> Iterator[Item]:
    yield Item("Millésime", vintage)
    yield Item("Rythme de parution", FREQUENCIES[source.frequency])
    if version is None:
        return
    meta = version.meta
    files = meta.get("files", ())
    # Facts are written in a pack: neither file nor rows to tell of.
    yield Item("Lue le", read, note="livrée avec Terril" if meta.get("bundled") or not files else "")
    if files:
        yield Item("Fichiers", "", codes=tuple((f["name"], _size(int(f["bytes"]))) for f in files))
        yield Item("Codes des communes", _nomenclature(meta.get("cog")))
        yield from _counts(meta.get("quality", {}), int(meta.get("rows", 0)))
    yield Item(
        "Version",
        "",
        codes=((version.id, ""),),
        note=said("identifiant tiré du contenu : le même fichier donne la même version"),
    )


def _size(size: int) -> str:
    if size < 1000:
        return f"{size}{NBSP}octets"
    return f"{format_number(size / 1000)}{NBSP}ko" if size < 1_000_000 else f"{format_number(size / 1e6, 1)}{NBSP}Mo"


def _nomenclature(cog: object) -> str:
    if isinstance(cog, int):
        return f"code officiel géographique {cog}"
    return "code officiel géographique de l’année de chaque ligne"


def _counts(quality: Mapping[str, Any], rows: int) -> Iterator[Item]:
    rejected = int(quality.get("rows_rejected", 0))
    left = sum(quality.get("left_out", {}).values())
    parts = [f"{_lines(rows)} {'retenues' if rows > 1 else 'retenue'}"]
    if rejected:
        parts.append(f"{_lines(rejected)} {'écartées' if rejected > 1 else 'écartée'} faute de territoire reconnu")
    if left:
        parts.append(f"{_lines(left)} hors du champ")
    yield Item("Lignes", ", ".join(parts))
    secret = sum(tally.get("secret", 0) for tally in quality.get("statuses", {}).values())
    if secret:
        yield Item("Cellules secrètes", format_number(secret), note="masquées par le producteur ou par sa règle")


def _lines(count: int) -> str:
    return f"{format_number(count)}{NBSP}ligne{'s' if count > 1 else ''}"


def _fields(source: Source) -> Iterator[Field]:
    for column in source.columns:
        if not column.personal:
            yield _field(column.name, column, ", ".join(column.headers), _note(column))
    if source.melt is not None:
        melt = source.melt
        yield _field(melt.name, melt, melt.pattern, "une colonne du fichier par période ou par modalité")


def _field(name: str, column: Column | Melt, headers: str, note: str) -> Field:
    unit = unit_label(column.unit)
    kind = _TYPES.get(column.type, "")
    return Field(name, said(column.label), unit, headers, ", ".join(n for n in (kind, note) if n))


def _note(column: Column) -> str:
    notes = []
    if column.optional:
        notes.append("facultative")
    if column.empty == "zero":
        notes.append("vide vaut zéro")
    if column.allowed:
        notes.append(f"valeurs admises{NBSP}: {', '.join(column.allowed)}")
    return said(" ; ".join(notes))


def _quoted(portal: Portal, facts: Facts) -> Iterator[Quoted]:
    for fact in facts.values:
        measure = facts.measures[fact.measure]
        key = TerritoryKey.parse(fact.territory)
        territory = portal.territories.get(key) if key in portal.territories else None
        details = ", ".join(said(v) for v in fact.dimensions.values())
        label = said(measure.label) + (f"{NBSP}: {details}" if details else "")
        unit = unit_label(measure.unit)
        number = format_number(fact.value, _decimals(fact.value, measure.scale))
        status = {"provisional": "Provisoire", "estimated": "Estimé"}.get(fact.status, "")
        yield Quoted(
            label=label,
            territory=named(territory) if territory is not None else fact.territory,
            href=addresses.territory(territory.key) if territory is not None else "",
            period=period_label(fact.period),
            value=f"{number}{NBSP}{unit}" if unit else number,
            page=str(fact.page) if fact.page is not None else "",
            note=". ".join(n for n in (status, said(fact.note)) if n),
        )


def _decimals(value: float, scale: int) -> int:
    """Decimals that the document wrote, the scale at most."""
    return next((d for d in range(scale + 1) if round(value, d) == round(value, scale)), scale)


def _references(source: Source) -> Iterator[Link]:
    secrecy = (source.secrecy.reference,) if source.secrecy.reference is not None else ()
    for reference in (*source.references, *secrecy):
        page = f"page{NBSP}{reference.page}" if reference.page is not None else ""
        yield Link(said(reference.title), reference.url or "", page)
