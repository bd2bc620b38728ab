"""Ten things a planner comes for, each from the home page and in three presses at most."""

from __future__ import annotations

import csv
import re

import openpyxl
import pytest

from terril.core.text import format_number
from tests.browser.paper import Paper
from tests.browser.planner import Planner, plain
from tests.support.command import Command

pytestmark = pytest.mark.reference_data


@pytest.fixture
def planner(visit, artois) -> Planner:
    return Planner(visit(artois, "/"))


@pytest.fixture(scope="module")
def terril(artois_home) -> Command:
    return Command(artois_home)


def said(terril: Command, indicator: str, territory: str, decimals: int = 0) -> str:
    """The figure that the command line gives, as a page writes it."""
    (found,) = terril.observations(indicator, "--territory", territory, "--as", "public")
    return plain(format_number(found["value"], decimals))


def test_1_the_population_of_bethune(planner, terril):
    planner.find("Béthune", "Béthune")
    assert planner.page.get_by_role("heading", level=1).inner_text() == "Béthune"
    assert said(terril, "demographie/population", "commune:62119") in planner.row("Population")
    assert "2023" in planner.row("Population")
    assert planner.quick


def test_2_the_median_income_of_lens_and_its_rank_in_its_epci(planner, terril):
    planner.find("Lens", "Lens")
    row = planner.row("Niveau de vie médian")
    income = terril.observations(
        "revenus/revenu_median", "--level", "commune", "--within", "epci:246200364", "--as", "public"
    )
    values = {o["territory"]: o["value"] for o in income if o["value"] is not None}
    rank = 1 + sum(v > values["commune:62498"] for v in values.values())
    assert plain(format_number(values["commune:62498"])) in row
    assert re.search(rf"\b{rank}e\b[^0-9]*sur {len(values)}\b", row), row
    assert planner.quick


def test_3_that_profile_printed_on_a4(planner, terril, tmp_path):
    planner.find("Lens", "Lens")
    assert planner.page.get_by_role("button", name="Imprimer").first.is_visible()
    paper = Paper(planner.page, tmp_path / "lens.pdf")
    assert paper.size == (210, 297)
    assert paper.sheets <= 8
    text = paper.text()
    assert "Lens" in paper.text(1)
    assert said(terril, "demographie/population", "commune:62498") in paper.text(1)
    assert said(terril, "revenus/revenu_median", "commune:62498") in text
    assert "Insee" in text
    assert planner.quick


def test_4_the_series_of_an_indicator_as_csv_and_xlsx(planner, terril):
    planner.find("Population", "Population")
    sheet = planner.download(planner.page.get_by_role("link", name=re.compile("^Séries.*CSV")))
    assert planner.quick
    text = sheet.read_text(encoding="utf-8-sig")
    dialect = csv.Sniffer().sniff(text.splitlines()[0], delimiters=",;")
    rows = list(csv.DictReader(text.splitlines(), dialect=dialect))
    planner.restart()
    planner.find("Population", "Population")
    book = planner.download(planner.page.get_by_role("link", name=re.compile("^Séries.*Excel")))
    assert planner.quick
    found = openpyxl.load_workbook(book, read_only=True, data_only=True)
    cells = [row for name in found.sheetnames for row in found[name].iter_rows(values_only=True)]
    found.close()
    told = terril.observations("demographie/population", "-t", "commune:62119", "--period", "all", "--as", "public")
    assert len(told) > 5
    for observation in told:
        value, period = observation["value"], observation["period"]
        assert any("62119" in "".join(r.values()) and period in r.values() and _is(value, r.values()) for r in rows), (
            observation
        )
        assert any("62119" in str(c) and _has(period, c) and _is(value, c) for c in cells), observation


def _is(value: float, cells: object) -> bool:
    wanted = f"{value:g}"
    return any(str(c).replace(",", ".").removesuffix(".0") in (wanted, str(value)) for c in cells)  # type: ignore[attr-defined]


def _has(period: str, cells: tuple[object, ...]) -> bool:
    return period in {str(c) for c in cells}


