"""The command line on what travels with Terril: no file to load."""

from __future__ import annotations

import json
from collections import Counter

import pyarrow.parquet as pq
import pytest

from terril.pipeline.packs import load_packs
from terril.pipeline.reference import is_bundled
from tests.support.command import Command


@pytest.fixture(scope="module")
def terril(tmp_path_factory) -> Command:
    command = Command(tmp_path_factory.mktemp("demo"))
    command("demo", "--no-serve")
    return command


def test_artois_communes(terril):
    rows = terril.csv("territories", "--within", "perimeter:artois", "--level", "commune")
    assert len(rows) == 319
    assert Counter(r["epci"] for r in rows) == {
        "200072460": 100, "246200364": 36, "246200299": 14, "200069672": 103, "200044030": 66,
    }  # fmt: skip
    assert "80810" in {r["code"] for r in rows}
    header = terril("territories", "--within", "perimeter:artois", "--format", "csv").splitlines()[0]
    assert header.startswith("level,code,name,epci,")


@pytest.mark.parametrize("text", ["huby", "HUBY SAINT LEU", "huby-saint-leu", "62461", "62140"])
def test_search_leads_to_the_commune_of_today(terril, text):
    assert "62447" in [r["code"] for r in terril.csv("territories", "--search", text)]


def test_five_epci_have_a_population_with_status_source_and_vintage(terril):
    found = terril.observations("demographie/population", "--level", "epci", "--within", "perimeter:artois")
    assert len(found) == 5
    assert {(o["status"], o["source"], o["vintage"]) for o in found} == {
        ("ok", "insee/population_reference", "recensement 2023")
    }
    assert all(isinstance(o["value"], int) and o["unit"] == "hab" for o in found)


@pytest.mark.parametrize("key", ["region:32", "department:62", "country:FR", "epci:200069672", "perimeter:pma"])
def test_a_territory_is_the_sum_of_its_communes(terril, key):
    (whole,) = terril.observations("demographie/population", "--territory", key)
    parts = terril.observations("demographie/population", "--level", "commune", "--within", key)
    assert whole["value"] == sum(o["value"] for o in parts)
    assert whole["status"] == "ok"


def test_formats_say_the_same(terril, tmp_path):
    question = ("query", "demographie/densite", "--level", "epci", "--within", "perimeter:pma")
    as_json = terril.json(*question)["observations"]
    as_csv = terril.csv(*question)
    path = tmp_path / "densite.parquet"
    terril(*question, "--format", "parquet", "--output", str(path))
    as_parquet = pq.read_table(path).to_pylist()
    assert list(as_csv[0]) == list(as_json[0]) == list(as_parquet[0])
    for a, b, c in zip(as_json, as_csv, as_parquet, strict=True):
        assert a["territory"] == b["territory"] == c["territory"]
        assert a["value"] == pytest.approx(float(b["value"])) == pytest.approx(c["value"])
        assert a["value"] == pytest.approx(100 * a["numerator"] / a["denominator"])
    assert "CA d'Hénin-Carvin" in terril(*question)


def test_consumption_and_production_never_share_a_perimeter_unsaid(terril):
    (consumed,) = terril.observations("energie/consommation", "--level", "perimeter")
    assert consumed["territory"] == "perimeter:aula"
    produced = terril.observations("energie/production", "--level", "perimeter")
    assert "perimeter:aula" not in {o["territory"] for o in produced}


def test_check_counts_what_the_packs_declare(terril):
    found = terril.json("check")
    assert found["indicators"] >= 30
    assert found["sources"] >= 29
    assert found["errors"] == []


def test_the_reference_names_what_shows_with_no_file_to_load(terril):
    packs = load_packs()
    promised = {i for i in packs.indicators if is_bundled(packs, i)}
    steps = terril.json("plan")["steps"]
    assert promised == {s["indicator"] for s in steps if s["action"] == "keep"}


def test_plan_after_build_changes_nothing_and_names_what_is_not_loaded(terril):
    steps = {s["indicator"]: s for s in terril.json("plan")["steps"]}
    assert {s["action"] for s in steps.values()} == {"keep", "unavailable"}
    assert "insee/filosofi_communes" in steps["revenus/revenu_median"]["reason"]
    assert "Rien n'a changé" in terril("build")


def test_explain_a_ratio(terril):
    tree = terril.json("explain", "demographie/densite", "commune:62447")
    text = json.dumps(tree, ensure_ascii=False)
    assert tree["value"] == pytest.approx(4480 / 21.3688, rel=1e-3)
    for part in ("population", "surface", "recensement 2023", "area.parquet", "Licence Ouverte 2.0"):
        assert part in text
    assert "Hesdin-la-Forêt" in terril("explain", "demographie/densite", "commune:62447")


def test_reading_as_the_public_or_as_an_organisation(terril):
    (seen,) = terril.observations("demographie/population", "-t", "commune:62119", "--as", "public")
    assert seen["value"] == 25224
    terril("query", "-t", "commune:62119", "--as", "personne", code=1)
    assert "organisation inconnue" in terril.errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("query", "demographie/inconnu"), "pas d'observation"),
        (("query", "revenus/revenu_median"), "donnée non chargée"),
        (("query", "-t", "commune:99999"), "commune inconnue"),
        (("query", "-t", "commune:62461"), "62447"),
        (("query", "-t", "62119"), "niveau:code"),
        (("query",), "que chercher"),
        (("query", "demographie/population", "--period", "hier"), "période illisible"),
        (("explain", "demographie/population", "commune:62119", "1900"), "périodes connues"),
        (("ingest",), "que charger"),
        (("ingest", "absent.csv"), "introuvable"),
        (("ingest", "--fetch", "--source", "insee/rien"), "source inconnue"),
        (("releases", "--restore", "rien"), "introuvable"),
        (("territories", "--similar", "perimeter:pma"), "ressemblance"),
    ],
)
def test_a_wrong_question_gets_one_clear_sentence(terril, arguments, words):
    terril(*arguments, code=1)
    assert words in terril.errors
    assert "Traceback" not in terril.errors


def test_errors_as_data(terril):
    terril("query", "-t", "commune:99999", "--format", "json", code=1)
    assert json.loads(terril.errors)["error"]["code"] == "territoire"


def test_releases_are_listed_and_restored(terril):
    (only,) = terril.json("releases")["releases"]
    assert only["current"]
    terril("build", "--full")
    assert len(terril.json("releases")["releases"]) == 2
    terril("releases", "--restore", only["release"])
    assert terril.json("query", "demographie/population", "-t", "country:FR")["release"] == only["release"]


def test_a_new_pack_passes_check_and_a_missing_one_is_named(tmp_path):
    command = Command(tmp_path / "home")
    command("new-pack", "essai", "--in", str(tmp_path / "packs"))
    with_pack = Command(tmp_path / "home", tmp_path / "packs")
    assert with_pack.json("check")["packs"] == command.json("check")["packs"] + 1
    (tmp_path / "packs" / "essai" / "pack.yaml").write_text(
        "id: essai\nlabel: Essai\nextends: [absent]\n", encoding="utf-8"
    )
    with_pack("check", code=1)
    assert "absent" in with_pack.errors
