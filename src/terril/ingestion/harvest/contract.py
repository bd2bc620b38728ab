"""What every protocol of harvest gives: records as the other catalogue says them, before any of it is believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from terril.core.errors import IngestError
from terril.core.records import Kind, Record
from terril.ingestion.client import Client

#: Bytes of one page of a catalogue, pages of one catalogue: past these, it is refused.
PAGE_BYTES = 64 * 1024**2
PAGES = 2_000
#: Records that come twice, past which the catalogue is held to be going round.
REPEATS = 1_000
#: Records asked for at a time.
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Harvested:
    """One item of another catalogue.

    Parameters
    ----------
    record : None where it could not be taken: the faults say why.
    remote_id : its identifier over there, or its place in the page where it has none.
    faults : what is wrong, where, and the remedy; with a record, what was left out of it.
    """

    record: Record | None
    remote_id: str
    faults: tuple[IngestError, ...] = ()


@dataclass(slots=True, kw_only=True)
class RemoteAgent:
    """An organisation as the other catalogue names it. Names of persons are never read."""

    name: Any = ""
    siren: Any = ""
    address: Any = ""
    email: Any = ""


@dataclass(slots=True, kw_only=True)
class RemoteFile:
    """A file or a service as the other catalogue offers it."""

    title: Any = ""
    address: Any = ""
    download: bool = True
    media_type: Any = ""
    format: Any = ""
    bytes: Any = None
    licence: Any = ""
    conforms_to: Any = ""


@dataclass(slots=True, kw_only=True)
class Remote:
    """A record as the other catalogue says it: each value of any type and any length.

    Parameters
    ----------
    place : where it stands, for messages, where it has no identifier.
    licences : what may tell the licence, best first.
    bbox : west, south, east, north.
    refused : why it is not to be taken, in French; empty where it is.
    """

    identifier: Any = ""
    place: str = ""
    kind: Kind = Kind.DATASET
    title: Any = ""
    description: Any = ""
    address: Any = ""
    producer: RemoteAgent | None = None
    publisher: RemoteAgent | None = None
    steward: RemoteAgent | None = None
    access: Any = ""
    licences: list[Any] = field(default_factory=list)
    frequency: Any = ""
    issued: Any = ""
    modified: Any = ""
    vintage: Any = ""
    version: Any = ""
    theme: Any = ""
    keywords: list[Any] = field(default_factory=list)
    bbox: Any = None
    territory: Any = ""
    extent_label: Any = ""
    begin: Any = ""
    end: Any = ""
    files: list[RemoteFile] = field(default_factory=list)
    provenance: Any = ""
    conforms_to: list[Any] = field(default_factory=list)
    sources: list[Any] = field(default_factory=list)
    refused: str = ""


class Reader(Protocol):
    """One per protocol: the records of a catalogue, page after page."""

    def __call__(self, address: str, client: Client) -> Iterator[Remote]:
        """Read the catalogue.

        Raises
        ------
        IngestError
            If a page cannot be had or read: what comes after it is not known.
        """