def test_5_why_a_figure_is_marked_estimated(planner):
    planner.find("Lens", "Lens")
    assert "estimé" in planner.row("Densité de population")
    row = planner.page.get_by_role("row").filter(
        has=planner.page.get_by_role("link", name="Densité de population", exact=True)
    )
    planner.press(row.get_by_role("link", name=re.compile("estimé")).first)
    text = planner.reads()
    assert "D’où vient ce chiffre" in text
    assert "estimé" in text
    assert re.search("superficie|surface", text, re.IGNORECASE)
    assert planner.quick


def test_6_three_towns_side_by_side(planner, visit, artois, terril):
    planner.follow("Comparer", planner.page.get_by_role("navigation", name="Rubriques"))
    field = planner.page.get_by_role("textbox", name=re.compile("^Ajouter un territoire"))
    for name in ("Béthune", "Lens", "Hénin-Beaumont"):
        field.fill(name)
        # Sent with the keyboard, as one who types does.
        field.press("Enter")
        planner.page.get_by_role("link", name=f"Retirer {name}").wait_for()
    row = planner.row("Population")
    for key in ("commune:62119", "commune:62498", "commune:62427"):
        assert said(terril, "demographie/population", key) in row
    # The address is the comparison: who receives it sees the same.
    again = Planner(visit(artois, planner.watched.here))
    assert again.row("Population") == row
    assert planner.quick


def test_7_a_map_whose_address_keeps_the_commune_chosen(planner, visit, artois):
    planner.find("Taux de pauvreté", "Taux de pauvreté")
    planner.page.get_by_label("Dans", exact=True).select_option("perimeter:pma")
    planner.press(planner.page.get_by_role("button", name="Afficher"))
    planner.page.wait_for_url(re.compile("dans=perimeter(:|%3A)pma"))
    ranking = planner.page.get_by_role("region", name="Classement")
    planner.follow("Lens", ranking)
    planner.page.wait_for_url(re.compile("territoire=commune(:|%3A)62498"))
    assert planner.quick
    chosen = planner.page.get_by_role("region", name="Territoire choisi")
    chosen.get_by_text("Lens").wait_for()
    again = visit(artois, planner.watched.here).page
    assert plain(again.get_by_role("region", name="Territoire choisi").inner_text()) == plain(chosen.inner_text())
    assert again.get_by_label("Dans", exact=True).input_value() == "perimeter:pma"
    planner.page.go_back()
    planner.page.wait_for_url(lambda url: "territoire=" not in url)


def test_8_which_source_is_not_loaded_and_how_to_load_it(visit, demo):
    planner = Planner(visit(demo, "/"))
    planner.follow("Sources", planner.page.get_by_role("navigation", name="Pied de page"))
    assert "terril ingest --from DOSSIER" in planner.reads()
    planner.press(planner.page.get_by_role("link", name=re.compile(r"\(Filosofi\), communes")).first)
    text = planner.reads()
    assert "terril ingest" in text
    assert "terril build" in text
    assert "filosofi_*_communes.csv" in text
    assert planner.quick


def test_9_a_figure_cited_and_a_chart_framed(planner, visit, artois):
    planner.find("Niveau de vie médian", "Niveau de vie médian")
    text = planner.reads()
    assert re.search(r"Insee.*2021.*Licence Ouverte", text)
    planner.press(planner.page.get_by_role("button", name="Copier le code"))
    code = planner.page.get_by_label("Code à copier dans une page").input_value()
    address = re.search(r'src="([^"]+)"', code)
    assert planner.quick
    assert address is not None
    assert address[1].startswith(artois.root + "/embed/")
    framed = visit(artois, address[1].removeprefix(artois.root).replace("&amp;", "&"))
    assert framed.page.get_by_role("img").first.is_visible()
    assert "Insee" in framed.page.locator("body").inner_text()


def test_10_what_changed_lately(planner):
    section = planner.page.get_by_role("region", name="Ce qui a changé")
    assert section.get_by_role("listitem").count() >= 1
    planner.press(section.get_by_role("listitem").get_by_role("link").first)
    assert planner.page.get_by_role("heading", level=1).is_visible()
    assert planner.quick
