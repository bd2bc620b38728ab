"""CSW in: ISO 19139 records, page after page, and what a catalogue may answer instead."""

from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.errors import IngestError
from terril.core.records import Kind
from terril.ingestion.client import Client
from terril.ingestion.harvest import Protocol, harvest
from terril.ingestion.harvest.cleaning import cleaned
from terril.ingestion.harvest.iso import remote_of
from tests.ingestion.harvest.portal import Portal

_NAMES = (
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:srv="http://www.isotc211.org/2005/srv" '
    'xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def _string(name: str, text: str) -> str:
    return f"<gmd:{name}><gco:CharacterString>{text}</gco:CharacterString></gmd:{name}>"


def _code(name: str, kind: str, value: str) -> str:
    return f'<gmd:{name}><gmd:{kind} codeList="x" codeListValue="{value}"/></gmd:{name}>'


def _party(name: str, organisation: str, role: str, email: str = "") -> str:
    return (
        f"<gmd:{name}><gmd:CI_ResponsibleParty>{_string('individualName', 'Une Personne')}"
        f"{_string('organisationName', organisation)}<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address>"
        f"{_string('electronicMailAddress', email)}</gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>"
        f"{_code('role', 'CI_RoleCode', role)}</gmd:CI_ResponsibleParty></gmd:{name}>"
    )


def _online(url: str, protocol: str, name: str) -> str:
    return (
        f"<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{url}</gmd:URL></gmd:linkage>"
        f"{_string('protocol', protocol)}{_string('name', name)}</gmd:CI_OnlineResource></gmd:onLine>"
    )


def _date(day: str, kind: str) -> str:
    return (
        f"<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{day}</gco:Date></gmd:date>"
        f"{_code('dateType', 'CI_DateTypeCode', kind)}</gmd:CI_Date></gmd:date>"
    )


_RICH = (
    f"<gmd:MD_Metadata {_NAMES}>{_string('fileIdentifier', 'fr-exemple-1')}"
    f"{_code('hierarchyLevel', 'MD_ScopeCode', 'dataset')}{_party('contact', 'Plateforme d’exemple', 'pointOfContact')}"
    "<gmd:dateStamp><gco:DateTime>2025-02-03T04:05:06</gco:DateTime></gmd:dateStamp>"
    "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>"
    f"{_string('title', 'Zones d’activité &amp; friches')}"
    f"{_date('2020-01-01', 'creation')}{_date('2021-02-03', 'publication')}{_date('2024-05-06', 'revision')}"
    f"{_string('edition', '2024')}</gmd:CI_Citation></gmd:citation>{_string('abstract', '&lt;p&gt;Un&lt;/p&gt;')}"
    f"{_party('pointOfContact', 'Communauté d’exemple', 'owner', 'sig@exemple.org')}"
    f"{_party('pointOfContact', 'Service de l’information', 'custodian', 'une.personne@exemple.org')}"
    "<gmd:resourceMaintenance><gmd:MD_MaintenanceInformation>"
    f"{_code('maintenanceAndUpdateFrequency', 'MD_MaintenanceFrequencyCode', 'annually')}"
    "</gmd:MD_MaintenanceInformation></gmd:resourceMaintenance>"
    f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{_string('keyword', 'zae')}<gmd:keyword><gmx:Anchor "
    'xlink:href="https://exemple.org/friche">friche</gmx:Anchor></gmd:keyword></gmd:MD_Keywords></gmd:descriptiveKeywords>'
    "<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:otherConstraints><gmx:Anchor "
    'xlink:href="http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations">aucune</gmx:Anchor>'
    '</gmd:otherConstraints><gmd:otherConstraints><gmx:Anchor xlink:href="https://www.etalab.gouv.fr/'
    'licence-ouverte-open-licence">Licence</gmx:Anchor></gmd:otherConstraints></gmd:MD_LegalConstraints>'
    "</gmd:resourceConstraints><gmd:topicCategory><gmd:MD_TopicCategoryCode>planningCadastre</gmd:MD_TopicCategoryCode>"
    "</gmd:topicCategory><gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>"
    + "".join(
        f"<gmd:{side}><gco:Decimal>{value}</gco:Decimal></gmd:{side}>"
        for side, value in (
            ("westBoundLongitude", "2.1"),
            ("eastBoundLongitude", "3.2"),
            ("southBoundLatitude", "50.1"),
            ("northBoundLatitude", "50.9"),
        )
    )
    + "</gmd:EX_GeographicBoundingBox></gmd:geographicElement><gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>"
    '<gml:TimePeriod gml:id="t"><gml:beginPosition>2020-01-01</gml:beginPosition><gml:endPosition>2023-12-31</gml:endPosition>'
    "</gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement></gmd:EX_Extent></gmd:extent>"
    "</gmd:MD_DataIdentification></gmd:identificationInfo><gmd:distributionInfo><gmd:MD_Distribution>"
    f"<gmd:distributionFormat><gmd:MD_Format>{_string('name', 'ESRI Shapefile')}</gmd:MD_Format></gmd:distributionFormat>"
    f"<gmd:transferOptions><gmd:MD_DigitalTransferOptions>{_online('https://exemple.org/a.zip', 'WWW:DOWNLOAD-1.0-http--download', 'a')}"
    f"{_online('https://exemple.org/wms?', 'OGC:WMS-1.3.0-http-get-map', 'couche')}"
    f"{_online('javascript:alert(1)', 'WWW:LINK', 'piège')}</gmd:MD_DigitalTransferOptions></gmd:transferOptions>"
    "</gmd:MD_Distribution></gmd:distributionInfo><gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:lineage><gmd:LI_Lineage>"
    f"{_string('statement', 'Relevé sur le terrain.')}</gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality>"
    "</gmd:dataQualityInfo></gmd:MD_Metadata>"
)  # fmt: skip
_SERVICE = (
    f"<gmd:MD_Metadata {_NAMES}>{_string('fileIdentifier', 'fr-exemple-2')}<gmd:identificationInfo>"
    "<srv:SV_ServiceIdentification><gmd:citation><gmd:CI_Citation>"
    f"{_string('title', 'Flux')}</gmd:CI_Citation></gmd:citation>{_party('pointOfContact', 'Plateforme', 'publisher')}"
    "<srv:containsOperations><srv:SV_OperationMetadata><srv:connectPoint><gmd:CI_OnlineResource><gmd:linkage>"
    "<gmd:URL>https://exemple.org/wfs</gmd:URL></gmd:linkage></gmd:CI_OnlineResource></srv:connectPoint>"
    "</srv:SV_OperationMetadata></srv:containsOperations></srv:SV_ServiceIdentification></gmd:identificationInfo>"
    "</gmd:MD_Metadata>"
)
_UNTITLED = f"<gmd:MD_Metadata {_NAMES}>{_string('fileIdentifier', 'fr-exemple-3')}</gmd:MD_Metadata>"
_FOREIGN = '<csw:Record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Autre</dc:title></csw:Record>'


def _answer(
    items: str, following: int = 0, matched: int = 4, head: str = '<?xml version="1.0" encoding="UTF-8"?>'
) -> str:
    return (
        f'{head}<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults '
        f'numberOfRecordsMatched="{matched}" numberOfRecordsReturned="2" nextRecord="{following}">{items}</csw:SearchResults>'
        "</csw:GetRecordsResponse>"
    )


def test_pages_of_iso_records(portal: Portal, web: Client) -> None:
    asked: list[dict[str, str]] = []

    def serve(query: dict[str, str]) -> tuple[str, str]:
        asked.append(query)
        first = query["startPosition"] == "1"
        return "application/xml", _answer(_RICH + _UNTITLED, 3) if first else _answer(_FOREIGN + _SERVICE, 5)

    portal.pages["/geonetwork/srv/fre/csw"] = serve
    address = f"{portal.root}/geonetwork/srv/fre/csw?SERVICE=CSW&REQUEST=GetCapabilities&carte=1"
    rich, untitled, foreign, service = harvest(address, None, web)

    assert [query["startPosition"] for query in asked] == ["1", "3"]
    assert asked[0]["request"] == "GetRecords" and asked[0]["carte"] == "1" and "REQUEST" not in asked[0]

    record = rich.record
    assert record is not None and record.identifier == "fr-exemple-1" and record.kind is Kind.DATASET
    assert (record.title, record.description) == ("Zones d’activité & friches", "Un")
    assert (record.producer.name, record.producer.email) == ("Communauté d’exemple", "sig@exemple.org")
    assert record.steward is not None and (record.steward.name, record.steward.email) == ("Plateforme d’exemple", "")
    assert (record.issued, record.modified, record.version) == ("2021-02-03", "2024-05-06", "2024")
    assert (record.licence, record.frequency, record.theme) == ("Licence Ouverte 2.0", "annual", "urbanisme")
    assert record.keywords == ("zae", "friche") and record.provenance == "Relevé sur le terrain."
    assert record.extent.bbox == (2.1, 50.1, 3.2, 50.9)
    assert (record.extent.begin, record.extent.end) == ("2020-01-01", "2023-12-31")
    assert [(d.address, d.download, d.format) for d in record.distributions] == [
        ("https://exemple.org/a.zip", True, "SHP"),
        ("https://exemple.org/wms?", False, "WMS"),
    ]
    assert [fault.message for fault in rich.faults] == ["adresse refusée"]
    assert "Personne" not in repr(record) and "personne" not in repr(record)
    assert untitled.record is None and untitled.remote_id == "fr-exemple-3" and "sans titre" in str(untitled.faults[0])
    assert foreign.record is None and "fiche « Record »" in str(foreign.faults[0])
    assert service.record is not None and service.record.kind is Kind.SERVICE
    assert service.record.distributions[0].address == "https://exemple.org/wfs"


def test_latin_1_is_read_where_it_is_declared(portal: Portal, web: Client) -> None:
    text = _answer(_RICH.replace("’", "'"), 0, 1, '<?xml version="1.0" encoding="ISO-8859-1"?>')
    portal.pages["/csw"] = ("application/xml", text.replace("Zones d'activité", "Zônes").encode("latin-1"))
    (found,) = harvest(f"{portal.root}/csw", None, web)
    assert found.record is not None and found.record.title == "Zônes & friches"


_BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
_EXTERNAL = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_EXCEPTION = (
    '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception><ows:ExceptionText>Schéma inconnu'
    "</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (_answer(_RICH)[:2000], "XML illisible"),
        (_answer("&b;", head=_BOMB), "DTD"),
        (_answer("&x;", head=_EXTERNAL), "DTD"),
        (_answer("", head='<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">'), "DTD"),
        (_answer("", head='<?xml version="1.0" encoding="inconnu"?>'), "XML illisible"),
        (_answer("é").encode("latin-1"), "XML illisible"),
        (_EXCEPTION, "refuse : Schéma inconnu"),
        ("<rss/>", "« rss »"),
        ('{"a": 1}', "XML illisible"),
        ("<!DOCTYPE html><html></html>", "page Web"),
        (500, "4 essais"),
        (_answer(_SERVICE, 1), "revient en arrière"),
    ],
)
def test_catalogues_that_cannot_be_read(portal: Portal, web: Client, body: str | bytes | int, message: str) -> None:
    portal.pages["/csw"] = body
    with pytest.raises(IngestError, match=message):
        list(harvest(f"{portal.root}/csw", Protocol.CSW, web))


