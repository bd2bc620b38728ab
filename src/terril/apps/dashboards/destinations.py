"""Where a tile may lead: a page of the portal, or a tool elsewhere by HTTPS."""

from __future__ import annotations

import re
from dataclasses import dataclass

from terril.apps.catalogue.models import Record
from terril.core.errors import Location, TerrilError
from terril.core.records import Kind

_LONGEST = 500
_PAGE = re.compile(r"/[\w\-./~:?=&%,+]*", re.ASCII)
_OUTSIDE = re.compile(r"https://(?P<host>[^/?#:@]*)(:(?P<port>[^/?#@]*))?([/?#].*)?", re.IGNORECASE)
#: A name, not a number: the last part starts with a letter.
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.ASCII)
_INDICATOR = re.compile(r"/indicateurs/([\w-]+/[\w-]+)/")
_SOURCE = re.compile(r"/sources/([\w-]+/[\w-]+)/")
#: Pages that have no record, and that everyone may read.
_PUBLIC = re.compile(
    r"/(indicateurs/([\w-]+/)?|territoires/([\w-]+/[\w-]+/)?|comparer/|publications/([\w-]+/)?|sources/"
    r"|rechercher/|catalogue/|a-propos/)?(\?[^?]*)?"
)


class TileError(TerrilError):
    """A tile that cannot be made or changed as asked."""

    code = "tuile"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a tile leads.

    Parameters
    ----------
    address : ``https://…`` or the path of a page.
    outside : whether it leaves the portal.
    record : record of the page; None for a page that everyone may read, and for a tool elsewhere.
    """

    address: str
    outside: bool
    record: Record | None = None


def destination(address: str) -> Destination:
    """Check an address typed in the editor.

    Raises
    ------
    TileError
        If it is neither a page of the portal nor the address of a public machine by HTTPS.
    """
    typed = address.strip()
    if len(typed) > _LONGEST:
        raise _refused(typed, "adresse trop longue", f"{_LONGEST} caractères au plus")
    if typed.startswith("/"):
        return _page(typed)
    _outside(typed)
    return Destination(typed, True)


def _page(path: str) -> Destination:
    if path.startswith("//") or ".." in path or not _PAGE.fullmatch(path):
        raise _refused(path, "page inconnue", "copier l’adresse d’une page du portail, à partir de la barre « / »")
    for pattern, kind in ((_INDICATOR, Kind.INDICATOR), (_SOURCE, Kind.DATASET)):
        if found := pattern.match(path):
            record = Record.objects.filter(kind=kind, identifier=found[1]).first()
            if record is None:
                raise _refused(path, "cette page n’est pas dans le catalogue", "vérifier l’adresse de la page")
            return Destination(path, False, record)
    if not _PUBLIC.fullmatch(path):
        raise _refused(path, "une tuile ne mène pas à cette page", "choisir un thème, un indicateur ou un territoire")
    return Destination(path, False)


def _outside(address: str) -> None:
    if not address.isprintable() or any(c.isspace() or c in "\\<>\"'`" for c in address):
        raise _refused(address, "adresse illisible", "la copier depuis la barre d’adresse du navigateur")
    if not address.lower().startswith("https://"):
        raise _refused(address, "une tuile mène à une adresse sûre", "l’écrire https://…")
    parts = _OUTSIDE.fullmatch(address)
    if parts is None:
        raise _refused("https://…@…", "une adresse ne porte ni nom ni mot de passe", "les retirer de l’adresse")
    host = parts["host"].lower()
    if not _HOST.fullmatch(host) or host.endswith((".local", ".internal", ".localhost")):
        raise _refused(address, "cette machine ne se voit pas de l’extérieur", "donner le nom public du service")
    if parts["port"] not in (None, "443", "8443"):
        raise _refused(address, "port inhabituel", "donner l’adresse publique du service")


def host_of(address: str) -> str:
    """Machine that an address outside leads to; empty for a page of the portal."""
    parts = _OUTSIDE.fullmatch(address)
    return parts["host"].lower() if parts is not None else ""


def _refused(value: str, message: str, hint: str) -> TileError:
    return TileError(message, location=Location(field="adresse", value=value), hint=hint)
