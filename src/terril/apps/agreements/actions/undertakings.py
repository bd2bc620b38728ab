"""Undertakings: what a named person signs before a restricted file is opened to them, until they destroy it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from terril.apps.agreements.actions.telling import tell
from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.models import Undertaking
from terril.apps.audit.actions import SYSTEM, actor_of, note
from terril.apps.catalogue.actions import require, stewards_of
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Membership, Organisation
from terril.apps.organisations.queries import in_force
from terril.core.access import Action, Subject
from terril.core.errors import Location

#: Days before the date of destruction at which it is reminded.
REMINDED = (30, 7, 0)
#: What is signed, unless the steward writes another text.
TEXT = """Je m’engage, pour ce fichier à accès encadré :
– à ne l’utiliser que pour la finalité que j’indique ci-dessous ;
– à ne le communiquer à personne qui n’ait signé le même engagement ;
– à ne publier aucun résultat qui permette de reconnaître une personne ou une entreprise ;
– à le conserver en un lieu protégé, et à le détruire au plus tard à la date dite, puis à le déclarer ici.
Je sais que mes accès sont inscrits au journal de la plateforme."""
_PLACE = "/mes-acces/#engagements"


@transaction.atomic
def prepare(
    record: Record, user: Any, organisation: Organisation, destroy_by: date, by: Any, subject: Subject, text: str = TEXT
) -> Undertaking:
    """Name a person who may sign, for their organisation; they are told.

    Raises
    ------
    PermissionDenied
        If the subject does not answer for the record.
    RightsError
        If the record is not restricted, the person no member, the date past, or one is held already.
    """
    require(subject, Action.ADMINISTER, record)
    today = timezone.localdate()
    if not record.restricted:
        raise RightsError("ce jeu n'est pas un fichier à accès encadré", hint="le déclarer tel d'abord")
    if not Membership.objects.filter(in_force(), user=user, organisation=organisation).exists():
        raise RightsError("cette personne n'en est pas membre", location=Location(field="person"))
    if destroy_by <= today:
        raise RightsError(
            "cette date est passée", location=Location(field="destroy_by"), hint="choisir un jour à venir"
        )
    held = Undertaking.objects.filter(record=record, user=user, organisation=organisation, destroyed_on=None)
    if held.filter(destroy_by__gte=today).exists():
        raise RightsError("un engagement de cette personne est déjà en cours", location=Location(field="person"))
    made = Undertaking.objects.create(
        record=record,
        user=user,
        organisation=organisation,
        purpose="",
        text=text.strip() or TEXT,
        destroy_by=destroy_by,
    )
    note("undertaking.prepared", record, actor_of(by), organisation=organisation.pk, **_told(made))
    tell([user], "undertaking", f"Un engagement sur « {record.title} » attend votre signature.", _PLACE)
    return made


@transaction.atomic
def sign(undertaking: Undertaking, purpose: str, by: Any, subject: Subject) -> Undertaking:
    """Sign, by oneself, for a purpose.

    Raises
    ------
    PermissionDenied
        If it is someone else's, or for an organisation that one left.
    RightsError
        If it is signed or over, or no purpose is told.
    """
    _require_own(undertaking, by)
    if undertaking.organisation_id not in subject.organisations:
        raise PermissionDenied("vous n’êtes plus membre de cette organisation")
    held = _held(undertaking)
    if held.signed_on is not None:
        raise RightsError("cet engagement est déjà signé")
    if held.destroy_by < timezone.localdate():
        raise RightsError("cet engagement est échu", hint="en demander un autre au référent")
    if not purpose.strip():
        raise RightsError(
            "une finalité est attendue", location=Location(field="purpose"), hint="dire à quoi servira le fichier"
        )
    held.purpose, held.signed_on = purpose.strip()[:2000], timezone.localdate()
    held.save()
    note("undertaking.signed", held.record, actor_of(by), organisation=held.organisation_id, **_told(held))
    tell(stewards_of(held.record), "undertaking", f"Un engagement sur « {held.record.title} » est signé.")
    return held


@transaction.atomic
def destroy(undertaking: Undertaking, by: Any) -> Undertaking:
    """Declare that the file is destroyed: access ends with it.

    Raises
    ------
    PermissionDenied
        If it is someone else's.
    RightsError
        If it was never signed, or is declared already.
    """
    _require_own(undertaking, by)
    held = _held(undertaking)
    if held.signed_on is None:
        raise RightsError("cet engagement n'est pas signé")
    held.destroyed_on = timezone.localdate()
    held.save()
    note("undertaking.destroyed", held.record, actor_of(by), organisation=held.organisation_id, **_told(held))
    tell(stewards_of(held.record), "undertaking", f"La destruction de « {held.record.title} » est déclarée.")
    return held


def _require_own(undertaking: Undertaking, by: Any) -> None:
    if undertaking.user_id != by.pk:
        raise PermissionDenied("chacun signe pour soi")


def _held(undertaking: Undertaking) -> Undertaking:
    held = Undertaking.objects.select_for_update().select_related("record").get(pk=undertaking.pk)
    if held.destroyed_on is not None:
        raise RightsError("la destruction est déjà déclarée")
    return held


def _told(undertaking: Undertaking) -> dict[str, Any]:
    return {
        "undertaking": undertaking.pk,
        "to": actor_of(undertaking.user),
        "destroy_by": undertaking.destroy_by.isoformat(),
    }


def remind(today: date) -> int:
    """Remind those who hold a file of the day they must destroy it: 30 and 7 days before, and that day.

    Told once each: a day when nobody ran it is caught up the next, and not told twice. How many were told.
    """
    horizon = today + timedelta(days=max(REMINDED))
    held = Undertaking.objects.filter(destroyed_on=None, signed_on__isnull=False, destroy_by__lte=horizon)
    return sum(_reminded(pk, today) for pk in held.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _reminded(pk: int, today: date) -> int:
    held = Undertaking.objects.select_for_update().select_related("record", "user").get(pk=pk)
    due = max(day for days in REMINDED if (day := held.destroy_by - timedelta(days=days)) <= today)
    if held.destroyed_on is not None or (held.reminded_on is not None and held.reminded_on >= due):
        return 0
    held.reminded_on = today
    held.save()
    note("undertaking.reminded", held.record, SYSTEM, organisation=held.organisation_id, **_told(held))
    day = date_format(held.destroy_by, "j F Y")
    over = "L’accès est fermé" if held.destroy_by < today else "L’accès se ferme après ce jour"
    text = f"« {held.record.title} » est à détruire au plus tard le {day}. {over} ; déclarez la destruction."
    tell([held.user], "undertaking", text, _PLACE)
    return 1
