"""WFS and OGC API Features: pages, axes, circles and lies, through the client and without network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from terril.core.errors import IngestError
from terril.core.sources import Format
from terril.ingestion.client import Client
from terril.ingestion.connectors import open_table
from terril.ingestion.connectors.ogc_features import collect_ogc, collections
from terril.ingestion.connectors.wfs import capabilities, collect_wfs
from terril.ingestion.contract import DEFAULT_LIMITS, GEOMETRY, Limits, Whole

ROOT = "https://donnees.exemple.fr/wfs"
Answer = Callable[[httpx.URL], httpx.Response]


def client(folder: Path, answer: Answer) -> Client:
    transport = httpx.MockTransport(lambda request: answer(request.url))
    return Client(folder / "cache", transport=transport, pause=0.0)


def feature(number: int, x: float = 2.5, y: float = 50.5, identifier: bool = True) -> dict[str, Any]:
    told = {
        "type": "Feature",
        "properties": {"code": f"{number}"},
        "geometry": {"type": "Point", "coordinates": [x, y]},
    }
    return told | ({"id": f"zae.{number}"} if identifier else {})


def capabilities_xml(output: str = "application/json", other: str = "", doctype: str = "") -> str:
    return f"""<?xml version="1.0"?>{doctype}
    <wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1">
    <ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:Parameter name="outputFormat"><ows:AllowedValues>
    <ows:Value>application/gml+xml; version=3.2</ows:Value><ows:Value>{output}</ows:Value></ows:AllowedValues>
    </ows:Parameter></ows:Operation></ows:OperationsMetadata><wfs:FeatureTypeList><wfs:FeatureType>
    <wfs:Name>eco:zae</wfs:Name><wfs:Title>Zones d'activité</wfs:Title>
    <wfs:DefaultCRS>urn:ogc:def:crs:EPSG::2154</wfs:DefaultCRS>{other}</wfs:FeatureType></wfs:FeatureTypeList>
    </wfs:WFS_Capabilities>"""


class Service:
    """A WFS of some features, which may not know how to page."""

    def __init__(
        self, features: list[dict[str, Any]], *, pages: bool = True, told: bool = True, **members: Any
    ) -> None:
        self.features, self.pages, self.told, self.members = features, pages, told, members
        self.asked: list[httpx.QueryParams] = []

    def __call__(self, url: httpx.URL) -> httpx.Response:
        if url.params["request"] == "GetCapabilities":
            return httpx.Response(200, text=self.members.get("xml") or capabilities_xml())
        self.asked.append(url.params)
        start, count = int(url.params["startIndex"]), int(url.params["count"])
        given = self.features[start : start + count] if self.pages else self.features[:count]
        page: dict[str, Any] = {"type": "FeatureCollection", "features": given}
        if self.told:
            page["numberMatched"] = len(self.features)
        return httpx.Response(200, json=page | {k: v for k, v in self.members.items() if k == "crs"})


def rows(path: Path) -> list[dict[str, Any]]:
    with open_table(path, Whole(Format.WFS), DEFAULT_LIMITS) as table:
        return [row for batch in table.batches for row in batch.to_pylist()]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("count", [1, 7, 8, 9])
def test_wfs_pages(tmp_path: Path, told: bool, count: int) -> None:
    service = Service([feature(n) for n in range(count)], told=told)
    found = collect_wfs(client(tmp_path, service), f"{ROOT}?map=a&request=x", "zae", tmp_path / "a.geojson", page=4)
    assert found.features == count and found.matched == (count if told else None)
    assert [r["code"] for r in rows(found.path)] == [str(n) for n in range(count)]
    assert service.asked[0]["map"] == "a" and service.asked[0]["typeNames"] == "eco:zae"
    assert service.asked[0]["srsName"] == "EPSG:4326"


def test_wfs_that_speaks_of_axes(tmp_path: Path) -> None:
    other = "<wfs:OtherCRS>urn:ogc:def:crs:OGC:1.3:CRS84</wfs:OtherCRS>"
    service = Service([feature(1)], xml=capabilities_xml(other=other))
    collect_wfs(client(tmp_path, service), ROOT, "eco:zae", tmp_path / "a.geojson")
    assert service.asked[0]["srsName"].endswith("CRS84")


def test_wfs_latitude_first_is_put_right_and_told(tmp_path: Path) -> None:
    service = Service([feature(n, 50.5, 2.5) for n in range(3)])
    found = collect_wfs(client(tmp_path, service), ROOT, "zae", tmp_path / "a.geojson", page=2)
    assert "latitude d'abord" in found.notes[0]
    kept = json.loads(found.path.read_text())["features"]
    assert [f["geometry"]["coordinates"] for f in kept] == [[2.5, 50.5]] * 3


def test_wfs_in_lambert(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    service = Service([feature(1, 680000, 7040000)], crs=crs)
    found = collect_wfs(client(tmp_path, service), ROOT, "zae", tmp_path / "a.geojson")
    assert rows(found.path)[0][GEOMETRY] is not None
    linked = Service([feature(1)], crs={"type": "link", "properties": {"href": "http://169.254.169.254/"}})
    with pytest.raises(IngestError, match="par une adresse"):
        collect_wfs(client(tmp_path / "b", linked), ROOT, "zae", tmp_path / "b.geojson")


@pytest.mark.parametrize("identifier", [True, False])
def test_wfs_that_cannot_page(tmp_path: Path, identifier: bool) -> None:
    service = Service([feature(n, identifier=identifier) for n in range(9)], pages=False, told=identifier)
    if identifier:
        with pytest.raises(IngestError, match="ne sait pas paginer"):
            collect_wfs(client(tmp_path, service), ROOT, "zae", tmp_path / "a.geojson", page=4)
    else:
        with pytest.raises(IngestError, match="plus de"):
            limits = Limits(file_bytes=100_000)
            collect_wfs(client(tmp_path, service), ROOT, "zae", tmp_path / "a.geojson", page=4, limits=limits)
    assert not list(tmp_path.glob("*.geojson*")) and not list(tmp_path.glob(".a*"))


def test_wfs_that_is_none(tmp_path: Path) -> None:
    taken = [
        ("<html>Connexion</html>", "pas un service WFS"),
        ("rien", "pas un service WFS"),
        (capabilities_xml(doctype='<!DOCTYPE x [<!ENTITY e "a">]>'), "pas un service WFS"),
        (capabilities_xml(output="text/csv"), "ne donne pas de GeoJSON"),
    ]
    for number, (xml, reason) in enumerate(taken):
        with pytest.raises(IngestError, match=reason):
            collect_wfs(client(tmp_path / str(number), Service([], xml=xml)), ROOT, "zae", tmp_path / "a.geojson")
    with pytest.raises(IngestError, match="couche absente") as caught:
        collect_wfs(client(tmp_path, Service([])), ROOT, "friches", tmp_path / "a.geojson")
    assert "eco:zae" in str(caught.value.hint)
    assert capabilities(client(tmp_path, Service([])), ROOT).layers[0].title == "Zones d'activité"


def test_wfs_that_answers_an_exception(tmp_path: Path) -> None:
    def answer(url: httpx.URL) -> httpx.Response:
        if url.params["request"] == "GetCapabilities":
            return httpx.Response(200, text=capabilities_xml())
        return httpx.Response(200, text="<ows:ExceptionReport>Service en maintenance</ows:ExceptionReport>")

    with pytest.raises(IngestError, match="ne répond pas en JSON") as caught:
        collect_wfs(client(tmp_path, answer), ROOT, "zae", tmp_path / "a.geojson")
    assert "Service en maintenance" in str(caught.value.hint)


API = "https://donnees.exemple.fr/ogc"


def api(pages: list[dict[str, Any]], following: Callable[[int], str | None]) -> Answer:
    def answer(url: httpx.URL) -> httpx.Response:
        if url.path.endswith("/collections"):
            listed = [{"id": "zae", "title": "Zones"}, {"id": "fiches", "itemType": "record"}]
            return httpx.Response(200, json={"collections": listed})
        place = int(url.params.get("offset", "0"))
        page = dict(pages[place])
        target = following(place)
        page["links"] = [{"rel": "self", "href": str(url)}] + ([{"rel": "next", "href": target}] if target else [])
        return httpx.Response(200, json=page)

    return answer


def page(*numbers: int) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(n) for n in numbers]}


def test_ogc_pages(tmp_path: Path) -> None:
    pages = [page(1, 2), page(3), page()]
    answer = api(pages, lambda n: f"/ogc/collections/zae/items?offset={n + 1}" if n < 2 else None)
    found = collect_ogc(client(tmp_path, answer), f"{API}/collections/zae?f=html", "zae", tmp_path / "a.geojson")
    assert [r["code"] for r in rows(found.path)] == ["1", "2", "3"]
    assert [c.identifier for c in collections(client(tmp_path, answer), API)] == ["zae"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (f"{API}/collections/zae/items?offset=1", "tournent en rond|même page"),
        ("https://ailleurs.exemple.fr/items?offset=1", "autre machine"),
        ("file:///etc/passwd", "autre machine"),
    ],
)
def test_ogc_links_that_lead_astray(tmp_path: Path, target: str, reason: str) -> None:
    answer = api([page(1), page(2)], lambda n: target)
    with pytest.raises(IngestError, match=reason):
        collect_ogc(client(tmp_path, answer), API, "zae", tmp_path / "a.geojson")
    assert not (tmp_path / "a.geojson").exists()


def test_ogc_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="pas un service OGC"):
        collections(client(tmp_path, lambda url: httpx.Response(200, json={"a": 1})), API)
    with pytest.raises(IngestError, match="réponse inattendue"):
        collections(client(tmp_path / "b", lambda url: httpx.Response(200, json=[1])), API)
    with pytest.raises(IngestError, match="collection absente"):
        collect_ogc(client(tmp_path / "c", api([page()], lambda n: None)), API, "friches", tmp_path / "a.geojson")
    with pytest.raises(IngestError, match="pas une collection"):
        collect_ogc(
            client(tmp_path / "d", api([{"title": "erreur"}], lambda n: None)), API, "zae", tmp_path / "a.geojson"
        )


def test_private_addresses_are_refused(tmp_path: Path) -> None:
    with (
        Client(tmp_path, resolver=lambda host, port: ["10.0.0.1"]) as real,
        pytest.raises(IngestError, match="réseau privé"),
    ):
        collect_ogc(real, "https://interne.exemple.fr", "zae", tmp_path / "a.geojson")
