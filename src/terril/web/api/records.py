"""Datasets of the catalogue, their versions and their rows, within the rights of who asks."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router

from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import state_of_rights
from terril.apps.catalogue import models
from terril.apps.catalogue.actions import address_of
from terril.core.access import Action, Subject
from terril.core.errors import Location
from terril.core.features import Ask, Property
from terril.core.records import Kind
from terril.pipeline.datasets import DatasetStore, Version
from terril.web.access import subject_in
from terril.web.api import schemas
from terril.web.api.paging import paging
from terril.web.api.parameters import CursorQuery, KindQuery, LimitQuery, NamePath, ThemeQuery, VersionQuery, WordsQuery
from terril.web.api.problems import RequestError
from terril.web.api.reading import meta, portal_of
from terril.web.api.territories import dated
from terril.web.components.figures import said, unit_label
from terril.web.portal import Portal
from terril.web.rows import opened

router = Router(tags=["Jeux de données"])


@router.get("/jeux", response=schemas.RecordPage, summary="Les fiches du catalogue")
def listing(
    request: HttpRequest,
    response: HttpResponse,
    q: WordsQuery,
    nature: KindQuery,
    theme: ThemeQuery,
    limite: LimitQuery,
    curseur: CursorQuery,
) -> schemas.RecordPage:
    """Celles que le lecteur peut connaître, par nature et identifiant."""
    portal = portal_of(response)
    del response["Last-Modified"]
    found = _known(subject_in(request))
    if nature is not None:
        found = found.filter(kind=nature)
    if theme:
        found = found.filter(theme=theme)
    for word in q.split():
        found = found.filter(title__icontains=word)
    total = found.count()
    page = paging(request, limite, curseur, "-".join(str(n) for n in state_of_rights()))
    shown = list(found[page.slice])
    return schemas.RecordPage(
        donnees=[schemas.Record(**_described(request, r)) for r in shown],
        total=total,
        suivant=page.next(total),
        meta=meta(request, portal, "Catalogue", "/catalogue/", [r.licence for r in shown if r.licence]),
    )


def _known(subject: Subject) -> QuerySet[models.Record]:
    return which(subject, Action.DISCOVER).select_related("steward").order_by("kind", "identifier")


def _one(request: HttpRequest, producer: str, dataset: str) -> models.Record:
    identifier = f"{producer}/{dataset}"
    found = _known(subject_in(request)).filter(kind=Kind.DATASET, identifier=identifier).first()
    if found is None:
        raise RequestError("jeu de données inconnu", status=404, location=Location(value=identifier))
    return found


def _described(request: HttpRequest, record: models.Record) -> dict[str, object]:
    return {
        "identifiant": record.identifier,
        "nature": record.kind,
        "titre": said(record.title),
        "description": said(record.description),
        "producteur": said(record.producer),
        "referent": record.steward.label if record.steward is not None else "",
        "licence": said(record.licence),
        "frequence": record.frequency,
        "millesime": said(record.vintage),
        "theme": record.theme,
        "mots_cles": [str(word) for word in record.keywords],
        "ouverture": record.openness,
        "debut": record.begin,
        "fin": record.end,
        "modifie_le": record.modified.isoformat(timespec="seconds"),
        "sources": [str(s) for s in record.sources],
        "liens": [
            schemas.Link(titre=str(link.get("title", "")), adresse=str(link.get("address", "")))
            for link in record.links
            if isinstance(link, dict)
        ],
    }


@router.get("/jeux/{producteur}/{jeu}", response=schemas.DatasetAnswer, summary="Un jeu de données")
def one(request: HttpRequest, response: HttpResponse, producteur: NamePath, jeu: NamePath) -> schemas.DatasetAnswer:
    """Sa fiche, le sens de ses colonnes, et ce que le lecteur peut en faire."""
    portal = portal_of(response)
    del response["Last-Modified"]
    record, subject = _one(request, producteur, jeu), subject_in(request)
    rights = {
        name: which(subject, action).filter(pk=record.pk).exists()
        for name, action in (("chiffres", Action.FIGURES), ("donnees", Action.DATA), ("telecharger", Action.DOWNLOAD))
    }
    return schemas.DatasetAnswer(
        donnees=schemas.Dataset(
            **_described(request, record),
            colonnes=[_declared(c) for c in record.columns if c.get("name") not in record.masked],
            droits=schemas.Rights(**rights),
        ),
        meta=_meta(request, portal, record),
    )


def _declared(column: dict[str, object]) -> schemas.Column:
    told = {name: str(column.get(key) or "") for name, key in
            (("nom", "name"), ("libelle", "label"), ("type", "type"), ("unite", "unit"))}  # fmt: skip
    return schemas.Column(**told)


def _meta(request: HttpRequest, portal: Portal, record: models.Record) -> schemas.Meta:
    licences = [said(record.licence)] if record.licence else []
    title, producer = said(record.title), said(record.producer)
    return meta(request, portal, title, address_of(record), licences, producer)


@router.get("/jeux/{producteur}/{jeu}/versions", response=schemas.VersionPage, summary="Les versions d’un jeu")
def versions(request: HttpRequest, response: HttpResponse, producteur: NamePath, jeu: NamePath) -> schemas.VersionPage:
    """La plus récente d’abord ; une version supprimée dit pourquoi."""
    portal = portal_of(response)
    del response["Last-Modified"]
    record = _one(request, producteur, jeu)
    datasets = DatasetStore(portal.workspace.home)
    current = datasets.current(record.identifier)
    found = [_version(v, current) for v in reversed(datasets.versions(record.identifier))]
    return schemas.VersionPage(donnees=found, total=len(found), meta=_meta(request, portal, record))


def _version(version: Version, current: Version | None) -> schemas.Version:
    told = version.meta
    return schemas.Version(
        id=version.id,
        en_usage=current is not None and current.id == version.id,
        lue_le=str(told.get("retrieved_at", "")),
        lignes=int(told.get("rows", 0)),
        millesime=said(str(told.get("vintage", ""))),
        supprimee=str(told["purged"]["reason"]) if version.purged else None,
    )


@router.get("/jeux/{producteur}/{jeu}/lignes", response=schemas.RowPage, summary="Les lignes d’un jeu")
def rows(
    request: HttpRequest,
    response: HttpResponse,
    producteur: NamePath,
    jeu: NamePath,
    version: VersionQuery,
    limite: LimitQuery,
    curseur: CursorQuery,
) -> HttpResponse:
    """Sans les colonnes masquées au lecteur, ni les lignes des territoires qui ne lui sont pas ouverts."""
    portal = portal_of(response)
    del response["Last-Modified"]
    record = _one(request, producteur, jeu)
    read = opened(record, subject_in(request), Action.DATA, version)
    page = paging(request, limite, curseur, read.version.id)
    found = read.features.items(read.collection.id, Ask(limit=page.limit, offset=page.offset, geometry=False))
    following = page.next(found.matched)
    answer: dict[str, object] = {
        "version": read.version.id,
        "colonnes": [_column(p).model_dump() for p in read.columns],
        "donnees": [dict(f.properties) for f in found.features],
        "total": found.matched,
        "meta": _meta(request, portal, record).model_dump(),
    }
    return dated(response, answer | ({"suivant": following} if following else {}))


def _column(found: Property) -> schemas.Column:
    unit = unit_label(found.unit) if found.unit else ""
    return schemas.Column(nom=found.name, libelle=said(found.label), type=str(found.type), unite=unit)
