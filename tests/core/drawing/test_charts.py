"""Every chart, on every case: well formed, safe under a strict CSP, readable, honest."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from terril.core.drawing import (
    BarChart,
    DistributionChart,
    LineChart,
    PyramidChart,
    Role,
    Side,
    Sparkline,
    StackedChart,
    StackedRow,
)
from terril.core.drawing.curves import drawn
from terril.core.drawing.model import shown
from terril.core.drawing.palettes import CATEGORICAL, LIGHT, PALETTES, PAPER, stylesheet
from terril.core.errors import TerrilError
from terril.core.status import Status

from .cases import CASES, EVIL, LONG, frame, series
from .reading import boxes, collisions, marks, parse, tag

every = pytest.mark.parametrize("name", CASES)
NAN = re.compile(r"(?<![a-z])(nan|inf|infinity|none|1e[+-]?\d+)(?![a-z])", re.IGNORECASE)


@cache
def variants(name: str) -> list[str]:
    chart = CASES[name]
    return [chart.svg(), chart.compact().svg(), chart.svg(standalone=True), chart.compact().svg(standalone=True)]


@every
def test_well_formed_and_safe_under_a_strict_policy(name):
    for svg in variants(name):
        for node in parse(svg).iter():
            assert tag(node) not in ("style", "script", "foreignObject", "image")
            assert "style" not in node.attrib
            assert not [key for key in node.attrib if key.startswith("on")]
            assert not node.get("href", "").startswith("javascript")


@every
def test_says_what_it_is(name):
    chart = CASES[name]
    root = parse(chart.svg())
    assert root.get("aria-labelledby") == f"{name}-t {name}-d"
    assert root.find("title").text == chart.frame.title and root.find("title").get("id") == f"{name}-t"
    assert root.find("desc").text == chart.frame.description and root.find("desc").get("id") == f"{name}-d"
    assert root.get("role") == ("group" if root.findall(".//a") else "img")
    assert root.get("width") is None and root.get("viewBox").startswith("0 0 640 ")
    assert parse(chart.compact().svg()).get("viewBox").startswith("0 0 340 ")


@every
def test_ids_are_unique_and_prefixed(name):
    both = parse(CASES[name].pair())
    found = [node.get("id") for node in both.iter() if node.get("id")]
    assert len(found) == len(set(found)) and all(each.startswith(name) for each in found)
    used = set(re.findall(r"url\(#([^)]+)\)", CASES[name].pair()))
    assert used <= set(found)


@every
def test_no_impossible_number(name):
    for svg in variants(name):
        for node in parse(svg).iter():
            for key, value in node.attrib.items():
                if key not in ("data-tip", "fill", "stroke"):
                    assert not NAN.search(value), (tag(node), key, value)
            if tag(node) == "rect":
                assert float(node.get("width")) >= 0 and float(node.get("height")) >= 0
            if node.text and tag(node) == "text":
                assert not re.search(r"\bnan\b|\binf\b", node.text)


@every
def test_same_input_same_bytes(name):
    assert CASES[name].svg() == replace(CASES[name]).svg()


@every
def test_no_label_touches_another(name):
    for svg in variants(name):
        assert collisions(svg) == []


@every
def test_every_label_is_inside_the_drawing(name):
    for svg in variants(name):
        left, top, width, height = map(float, parse(svg).get("viewBox").split())
        for box in boxes(svg):
            assert box.left >= left - 0.6 and box.right <= left + width + 0.6, box
            assert box.top >= top - 0.6 and box.bottom <= top + height + 0.6, box


@every
def test_colours_are_those_of_the_palette(name):
    chart = CASES[name]
    own = PALETTES[chart.frame.palette]
    allowed = {
        *LIGHT.values(),
        *CATEGORICAL,
        PAPER,
        "#ffffff",
        "#000000",
        "none",
        own.accent,
        *own.ramp(5),
        f"url(#{name}-secret)",
    }
    for node in parse(chart.svg()).iter():
        assert {node.get("fill", "none"), node.get("stroke", "none")} <= allowed


@every
def test_a_painted_mark_has_the_classes_that_repaint_it(name):
    for node in parse(CASES[name].svg()).iter():
        classes = node.get("class", "").split()
        if node.get("fill", "none").startswith("#") and node.get("pointer-events") is None and "bounds" not in name:
            swatch = tag(node) == "rect" and not classes
            assert swatch or "fill" in classes or "hollow" in classes
        if node.get("stroke", "none").startswith("#"):
            assert "stroke" in classes or "haloed" in classes


@every
def test_a_file_stands_alone(name):
    chart = CASES[name]
    svg = chart.svg(standalone=True)
    root = parse(svg)
    assert svg.startswith("<svg ") and 'xmlns="http://www.w3.org/2000/svg"' in svg
    assert float(root.get("width")) == float(root.get("viewBox").split()[2]) and float(root.get("height")) > 0
    assert marks(svg, "a") == []
    words = " ".join(box.text for box in boxes(svg))
    assert chart.frame.title.split()[-1] in words and "inventées" in words
    assert {node.get("font-family") for node in root.iter()} == {"'Source Sans 3', sans-serif", None}


@every
def test_a_table_stands_behind(name):
    table = CASES[name].table()
    assert table.columns and all(len(row) == len(table.columns) for row in table.rows)
    assert all(isinstance(cell, str) and "nan" not in cell for row in table.rows for cell in row)


@pytest.mark.parametrize("name", ["l-long", "b-long", "s-six", "p-long", "d-long", "m-odd"])
def test_markup_in_a_label_is_text(name):
    svg = CASES[name].svg()
    assert "<script" not in svg and "<b>" not in svg and "&lt;script&gt;" in svg
    seen = "".join(node.text or "" for node in parse(svg).iter()) + "".join(
        node.get("data-tip", "") for node in parse(svg).iter()
    )
    assert "<script>" in seen


def test_markup_in_the_words_of_the_frame_is_text():
    chart = LineChart(
        replace(frame("a"), title=EVIL, description=EVIL, source=EVIL, unit=EVIL, id='"><script>'),
        (series("Lens", {2020: 1, 2021: 2}),),
    )
    for svg in (chart.svg(), chart.svg(standalone=True)):
        assert "<script" not in svg
        assert parse(svg).find("{*}title").text == EVIL


# What is drawn is what the table says


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if isinstance(c, LineChart)])
def test_lines_draw_the_figures_of_the_table(name):
    chart = CASES[name]
    cells = {cell for row in chart.table().rows for cell in row}
    expected = {chart.frame.state(p.value, p.status) for s in chart.series for p in s.points}
    assert expected <= cells
    if not any(drawn(s.points) for s in chart.series):
        assert "path" not in {tag(node) for node in parse(chart.svg()).iter()}
        return
    tips = [node.get("data-tip") for node in marks(chart.svg(), "rect") if node.get("pointer-events")]
    assert tips
    for tip in tips:
        value = tip.split("\u00a0: ", 1)[1].replace(f"\u00a0{chart.frame.unit}", "")
        assert value in cells
    ends = [
        chart.frame.write(drawn(sorted(s.points, key=lambda p: p.at))[-1][1]) for s in chart.series if drawn(s.points)
    ]
    texts = [box.text for box in boxes(chart.svg())]
    assert all(any(text.endswith(end) for text in texts) for end in ends)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if isinstance(c, BarChart)])
def test_bars_are_as_long_as_their_values(name):
    chart = CASES[name]
    rows = dict(chart.table().rows)
    rects = {
        node.get("data-tip").split("\u00a0: ")[0]: node for node in marks(chart.svg(), "rect") if node.get("data-tip")
    }
    lengths = {}
    for bar in chart.bars:
        assert rows[bar.label] == chart.frame.state(bar.value, bar.status)
        if bar.value is not None and shown(bar.value, bar.status):
            extra = 1.5 if "hollow" in rects[bar.label].get("class") else 0
            lengths[bar.label] = (abs(bar.value), float(rects[bar.label].get("width")) + extra)
    whole = max((value for value, _ in lengths.values()), default=0)
    longest = max((length for _, length in lengths.values()), default=0)
    for value, length in lengths.values():
        assert length == pytest.approx(longest * value / whole if whole else 0, abs=1.6)


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if isinstance(c, DistributionChart)])
def test_distributions_count_everyone_once(name):
    chart = CASES[name]
    finite = [v for v in chart.values if abs(v) < float("inf")]
    counts = [int(row[1]) for row in chart.table().rows]
    assert sum(counts) == len(finite)
    svg = chart.svg()
    if 0 < len(finite) <= 40:
        assert len(marks(svg, "circle")) == len(finite)
    elif finite:
        tips = [node.get("data-tip").split("\u00a0: ")[1] for node in marks(svg, "rect") if node.get("data-tip")]
        assert [int(tip.split()[0].replace("\u202f", "")) for tip in tips] == counts
    assert sum(len(re.findall("\u00a0: ", row[2])) for row in chart.table().rows) == len(chart.marked if finite else ())


@pytest.mark.parametrize("name", [n for n, c in CASES.items() if isinstance(c, StackedChart)])
def test_stacks_show_the_shares_of_the_table(name):
    chart = CASES[name]
    table = {row[0]: row[1:] for row in chart.table().rows}
    for node in marks(chart.svg(), "rect"):
        tip = node.get("data-tip")
        if tip and ", " in tip and "%" in tip:
            percent = tip.split("\u00a0: ")[1].split(" (")[0]
            row = next(cells for label, cells in table.items() if tip.startswith(f"{label}, "))
            assert any(percent in cell for cell in row)


def test_pyramid_bars_are_in_proportion_on_both_sides():
    chart = CASES["y-five"]
    for side in (chart.left, chart.right):
        rects = [n for n in marks(chart.svg(), "rect") if n.get("data-tip", "").startswith(side.label)]
        assert len(rects) == len(chart.ages)
        ratios = {round(float(n.get("width")) / value, 2) for n, value in zip(rects, side.values, strict=True)}
        assert max(ratios) - min(ratios) <= 0.02


# Statuses


@pytest.mark.parametrize("name", ["l-holes", "b-states", "s-housing", "y-states"])
def test_secret_is_hatched(name):
    svg = CASES[name].svg()
    assert f"url(#{name}-secret)" in svg and len(marks(svg, "pattern")) == 1


@pytest.mark.parametrize("name", ["l-holes", "b-states", "s-housing", "y-states", "p-states"])
def test_estimated_is_dashed(name):
    marked = [n for n in parse(CASES[name].svg()).iter() if n.get("stroke-dasharray") in ("2 3.5", "3 2.5")]
    assert marked


@pytest.mark.parametrize("name", ["l-holes", "b-states", "y-states", "p-states"])
def test_provisional_is_hollow(name):
    hollow = [
        n
        for n in parse(CASES[name].svg()).iter()
        if "hollow" in n.get("class", "") and n.get("stroke-dasharray") is None
    ]
    assert hollow


def test_missing_is_a_gap_that_is_said():
    svg = CASES["l-holes"].svg()
    assert "n.d." in [box.text for box in boxes(svg)]
    subject = [n for n in marks(svg, "path") if "accent" in n.get("class") and n.get("stroke-width") == "2.5"]
    assert len(subject) == 4  # before the gap, before the secret, after it, and the estimated part


def test_a_series_that_is_all_secret_is_named_with_its_reason():
    chart = LineChart(
        frame("x"),
        (series("Lens", {2020: 5.0, 2021: 6.0}), series("Vimy", {2020: None}, Role.OTHER, s2020=Status.SECRET)),
    )
    assert "Vimy secret" in [box.text for box in boxes(chart.svg())]


def test_breaks_are_marked_with_their_words():
    chart = CASES["l-holes"]
    texts = [box.text for box in boxes(chart.svg())]
    assert all(each.label in texts for each in chart.breaks)
    assert sum(n.get("stroke-dasharray") == "1.5 3" for n in marks(chart.svg(), "line")) == len(chart.breaks)


def test_what_a_slope_cannot_draw_is_named():
    texts = " ".join(box.text for box in boxes(CASES["p-states"].svg()))
    assert "Secret statistique\u00a0: Vimy" in texts and "Non disponible\u00a0: Bajus" in texts


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("l-secret", "secret statistique"),
        ("b-secret", "secret statistique"),
        ("l-missing", "Aucune valeur"),
        ("p-one", "Une seule date"),
    ],
)
def test_an_empty_drawing_says_why(name, words):
    assert words in " ".join(box.text for box in boxes(CASES[name].svg()))


def test_a_hidden_value_is_never_drawn_even_when_given():
    secret = LineChart(frame("x"), (series("Lens", {2020: 5.0, 2021: 123_456.0, 2022: 6.0}, s2021=Status.SECRET),))
    assert "123" not in secret.svg() and "secret statistique" in {c for r in secret.table().rows for c in r}
    assert "123" not in "".join(c for r in secret.table().rows for c in r)


# Roles


def test_one_subject_takes_the_accent_several_take_a_colour_each():
    assert "accent stroke" in CASES["l-peers"].svg() and "s1 stroke" not in CASES["l-peers"].svg()
    assert all(f"s{i} stroke" in CASES["l-compared"].svg() for i in range(1, 7))
    assert "accent stroke" not in CASES["l-compared"].svg()


def test_bars_start_at_zero():
    svg = CASES["b-ranked"].svg()
    starts = {n.get("x") for n in marks(svg, "rect") if n.get("data-tip")}
    assert len(starts) == 1


def test_links_lead_to_pages_only():
    assert next(a.get("href") for a in marks(CASES["b-ranked"].svg(), "a")) == "/territoires/commune/62000/"
    assert marks(CASES["b-long"].svg(), "a") == []


def test_long_names_are_whole_in_the_table():
    assert LONG in CASES["l-long"].table().columns


@pytest.mark.parametrize(
    "make",
    [
        lambda: StackedChart(frame("x"), (StackedRow("a", (1,)),), ("b", "c")),
        lambda: StackedChart(frame("x"), (), tuple("abcdefg")),
        lambda: PyramidChart(frame("x"), ("a",), Side("h", ()), Side("f", (1,))),
        lambda: LineChart(frame("x", palette="rose"), (series("a", {1: 1}),)).svg(),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(make):
    with pytest.raises(TerrilError):
        make()


def test_sparkline_is_hidden_from_readers_and_light():
    chart = Sparkline(series("Lens", {2015 + i: i * 3.7 for i in range(9)}))
    assert parse(chart.svg()).get("aria-hidden") == "true"
    assert len(chart.svg()) < 700
    assert Sparkline(series("Lens", {2015: None})).svg() == ""
    assert "circle" in Sparkline(series("Lens", {2015: 4.0}, Role.MAIN)).svg()


def test_a_chart_is_light():
    assert max(len(chart.svg()) for name, chart in CASES.items() if name != "y-single") < 24_000


def test_stylesheet_in_the_repository_is_the_one_written():
    path = Path(__file__).parents[3] / "src/terril/web/static/terril/palettes.css"
    assert path.read_text(encoding="utf-8") == stylesheet()
