"""The page of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from terril.apps.agreements.models import Request
from terril.apps.agreements.policies import may, which
from terril.apps.catalogue.actions import address_of
from terril.apps.catalogue.describe import described
from terril.apps.catalogue.models import Origin, Record, State
from terril.apps.catalogue.workflow import Transition, in_force, transitions_from
from terril.core.access import Action, Subject
from terril.core.access.permissions import READING
from terril.core.catalogue.score import Score
from terril.core.drawing.lineage import LineageChart
from terril.core.records import Kind
from terril.core.text import NBSP, NNBSP
from terril.pipeline.datasets import DatasetStore
from terril.protocols.exports import cite
from terril.protocols.exports.structured import as_script
from terril.protocols.schema_org import document
from terril.web import addresses
from terril.web.components.figures import said, unit_label
from terril.web.components.lineage import fed_by, origin_of
from terril.web.components.prose import prose
from terril.web.pages.catalogue.facts import facts_of
from terril.web.pages.catalogue.preview import Preview, preview_of
from terril.web.pages.catalogue.quality import score_of
from terril.web.pages.catalogue.sayings import Saying, sayings_of
from terril.web.pages.catalogue.versions import Line, versions_of
from terril.web.pages.sources.freshness import written
from terril.web.pages.sources.licences import Licence, licence
from terril.web.portal import Portal


@dataclass(frozen=True, slots=True)
class Right:
    """An action on the record: whether one may, and why."""

    label: str
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link, and a word on it."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """What one may do, and what one asked.

    Parameters
    ----------
    asked : the last request of who looks, in words; empty where there is none.
    to_ask : what is left to ask for: its name, and how it reads.
    organisations : those in whose name one may ask, where there are several.
    """

    rights: tuple[Right, ...]
    asked: str
    to_ask: tuple[tuple[str, str], ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page; texts are ready, empty ones are not shown."""

    pk: int
    href: str
    kind: str
    title: str
    state: str
    description: SafeString
    facts: tuple[tuple[str, str, str], ...]
    licence: Licence | None
    columns: tuple[tuple[str, str, str, bool], ...]
    links: tuple[Link, ...]
    reading: Link | None
    sources: tuple[Link, ...]
    lineage: LineageChart | None
    score: Score
    versions: tuple[Line, ...]
    preview: Preview | None
    access: Access
    cite: str
    sayings: tuple[Saying, ...]
    member: bool
    steward: bool
    edits: bool
    correction: str
    ways: tuple[Transition, ...]
    revision: int
    document: SafeString
    downloads: tuple[Link, ...]


def page_of(portal: Portal, record: Record, request: HttpRequest) -> Page:
    """The page of a record that the subject may know of."""
    subject = request.subject
    dataset = record.kind == Kind.DATASET
    version = DatasetStore(portal.workspace.home).current(record.identifier) if dataset else None
    figures = bool(may(subject, Action.FIGURES, record))
    steward = bool(may(subject, Action.PUBLISH, record))
    state = in_force(record.state, record.embargo, timezone.now())
    columns = [told for told in record.columns if isinstance(told, dict)]
    return Page(
        pk=record.pk,
        href=address_of(record),
        kind=Kind(record.kind).label,
        title=said(record.title),
        state="" if state is State.PUBLISHED else _state(record, state),
        description=prose(record.description),
        facts=tuple(facts_of(portal, record, version)),
        licence=licence(record.licence) if record.licence else None,
        columns=tuple(_column(told, record) for told in columns),
        links=tuple(_links(record)),
        reading=_reading(portal, record),
        sources=tuple(_sources(record, subject)),
        lineage=_lineage(portal, record),
        score=score_of(portal, record, version),
        versions=versions_of(portal, record.identifier) if dataset and figures else (),
        preview=preview_of(portal, record, subject) if version is not None else None,
        access=_access(record, subject),
        cite=_cite(portal, record, addresses.root(request)),
        sayings=sayings_of(record, request, steward=steward),
        member=subject.is_member,
        steward=steward,
        edits=bool(may(subject, Action.EDIT, record)),
        correction=f"/contribuer/corriger/{record.pk}/",
        ways=transitions_from(record.state) if steward else (),
        revision=record.revision,
        document=_document(record, addresses.root(request)),
        downloads=_downloads(record, subject) if version is not None else (),
    )


