"""The register of processing (article 30 of the GDPR): each is what the code does, no more."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from terril.core.text import typeset
from terril.web.usage import EVERY


@dataclass(frozen=True, slots=True)
class Processing:
    """One thing that is done of personal data."""

    id: str
    title: str
    purpose: str
    ground: str
    people: str
    data: str
    readers: str
    kept: str


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie, and why it needs no consent."""

    name: str
    purpose: str
    lasts: str


_PUBLIC = "Mission d'intérêt public (art. 6.1.e)"
_MEMBERS = "Membres des organisations"
_REGISTER = (
    Processing(
        "comptes",
        "Comptes et connexion",
        "Reconnaître qui se connecte, et protéger son compte.",
        _PUBLIC,
        _MEMBERS,
        "Adresse électronique, nom, empreinte du mot de passe, secret de double authentification chiffré, "
        "dates d'inscription et de dernière connexion ; nature du navigateur de chaque session.",
        "La personne, les gestionnaires de son organisation, les administrateurs ; le nom seul, ses collègues.",
        "Tant que le compte existe ; une session, douze heures au plus.",
    ),
    Processing(
        "organisations",
        "Organisations, rôles et invitations",
        "Donner à chacun les droits que son organisation lui confie.",
        _PUBLIC,
        f"{_MEMBERS} et personnes invitées",
        "Rôle, équipes, dates ; adresse de la personne invitée.",
        "Les membres de l'organisation ; l'adresse, ses gestionnaires et les administrateurs.",
        "Tant que dure l'appartenance. Une invitation vaut quatorze jours ; son adresse s'efface avec le compte.",
    ),
    Processing(
        "engagements",
        "Conventions, demandes et engagements",
        "Ouvrir un fichier à accès encadré à des personnes nommées, et pouvoir en rendre compte.",
        "Obligation légale (art. 6.1.c) et mission d'intérêt public",
        "Membres qui demandent un accès ou signent un engagement",
        "Demandes, conditions acceptées, engagements signés et leurs dates.",
        "Le référent des données, la personne, les administrateurs.",
        "Tant que l'accès est ouvert, puis le temps que la convention demande d'en rendre compte.",
    ),
    Processing(
        "journal",
        "Journal des actes",
        "Savoir qui a fait quoi, et prouver que les droits ont été respectés.",
        "Obligation de sécurité (art. 32) et mission d'intérêt public",
        _MEMBERS,
        "Acte, date, numéro du compte, organisation ; jamais de nom, d'adresse, de mot de passe ni de jeton.",
        "Les administrateurs ; chacun pour ses propres actes.",
        "Sans limite, sous un numéro qui ne désigne plus personne une fois le compte effacé.",
    ),
    Processing(
        "notifications",
        "Notifications",
        "Prévenir d'une demande, d'un accès ou d'une échéance.",
        _PUBLIC,
        _MEMBERS,
        "Phrase, date, lecture ; adresse électronique pour l'envoi.",
        "La personne seule.",
        "Tant que le compte existe.",
    ),
    Processing(
        "tentatives",
        "Protection contre les essais répétés",
        "Empêcher de deviner un mot de passe.",
        "Intérêt légitime : la sécurité (art. 6.1.f)",
        "Quiconque essaie de se connecter ou demande un mot de passe",
        "Nombre d'essais par adresse électronique et par adresse IP, sous forme d'empreinte.",
        "Personne.",
        "Cinq minutes ; une heure pour un mot de passe oublié.",
    ),
    Processing(
        "frequentation",
        "Fréquentation",
        "Savoir quelles pages servent.",
        "Sans donnée personnelle",
        "Aucune",
        "Nombre de lectures par jour, nature de page et thème, indicateur ou fiche. Ni cookie, ni adresse IP, "
        f"ni navigateur, ni parcours ; les sommes sont écrites toutes les {EVERY:.0f} secondes.",
        "Les administrateurs.",
        "Sans limite.",
    ),
)
_IDENTITY = Processing(
    "identite",
    "Connexion par un fournisseur d'identité",
    "Se connecter sans mot de passe, et proposer son organisation à ses gestionnaires.",
    _PUBLIC,
    _MEMBERS,
    "Identifiant donné par le fournisseur, SIRET de l'établissement, adresse et nom à l'ouverture du compte.",
    "La personne, les gestionnaires de l'organisation proposée.",
    "Tant que l'identité est associée au compte.",
)


def register(provider: str) -> tuple[Processing, ...]:
    """What is done here.

    Parameters
    ----------
    provider : name of the identity provider; empty where there is none.
    """
    found = (*_REGISTER[:1], _IDENTITY, *_REGISTER[1:]) if provider else _REGISTER
    return tuple(
        Processing(p.id, *(typeset(getattr(p, name)) for name in Processing.__slots__ if name != "id")) for p in found
    )


def cookies() -> tuple[Cookie, ...]:
    """Cookies that the portal sets: those of who signs in, and of forms."""
    hours = settings.SESSION_COOKIE_AGE // 3600
    return (
        Cookie(
            settings.SESSION_COOKIE_NAME,
            "Garder la session de qui s’est connecté.",
            f"{hours} heures au plus, ou la fermeture du navigateur",
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            "Vérifier qu’un formulaire vient bien de ce site ; posé par les pages qui en ont un.".replace(
                " ;", "\u202f;"
            ),
            "un an",
        ),
        Cookie("messages", "Redire, à la page suivante, ce qui vient d’être fait.", "la page suivante"),
    )
