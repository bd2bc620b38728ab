"""What is known of accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from terril.apps.accounts.events import gathering
from terril.apps.accounts.models import Session, User
from terril.apps.audit.actions import actor_of
from terril.apps.audit.acts import ACTS
from terril.apps.audit.models import Entry
from terril.core.text import fold

#: Accounts that ``terril demo`` makes.
DEMO = "@demo.example"


def sessions(user: User) -> QuerySet[Session]:
    """Sessions that a person has open, the latest first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-opened", "session_key")


def find(email: str) -> User | None:
    """The account of an address, whatever its case."""
    return User.objects.filter(email__iexact=email.strip()).first()


def matching(text: str) -> QuerySet[User]:
    """Accounts whose name or address holds a text; every one when it is empty."""
    found = User.objects.order_by("name", "email", "pk")
    return found.filter(Q(name__icontains=text) | Q(email__icontains=text)) if text else found


def called(pseudonyms: Iterable[str]) -> dict[str, str]:
    """Who actors of the audit are today: a name, or that the account is gone."""
    asked = set(pseudonyms)
    numbers = [int(p.removeprefix("user:")) for p in asked if p.startswith("user:") and p[5:].isdigit()]
    known = {actor_of(u): u for u in User.objects.filter(pk__in=numbers)}
    return {p: _named(p, known.get(p)) for p in asked}


def _named(pseudonym: str, user: User | None) -> str:
    if user is None:
        return {"cli": "ligne de commande", "system": "système"}.get(pseudonym, pseudonym)
    return f"compte effacé no {user.pk}" if user.erased else str(user)


def has_second_factor(user: User) -> bool:
    """Whether a code is asked beside the password."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def demonstration() -> bool:
    """Whether accounts of the demonstration are here."""
    return User.objects.filter(email__endswith=DEMO, is_active=True).exists()


def provider_name() -> str:
    """What the identity provider is called; empty where there is none."""
    found = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return str(found[0]["name"]) if found else ""


def personal_data(user: User) -> dict[str, list[dict[str, Any]]]:
    """Everything the platform holds of a person, by subject; other apps add theirs (``events.gathering``)."""
    told: dict[str, list[dict[str, Any]]] = {
        "Compte": [
            {
                "adresse électronique": user.email,
                "nom": user.name,
                "inscrit le": user.joined,
                "dernière connexion": user.last_login,
                "administrateur": user.is_administrator,
                "double authentification": has_second_factor(user),
            }
        ],
        "Sessions ouvertes": [
            {"ouverte le": s.opened, "appareil": s.device, "fin": s.expire_date} for s in sessions(user)
        ],
        "Identités externes": [
            {"fournisseur": a.provider, "identifiant": a.uid, "associée le": a.date_joined, **a.extra_data}
            for a in SocialAccount.objects.filter(user=user).order_by("pk")
        ],
        "Journal": [
            {"le": e.at, "acte": ACTS.get(e.act, e.act), "objet": e.label}
            for e in Entry.objects.filter(Q(actor=actor_of(user)) | Q(kind="user", target=str(user.pk))).order_by("id")
        ],
    }
    for _, added in gathering.send(sender=User, user=user):
        for title, rows in (added or {}).items():
            told.setdefault(title, []).extend(rows)
    return dict(sorted(told.items(), key=lambda one: (one[0] != "Compte", fold(one[0]))))
