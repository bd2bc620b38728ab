"""Each fault of a pack is said once, at its line, with its remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from terril.pipeline.packs.check import check_packs

PART = "indicators/logement/part_vacants.yaml"
PROJETS = "indicators/logement/projets.yaml"
RP = "sources/rp.yaml"

#: file, old text, new text, line of the fault, parts of the sentence.
FAULTS = {
    "unknown key, near": (PART, "definition:", "definitoin:", 3, ["« definitoin »", "écrire « definition » ?"]),
    "unknown key of an input": (PART, "{dataset: insee/rp, column: ensemble}", "{dataset: insee/rp, colum: ensemble, column: ensemble}", 7, ["« colum »", "écrire « column » ?"]),
    "value outside a list": (PART, "missing: propagate", "missing: propagates", 10, ["« propagates »", "écrire « propagate » ?"]),
    "not a number": (PART, "aggregation:", "decimals: beaucoup\naggregation:", 9, ["« beaucoup »", "un nombre entier"]),
    "too great": (PART, "aggregation:", "decimals: 7\naggregation:", 9, ["au plus 6"]),
    "bad identifier": (PART, "ensemble: {dataset: insee/rp,", "ensemble: {dataset: INSEE RP,", 7, ["« INSEE RP »", "domaine/nom"]),
    "rule of core": (PART, "aggregation:", "numerator: vacant\naggregation:", 1, ["« numerator » nomme une entrée absente"]),
    "identifier away from its path": (PART, "id: logement/part_vacants", "id: logement/vacants", 1, ["part_vacants.yaml", "écrire « id: logement/part_vacants »"]),
    "unknown dataset": (PART, "ensemble: {dataset: insee/rp,", "ensemble: {dataset: insee/rpp,", 7, ["source inconnue « insee/rpp »", "écrire « insee/rp » ?"]),
    "unknown column": (PART, "column: ensemble}", "column: medd}", 7, ["colonne inconnue « medd »", "déclare : vacants, ensemble, surface"]),
    "unknown dimension": (PART, "where: {type:", "where: {typ:", 6, ["dimension inconnue « typ »", "déclare : type"]),
    "unknown value of a dimension": (PART, "type: maison", "type: chateau", 6, ["ne vaut jamais « chateau »", "maison, appartement"]),
    "target of an unknown indicator": (PROJETS, "aggregation: none", "kind: target\ntarget_of: logement/part_vacant\naggregation: none", 9, ["indicateur inconnu « logement/part_vacant »", "écrire « logement/part_vacants » ?"]),
    "target of something observed": (PROJETS, "aggregation: none", "target_of: logement/part_vacants\naggregation: none", 1, ["« target_of » va avec « kind: target »"]),
    "unknown palette": ("pack.yaml", "label: Logement}", "label: Logement, palette: bricque}", 5, ["palette inconnue « bricque »", "écrire « brique » ?"]),
    "unknown article": ("perimeters.yaml", "label: Bassin", "label: Bassin\n    article: du", 4, ["« du »", "le, la, les"]),
    "unknown home": ("pack.yaml", "home: bassin", "home: basin", None, ["périmètre inconnu « basin »", "écrire « bassin » ?"]),
    "unreadable territory": ("perimeters.yaml", "commune:62119", "comune:62119", 4, ["clé de territoire illisible « comune:62119 »"]),
    "unknown perimeter": ("perimeters.yaml", "perimeter:bassin", "perimeter:basin", 7, ["périmètre inconnu « basin »", "écrire « bassin » ?"]),
    "perimeter in itself": ("perimeters.yaml", "perimeter:bassin", "perimeter:grand", 7, ["« grand » se contient lui-même"]),
    "unreadable period": ("facts/chiffres.yaml", "period: 2024", "period: l'an dernier", 7, ["période illisible « l'an dernier »"]),
    "formula cut short": (PART, "vacants / ensemble", "vacants /", 8, ["caractère 16 de la formule", "inachevée"]),
    "formula of an unknown name": (PART, "vacants / ensemble", "vacants / total / ensemble", 8, ["« total » n'est pas une entrée", "vacants, ensemble"]),
    "units that do not add": (PART, "100 * vacants / ensemble", "100 * vacants / (ensemble + ensemble * vacants)", 8, ["caractère"]),
    "unit of the result": (PART, "100 * vacants / ensemble", "vacants + ensemble", 8, ["logement", "« % »"]),
    "unknown unit": (RP, "unit: ha", "unit: hectar", 13, ["unité inconnue", "« hectar »"]),
    "input without use": (PROJETS, "inputs:", "inputs:\n  autre: {dataset: insee/rp, measure: count}", 6, ["entrée jamais utilisée « autre »"]),
    "example that fails": (PART, "expect: 8}", "expect: 9}", 12, ["attendu 9", "obtenu 8"]),
    "duplicate key": (PART, "unit: \"%\"", "unit: \"%\"\nlabel: Encore", 5, ["« label » écrite deux fois", "ligne 2"]),
    "bad pattern": (RP, "columns:", "melt: {pattern: 'p(', into: annee, name: pop}\ncolumns:", 10, ["expression régulière illisible"]),
    "group that the pattern lacks": (RP, "columns:", "melt: {pattern: 'p_', into: annee, name: pop}\ncolumns:", 10, ["groupe 1"]),
    "secrecy on an unknown column": (RP, "columns:", "secrecy: {minimum_count: {count: logement, below: 11, measures: [vacants]}}\ncolumns:", 10, ["colonne inconnue « logement »"]),
}  # fmt: skip


def test_the_right_pack_is_right(bench) -> None:
    bench.base()
    report = bench.check()
    assert report.errors == ()
    assert report.ok
    assert report.as_dict() == {
        "packs": 1, "sources": 1, "facts": 1, "indicators": 2, "perimeters": 2, "groups": 0,
        "organisations": 0, "themes": 1, "tests": 1, "errors": [],
    }  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_said_once_at_its_line(name: str, refused: Callable[[str, str, str], str]) -> None:
    file, old, new, line, parts = FAULTS[name]
    told = refused(file, old, new)
    assert f"base/{file}:{line}" in told if line else "« base »" in told
    for part in parts:
        assert part in told, told


def test_every_fault_is_said_not_only_the_first(bench) -> None:
    bench.base(
        (PART, "column: ensemble", "column: total"),
        (RP, "unit: ha", "unit: hectar"),
        ("perimeters.yaml", "commune:62119", "62119"),
    )
    assert len(bench.texts()) == 3


def test_a_refused_source_does_not_blame_those_who_read_it(bench) -> None:
    bench.base((RP, "producer: INSEE\n", ""))
    (told,) = bench.texts()
    assert "il manque la clé « producer »" in told


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "fichier vide"),
        ("id: é".encode("cp1252"), "n'est pas en UTF-8"),
        (b"id: [a", "il manque une virgule"),
        (b"a: 1\n\tb: 2", "tabulation"),
        (b"a: &x 1\nb: *x", "alias"),
        (b"a: &x 1\nb: &x 2", "YAML ambigu"),
        (b"a: !!python/object:os.system x", "étiquette YAML"),
        (b"- a", "n'est pas un ensemble"),
        (b"a: 1\n---\nb: 2", "un seul document"),
        (b"[" * 3000, "trop imbriqué"),
        (b"a: \x00", "caractère interdit"),
    ],
)
def test_yaml_that_cannot_be_read(bench, content: bytes, sentence: str) -> None:
    bench.base(**{"sources/autre.yaml": content})
    (told,) = bench.texts()
    assert "base/sources/autre.yaml" in told
    assert sentence in told


def test_a_file_read_by_no_one_is_a_fault(bench) -> None:
    bench.base(**{"perimetres.yaml": "perimeters: []", "sources/x.yml": "id: a/b"})
    strays = bench.texts()
    assert [t.split(" : ")[0] for t in strays] == ["base/perimetres.yaml", "base/sources/x.yml"]
    assert "écrire « perimeters.yaml » ?" in strays[0]


def test_indicators_in_a_circle_are_named(bench) -> None:
    text = """
