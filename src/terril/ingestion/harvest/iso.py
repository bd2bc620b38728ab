"""A record of ISO 19139: what French catalogues of geographic data write (INSPIRE)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from terril.core.records import Kind
from terril.ingestion.harvest.contract import Remote, RemoteAgent, RemoteFile

GMD = "{http://www.isotc211.org/2005/gmd}"
_NAMES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gmx": "http://www.isotc211.org/2005/gmx",
    "srv": "http://www.isotc211.org/2005/srv",
    "gml": "http://www.opengis.net/gml",
    "gml32": "http://www.opengis.net/gml/3.2",
}
_HREF = "{http://www.w3.org/1999/xlink}href"
_KINDS = {"service": Kind.SERVICE, "map": Kind.MAP, "document": Kind.PUBLICATION}
#: Roles of a contact, from the one that made the data to the one that only hands it out.
_PRODUCERS = ("originator", "author", "owner", "principalInvestigator", "resourceProvider")
_PUBLISHERS = ("publisher", "distributor")
_STEWARDS = ("pointOfContact", "custodian")
_DOWNLOADS = ("download", "http--download", "file for download")
_SERVICES = {"wms": "WMS", "wfs": "WFS", "wmts": "WMTS", "wcs": "WCS", "ogc:gml": "GML"}
_THEMES = {
    "environment": "environnement", "transportation": "mobilite", "farming": "agriculture", "health": "sante",
    "economy": "economie", "planningCadastre": "urbanisme",
}  # fmt: skip
_CLOSED = {"restricted": "RESTRICTED", "private": "NON_PUBLIC", "confidential": "NON_PUBLIC"}


def remote_of(item: Element, place: str) -> Remote:
    """What a ``gmd:MD_Metadata`` says.

    Parameters
    ----------
    place : where it stands, for messages.
    """
    info = _first(item, "gmd:identificationInfo/*")
    level = _code(item, "gmd:hierarchyLevel/*")
    service = info.tag.endswith("SV_ServiceIdentification")
    begin, end = _period(info)
    return Remote(
        identifier=_text(item, "gmd:fileIdentifier"),
        place=place,
        kind=Kind.SERVICE if service else _KINDS.get(level, Kind.DATASET),
        title=_text(info, "gmd:citation/*/gmd:title"),
        description=_text(info, "gmd:abstract"),
        producer=_agent(item, info, _PRODUCERS) or _agent(item, info, (*_STEWARDS, *_PUBLISHERS)),
        publisher=_agent(item, info, _PUBLISHERS),
        steward=_agent(item, info, _STEWARDS),
        access=_CLOSED.get(_code(info, "gmd:resourceConstraints/*/gmd:classification/*"), ""),
        licences=_licences(info),
        frequency=_code(info, "gmd:resourceMaintenance/*/gmd:maintenanceAndUpdateFrequency/*"),
        issued=_date(info, "publication") or _date(info, "creation"),
        modified=_date(info, "revision") or _text(item, "gmd:dateStamp"),
        version=_text(info, "gmd:citation/*/gmd:edition"),
        theme=next((_THEMES[t] for t in _texts(info, "gmd:topicCategory") if t in _THEMES), ""),
        keywords=_texts(info, "gmd:descriptiveKeywords/*/gmd:keyword"),
        bbox=_bbox(info),
        extent_label=_place(info),
        begin=begin,
        end=end,
        files=[*_files(item), *_operations(info)],
        provenance=_text(item, "gmd:dataQualityInfo/*/gmd:lineage/*/gmd:statement"),
    )


def _first(element: Element, path: str) -> Element:
    """The first element on a path; an empty one where there is none."""
    found = element.find(path, _NAMES)
    return found if found is not None else Element("none")


def _said(element: Element) -> str:
    """The text of a property: a character string, an anchor, a code or a date, whichever it holds."""
    own = element.text or ""
    inner = next((child.text for child in element.iter() if child is not element and (child.text or "").strip()), "")
    return (own.strip() or inner or "").strip()


def _texts(element: Element, path: str) -> list[str]:
    return [text for found in element.iterfind(path, _NAMES) if (text := _said(found))]


def _text(element: Element, path: str) -> str:
    return next(iter(_texts(element, path)), "")


def _code(element: Element, path: str) -> str:
    found = _first(element, path)
    return (found.get("codeListValue") or found.text or "").strip()


def _date(info: Element, kind: str) -> str:
    """The latest date of a kind."""
    found = [
        _text(date, "gmd:date")
        for date in info.iterfind("gmd:citation/*/gmd:date/gmd:CI_Date", _NAMES)
        if _code(date, "gmd:dateType/*") == kind
    ]
    return max(found, default="")


def _agent(item: Element, info: Element, roles: tuple[str, ...]) -> RemoteAgent | None:
    """The organisation of the first contact in one of these roles. ``individualName`` is never read."""
    contacts = [
        *info.iterfind("gmd:pointOfContact/*", _NAMES),
        *info.iterfind("gmd:citation/*/gmd:citedResponsibleParty/*", _NAMES),
        *item.iterfind("gmd:contact/*", _NAMES),
    ]
    for role in roles:
        for contact in contacts:
            name = _text(contact, "gmd:organisationName")
            if name and _code(contact, "gmd:role/*") == role:
                reached = _first(contact, "gmd:contactInfo/*")
                return RemoteAgent(
                    name=name,
                    address=_text(reached, "gmd:onlineResource/*/gmd:linkage"),
                    email=_text(reached, "gmd:address/*/gmd:electronicMailAddress"),
                )
    return None


def _licences(info: Element) -> list[str]:
    """What constraints say of reuse: addresses of anchors before texts, other constraints before limitations."""
    found: list[str] = []
    for path in ("gmd:otherConstraints", "gmd:useLimitation"):
        for word in info.iterfind(f"gmd:resourceConstraints/*/{path}", _NAMES):
            anchor = word.find("gmx:Anchor", _NAMES)
            address = anchor.get(_HREF, "") if anchor is not None else ""
            if "LimitationsOnPublicAccess" not in address:
                found += [text for text in (address, _said(word)) if text]
    return found


def _bbox(info: Element) -> tuple[str, ...] | None:
    """West, south, east, north, as written."""
    for box in info.iter(f"{GMD}EX_GeographicBoundingBox"):
        sides = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
        return tuple(_text(box, f"gmd:{side}") for side in sides)
    return None


def _place(info: Element) -> str:
    for path in ("gmd:extent", "srv:extent"):
        for place in (
            f"{path}/*/gmd:description",
            f"{path}/*/gmd:geographicElement/*/gmd:geographicIdentifier/*/gmd:code",
        ):
            if found := _text(info, place):
                return found
    return ""


def _period(info: Element) -> tuple[str, str]:
    for space in ("gml", "gml32"):
        for period in info.iter(f"{{{_NAMES[space]}}}TimePeriod"):
            limits = []
            for side in ("begin", "end"):
                limits.append(_text(period, f"{space}:{side}Position") or _text(period, f"{space}:{side}"))
            return limits[0], limits[1]
    return "", ""


def _files(item: Element) -> Iterator[RemoteFile]:
    shared = _texts(item, "gmd:distributionInfo/*/gmd:distributionFormat/*/gmd:name")
    for link in item.iterfind("gmd:distributionInfo/*/gmd:transferOptions/*/gmd:onLine/*", _NAMES):
        protocol = _text(link, "gmd:protocol")
        service = next((name for word, name in _SERVICES.items() if word in protocol.lower()), "")
        download = _code(link, "gmd:function/*") == "download" or any(w in protocol.lower() for w in _DOWNLOADS)
        only = shared[0] if len(shared) == 1 and download else ""
        yield RemoteFile(
            title=_text(link, "gmd:description") or _text(link, "gmd:name"),
            address=_text(link, "gmd:linkage"),
            download=download and not service,
            format=service or only,
        )


def _operations(info: Element) -> Iterator[RemoteFile]:
    """Where a service answers."""
    for link in info.iterfind("srv:containsOperations/*/srv:connectPoint/*", _NAMES):
        yield RemoteFile(
            title=_text(link, "gmd:name") or "Accès au service", address=_text(link, "gmd:linkage"), download=False
        )
