"""From what another catalogue says to a record: plain texts, real dates, addresses of the Web; the rest is told."""

from __future__ import annotations

import html
import math
import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import nh3

from terril.core.errors import IngestError, Location
from terril.core.records import Agent, Distribution, Extent, Record
from terril.core.vocabularies import file_format, frequency, licence, openness
from terril.ingestion.harvest.contract import Harvested, Remote, RemoteAgent, RemoteFile

LINE = 300
TEXT = 20_000
_WORDS = 100
_FILES = 500
_SHORT = 40
# Controls, surrogates, and the marks that turn the reading order round.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_BLOCK = re.compile(
    r"<\s*(?:br|hr|/?(?:p|div|li|ul|ol|tr|table|h[1-6]|blockquote|section))\b[^<>]{0,200}>", re.IGNORECASE
)
_SPACES = re.compile(r"[ \t]+")
_EMAIL = re.compile(r"[A-Za-z0-9_+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ACCEPTED = re.compile(r"https?://[^/?#@\s\\]+(?:[/?#]\S*)?", re.IGNORECASE)


def plain(value: Any, limit: int = TEXT) -> str:
    """A value as plain text: no markup, no control, line ends made one, at most ``limit`` characters."""
    text = _UNWRITABLE.sub("", _said(value)[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n"))
    for _ in range(5):
        # Markup is often escaped once, sometimes twice, on its way through catalogues.
        if "<" not in text and "&" not in text:
            break
        text, before = html.unescape(nh3.clean(_BLOCK.sub("\n", text), tags=set())), text
        if text == before:
            break
    text = _UNWRITABLE.sub("", text.replace("\r", "\n"))
    lines = (_SPACES.sub(" ", line).strip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:limit].rstrip()


def _said(value: Any) -> str:
    """A text among what a catalogue may write in its place: a number, one text per language, a list."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = next((value[key] for key in ("fr", "fre", "fra", "@value", "en") if key in value), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


class Cleaning:
    """Cleans the values of one record, and keeps what it had to leave out."""

    def __init__(self, remote_id: str) -> None:
        self.faults: list[IngestError] = []
        self._remote_id = remote_id

    def fault(self, field: str, value: Any, message: str, hint: str) -> None:
        """Note a fault."""
        shown = plain(value, 60) or None
        place = Location(file=self._remote_id, field=field, value=shown)
        self.faults.append(IngestError(message, location=place, hint=hint))

    def text(self, field: str, value: Any, limit: int = TEXT) -> str:
        """A text; cut where it is too long."""
        found = plain(value, limit)
        if len(_said(value)) > limit and len(found) > limit - 2:
            self.fault(field, value, f"texte de plus de {limit} caractères : coupé", "lire la fiche à sa source")
        return found

    def line(self, field: str, value: Any, limit: int = LINE) -> str:
        """A text on one line."""
        return re.sub(r"[ \t\n]+", " ", self.text(field, value, limit))

    def lines(self, field: str, values: list[Any], limit: int = _WORDS) -> tuple[str, ...]:
        """Texts on one line, each once, in their order."""
        found = dict.fromkeys(word for value in values[:limit] if (word := self.line(field, value)))
        if len(values) > limit:
            self.fault(field, len(values), f"plus de {limit} valeurs : les autres sont laissées", "")
        return tuple(found)

    def web(self, field: str, value: Any) -> str:
        """An address of the Web; empty, and told, where it is something else."""
        text = _UNWRITABLE.sub("", _said(value)[:4000]).strip().replace(" ", "%20")
        if not text or is_web(text):
            return text
        self.fault(field, text, "adresse refusée", "seules les adresses http et https sont reprises")
        return ""

    def day(self, field: str, value: Any) -> str:
        """A date, ISO 8601; empty, and told, where it is not one."""
        text = _said(value).strip()
        if not text:
            return ""
        found = _day(text)
        if not found:
            self.fault(field, text, "date illisible : laissée", "écrire AAAA-MM-JJ dans la fiche d’origine")
        return found

    def agent(self, remote: RemoteAgent | None) -> Agent | None:
        """An organisation; None where it has no name."""
        if remote is None:
            return None
        name = self.line("organisation", remote.name)
        siren = "".join(c for c in _said(remote.siren) if c.isdigit())
        email = _said(remote.email).strip().removeprefix("mailto:")
        if not name:
            return None
        return Agent(
            name=name,
            siren=siren[:9] if len(siren) in (9, 14) else "",
            address=self.web("organisation", remote.address),
            # A dot before the @ is most often a first name and a name: addresses of persons are not taken.
            email=email if _EMAIL.fullmatch(email) and len(email) <= LINE else "",
        )

    def extent(self, remote: Remote) -> Extent:
        """Where and when."""
        territory = self.line("territoire", remote.territory, 60)
        return Extent(
            bbox=self._bbox(remote.bbox),
            territory=territory if re.fullmatch(r"[a-z_]+:[0-9A-Za-z_]{1,40}", territory) else "",
            label=self.line("emprise", remote.extent_label),
            begin=self.day("début", remote.begin),
            end=self.day("fin", remote.end),
        )

    def _bbox(self, value: Any) -> tuple[float, float, float, float] | None:
        if value is None:
            return None
        try:
            west, south, east, north = (float(part) for part in value)
        except (TypeError, ValueError, OverflowError):
            west = math.nan
        if not math.isnan(west) and -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
            return west, south, east, north
        self.fault("emprise", str(value), "emprise hors de la Terre : laissée", "ouest, sud, est, nord, en degrés")
        return None

    def file(self, remote: RemoteFile, licence_name: str) -> Distribution | None:
        """A file or a service; None where its address is not of the Web. Its licence is said where it is another."""
        address = self.web("fichier", remote.address)
        if not address:
            return None
        told, media = self.line("format", remote.format), self.line("format", remote.media_type, LINE).lower()
        known = file_format(told) or file_format(media)
        own = self.licence([remote.licence])
        size = remote.bytes if not isinstance(remote.bytes, str) else remote.bytes.strip()
        return Distribution(
            title=self.line("fichier", remote.title),
            address=address,
            download=remote.download,
            media_type=_media(media) or (known.media_type if known else ""),
            format=known.name if known else told.rpartition("/")[2][:_SHORT].upper(),
            bytes=int(size) if str(size).isdecimal() and len(str(size)) < 16 else None,
            licence=own if own != licence_name else "",
            conforms_to=self.web("norme", remote.conforms_to),
        )

    def licence(self, told: list[Any]) -> str:
        """A licence: the first that is known, else the first said."""
        words = [word for value in told if (word := self.line("licence", value))]
        known = next((found for word in words if (found := licence(word))), None)
        return known.name if known else next(iter(words), "")


def is_web(address: str) -> bool:
    """Whether a text is an http(s) address, whole and without a password."""
    if not _ACCEPTED.fullmatch(address):
        return False
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _media(text: str) -> str:
    media = text.partition(";")[0].strip().rpartition("media-types/")[2]
    return media if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", media) else ""


def _day(text: str) -> str:
    read = date.fromisoformat if len(text) == 10 else datetime.fromisoformat
    try:
        return read(text).isoformat()[:10]
    except ValueError:
        return ""


def cleaned(remote: Remote, origin: str) -> Harvested:
    """A record of ours, from what another catalogue says.

    Parameters
    ----------
    origin : address of that catalogue.
    """
    identifier = Cleaning("").line("identifiant", remote.identifier)
    cleaning = Cleaning(identifier or remote.place)
    title = cleaning.line("titre", remote.title)
    if remote.refused:
        cleaning.fault("fiche", remote.title, remote.refused, "rien à faire : elle n’est pas reprise")
    elif not title:
        cleaning.fault("titre", None, "fiche sans titre : non reprise", "lui donner un titre à l’origine")
    elif not identifier:
        cleaning.fault("identifiant", None, "fiche sans identifiant : non reprise", "lui en donner un à l’origine")
    else:
        record = _record(remote, identifier, title, cleaning, origin)
        return Harvested(record, identifier, tuple(cleaning.faults))
    return Harvested(None, identifier or remote.place, tuple(cleaning.faults))


def _record(remote: Remote, remote_id: str, title: str, cleaning: Cleaning, origin: str) -> Record:
    producer = cleaning.agent(remote.producer) or cleaning.agent(remote.publisher)
    if producer is None:
        cleaning.fault("producteur", None, "producteur inconnu : nommé d’après le catalogue", "le nommer à l’origine")
        producer = Agent(name=urlsplit(origin).hostname or origin)
    publisher = cleaning.agent(remote.publisher)
    address = cleaning.web("page", remote.address) or (remote_id if is_web(remote_id) else origin)
    if len(remote.files) > _FILES:
        cleaning.fault("fichier", len(remote.files), f"plus de {_FILES} fichiers : les autres sont laissés", "")
    licence_name = cleaning.licence(remote.licences)
    files = (cleaning.file(file, licence_name) for file in remote.files[:_FILES])
    return Record(
        identifier=remote_id.removeprefix(f"{remote.kind}:"),
        kind=remote.kind,
        title=title,
        description=cleaning.text("description", remote.description),
        address=address,
        producer=producer,
        publisher=publisher if publisher != producer else None,
        steward=cleaning.agent(remote.steward),
        openness=openness(cleaning.line("accès", remote.access)),
        licence=licence_name,
        frequency=frequency(cleaning.line("fréquence", remote.frequency)),
        issued=cleaning.day("publication", remote.issued),
        modified=cleaning.day("mise à jour", remote.modified),
        vintage=cleaning.line("millésime", remote.vintage),
        version=cleaning.line("version", remote.version),
        theme=cleaning.line("thème", remote.theme, 60),
        keywords=cleaning.lines("mot clé", remote.keywords),
        extent=cleaning.extent(remote),
        distributions=tuple(file for file in files if file is not None),
        provenance=cleaning.text("provenance", remote.provenance),
        conforms_to=tuple(a for value in remote.conforms_to[:_WORDS] if (a := cleaning.web("norme", value))),
        sources=cleaning.lines("source", remote.sources),
        harvested_from=origin,
    )