id: logement/{a}
label: A
definition: A.
unit: projet
inputs: {{autre: {{indicator: logement/{b}}}}}
formula: autre
aggregation: none
missing: propagate
"""
    files = {f"indicators/logement/{a}.yaml": text.format(a=a, b=b) for a, b in (("un", "deux"), ("deux", "un"))}
    bench.base(**files)
    (told,) = bench.texts()
    assert "logement/deux → logement/un → logement/deux" in told
    assert "base/indicators/logement/" in told


def test_an_unknown_parent_is_a_fault(bench) -> None:
    bench.base(
        (
            PROJETS,
            "dataset: agence/chiffres, measure: value, column: projets",
            "indicator: logement/part_vacant",
        )
    )
    (told,) = bench.texts()
    assert "indicateur inconnu « logement/part_vacant » → écrire « logement/part_vacants » ?" in told


def test_an_unknown_theme_is_a_fault_of_each_indicator(bench) -> None:
    bench.base(("pack.yaml", "id: logement,", "id: logements,"))
    texts = bench.texts()
    assert len(texts) == 2
    assert all("thème inconnu « logement » → écrire « logements » ?" in t for t in texts)


def test_sources_of_one_input_have_one_unit(bench) -> None:
    bench.base((PART, "ensemble: {dataset: insee/rp,", "ensemble: {dataset: [insee/rp, insee/rp2],"),
               **{"sources/rp2.yaml": RP2})  # fmt: skip
    (told,) = bench.texts()
    assert "n'ont pas la même unité" in told


RP2 = """
id: insee/rp2
label: Autre recensement
producer: INSEE
licence: Licence Ouverte 2.0
vintage: 2022
format: csv
geography: {level: commune, column: CODGEO, cog: 2024}
period: {value: 2022}
columns: [{name: ensemble, source: LOG, unit: ha}]
"""


def test_a_national_territory_that_does_not_exist(bench) -> None:
    bench.base()
    report = check_packs(folders=bench.folders, exists=lambda key: key.code != "62119")
    (error,) = report.errors
    assert "commune inconnue ou disparue « commune:62119 »" in str(error)
