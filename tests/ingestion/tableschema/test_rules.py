"""Each rule, on what keeps it and what breaks it; and the remedy it gives to one value."""

from __future__ import annotations

import json
import time
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.ingestion.tableschema.model import FieldRule
from terril.ingestion.tableschema.rules import fits, rules_of


def broken(field: FieldRule, value: str) -> tuple[str, str]:
    """First rule that a value breaks, and its remedy; empty where it breaks none."""
    for rule in rules_of(field):
        if rule.mask(pa.array([value])).to_pylist() == [True]:
            return rule.code, rule.own(value) or rule.remedy
    return "", ""


def of(type_: str = "string", **more: Any) -> FieldRule:
    return FieldRule("champ", type=type_, **more)


POLYGON = '{"type": "Polygon", "coordinates": [[[2.5, 50.5], [2.6, 50.5], [2.6, 50.6], [2.5, 50.5]]]}'
LAMBERT = '{"type": "Polygon", "coordinates": [[[656589.7, 6425785.3], [656655, 6425866], [656589.7, 6425785.3]]]}'


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (of("integer"), ["12", "-3", "+4"], ["1,5", "1.0", "12 000", "a", "1e3"]),
        (of("number"), ["1", "1.5", "-.5", "1e3", "NaN"], ["1,5", "12 000", "5 m²", "a", "."]),
        (of("number", decimal=",", group=" "), ["1,5", "12 000,5"], ["1.5"]),
        (of("boolean"), ["true", "FALSE", "1"], ["oui", "vrai", "2"]),
        (of("date"), ["2024-02-29"], ["2023-02-29", "2024-13-01", "29/02/2024", "2024-2-9", "2024"]),
        (of("date", format="%Y"), ["2024"], ["24", "2024-01-01"]),
        (of("date", format="%d/%m/%Y"), ["29/02/2024"], ["2024-02-29", "30/02/2024"]),
        (of("year"), ["2024"], ["24"]),
        (of("yearmonth"), ["2024-03"], ["2024-13", "03/2024"]),
        (of("time"), ["12:30", "12:30:00"], ["12h30"]),
        (of("datetime"), ["2024-01-01T12:00:00Z", "2024-01-01 12:00:00"], ["2024-01-01"]),
        (
            of("geopoint"),
            ["2.5, 50.5", "2.5,50.5"],
            ["50.5 2.5", "[2.5, 50.5]", "50.5, 2.5", "656589, 6425785", "200, 95"],
        ),
        (of("geopoint", format="array"), ["[2.5, 50.5]"], ["2.5, 50.5", "[2.5]", "[50.5, 2.5]", "{}", "[null, 1]"]),
        (of("geopoint", format="object"), ['{"lon": 2.5, "lat": 50.5}'], ['{"lon": 2.5}', "[1, 2]"]),
        (of("geojson"), [POLYGON], [LAMBERT, "POINT(2 50)", "{}", '{"type": "Point"}', "[" * 5000]),
        (of("array"), ["[1]"], ["1", "{}"]),
        (of("object"), ["{}"], ["[]", "a"]),
        (of(format="email"), ["accueil@exemple.fr"], ["accueil", "a@b", "a b@exemple.fr"]),
        (of(format="uri"), ["https://exemple.fr/a"], ["exemple.fr", "https://exemple.fr/a b"]),
        (of(format="uuid"), ["123e4567-e89b-12d3-a456-426614174000"], ["123"]),
        (of(enum=("oui", "non")), ["oui"], ["Oui", "peut-être"]),
        (of(pattern=r"\d{5}"), ["62119"], ["621190", "x62119", "6211"]),
        (of(pattern=r"(a|b)\1+"), ["aa", "bbb"], ["ab", "a", "a" * 3000]),
        (of("integer", minimum="0", maximum="10"), ["0", "10"], ["-1", "11"]),
        (of("date", minimum="2020-01-01"), ["2020-01-01"], ["2019-12-31"]),
        (of(min_length=2, max_length=3), ["éà", "abc"], ["a", "abcd"]),
    ],
)
def test_rules(field: FieldRule, good: list[str], bad: list[str]) -> None:
    assert [v for v in good if broken(field, v)[0]] == []
    assert [v for v in bad if not broken(field, v)[0]] == []
    assert fits(field, pa.array(good)) == 1.0 and fits(field, pa.array(bad)) == 0.0


@pytest.mark.parametrize(
    ("field", "value", "rule", "remedy"),
    [
        (of("integer"), "12\u00a0000", "type", "retirer les espaces : 12000"),
        (of("integer"), "12.0", "type", "écrire 12"),
        (of("number"), "1,5", "type", "écrire la décimale avec un point : 1.5"),
        (of("number"), "22 kW", "type", "écrire le nombre seul : 22"),
        (of("boolean"), "Oui", "type", "écrire « true »"),
        (of("boolean"), "faux", "type", "écrire « false »"),
        (of("date"), "14/01/2020", "type", "écrire 2020-01-14"),
        (of("enum" and "string", enum=("localisation au bâtiment",)), "Localisation au Batiment", "enum", "écrire « localisation au bâtiment »"),
        (of(enum=("entrepôts, logistique", "mixte")), "entrepôts", "enum", "valeur proche admise : « entrepôts, logistique »"),
        (of("geojson"), LAMBERT, "lambert", "convertir en EPSG:4326 avant d'exporter"),
        (of("geopoint"), "50.5, 2.5", "swapped", "écrire la longitude d'abord"),
    ],
)  # fmt: skip
def test_remedies(field: FieldRule, value: str, rule: str, remedy: str) -> None:
    assert broken(field, value) == (rule, remedy)


@given(st.text(max_size=40))
def test_no_text_stops_a_rule(value: str) -> None:
    for type_ in (
        "string",
        "integer",
        "number",
        "boolean",
        "date",
        "geopoint",
        "geojson",
        "array",
        "object",
        "year",
        "time",
    ):
        for rule in rules_of(of(type_, enum=("a",), pattern=r"(a)\1", minimum="1", maximum="2", min_length=1)):
            assert rule.mask(pa.array([value])).null_count == 0
            assert isinstance(rule.own(value), str)


@given(
    st.recursive(
        st.none() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "coordinates", "geometry", "features", "lon"]), inner, max_size=3
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_stops_a_geometry(value: Any) -> None:
    told = json.dumps(value)
    assert broken(of("geojson"), told)[0] or fits(of("geojson"), pa.array([told])) == 1.0
    broken(of("geopoint", format="array"), told)


def test_a_hostile_pattern_takes_no_time() -> None:
    begun = time.perf_counter()
    assert broken(of(pattern="(a+)+$"), "a" * 5000 + "b")[0] == "pattern"
    assert time.perf_counter() - begun < 1
