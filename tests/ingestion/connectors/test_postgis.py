"""Tables of a real PostgreSQL: read, and nothing else; what is secret never said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.errors import IngestError
from terril.core.sources import Format
from terril.ingestion.connectors import open_table
from terril.ingestion.connectors.postgis import Connection, copy_table
from terril.ingestion.contract import DEFAULT_LIMITS, GEOMETRY, Limits, Whole
from terril.ingestion.recognition import diagnose
from tests.support.postgres import Server

_TABLES = """
CREATE SCHEMA eco;
CREATE TABLE eco.zae (id integer PRIMARY KEY, nom text, insee text, surface numeric, ouverte boolean, jour date,
    octets bytea, geom geometry(Point, 2154));
INSERT INTO eco.zae SELECT n, 'Zone ' || n, '62119', n * 1.5, n % 2 = 0, date '2024-01-01' + n, '\\x00',
    ST_SetSRID(ST_MakePoint(680000 + n, 7040000), 2154) FROM generate_series(1, 25) n;
CREATE TABLE eco."Nom ""bizarre"" x" (a text, "B C" integer);
INSERT INTO eco."Nom ""bizarre"" x" VALUES ('é', 1), (NULL, 2);
CREATE TABLE eco.sans_srid (geom geometry); INSERT INTO eco.sans_srid VALUES (ST_MakePoint(1, 2));
CREATE VIEW eco.lente AS SELECT pg_sleep(5)::text AS attente;
CREATE FUNCTION eco.ecrire() RETURNS integer LANGUAGE sql AS $$ DELETE FROM eco.zae RETURNING id $$;
CREATE VIEW eco.piege AS SELECT eco.ecrire() AS n;
CREATE ROLE lecteur LOGIN PASSWORD 'mot-de-passe-secret'; GRANT CONNECT ON DATABASE source TO lecteur;
GRANT USAGE ON SCHEMA eco TO lecteur;
"""


@pytest.fixture(scope="module")
def base(postgres: Server) -> Iterator[str]:
    with postgres.database("source", postgis=True) as address:
        with psycopg.connect(address) as session:
            session.execute(_TABLES)
        yield address
        with psycopg.connect(address) as session:
            session.execute("DROP OWNED BY lecteur; DROP ROLE lecteur")


def test_a_table_of_shapes(base: str, tmp_path: Path) -> None:
    copied = copy_table(Connection(base), "eco.zae", tmp_path / "zae.parquet")
    assert (copied.rows, copied.srid) == (25, 2154)
    with open_table(copied.path, Whole(Format.PARQUET), DEFAULT_LIMITS) as table:
        assert table.headers == ("id", "nom", "insee", "surface", "ouverte", "jour")
        rows = [row for batch in table.batches for row in batch.to_pylist()]
    assert rows[1]["nom"] == "Zone 2" and rows[1]["surface"] == "3.0" and rows[1]["ouverte"] == "true"
    point = shapely.from_wkb(rows[0][GEOMETRY])
    assert 2.6 < point.x < 2.8 and 50.4 < point.y < 50.6
    told = diagnose(copied.path)
    assert told.rows == 25 and told.crs is not None and told.crs.value == "EPSG:2154"
    assert told.territory is not None and told.territory.column == "insee"


def test_names_are_quoted(base: str, tmp_path: Path) -> None:
    copied = copy_table(Connection(base), 'eco.Nom "bizarre" x', tmp_path / "t.parquet")
    assert pq.read_table(copied.path).to_pylist() == [{"a": "é", "B C": "1"}, {"a": None, "B C": "2"}]
    for name in ("zae", "eco.zae; DROP TABLE eco.zae", "eco.zae --", 'eco."zae"', "a.b.c"):
        with pytest.raises(IngestError, match=r"nom de table illisible|table absente"):
            copy_table(Connection(base), name, tmp_path / "x.parquet")
    with psycopg.connect(base) as session:
        assert session.execute("SELECT count(*) FROM eco.zae").fetchone() == (25,)


def test_the_session_cannot_write(base: str, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"read-only|lecture seule"):
        copy_table(Connection(base), "eco.piege", tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_long_too_big_or_without_system(base: str, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="trop longue"):
        copy_table(Connection(base), "eco.lente", tmp_path / "x.parquet", seconds=1)
    with pytest.raises(IngestError, match="table de plus de"):
        copy_table(Connection(base), "eco.zae", tmp_path / "x.parquet", limits=Limits(file_bytes=100))
    with pytest.raises(IngestError, match="SRID 0"):
        copy_table(Connection(base), "eco.sans_srid", tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


def test_what_is_forbidden_or_absent(base: str, postgres: Server, tmp_path: Path) -> None:
    reader = Connection(postgres.dsn("source", "lecteur", "mot-de-passe-secret"))
    with pytest.raises(IngestError, match="interdite à cet utilisateur"):
        copy_table(reader, "eco.zae", tmp_path / "x.parquet")
    with pytest.raises(IngestError, match="table absente"):
        copy_table(reader, "eco.rien", tmp_path / "x.parquet")


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://lecteur:mot-de-passe-secret@127.0.0.1:1/source",
        "postgresql://lecteur:mot-de-passe-secret@127.0.0.1:{port}/absente",
        "postgresql://lecteur:faux-mot-de-passe-secret@127.0.0.1:{port}/source",
        "host=127.0.0.1 password='mot-de-passe-secret",
        "postgresql://lecteur:mot-de-passe-secret@[oups",
    ],
)
def test_the_password_is_never_said(base: str, postgres: Server, tmp_path: Path, dsn: str) -> None:
    connection = Connection(dsn.format(port=postgres.port))
    with pytest.raises(IngestError) as caught:
        copy_table(connection, "eco.zae", tmp_path / "x.parquet")
    error: BaseException | None = caught.value
    assert error is not None and error.__cause__ is None and error.__suppress_context__
    assert "secret" not in f"{error} {error!r} {connection} {connection!r} {caught.value.as_dict()}"


def test_the_connection_comes_from_the_environment() -> None:
    assert repr(Connection.from_environment("BASE", {"BASE": "postgresql://x:secret@h/b"})) == "Connection(…)"
    with pytest.raises(IngestError, match="connexion non déclarée"):
        Connection.from_environment("BASE", {})
