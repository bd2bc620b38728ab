"""From a dropped file to a version: told, planned, previewed, loaded whole or not at all."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.errors import IngestError
from terril.core.sources import Reading
from terril.core.status import Status
from terril.pipeline.importing import ImportDesk, Mapping

CODES = ["62119", "62498", "62427", "62041"]
SITES = "site_id;nom;surface;ouvert;creation;contact_mail;lon;lat\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def sites(folder: Path, count: int = 3, name: str = "sites.csv", extra: str = "") -> Path:
    lines = [
        f"S{n};Site {n};{n},5;oui;{n % 28 + 1:02d}/01/2024;a{n}@exemple.fr;2.{n};50.{n}\n" for n in range(1, count + 1)
    ]
    return write(folder, name, SITES + "".join(lines) + extra)


def incomes(
    folder: Path, name: str = "revenus_2021.csv", cells: tuple[str, ...] = ("15000", "16000", "s", "17000")
) -> Path:
    return write(
        folder, name, "insee;MED;libelle\n" + "".join(f"{c};{v};Lieu\n" for c, v in zip(CODES, cells, strict=True))
    )


def planned(desk: ImportDesk, path: Path, **changes: object) -> Mapping:
    found = desk.suggest(path, desk.diagnose(path), "essai/jeu")
    return Mapping.model_validate(found.model_dump() | changes)


def stored(desk: ImportDesk) -> list[str]:
    """Everything the datasets hold, locks aside."""
    root = desk.workspace.home / "datasets"
    return sorted(p.name for p in root.rglob("*") if p.is_file() and p.name != ".lock")


def test_a_table_of_points(desk: ImportDesk, tmp_path: Path) -> None:
    path = sites(tmp_path)
    plan = planned(desk, path)
    assert (plan.kind, plan.key) == ("table", ("site_id",))
    assert {c.name: c.type for c in plan.kept} == {
        "site_id": "text", "nom": "text", "surface": "number", "ouvert": "boolean", "creation": "date", "lon": "number", "lat": "number",
    }  # fmt: skip
    outcome = desk.load(path, plan)
    assert outcome.new and outcome.version is not None
    rows = pq.read_table(outcome.version.path).to_pylist()
    assert rows[1]["surface"] == 2.5 and rows[1]["ouvert"] is True and rows[1]["creation"] == datetime.date(2024, 1, 3)
    assert shapely.from_wkb(rows[0]["geometry"]).coords[0] == (2.1, 50.1)
    meta = outcome.version.meta
    assert (meta["kind"], meta["rows"], meta["dropped"], meta["key"]) == ("table", 3, ["contact_mail"], ["site_id"])
    assert meta["geometry"] == {"rows": 3, "types": ["Point"], "bbox": [2.1, 50.1, 2.3, 50.3]}
    assert [c["name"] for c in meta["columns"]] == [c.name for c in plan.kept]
    assert Mapping.from_dict(meta["mapping"]) == plan
    assert "exemple.fr" not in outcome.version.path.read_bytes().decode("latin-1")


def test_a_table_keeps_where_its_rows_are(desk: ImportDesk, tmp_path: Path) -> None:
    lines = "".join(f"S{n};Site {n};{code};2.{n};50.{n}\n" for n, code in enumerate(CODES))
    path = write(tmp_path, "sites.csv", "site_id;nom;code_insee;lon;lat\n" + lines)
    outcome = desk.load(path, planned(desk, path))
    assert outcome.version.meta["territory"] == {"level": "commune", "column": "code_insee"}
    # What is not kept cannot say it.
    left = planned(desk, path)
    columns = [c.model_copy(update={"role": "ignored"} if c.name == "code_insee" else {}) for c in left.columns]
    assert planned(desk, path, columns=columns).place is None


def test_figures_of_territories(desk: ImportDesk, tmp_path: Path) -> None:
    path = incomes(tmp_path)
    told = desk.diagnose(path)
    assert told.territory is not None and told.vintage is not None
    plan = planned(desk, path)
    assert (plan.kind, plan.level, plan.territory, plan.secret, plan.key) == (
        "territories",
        "commune",
        "insee",
        ("s",),
        (),
    )
    outcome = desk.load(path, plan)
    assert outcome.version is not None and outcome.version.meta["kind"] == "territories"
    rows = pq.read_table(outcome.version.path).to_pylist()
    assert [r["med"] for r in rows] == [15000, 16000, None, 17000]
    assert rows[2]["med__status"] == Status.SECRET and rows[0]["period"] == "2021"


def test_a_declared_source_is_recognised(desk: ImportDesk, tmp_path: Path) -> None:
    header = "site_pk,code_commune,nom"
    told = desk.diagnose(write(tmp_path, "autre.csv", f"{header}\n1,62119,a\n"))
    assert told.source is None
    headers = ["commune", "siren", "annee"]
    assert desk.diagnose(write(tmp_path, "rien.csv", ";".join(headers) + "\n1;2;3\n")).source is None


@pytest.mark.reference_data
def test_every_file_of_the_territory_is_of_its_source(desk: ImportDesk, reference_data: Path) -> None:
    for path in sorted((reference_data / "territoire").glob("*.*")):
        if path.suffix in (".csv", ".geojson"):
            told = desk.diagnose(path)
            assert told.source is not None and told.source.confidence.value == "certain", path.name


def test_the_same_file_is_the_same_version(desk: ImportDesk, tmp_path: Path) -> None:
    path = sites(tmp_path)
    first, second = desk.load(path, planned(desk, path)), desk.load(path, planned(desk, path))
    assert first.new and not second.new and first.version is not None and second.version is not None
    assert first.version.id == second.version.id and len(desk.versions("essai/jeu")) == 1


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("S99;x;beaucoup;oui;01/01/2024;;2.5;50.5\n", "un nombre est attendu"),
        ("S99;x;1;peut-être;01/01/2024;;2.5;50.5\n", "oui ou non est attendu"),
        ("S99;x;1;oui;31/02/2024;;2.5;50.5\n", "une date est attendue"),
        ("S1;x;1;oui;01/01/2024;;2.5;50.5\n", "doit être unique"),
        ("S99;x;1;oui;01/01/2024;;50.5;2.5\n", "latitude et longitude interverties"),
        ("S99;x;1;oui;01/01/2024;;680000;7040000\n", "Lambert-93 annoncé comme WGS 84"),
        ("S99;x;1;oui;01/01/2024;;2.5;50.5;de trop\n", "9 champs au lieu de 8"),
        ('S99;"x;1;oui;01/01/2024;;2.5;50.5\n', "2 champs au lieu de 8"),
    ],
)
def test_a_fault_refuses_the_whole(desk: ImportDesk, tmp_path: Path, extra: str, reason: str) -> None:
    sound = sites(tmp_path, 60)
    plan = planned(desk, sound)
    kept = desk.load(sound, plan)
    before = stored(desk)
    with pytest.raises(IngestError, match=reason) as caught:
        desk.load(sites(tmp_path, 60, "autre.csv", extra), plan)
    assert caught.value.hint
    assert stored(desk) == before
    current = desk.datasets.current("essai/jeu")
    assert current is not None and kept.version is not None and current.id == kept.version.id


def test_ten_thousand_bad_rows_are_grouped(desk: ImportDesk, tmp_path: Path) -> None:
    plan = planned(desk, sites(tmp_path))
    bad = "".join(f"S{n % 50};x;b{n};non;2024-13-{n};;2.5;50.5\n" for n in range(10_000))
    path = write(tmp_path, "mauvais.csv", SITES + bad)
    groups = desk.faults(path, plan)
    assert {(g.rule, g.column): g.count for g in groups} == {
        ("type", "surface"): 10_000, ("type", "creation"): 10_000, ("unique", "site_id"): 9_950,
    }  # fmt: skip
    assert all(len(g.shown) == 10 and g.remedy for g in groups)
    with pytest.raises(IngestError, match="29950 fautes en tout"):
        desk.load(path, plan)
    assert stored(desk) == []


def test_too_many_unknown_territories(desk: ImportDesk, tmp_path: Path) -> None:
    path = write(tmp_path, "a_2021.csv", "insee;n\n" + "".join(f"{c};1\n" for c in [*CODES, "00000"]))
    plan = planned(desk, path)
    with pytest.raises(IngestError, match="commune inconnue"):
        desk.load(path, plan)
    assert stored(desk) == []
    assert desk.load(path, Mapping.model_validate(plan.model_dump() | {"tolerance": 0.3})).rows_rejected == 1


def test_shapes_written_in_cells(desk: ImportDesk, tmp_path: Path) -> None:
    polygon = json.dumps({"type": "Polygon", "coordinates": [[[2.5, 50.5], [2.6, 50.5], [2.6, 50.6], [2.5, 50.5]]]})
    quoted = '"' + polygon.replace('"', '""') + '"'
    path = write(tmp_path, "a.csv", f"id;geom\nA;{quoted}\nB;POINT(2.5 50.5)\nC;[2.5, 50.5]\nD;\n")
    plan = Mapping.model_validate(planned(desk, path).model_dump() | {"shape": "geom"})
    outcome = desk.load(path, plan)
    assert outcome.version is not None and outcome.version.meta["geometry"]["rows"] == 3
    bad = write(tmp_path, "b.csv", "id;geom\nA;POLYGON((2 50, 3\n")
    with pytest.raises(IngestError, match="géométrie illisible"):
        desk.load(bad, plan)


def test_headers_alone_and_columns_gone(desk: ImportDesk, tmp_path: Path) -> None:
    plan = planned(desk, sites(tmp_path))
    with pytest.raises(IngestError, match="aucune ligne de données"):
        desk.load(write(tmp_path, "vide.csv", SITES), plan)
    with pytest.raises(IngestError, match="colonne absente : « nom »"):
        desk.load(write(tmp_path, "autre.csv", SITES.replace("nom", "libelle") + "S1;a;1;oui;2024-01-01;;2;50\n"), plan)
    assert stored(desk) == []


def test_preview(desk: ImportDesk, tmp_path: Path) -> None:
    path = sites(tmp_path, 50)
    seen = desk.preview(path, desk.diagnose(path).read, rows=5)
    assert len(seen.rows) == 5 and seen.numbers == (1, 2, 3, 4, 5) and seen.rows[0][0] == "S1"
    assert desk.preview(tmp_path / "sites.csv", Reading(encoding="rien")).refused is not None
    points = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"n": 1}, "geometry": {"type": "Point", "coordinates": [2.5, 50.5]}},
        {"type": "Feature", "properties": {"n": 2}, "geometry": None},
    ]}  # fmt: skip
    path = write(tmp_path, "a.geojson", json.dumps(points))
    drawn = desk.preview(path, desk.diagnose(path).read)
    assert drawn.shapes[0] == {"type": "Point", "coordinates": [2.5, 50.5]} and drawn.shapes[1] is None
    points["features"][0]["geometry"]["coordinates"] = [680000, 7040000]  # type: ignore[index]
    path = write(tmp_path, "b.geojson", json.dumps(points))
    lost = desk.preview(path, Reading())
    assert lost.refused is not None and "Lambert-93" in lost.refused.message and lost.rows[0] == ("1",)
    assert desk.preview(path, desk.diagnose(path).read).shapes[0] is not None


def test_a_national_schema(desk: ImportDesk, tmp_path: Path) -> None:
    fields = [{"name": "site_id", "type": "string", "title": "Identifiant", "constraints": {"required": True}},
              {"name": "nom", "type": "string", "constraints": {"enum": ["Site 1", "Site 2"]}},
              {"name": "surface", "type": "number", "title": "Surface"}]  # fmt: skip
    schema = {"name": "sites", "title": "Sites", "primaryKey": "site_id", "fields": fields}
    desk.schemas.add(write(tmp_path, "schema.json", json.dumps(schema)))
    path = write(tmp_path, "sites.csv", "site_id;nom;surface\nA;Site 1;1.5\nB;Site 3;2\n")
    told = desk.diagnose(path)
    assert told.schema is not None and told.schema.value == "sites"
    report = desk.check(path, told)
    assert report is not None and {(g.rule, g.column) for g in report.groups} == {("enum", "nom")}
    plan = desk.suggest(path, told, "essai/sites")
    assert (plan.schema_name, plan.key, plan.kind) == ("sites", ("site_id",), "table")
    assert {c.name: c.label for c in plan.columns}["surface"] == "Surface"
    assert desk.check(path, told, "sites") == report
    with pytest.raises(IngestError, match="schéma inconnu"):
        desk.check(path, told, "absent")


def test_a_period_that_one_knows(desk: ImportDesk, tmp_path: Path) -> None:
    path = incomes(tmp_path, "revenus.csv")
    told = desk.diagnose(path)
    assert desk.suggest(path, told, "essai/jeu").kind == "table"
    plan = desk.suggest(path, told, "essai/jeu", period="2019")
    assert plan.kind == "territories" and plan.period is not None and plan.period.value == "2019"
    assert "value: '2019'" in desk.source_text(plan)


def test_progress_is_told(desk: ImportDesk, tmp_path: Path) -> None:
    told: list[str] = []
    path = sites(tmp_path)
    desk.load(path, planned(desk, path), progress=lambda done, total, label: told.append(label))
    assert told == ["3 lignes"]
