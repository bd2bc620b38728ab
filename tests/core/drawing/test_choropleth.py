"""The static map: every territory in its class, every absence seen, nothing left to colour alone."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.drawing.choropleth import MOST_NAMED, Choropleth, Inset, Shape
from terril.core.drawing.classes import Method, classify
from terril.core.drawing.colours import luminance
from terril.core.drawing.legend import bar_length
from terril.core.drawing.model import Frame
from terril.core.drawing.palettes import PALETTES
from terril.core.status import Status
from terril.core.text import NBSP, NNBSP

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame(
    title="Densité de l’Artois", description="Carte par commune.", unit="hab./km²", source="Insee, 2023", id="carte"
)
VALUES: dict[str, tuple[float | None, Status]] = {
    "a": (10.0, Status.OK),
    "b": (20.0, Status.ESTIMATED),
    "c": (30.0, Status.PROVISIONAL),
    "d": (30.0, Status.OK),
    "e": (None, Status.SECRET),
    "f": (None, Status.MISSING),
    "g": (None, Status.NOT_APPLICABLE),
    "h": (3.0, Status.SECRET),  # a value that must not be shown
}
NAMES = {"a": "Auchel", "b": "Béthune", "c": "Carvin", "d": "Divion", "e": "Évin", "f": "Fleury", "g": "Gouy", "h": "Hulluch", "i": "<Ivergny>"}  # fmt: skip
SHAPES = tuple(
    Shape(c, n, f"M{i * 10} 0l10 0 0 10-10 0z", f"/territoires/commune/{c}/") for i, (c, n) in enumerate(NAMES.items())
)


def drawn(**changes: object) -> Choropleth:
    classes = classify([v for v, s in VALUES.values() if v is not None and s is not Status.SECRET], Method.QUANTILES, 3)
    base = Choropleth(FRAME, SHAPES, (90, 10), classes, VALUES, metres_per_unit=100.0, credits="Contours IGN.")
    return replace(base, **changes)  # type: ignore[arg-type]


def parsed(svg: str) -> ElementTree.Element:
    named = svg if "xmlns" in svg else svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ElementTree.fromstring(named)  # noqa: S314 - our own drawing


def by_code(svg: str) -> dict[str, tuple[str, ElementTree.Element]]:
    """Fill and element of each shape."""
    parents = {child: parent for parent in parsed(svg).iter() for child in parent}
    found = {}
    for node in parsed(svg).iter(f"{SVG}path"):
        if code := node.get("data-code"):
            found[code] = (node.get("fill", ""), node)
    for child, parent in parents.items():
        if (code := child.get("data-code")) and parent.get("fill"):
            found[code] = (parent.get("fill", ""), child)
    return found


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in parsed(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("standalone", [False, True])
def test_every_territory_is_painted_by_its_class(standalone: bool) -> None:
    chart = drawn()
    found = by_code(chart.svg(standalone=standalone))
    assert set(found) == set(NAMES)
    assert [found[c][0] for c in "abc"] == list(chart.colours)
    assert found["d"][0] == found["c"][0]


def test_absences_look_different_and_a_hidden_value_is_nowhere() -> None:
    svg = drawn().svg()
    found = by_code(svg)
    looks = {found[c][0] for c in "efg"}
    assert looks == {"url(#carte-map-secret)", "url(#carte-map-missing)", "url(#carte-map-none)"}
    assert found["h"][0] == found["e"][0]
    assert found["i"][0] == found["f"][0]
    assert {p.get("id") for p in parsed(svg).iter(f"{SVG}pattern")} >= {look[5:-1] for look in looks}
    assert found["h"][1].get("data-tip") == f"Hulluch{NBSP}: secret statistique"


def test_each_shape_says_its_name_and_value() -> None:
    found = by_code(drawn().svg())
    assert found["a"][1].get("data-tip") == f"Auchel{NBSP}: 10{NBSP}hab./km²"
    assert found["b"][1].get("data-tip") == f"Béthune{NBSP}: 20{NBSP}hab./km² (estimé)"
    assert found["i"][1].get("data-tip") == f"<Ivergny>{NBSP}: non disponible"


def test_the_legend_counts_what_it_names() -> None:
    said = texts(drawn(selected="b").svg())
    assert said[:8] == ["hab./km²", "territoires", "moins de 20", "1", "20 à 25", "1", "25 et plus", "2"]
    assert said[8] == f"Béthune{NBSP}: 20{NBSP}hab./km² (estimé)"
    assert said[9:17] == ["secret statistique", "2", "non disponible", "2", "sans objet", "1", "valeur estimée", "1"]
    assert said[17:19] == ["N", f"1{NBSP}km"]
    assert said[19].startswith("Quantiles")
    assert said[20:] == ["Valeurs provisoires pour un territoire.", "Contours IGN."]


def test_a_file_says_its_title_and_source_and_has_no_link() -> None:
    svg = drawn(links=True).svg(standalone=True)
    assert svg.startswith("<svg")
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg
    said = texts(svg)
    assert said[0] == FRAME.title
    assert said[-1] == f"Source{NBSP}: Insee, 2023"
    assert "<a " not in svg


def test_links_have_names_and_stay_within_reach() -> None:
    root = parsed(drawn(links=True).svg())
    assert root.get("role") == "group"
    links = list(root.iter(f"{SVG}a"))
    assert [a.get("aria-label", "").split(NBSP)[0] for a in links] == [
        "<Ivergny>", "Auchel", "Béthune", "Carvin", "Divion", "Évin", "Fleury", "Gouy", "Hulluch"
    ]  # fmt: skip
    assert {a.get("href") for a in links} == {shape.href for shape in SHAPES}
    assert parsed(drawn().svg()).get("role") == "img"


def test_an_address_that_runs_code_is_no_link() -> None:
    svg = drawn(shapes=(replace(SHAPES[0], href="javascript:alert(1)"),), links=True).svg()
    assert "javascript" not in svg
    assert "<a " not in svg


def test_the_selected_shape_and_the_borders_are_drawn_over() -> None:
    chart = drawn(selected="b", borders=("M0 0l50 0 0 10-50 0z",))
    svg = chart.svg()
    own, border, last = SHAPES[1].path, svg.index("M0 0l50"), max(svg.rindex(s.path) for s in SHAPES if s.code != "b")
    assert svg.count(own) == 5  # itself, its dashes and its outline, each of the two on paper
    assert svg.rindex(own) > border > last


@given(st.sampled_from(sorted(PALETTES)), st.integers(1, 7))
def test_the_ramp_ranks_in_black_and_white(name: str, count: int) -> None:
    classes = classify(list(range(50)), Method.EQUAL, count)
    colours = drawn(frame=replace(FRAME, palette=name), classes=classes).colours
    assert len(colours) == count
    lights = [luminance(c) for c in colours]
    assert lights == sorted(lights, reverse=True)
    assert len(set(lights)) == count


def test_the_table_ranks_and_says_what_is_absent() -> None:
    table = drawn().table()
    assert table.columns == ("Rang", "Territoire", "Valeur (hab./km²)", "Classe")
    assert table.rows[:4] == (
        ("1", "Carvin", "30 (provisoire)", "25 et plus"),
        ("1", "Divion", "30", "25 et plus"),
        ("3", "Béthune", "20 (estimé)", "20 à 25"),
        ("4", "Auchel", "10", "moins de 20"),
    )
    assert [(row[1], row[2]) for row in table.rows[4:]] == [
        ("<Ivergny>", "non disponible"), ("Évin", "secret statistique"), ("Fleury", "non disponible"),
        ("Gouy", "sans objet"), ("Hulluch", "secret statistique"),
    ]  # fmt: skip
    assert drawn(frame=replace(FRAME, unit="")).table().columns[2] == "Valeur"


def test_without_class_it_shows_a_place() -> None:
    plain = drawn(classes=classify([], Method.QUANTILES), selected="b")
    found = by_code(plain.svg())
    assert len({fill for code, (fill, _) in found.items() if code != "b"}) == 1
    assert found["b"][0] != found["a"][0]
    assert found["b"][1].get("data-tip") == "Béthune"
    assert texts(plain.svg())[:1] == ["Béthune"]
    assert not any("estimée" in said for said in texts(plain.svg()))


def test_a_country_of_communes_is_one_path_a_colour() -> None:
    count = MOST_NAMED + 1
    shapes = tuple(Shape(str(i), f"n{i}", f"M{i % 90} {i // 90}h1v1h-1z") for i in range(count))
    values = {str(i): (float(i), Status.ESTIMATED if i < 10 else Status.OK) for i in range(count)}
    chart = drawn(shapes=shapes, values=values, classes=classify(range(count), Method.EQUAL, 4), size=(90, 30))
    svg = chart.svg()
    assert "data-tip" not in svg
    assert svg.count("<path") < 30
    assert svg.count("h1v1h-1z") == count
    assert any(said == "Valeurs estimées pour 10 territoires." for said in texts(svg))
    assert len(chart.table().rows) == count


def test_estimates_that_are_the_rule_are_said_rather_than_drawn() -> None:
    values = dict.fromkeys(NAMES, (5.0, Status.ESTIMATED))
    chart = drawn(values=values, classes=classify([5.0], Method.JENKS))
    assert "stroke-dasharray" not in chart.svg()
    assert "Valeurs estimées pour 9 territoires." in texts(chart.svg())
    assert "5" in texts(chart.svg())


def test_insets_are_framed_and_named_and_the_scale_says_it_is_not_theirs() -> None:
    svg = drawn(insets=(Inset("La Réunion", (1, 1, 20, 5)),)).svg()
    assert "La Réunion" in texts(svg)
    assert any("(hors encarts)" in said for said in texts(svg))
    assert not any("km" in said for said in texts(drawn(metres_per_unit=0.0, frame=replace(FRAME, unit="")).svg()))


def test_two_sizes_of_legend_and_one_map() -> None:
    html = drawn().pair()
    assert html.count(SHAPES[0].path) == 1
    assert html.count('aria-hidden="true"') == 2
    assert html.count(">Contours IGN.<") == 2
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)
    assert 'class="chart chart-legend compact"' in html


@pytest.mark.parametrize("chart", [drawn(), drawn(links=True, selected="b"), drawn(legend=False), drawn(shapes=())])
def test_drawings_obey_the_page(chart: Choropleth) -> None:
    """Strict CSP: no style, no script; well formed; the same each time; ids that exist."""
    for standalone in (False, True):
        svg = chart.svg(standalone=standalone)
        root = parsed(svg)
        assert svg == chart.svg(standalone=standalone)
        assert not re.search(r"<(style|script)| style=| on\w+=|nan|inf\b", svg)
        ids = {node.get("id") for node in root.iter()}
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= ids
        assert set((root.get("aria-labelledby") or "").split()) <= ids


@given(st.floats(1e-3, 1e6), st.floats(20, 400))
def test_the_scale_bar_is_the_longest_round_length_that_fits(metres: float, room: float) -> None:
    length, label = bar_length(metres, room)
    assert metres * room / 2.5 <= length * (1 + 1e-9)
    assert length <= metres * room * (1 + 1e-9)
    assert f"{length:.0e}"[0] in "125"
    number, unit = label.split(NBSP)
    read = float(number.replace(NNBSP, "").replace(",", "."))
    assert read * {"km": 1000, "m": 1}[unit] == pytest.approx(length)
