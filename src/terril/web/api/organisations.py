"""Organisations that take part: for their members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from terril.apps.organisations import models
from terril.web.access import subject_in
from terril.web.api import schemas
from terril.web.api.paging import paging
from terril.web.api.parameters import CursorQuery, LimitQuery
from terril.web.api.problems import RequestError
from terril.web.api.reading import meta, portal_of

router = Router(tags=["Organisations"])


@router.get("/organisations", response=schemas.OrganisationPage, summary="Les organisations de la plateforme")
def listing(
    request: HttpRequest, response: HttpResponse, limite: LimitQuery, curseur: CursorQuery
) -> schemas.OrganisationPage:
    """Pour les membres : leurs identifiants, leurs SIREN et leurs territoires."""
    subject = subject_in(request)
    if not subject.is_member and not subject.administrator:
        raise RequestError(
            "les organisations se lisent entre membres",
            status=401,
            hint="envoyer un jeton dans l’en-tête « Authorization: Bearer … »",
        )
    portal = portal_of(response)
    del response["Last-Modified"]
    found = models.Organisation.objects.filter(is_active=True).order_by("pk")
    total = found.count()
    page = paging(request, limite, curseur, "")
    return schemas.OrganisationPage(
        donnees=[
            schemas.Organisation(id=o.pk, nom=o.label, nature=o.kind, siren=o.siren, territoire=o.territory)
            for o in found[page.slice]
        ],
        total=total,
        suivant=page.next(total),
        meta=meta(request, portal, "Organisations", "/api/"),
    )
