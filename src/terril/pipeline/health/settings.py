"""Checks of the settings that the environment gives."""

from __future__ import annotations

from collections.abc import Iterator

from terril.core.errors import TerrilError
from terril.engine.session import memory_limit
from terril.pipeline.health.finding import Check, Finding, Situation, error, fine, warning
from terril.pipeline.mail import MailError, mailbox

_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def address(situation: Situation) -> Iterator[Finding]:
    """Visitors reach the site by a name, and by HTTPS."""
    hosts = [h.strip() for h in situation.environment.get("TERRIL_HOSTS", "").split(",") if h.strip()]
    secure = situation.environment.get("TERRIL_HTTPS", "") == "1"
    if not situation.production:
        yield fine("cette machine seule")
        return
    wrong = [h for h in hosts if "/" in h or ":" in h.strip("[]") or h == "*"]
    if wrong:
        yield error(f"TERRIL_HOSTS illisible : {', '.join(wrong)}", "donner des noms, sans https:// ni port ni *")
    elif not [h for h in hosts if h not in _LOCAL]:
        yield error("aucun nom de site", "donner TERRIL_HOSTS=donnees.exemple.fr : sans lui, tout visiteur reçoit 400")
    elif not secure:
        yield error("mots de passe et sessions voyageraient en clair", "servir en HTTPS, et régler TERRIL_HTTPS=1")
    elif situation.environment.get("TERRIL_SITE", "").partition("://")[2].partition("/")[0] not in hosts:
        yield error("les liens des messages mèneraient ailleurs", f"régler TERRIL_SITE=https://{hosts[0]}")
    else:
        yield fine(situation.environment["TERRIL_SITE"])


def mail(situation: Situation) -> Iterator[Finding]:
    """Invitations and reminders can leave."""
    # Who receives the reports of refreshes is another matter.
    given = {"TERRIL_MAIL_TO": "personne@exemple.fr", **situation.environment}
    try:
        box = mailbox(given)
    except MailError as wrong:
        yield error(wrong.message, wrong.hint or "corriger les réglages TERRIL_MAIL_*")
        return
    if box is not None:
        yield fine(f"{box.host}:{box.port}, {'chiffré' if box.encrypted else 'en clair'}")
    elif situation.production:
        lost = "aucun serveur d’envoi : ni invitation, ni mot de passe oublié"
        yield error(lost, "régler TERRIL_MAIL_HOST et TERRIL_MAIL_FROM")
    else:
        yield fine("gardé en fichiers")


def notices(situation: Situation) -> Iterator[Finding]:
    """The legal notice names who publishes."""
    named = {"TERRIL_EDITEUR": "éditeur", "TERRIL_CONTACT": "contact", "TERRIL_HEBERGEUR": "hébergeur"}
    lost = [f"{name} ({what})" for name, what in named.items() if not situation.environment.get(name)]
    if lost and situation.production:
        yield warning(f"mentions légales incomplètes : {', '.join(lost)}", "la loi les demande : les donner")
    else:
        yield fine("mentions légales remplies" if not lost else "inutiles sur cette machine")


def identity(situation: Situation) -> Iterator[Finding]:
    """A provider of identities is named whole, or not at all."""
    names = ("TERRIL_OIDC_SERVER", "TERRIL_OIDC_CLIENT", "TERRIL_OIDC_SECRET")
    given = [name for name in names if situation.environment.get(name)]
    server = situation.environment.get("TERRIL_OIDC_SERVER", "")
    if given and len(given) < len(names):
        lost = ", ".join(n for n in names if n not in given)
        yield error(f"fournisseur d’identité incomplet : {lost}", "le donner, ou retirer les autres")
    elif server and not server.startswith("https://") and situation.production:
        yield error("le fournisseur d’identité n’est pas en HTTPS", "donner son adresse https://")
    else:
        yield fine(server or "mot de passe seul")


def calculation(situation: Situation) -> Iterator[Finding]:
    """The memory given to calculations can be read."""
    try:
        limit = memory_limit()
    except TerrilError as wrong:
        yield error(wrong.message, wrong.hint or "corriger TERRIL_MEMORY")
    else:
        yield fine(f"{limit / 1e9:.1f} Go au plus".replace(".", ","))


CHECKS: dict[str, Check] = {
    "adresse": address,
    "courriel": mail,
    "mentions légales": notices,
    "identité": identity,
    "calcul": calculation,
}
