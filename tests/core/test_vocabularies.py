"""Words of catalogues: each of ours comes back from the address it is told by."""

from __future__ import annotations

import pytest

from terril.core.records import Openness
from terril.core.vocabularies import (
    ACCESS,
    EUROPEAN_THEMES,
    FORMATS,
    FREQUENCIES,
    LICENCES,
    THEMES,
    file_format,
    frequency,
    licence,
    openness,
    territory_address,
    territory_key,
)

_EU = "http://publications.europa.eu/resource/authority/"


@pytest.mark.parametrize("known", LICENCES, ids=lambda known: known.name)
def test_licences_by_any_of_their_names(known) -> None:
    for word in (known.name, known.address, known.address.replace("https", "http").rstrip("/"), *known.aliases):
        assert licence(f" {word.upper()} ") is known


def test_licences_share_no_name() -> None:
    words = [word for known in LICENCES for word in (known.name.lower(), *known.aliases)]
    assert len(set(words)) >= len(words) - sum(known.name.lower() in known.aliases for known in LICENCES)
    assert licence("Licence maison") is None and licence("") is None and licence("Autre ()") is None
    assert licence("Open Data Commons Open Database License (ODbL)").name == "ODbL 1.0"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (f"{_EU}frequency/ANNUAL", "annual"),
        ("http://purl.org/cld/freq/weekly", "monthly"),
        ("semiannual", "annual"),
        ("semiAnnual", "annual"),
        ("notPlanned", "once"),
        ("UPDATE_CONT", "continuous"),
        ("biennial", "multiannual"),
        ("irregular", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_frequencies(told: str, expected: str) -> None:
    assert frequency(told) == expected


def test_what_we_say_of_frequency_comes_back() -> None:
    assert {ours for ours, code in FREQUENCIES.items() if frequency(code) != ours} == {"multiannual"}


def test_openness_is_never_wider_than_it_was() -> None:
    order = list(Openness)
    for ours, code in ACCESS.items():
        assert order.index(openness(f"{_EU}access-right/{code}")) >= order.index(ours)


def test_themes_are_european_ones() -> None:
    assert set(THEMES.values()) <= set(EUROPEAN_THEMES)
    assert all(not ours or THEMES[ours] == code for code, (_, ours) in EUROPEAN_THEMES.items())


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_formats_by_any_of_their_names(known) -> None:
    words = [known.name, known.media_type, known.european and f"{_EU}file-type/{known.european}"]
    assert all(file_format(word) is known for word in words if word)


def test_formats_unknown_and_dressed_up() -> None:
    assert file_format("text/csv; charset=utf-8") is file_format(".csv".strip("."))
    assert file_format("http://www.iana.org/assignments/media-types/text/csv").name == "CSV"
    assert file_format("shapefile") is file_format("ESRI Shapefile") is file_format("SHP")
    assert file_format("qml") is None and file_format("") is None and file_format("///") is None


@pytest.mark.parametrize("key", ["commune:62119", "epci:200072460", "department:2A", "region:32", "country:FR"])
def test_territories(key: str) -> None:
    assert territory_key(territory_address(key)) == key
    assert territory_key(territory_address(key).replace("http:", "https:")) == key or key == "country:FR"


def test_territories_without_an_address() -> None:
    assert territory_address("perimeter:pma") == territory_address("commune:<62>") == territory_address("") == ""
    assert territory_key("fr:epci:200072460") == "epci:200072460"
    assert territory_key("fr:departement:62") == "department:62"
    assert territory_key("country:fr") == "country:FR"
    assert territory_key("https://exemple.fr/commune/62119") == territory_key("fr:arrondissement:1") == ""
