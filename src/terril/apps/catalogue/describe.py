"""Records of the state as other doors see them: DCAT, OGC Records, JSON, schema.org."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from terril.apps.catalogue.actions import address_of
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation
from terril.core import records as core
from terril.core.records import Agent, Kind, Openness


def described(records: Iterable[Record], root: str) -> Iterator[core.Record]:
    """Records (their stewards fetched with them) as every door tells them.

    Parameters
    ----------
    root : the site, absolute: ``https://donnees.example.fr``.
    """
    for record in records:
        yield core.Record(
            identifier=record.identifier,
            kind=Kind(record.kind),
            title=record.title,
            description=record.description,
            address=f"{root}{address_of(record)}",
            producer=Agent(name=record.producer or (record.steward.label if record.steward else "")),
            publisher=_agent(record.steward),
            steward=_agent(record.steward),
            openness=Openness(record.openness),
            licence=record.licence,
            frequency=record.frequency,
            issued=record.created.date().isoformat(),
            modified=record.modified.date().isoformat(),
            vintage=record.vintage,
            theme=record.theme,
            keywords=tuple(str(word) for word in record.keywords),
            extent=_extent(record),
            columns=tuple(_column(told) for told in record.columns if isinstance(told, dict)),
            distributions=tuple(_distribution(told) for told in record.links if isinstance(told, dict)),
            provenance=record.provenance,
            conforms_to=tuple(str(address) for address in record.conforms_to),
            sources=tuple(str(source) for source in record.sources),
            harvested_from=record.harvested_from,
        )


def _agent(organisation: Organisation | None) -> Agent | None:
    return Agent(name=organisation.label, siren=organisation.siren) if organisation is not None else None


def _extent(record: Record) -> core.Extent:
    corners = (record.west, record.south, record.east, record.north)
    box = corners if None not in corners else None
    return core.Extent(bbox=box, territory=record.territory, begin=record.begin, end=record.end)


def _column(told: dict[str, str]) -> core.Column:
    known = {name: str(told.get(name) or "") for name in ("name", "label", "unit", "description")}
    return core.Column(type=str(told.get("type") or "text"), **known)


def _distribution(told: dict[str, object]) -> core.Distribution:
    size = told.get("bytes")
    return core.Distribution(
        title=str(told.get("title") or ""),
        address=str(told.get("address") or ""),
        download=bool(told.get("download", False)),
        media_type=str(told.get("media_type") or ""),
        format=str(told.get("format") or ""),
        bytes=size if isinstance(size, int) else None,
        licence=str(told.get("licence") or ""),
        conforms_to=str(told.get("conforms_to") or ""),
    )