def _downloads(record: Record, subject: Subject) -> tuple[Link, ...]:
    """Files that the subject may take away."""
    if not may(subject, Action.DOWNLOAD, record):
        return ()
    labels = {"csv": "CSV", "xlsx": "Tableur", "parquet": "Parquet", "gpkg": "GeoPackage", "geojson": "GeoJSON"}
    return tuple(Link(label, f"{address_of(record)}telecharger.{form}") for form, label in labels.items())


def _state(record: Record, state: State) -> str:
    if state is State.EMBARGO and record.embargo is not None:
        return f"sous embargo jusqu’au {written(timezone.localtime(record.embargo).date())}"
    return str(state.label)


def _column(told: dict[str, Any], record: Record) -> tuple[str, str, str, bool]:
    """Name, meaning, unit, and whether it is masked."""
    name, unit = str(told.get("name") or ""), str(told.get("unit") or "")
    meaning = f"{NNBSP}; ".join(said(str(told[key])) for key in ("label", "description") if told.get(key))
    known = record.origin == Origin.PACK
    return name, meaning, unit_label(unit) if known and unit else unit, name in record.masked


def _links(record: Record) -> Iterator[Link]:
    for told in record.links:
        address = str(told.get("address") or "") if isinstance(told, dict) else ""
        if address.startswith(("https://", "http://")):
            yield Link(said(str(told.get("title") or "")) or address, address, str(told.get("format") or ""))


def _reading(portal: Portal, record: Record) -> Link | None:
    """Where the figures of a record are read."""
    if record.kind == Kind.INDICATOR and record.identifier in portal.indicators:
        return Link("Lire l’indicateur", addresses.indicator(record.identifier))
    if record.kind == Kind.DATASET and record.identifier in portal.sources:
        return Link("Comment cette source est lue, ce qu’elle alimente", addresses.source(record.identifier))
    return None


def _sources(record: Record, subject: Subject) -> Iterator[Link]:
    """Datasets that a record is made from, those that the subject may know of."""
    if record.sources:
        known = which(subject, Action.DISCOVER).filter(kind=Kind.DATASET, identifier__in=record.sources)
        for source in known.order_by("title", "pk"):
            yield Link(said(source.title), address_of(source), said(source.producer))


def _lineage(portal: Portal, record: Record) -> LineageChart | None:
    if record.kind == Kind.DATASET and record.identifier in portal.sources:
        return fed_by(portal, record.identifier)
    if record.kind == Kind.INDICATOR and record.identifier in portal.indicators:
        return origin_of(portal, record.identifier)
    return None


def _access(record: Record, subject: Subject) -> Access:
    decisions = [(action, may(subject, action, record)) for action in READING[1:]]
    rights = tuple(Right(action.label, bool(d), ", ".join(d.reasons)) for action, d in decisions)
    asked = None
    if subject.user is not None:
        asked = Request.objects.filter(record=record, user_id=subject.user).order_by("-asked", "-pk").first()
    waiting = asked is not None and asked.standing == Request.Standing.WAITING
    left = tuple((action.value, action.label) for action, d in decisions if not d)
    return Access(
        rights=rights,
        asked=_request(asked) if asked is not None else "",
        to_ask=() if waiting or not subject.is_member else left,
        organisations=tuple(sorted(subject.organisations)) if len(subject.roles) > 1 else (),
    )


def _request(asked: Request) -> str:
    day = written(timezone.localtime(asked.asked).date())
    answer = f"{NBSP}: {said(asked.answer)}" if asked.answer else ""
    return f"Demande du {day}, {asked.get_standing_display()}{answer}."


def _cite(portal: Portal, record: Record, root: str) -> str:
    address = f"{root}{address_of(record)}"
    if record.kind == Kind.INDICATOR:
        producers = said(record.producer)
        return cite(title=said(record.title), producers=producers, release=portal.built, address=address)
    vintage = f", millésime {said(record.vintage)}" if record.vintage else ""
    parts = [said(record.producer), f"{said(record.title)}{vintage}", said(record.licence)]
    text = " ".join(f"{part.rstrip('. ')}." for part in parts if part)
    day = written(timezone.localtime(record.modified).date())
    return f"{text} Fiche du {day}, à l’adresse{NBSP}: {address}"


def _document(record: Record, root: str) -> SafeString:
    told = next(described([record], root))
    return mark_safe(as_script(document(told)))  # noqa: S308 - nothing in it can close the element
