"""Records of the catalogue, as every door of the platform sees them: pages, DCAT, OGC Records, JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a record describes."""

    DATASET = "dataset"
    INDICATOR = "indicator"
    MAP = "map"
    PUBLICATION = "publication"
    SERVICE = "service"

    @property
    def label(self) -> str:
        """French name, singular."""
        return _KINDS[self]


_KINDS = {
    Kind.DATASET: "jeu de données",
    Kind.INDICATOR: "indicateur",
    Kind.MAP: "carte",
    Kind.PUBLICATION: "publication",
    Kind.SERVICE: "service",
}


class Openness(StrEnum):
    """To whom a record is open before any agreement is read."""

    OPEN = "open"
    MEMBERS = "members"
    ORGANISATIONS = "organisations"
    CONFIDENTIAL = "confidential"

    @property
    def label(self) -> str:
        """French name."""
        return _OPENNESS[self]


_OPENNESS = {
    Openness.OPEN: "ouvert à tous",
    Openness.MEMBERS: "ouvert aux membres",
    Openness.ORGANISATIONS: "ouvert aux organisations nommées",
    Openness.CONFIDENTIAL: "confidentiel",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An organisation (never a person): producer, publisher, steward.

    Parameters
    ----------
    siren : nine digits, where it is certain.
    address : web page.
    email : address of a service, not of a person.
    """

    name: str
    siren: str = ""
    address: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A file or a service through which the data is had.

    Parameters
    ----------
    address : absolute address.
    download : whether the address is a file rather than a page or a service.
    media_type : IANA media type: ``text/csv``.
    format : short name for people: ``CSV``.
    bytes : size, where known.
    conforms_to : address of the standard it follows (a Table Schema, an OGC specification).
    """

    title: str
    address: str
    download: bool = True
    media_type: str = ""
    format: str = ""
    bytes: int | None = None
    licence: str = ""
    conforms_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Where and when.

    Parameters
    ----------
    bbox : west, south, east, north, in degrees (WGS 84).
    territory : ``level:code``, where the extent is a territory.
    label : its name.
    begin, end : first and last day, ISO 8601 dates.
    """

    bbox: tuple[float, float, float, float] | None = None
    territory: str = ""
    label: str = ""
    begin: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a dataset: its name in files, and what it means."""

    name: str
    label: str = ""
    type: str = "text"
    unit: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of the catalogue.

    Parameters
    ----------
    identifier : ``producer/dataset``, ``theme/slug`` or a slug; unique with ``kind``.
    address : absolute address of its page.
    licence : as declared: ``Licence Ouverte 2.0``.
    frequency : ``monthly``, ``quarterly``, ``annual``, ``multiannual``, ``continuous``, ``once`` or empty.
    issued, modified : ISO 8601 dates.
    vintage : as shown: ``2021``, ``recensement 2022``.
    provenance : how the data was made, in French.
    conforms_to : addresses of the standards that it follows.
    sources : identifiers of the records that it is made from.
    harvested_from : address of the catalogue it was harvested from; empty for our own.
    """

    identifier: str
    kind: Kind
    title: str
    description: str
    address: str
    producer: Agent
    publisher: Agent | None = None
    steward: Agent | None = None
    openness: Openness = Openness.OPEN
    licence: str = ""
    frequency: str = ""
    issued: str = ""
    modified: str = ""
    vintage: str = ""
    version: str = ""
    theme: str = ""
    keywords: tuple[str, ...] = ()
    extent: Extent = Extent()
    columns: tuple[Column, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    provenance: str = ""
    conforms_to: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    harvested_from: str = ""
