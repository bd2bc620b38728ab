"""The command line on the reference data: what is shown equals what the producers wrote."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from terril.core.indicators.evaluate import evaluate
from terril.core.indicators.formula import parse_formula
from tests.conftest import REFERENCE
from tests.support.command import Command
from tests.support.live import copied

FOLDER = REFERENCE / "territoire"


@pytest.fixture(scope="module")
def terril(artois_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The reference data ingested and built, without the people of the state."""
    return copied(artois_home, tmp_path_factory.mktemp("artois") / "home")


def filosofi() -> dict[str, dict[str, str]]:
    with (FOLDER / "filosofi_2021_communes.csv").open(encoding="utf-8") as file:
        return {r["CODGEO"]: r for r in csv.DictReader(file)}


MERGED = {"62447", "62461", "62549", "62743"}


@pytest.mark.reference_data
def test_every_file_is_loaded(terril):
    found = terril.csv("ingest", "--from", str(FOLDER))
    assert {r["outcome"] for r in found} == {"déjà chargé"}
    names = {n for r in found for n in r["files"].split(" ")}
    assert names == {p.name for p in FOLDER.iterdir()}


@pytest.mark.reference_data
def test_bethune_has_twenty_indicators(terril):
    found = terril.observations("--territory", "commune:62119")
    assert len({o["indicator"] for o in found if o["value"] is not None}) >= 20
    assert all(o["source"] and o["vintage"] and o["status"] for o in found)


@pytest.mark.reference_data
def test_median_income_equals_the_file(terril):
    found = terril.observations("revenus/revenu_median", "--level", "commune", "--within", "perimeter:artois")
    by_code = {o["territory"].removeprefix("commune:"): o for o in found}
    for code, row in filosofi().items():
        if code in MERGED:
            continue
        if row["MED21"] == "s":
            assert (by_code[code]["value"], by_code[code]["status"]) == (None, "secret")
        else:
            assert (by_code[code]["value"], by_code[code]["status"]) == (int(row["MED21"]), "ok")


@pytest.mark.reference_data
def test_hesdin_la_foret_has_an_estimated_median_and_all_its_persons(terril):
    """Filosofi 2021, 322 communes of 2024, read in the 319 of today: its author allows the mean, and says so."""
    old = [filosofi()[code] for code in sorted(MERGED)]
    persons = [int(r["NBPERSMENFISC21"]) for r in old]
    mean = sum(int(r["MED21"]) * p for r, p in zip(old, persons, strict=True)) / sum(persons)
    (found,) = terril.observations("revenus/revenu_median", "--territory", "commune:62447")
    assert (found["value"], found["status"]) == (pytest.approx(mean, rel=1e-9), "estimated")
    told = terril("explain", "revenus/revenu_median", "commune:62447", "2021")
    assert "moyenne des valeurs des 4 anciennes communes, pondérée par « nbpersmenfisc »" in " ".join(told.split())
    (decile,) = terril.observations("revenus/premier_decile", "--territory", "commune:62447")
    # No estimate is allowed for a decile, and one of the four is secret.
    assert (decile["value"], decile["status"]) == (None, "secret")


@pytest.mark.reference_data
def test_the_persons_of_filosofi_are_conserved_by_the_passage(terril, tmp_path):
    """322 communes of 2024 carried to the 319 of today."""
    pack = tmp_path / "packs" / "essai"
    (pack / "indicators" / "revenus").mkdir(parents=True)
    (pack / "pack.yaml").write_text("id: essai\nlabel: Essai\nextends: [france]\n")
    (pack / "indicators" / "revenus" / "personnes.yaml").write_text(
        "id: revenus/personnes\nlabel: Personnes\ndefinition: Personnes.\nunit: hab\naggregation: none\n"
        "missing: propagate\nformula: p\ninputs: {p: {dataset: insee/filosofi_communes, column: nbpersmenfisc}}\n"
    )
    shutil.copytree(terril.home, tmp_path / "home")
    command = Command(tmp_path / "home", tmp_path / "packs")
    command("build")
    found = command.observations("revenus/personnes", "--level", "commune")
    rows = filosofi()
    assert (len(rows), len(found)) == (322, 319)
    told = [r["NBPERSMENFISC21"] for r in rows.values()]
    assert sum(o["status"] == "secret" for o in found) == told.count("s")
    assert {o["status"] for o in found} == {"ok", "secret"}
    assert sum(o["value"] for o in found if o["value"] is not None) == sum(int(n) for n in told if n != "s")


@pytest.mark.reference_data
def test_the_parts_of_the_land_add_up_to_the_whole(terril):
    parts = {}
    for category in ("artificialise", "agricole", "foret", "humide", "eau"):
        for o in terril.observations(f"espace/occupation__{category}", "--level", "epci"):
            parts[o["territory"]] = parts.get(o["territory"], 0) + o["value"]
    whole = {o["territory"]: o["value"] for o in terril.observations("espace/surface_clc", "--level", "epci")}
    assert len(whole) == 5
    assert parts == pytest.approx(whole, abs=1e-6)


