"""From what another catalogue says to a record: what is kept, what is left, what is told."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.records import Openness
from terril.core.text import NBSP
from terril.ingestion.harvest import shapes
from terril.ingestion.harvest.cleaning import TEXT, cleaned, is_web, plain
from terril.ingestion.harvest.contract import Remote, RemoteAgent, RemoteFile

_ORIGIN = "https://exemple.org/catalogue"


def _remote(**said: object) -> Remote:
    return replace(Remote(identifier="un", title="T", publisher=RemoteAgent(name="P")), **said)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("<p>Un</p><p>Deux<br/>trois</p>", "Un\n\nDeux\ntrois"),
        ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
        ("&amp;lt;b&amp;gt;gras&amp;lt;/b&amp;gt;", "gras"),
        ("<script>alert(1)</script><style>a{}</style><svg onload=alert(1)>x</svg>", "x"),
        (f"L’été{NBSP}: « ça »", f"L’été{NBSP}: « ça »"),
        ("a\r\n\r\n\r\n\r\nb\x00\u202e\ud800", "a\n\nb"),
        ({"fr": "un", "en": "one"}, "un"),
        ([{"@value": "un"}], "un"),
        (3, "3"),
        (True, ""),
        (None, ""),
        ([], ""),
        ({"de": "eins"}, ""),
    ],
)  # fmt: skip
def test_plain_text(said: object, expected: str) -> None:
    assert plain(said) == expected


@given(st.text(alphabet=st.sampled_from("<>&;bp/ ascript\"'=lt#\n"), max_size=60))
def test_nothing_that_is_left_is_markup(said: str) -> None:
    found = plain(said)
    assert "<script" not in found.lower() and plain(found) == found
    assert "<b>" not in plain(html.escape(f"<b>{said}</b>"))


def test_ten_megabytes_of_description() -> None:
    found = cleaned(_remote(description="<p>" + "é" * 10_000_000), _ORIGIN)
    assert found.record is not None and len(found.record.description) == TEXT
    assert "coupé" in found.faults[0].message and found.faults[0].location.field == "description"


def test_addresses() -> None:
    files = [
        RemoteFile(address=a)
        for a in (
            "javascript:alert(1)",
            "data:text/html,x",
            "//exemple.org",
            "https://",
            "ftp://x/",
            " https://exemple.org/a b ",
        )
    ]
    found = cleaned(_remote(files=files, conforms_to=["http://[", "https://exemple.org/n"]), _ORIGIN)
    assert found.record is not None
    assert [d.address for d in found.record.distributions] == ["https://exemple.org/a%20b"]
    assert found.record.conforms_to == ("https://exemple.org/n",)
    assert [fault.message for fault in found.faults] == ["adresse refusée"] * 6
    assert not is_web("https://moi@exemple.org/") and not is_web("https://exemple.org/\n")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2024-05-06", "2024-05-06"),
        ("2024-05-06T23:59:59+02:00", "2024-05-06"),
        ("2024-05-06T10:00:00.123Z", "2024-05-06"),
        ("", ""),
        ("2024", ""),
        ("2024-13-01", ""),
        ("06/05/2024", ""),
        (20240506, "2024-05-06"),
    ],
)
def test_days(said: object, expected: str) -> None:
    found = cleaned(_remote(issued=said), _ORIGIN)
    assert found.record is not None and found.record.issued == expected
    assert bool(found.faults) == bool(said and not expected)


@pytest.mark.parametrize(
    "bbox", [("3", 50, 2, 51), (float("nan"), 0, 1, 1), "abcd", (1, 2), 4, ["x"] * 4, (-200, 0, 1, 1)]
)
def test_boxes_that_are_not_places(bbox: object) -> None:
    found = cleaned(_remote(bbox=bbox), _ORIGIN)
    assert found.record is not None and found.record.extent.bbox is None
    assert [fault.location.field for fault in found.faults] == ["emprise"]


def test_persons_are_not_taken() -> None:
    agent = RemoteAgent(name="O", email="mailto:prenom.nom@exemple.org", siren="123 456 789 00011")
    found = cleaned(_remote(producer=agent, steward=replace(agent, email="service@exemple.org")), _ORIGIN)
    assert found.record is not None and found.record.producer.email == "" and found.record.producer.siren == "123456789"
    assert found.record.steward is not None and found.record.steward.email == "service@exemple.org"


def test_what_is_restricted_stays_so() -> None:
    for access, expected in (
        ("RESTRICTED", Openness.ORGANISATIONS),
        ("non_public", Openness.CONFIDENTIAL),
        ("", Openness.OPEN),
    ):
        found = cleaned(_remote(access=access), _ORIGIN)
        assert found.record is not None and found.record.openness is expected


def test_too_many_of_everything() -> None:
    files = [RemoteFile(address=f"https://exemple.org/{i}") for i in range(600)]
    found = cleaned(_remote(keywords=[str(i) for i in range(500)], files=files), _ORIGIN)
    assert found.record is not None
    assert len(found.record.keywords) == 100 and len(found.record.distributions) == 500
    assert sorted(fault.location.field for fault in found.faults) == ["fichier", "mot clé"]


def test_faults_say_what_where_and_the_remedy() -> None:
    found = cleaned(_remote(title="", identifier="abc"), _ORIGIN)
    assert found.record is None and found.remote_id == "abc"
    assert (
        str(found.faults[0])
        == "abc, champ « titre » : fiche sans titre : non reprise → lui donner un titre à l’origine"
    )


@pytest.mark.parametrize(
    ("wkt", "expected"),
    [
        ("POLYGON((2 50, 3 50, 3 51, 2 50))", (2, 50, 3, 51)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(2.5 50.5)", (2.5, 50.5, 2.5, 50.5)),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(50 2)", (2, 50, 2, 50)),
        ("<http://www.opengis.net/def/crs/EPSG/0/2154> POINT(700000 7000000)", None),
        ('{"type": "Point", "coordinates": [1, 2]}', None),
        ("POLYGON EMPTY", None),
        ("", None),
        ("1 2 " * 600_000, None),
    ],
)
def test_rectangles_of_wkt(wkt: str, expected: object) -> None:
    assert shapes.of_wkt(wkt) == expected


def test_rectangles_of_geojson() -> None:
    assert shapes.of_coordinates([[[2, 50], [3, 51.5]], "x", [10**400, 1], [float("nan"), 1]]) == (2, 50, 3, 51.5)
    assert shapes.of_coordinates([]) is None and shapes.of_coordinates({"a": 1}) is None
    deep: list[object] = [2, 50]
    for _ in range(5000):
        deep = [deep]
    assert shapes.of_coordinates(deep) == (2, 50, 2, 50)