def test_the_same_page_again(portal: Portal, web: Client) -> None:
    portal.pages["/csw"] = _answer(_SERVICE, 7, 10**6)
    items = harvest(f"{portal.root}/csw", None, web)
    assert next(items).record is not None
    with pytest.raises(IngestError, match="la même page revient"):
        next(items)


def test_the_same_record_for_ever(portal: Portal, web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # No page is the same to the letter: only the count of what repeats can stop it.
    monkeypatch.setattr("terril.ingestion.harvest.contract.REPEATS", 5)
    portal.pages["/csw"] = lambda query: _answer(_SERVICE, int(query["startPosition"]) + 1, 10**6)
    items = harvest(f"{portal.root}/csw", None, web)
    assert next(items).record is not None and "déjà" in str(next(items).faults[0])
    with pytest.raises(IngestError, match="sans fin"):
        list(items)


@pytest.mark.parametrize("damaged", ["", "x", "-1", "99999999999999999999"])
def test_counts_that_are_not_numbers(portal: Portal, web: Client, damaged: str) -> None:
    portal.pages["/csw"] = _answer(_SERVICE).replace('nextRecord="0"', f'nextRecord="{damaged}"')
    assert len(list(harvest(f"{portal.root}/csw", None, web))) == 1


@settings(max_examples=120)
@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["clear", "text", "code", "rename"])), max_size=12))
def test_a_record_of_any_shape_is_taken_or_refused(changes: list[tuple[int, str]]) -> None:
    item = fromstring(_RICH)
    for position, change in changes:
        elements = list(item.iter())[1:]
        element = elements[position % len(elements)] if elements else item
        if change == "clear":
            element.clear()
        elif change == "text":
            element.text = "\U0001f6b2 <b>x</b> -1e999"
        elif change == "code":
            element.set("codeListValue", "")
        else:
            element.tag = "autre"
    found = cleaned(remote_of(item, "page (fiche 1)"), "https://exemple.org/csw")
    assert (found.record is not None or found.faults) and found.remote_id