@pytest.mark.reference_data
@pytest.mark.parametrize("audience", [(), ("--as", "public")])
def test_poverty_hidden_by_the_producer_is_secret_and_so_are_its_parts(terril, audience):
    found = terril.observations(
        "revenus/taux_pauvrete", "--level", "commune", "--within", "perimeter:artois", *audience
    )
    rows = filosofi()
    hidden = [o for o in found if rows[o["territory"].removeprefix("commune:")]["TP6021"] == "s"]
    assert len(hidden) > 200
    assert {(o["status"], o["value"], o["numerator"]) for o in hidden} == {("secret", None, None)}
    shown = [o for o in found if o["status"] == "ok"]
    assert len(shown) > 60
    for o in shown:
        row = rows[o["territory"].removeprefix("commune:")]
        assert o["value"] == pytest.approx(float(row["TP6021"].replace(",", ".")), abs=1e-9)
        assert o["denominator"] == int(row["NBPERSMENFISC21"])


@pytest.mark.reference_data
def test_hesdin_before_its_merger_is_the_sum_of_the_four(terril):
    (found,) = terril.observations("demographie/population", "-t", "commune:62447", "--period", "1968")
    assert (found["value"], found["status"]) == (3024 + 724 + 1064 + 388, "ok")


@pytest.mark.reference_data
@pytest.mark.parametrize(
    ("code", "period", "value", "status"),
    [
        ("62119", "1968", 27028, "ok"),
        # Isbergues absorbed two communes in 1996; their rows are not in the extract.
        ("62473", "1968", None, "missing"),
        ("62473", "1999", 9932, "ok"),
        # Béthune was split in 2008: what it counted in 1999 is shared out, and said to be.
        ("62119", "1999", None, "estimated"),
        ("62154", "1968", 828, "ok"),
    ],
)
def test_older_passages(terril, code, period, value, status):
    (found,) = terril.observations("demographie/population", "-t", f"commune:{code}", "--period", period)
    assert found["status"] == status
    if value is not None or status == "missing":
        assert found["value"] == value


@pytest.mark.reference_data
def test_a_split_conserves_its_total(terril):
    parts = terril.observations(
        "demographie/population", "-t", "commune:62119", "-t", "commune:62847", "--period", "1999"
    )
    assert sum(o["value"] for o in parts) == pytest.approx(27872, abs=0.001)


@pytest.mark.reference_data
def test_corine_says_nothing_of_a_commune(terril):
    found = terril.observations("espace/part_artificialise", "--period", "all")
    assert {o["territory"].partition(":")[0] for o in found} <= {"epci", "perimeter"}
    parts = [
        terril.observations(f"espace/part_{k}", "--level", "epci")
        for k in ("artificialise", "agricole", "foret", "humide", "eau")
    ]
    for row in zip(*parts, strict=True):
        assert sum(o["value"] for o in row) == pytest.approx(100)


@pytest.mark.reference_data
def test_explain_names_parts_vintages_files_and_passage(terril):
    tree = terril.json("explain", "demographie/evolution_depuis_1968", "commune:62447")
    text = json.dumps(tree, ensure_ascii=False)
    for words in (
        "population_cogugaison_1968_2024.csv",
        "recensement 1968",
        "recensement 2023",
        "62461 Huby-Saint-Leu",
        "2025",
    ):
        assert words in text
    hole = terril.json("explain", "demographie/population", "commune:62473", "1968")
    assert "62110 Berguette" in json.dumps(hole, ensure_ascii=False)
    (part,) = hole["children"][0]["children"]
    assert (part["value"], part["status"]) == (None, "missing")


@pytest.mark.reference_data
@pytest.mark.parametrize("indicator", ["carbone/carbone_sols_ha", "logement/vacance_sociale", "education/eleves"])
def test_explained_parts_give_the_observed_value(terril, indicator):
    (seen,) = terril.observations(indicator, "--territory", "epci:200072460")
    tree = terril.json("explain", indicator, "epci:200072460")
    inputs = {n["label"]: n["value"] for n in tree["children"][0]["children"]}
    formula = parse_formula(tree["children"][0]["label"])
    assert evaluate(formula, inputs)[0] == pytest.approx(seen["value"], rel=1e-9)


@pytest.mark.reference_data
def test_explained_split_is_the_share_observed_and_medians_are_never_added(terril):
    (seen,) = terril.observations("demographie/population", "-t", "commune:62119", "--period", "1999")
    (part,) = terril.json("explain", "demographie/population", "commune:62119", "1999")["children"][0]["children"]
    assert part["status"] == "estimated"
    assert part["value"] == pytest.approx(seen["value"], abs=0.01)
    (part,) = terril.json("explain", "revenus/premier_decile", "commune:62447")["children"][0]["children"]
    assert part["value"] is None


@pytest.mark.reference_data
@pytest.mark.thorough
def test_two_full_builds_are_byte_identical(terril):
    def digests() -> dict[str, str]:
        current = (terril.home / "releases" / "current").read_text().strip()
        folder = terril.home / "releases" / current
        return {
            p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in folder.rglob("*.parquet")
        }

    first = digests()
    terril("build", "--full")
    assert digests() == first
    assert len(first) > 100


@pytest.mark.reference_data
def test_a_truncated_file_is_refused_and_the_good_one_stays(terril, tmp_path):
    text = (FOLDER / "filosofi_2021_communes.csv").read_text(encoding="utf-8")
    bad = tmp_path / "filosofi_2021_communes.csv"
    bad.write_text(text.replace("62119,11668,22953,19290", "62119,11668,22953,beaucoup"), encoding="utf-8")
    terril("ingest", str(bad), code=1)
    assert "beaucoup" in terril.errors
    assert "ligne" in terril.errors
    (found,) = terril.observations("revenus/revenu_median", "-t", "commune:62119")
    assert found["value"] == 19290
