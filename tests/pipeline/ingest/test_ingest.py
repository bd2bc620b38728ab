"""Folders, addresses, and what is said of each file."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from terril.core.errors import IngestError
from terril.core.sources import Source
from terril.engine.checks import check_version
from terril.ingestion.client import Client
from terril.pipeline.ingest import ingest_address, ingest_bundled, ingest_file, ingest_folder
from terril.pipeline.recognise import by_headers, files_in, named_sources, recognise
from tests.ingestion.builders import ingestion, rows, source, write_csv


def catalogue(*sources: Source) -> dict[str, Source]:
    return {s.id: s for s in sources}


_OTHER = {
    "id": "essai/autres",
    "files": ["revenus_*.csv"],
    "columns": [{"name": "prix", "source": "PRIX"}],
}


def test_folder(tmp_path: Path) -> None:
    folder = tmp_path / "données"
    (folder / "sous").mkdir(parents=True)
    write_csv(folder / "Revenus_2021.CSV", rows())
    write_csv(folder / "sous/prix_2021.csv", [["99001", "x"]], header=("CODGEO", "PRIX"))
    write_csv(folder / "inconnu.csv", rows())
    (folder / ".caché.csv").write_text("x")
    (folder / "LISEZ-MOI.md").write_text("x")
    known = catalogue(source(), source(**{**_OTHER, "files": ["prix_*.csv"]}))
    told: list[tuple[int, int | None, int | None]] = []
    context = ingestion(tmp_path / "h", progress=lambda *place: told.append(place))
    outcome = ingest_folder(folder, known, context)
    labels = {o.source: (o.label, o.file, o.rows_kept) for o in outcome.outcomes}
    assert labels == {
        "essai/revenus": ("chargé", "Revenus_2021.CSV", 30),
        "essai/autres": ("refusé", "prix_2021.csv", 0),
    }
    assert "PRIX" in outcome.refused[0].message and "x" in outcome.refused[0].message
    assert [u.path.name for u in outcome.unrecognised] == ["inconnu.csv"]
    size = (folder / "Revenus_2021.CSV").stat().st_size
    assert told == [(30, size, size)]


def test_only_some_sources(tmp_path: Path) -> None:
    write_csv(tmp_path / "revenus_2021.csv", rows())
    outcome = ingest_folder(tmp_path, catalogue(source()), ingestion(tmp_path / ".h"), only=["essai/autres"])
    assert outcome.outcomes == () and len(outcome.unrecognised) == 1


def test_several_files_are_one_version(tmp_path: Path) -> None:
    spec = source(period={"from_name": r"(20\d\d)"})
    for year in (2021, 2020):
        write_csv(tmp_path / f"revenus_{year}.csv", rows())
    outcome = ingest_folder(tmp_path, catalogue(spec), ingestion(tmp_path / ".h")).outcomes[0]
    assert outcome.files == ("revenus_2020.csv", "revenus_2021.csv") and outcome.rows_kept == 60
    assert outcome.version is not None and len(outcome.version.meta["files"]) == 2


def test_headers_decide_between_two_sources(tmp_path: Path) -> None:
    both = [source(), source(**_OTHER)]
    a = write_csv(tmp_path / "revenus_a.csv", rows())
    b = write_csv(tmp_path / "revenus_b.csv", [["99001", "3"]], header=("CODGEO", "PRIX"))
    c = write_csv(tmp_path / "revenus_c.csv", [["99001", "3"]], header=("CODGEO", "LOYER"))
    assert [s.id for s in named_sources(a, both)] == ["essai/revenus", "essai/autres"]
    found = recognise([a, b, c], catalogue(*both))
    assert {k: [p.name for p in v] for k, v in found.matched.items()} == {
        "essai/revenus": ["revenus_a.csv"], "essai/autres": ["revenus_b.csv"],
    }  # fmt: skip
    assert "aucune" in found.unrecognised[0].reason
    with pytest.raises(IngestError, match="plusieurs"):
        by_headers(a, [source(), source(id="essai/jumelle")])


def test_not_a_folder(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="dossier absent"):
        files_in(tmp_path / "rien")


def test_address(tmp_path: Path) -> None:
    content = write_csv(tmp_path / "f.csv", rows()).read_bytes()

    def serve(request: httpx.Request) -> httpx.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return httpx.Response(304)
        return httpx.Response(200, content=content, headers={"ETag": '"1"'})

    spec = source(address="https://producteur.example/data/revenus.csv")
    context = ingestion(tmp_path / "h")
    with Client(tmp_path / "cache", transport=httpx.MockTransport(serve)) as client:
        first = ingest_address(spec, context, client)
        again = ingest_address(spec, context, client)
        with pytest.raises(IngestError, match="pas d'adresse"):
            ingest_address(source(), context, client)
    assert first.new and not again.new and first.version is not None
    assert first.version.meta["address"] == spec.address and first.version.meta["etag"] == '"1"'


def test_source_without_bundled_table(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="table livrée"):
        ingest_bundled(source(), tmp_path, ingestion(tmp_path / "h"))


def test_checks_name_their_rows(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [*rows(5), *rows(2)])
    micro = ingest_file(path, source(rows="micro"), ingestion(tmp_path / "h")).version
    assert micro is not None
    assert check_version(micro.path, source(rows="micro")) == []
    duplicate = check_version(micro.path, source())[0]
    assert (duplicate.rows, duplicate.count) == ((1, 6), 2)
    columns = [
        {"name": "med", "source": "MED", "min": 15100, "max": 15200},
        {"name": "nom", "source": "NOM", "type": "text", "allowed": ["Fée-lès-Bois 0", "Fée-lès-Bois 1"]},
    ]
    faults = check_version(micro.path, source(rows="micro", columns=columns))
    assert [(f.field, f.rows, f.value, f.count) for f in faults] == [
        ("med", (1, 2, 6, 7), "15000", 4), ("med", (4, 5), "15291", 2), ("nom", (3, 4, 5), "Fée-lès-Bois 2", 3),
    ]  # fmt: skip


def test_declared_key_tells_rows_apart(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", [*rows(5), ["99001", "1", "1", "autre"]])
    assert ingest_file(path, source(key=["nom"]), ingestion(tmp_path / "h")).rows_kept == 6
