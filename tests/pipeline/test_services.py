"""Sources that are services: copied, then loaded like files; what they do not say is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from terril.core.errors import IngestError
from terril.ingestion.client import Client
from terril.pipeline.ingest import ingest_address
from terril.pipeline.services import copy_service
from tests.ingestion.builders import COMMUNES, ingestion, source
from tests.support.postgres import Server

SHAPES = {"read": {"layer": "zae"}, "columns": [{"name": "nom", "source": "nom", "type": "text"}], "rows": "micro",
          "geography": {"level": "commune", "column": "code", "cog": 2024}}  # fmt: skip


def client(folder: Path) -> Client:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/collections"):
            return httpx.Response(200, json={"collections": [{"id": "zae"}]})
        features = [
            {"type": "Feature", "id": c, "properties": {"code": c, "nom": "Fée"}, "geometry": {"type": "Point", "coordinates": [2.5, 50.5]}}
            for c in COMMUNES[:3]
        ]  # fmt: skip
        return httpx.Response(200, json={"type": "FeatureCollection", "features": features})

    return Client(folder / "cache", transport=httpx.MockTransport(answer))


def test_ogc_features(tmp_path: Path) -> None:
    spec = source(format="ogc_features", address="https://donnees.exemple.fr/ogc", **SHAPES)
    outcome = ingest_address(spec, ingestion(tmp_path), client(tmp_path))
    assert outcome.rows_kept == 3 and outcome.version is not None
    assert outcome.version.meta["address"] == "https://donnees.exemple.fr/ogc"


@pytest.fixture
def base(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with postgres.database("services", postgis=True) as address:
        with psycopg.connect(address) as session:
            session.execute("CREATE TABLE zae (code text, nom text, geom geometry(Point, 4326))")
            for code in COMMUNES[:3]:
                session.execute(
                    "INSERT INTO zae VALUES (%s, 'Fée', ST_SetSRID(ST_MakePoint(2.5, 50.5), 4326))", (code,)
                )
        monkeypatch.setenv("BASE_D_ESSAI", address)
        yield address


def test_postgis(base: str, tmp_path: Path) -> None:
    spec = source(format="postgis", **SHAPES | {"read": {"layer": "public.zae", "connection": "BASE_D_ESSAI"}})
    outcome = ingest_address(spec, ingestion(tmp_path), client(tmp_path))
    assert outcome.rows_kept == 3 and outcome.version is not None
    assert outcome.version.meta["address"] == "postgresql:BASE_D_ESSAI/public.zae"
    assert "essai@" not in str(outcome.version.meta) and base not in str(outcome.version.meta)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": "wfs", "read": {}}, "la couche"),
        ({"format": "wfs", "read": {"layer": "zae"}}, "l'adresse du service"),
        ({"format": "postgis", "read": {"layer": "a.b"}}, "la variable d'environnement"),
        ({"format": "postgis", "read": {"layer": "a.b", "connection": "BASE_ABSENTE"}}, "connexion non déclarée"),
    ],
)
def test_what_a_source_must_say(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(IngestError, match=reason):
        copy_service(source(**SHAPES | changes), client(tmp_path), tmp_path)
