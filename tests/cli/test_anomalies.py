"""Anomalies from the command line: a file with a fault, from its loading to its publication."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from terril.pipeline.datasets import DatasetStore
from tests.support.command import Command

PACK = {
    "pack.yaml": "id: essai\nlabel: Essai\nextends: [france]\nthemes: [{id: essai, label: Essai}]\n",
    "sources/comptes.yaml": """
id: essai/comptes
label: Comptes
producer: Essai
licence: Essai
vintage: "2021"
format: csv
files: ["comptes_*.csv"]
geography: {level: commune, column: code, cog: 2025}
period: {value: "2021"}
columns:
  - {name: total, source: total, unit: hab, type: integer}
  - {name: hommes, source: hommes, unit: hab, type: integer}
  - {name: femmes, source: femmes, unit: hab, type: integer}
totals:
  - {total: total, parts: [hommes, femmes]}
""",
    "indicators/essai/total.yaml": """
id: essai/total
label: Total
definition: Essai.
unit: hab
aggregation: sum
missing: propagate
inputs: {total: {dataset: essai/comptes, column: total}}
formula: total
""",
}
HEADER = "code;total;hommes;femmes\n"
RIGHT = "".join(f"{code};100;40;60\n" for code in ("62119", "62427", "62498", "62048"))


@pytest.fixture(scope="module")
def bench(demo_home: Path, tmp_path_factory) -> Command:
    """A demonstration, with a pack of one source whose total may be contradicted."""
    folder = tmp_path_factory.mktemp("anomalies")
    shutil.copytree(demo_home, folder / "home")
    for name, text in PACK.items():
        path = folder / "packs" / "essai" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), encoding="utf-8")
    return Command(folder / "home", folder / "packs" / "essai")


def load(terril: Command, text: str) -> None:
    file = terril.home / "comptes_2021.csv"
    file.write_text(text, encoding="utf-8")
    terril("ingest", str(file), "--source", "essai/comptes")


def test_a_contradictory_total_is_stopped_corrected_and_published(bench: Command) -> None:
    load(bench, HEADER + RIGHT.replace("62427;100", "62427;1000"))
    bench("build", code=1)
    assert "(anomalies)" in bench.errors
    assert "commune:62427" in bench.errors
    assert "ligne 2 : « total » vaut 1" in bench.errors

    (found,) = bench.json("anomalies", "--source", "essai/comptes")["anomalies"]
    assert (found["severity"], found["state"], found["subject"]) == ("error", "open", "essai/comptes")
    table = bench("anomalies", "--severity", "error")
    assert "erreur" in table
    assert "À décider : 1 erreur. Les erreurs arrêtent la publication." in table
    shown = bench("anomalies", "show", found["key"])
    assert "où\u00a0: commune:62427, 2021, total" in shown
    assert f"terril anomalies correct {found['key']}" in bench.errors

    bench("anomalies", "correct", found["key"], "--value", "cent", "--reason", "saisie", code=1)
    assert "valeur illisible" in bench.errors
    said = bench("anomalies", "correct", found["key"], "--value", "100", "--reason", "un zéro de trop", "--by", "A.")
    assert "1000 devient 100" in said
    planned = bench.json("plan", "--all")["steps"]
    (step,) = [s for s in planned if s["indicator"] == "essai/total"]
    assert step["action"] == "add"
    assert "Publication" in bench("build")
    (row,) = bench.observations("essai/total", "--territory", "commune:62427")
    assert row["value"] == 100
    assert "corrigée" in bench("anomalies", "--all", "--severity", "error")
    assert bench("anomalies", "--severity", "error").startswith("Aucune anomalie à décider")

    # Undone, it stops again, and the plan says why.
    bench("anomalies", "undo", found["key"])
    (step,) = [s for s in bench.json("plan")["steps"] if s["indicator"] == "essai/total"]
    assert step["action"] == "recompute"
    bench("build", code=1)
    (row,) = bench.observations("essai/total", "--territory", "commune:62427")
    assert row["value"] == 100, "the release in force stays"
    bench("anomalies", "correct", found["key"], "--value", "90", "--reason", "essai")
    (step,) = [s for s in bench.json("plan")["steps"] if s["indicator"] == "essai/total"]
    assert "1 valeur corrigée" in step["reason"]
    bench("anomalies", "accept", found["key"], "--reason", "le total compte aussi les non-déclarés")
    bench("build")
    (row,) = bench.observations("essai/total", "--territory", "commune:62427")
    assert row["value"] == 1000


def test_columns_that_changed_name_are_said_and_the_last_good_version_stays(bench: Command) -> None:
    load(bench, HEADER + RIGHT)
    store = DatasetStore(bench.home)
    before = store.current("essai/comptes")
    file = bench.home / "comptes_2022.csv"
    file.write_text((HEADER + RIGHT).replace("femmes", "feminin").replace("hommes", "hommes_2022"), encoding="utf-8")
    bench("ingest", str(file), "--source", "essai/comptes", code=1)
    for words in ("colonne absente : « hommes »", "hommes_2022", "l'auteur du paquet", "la version en usage le reste"):
        assert words in bench.errors, bench.errors
    assert store.current("essai/comptes") == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--severity", "fatale"), "gravité inconnue"),
        (("show", "zzz"), "anomalie inconnue"),
        (("accept", "zzz", "--reason", "vu"), "anomalie inconnue"),
    ],
)
def test_what_is_asked_wrongly_is_explained(bench: Command, arguments: tuple[str, ...], said: str) -> None:
    bench("anomalies", *arguments, code=1)
    assert said in bench.errors
