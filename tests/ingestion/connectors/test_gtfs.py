"""GTFS: an invented network of three stops, two lines and a loop."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import shapely

from terril.core.errors import IngestError
from terril.core.sources import Format, Reading
from terril.ingestion.connectors import open_table
from terril.ingestion.connectors.gtfs import feed_of
from terril.ingestion.contract import DEFAULT_LIMITS, GEOMETRY, Whole
from terril.ingestion.recognition import diagnose

TABLES = {
    "agency.txt": "agency_id,agency_name\nA,Réseau d'essai\n",
    "stops.txt": 'stop_id,stop_name,stop_lat,stop_lon\nS1,"Gare, parvis",50.43,2.82\nS2,Mairie,50.44,2.83\nS3,Dépôt,,\n',
    "routes.txt": "route_id,route_short_name,route_type\nL1,1,3\nL2,2,0\n",
    "trips.txt": "route_id,service_id,trip_id\nL1,W,T1\nL1,W,T2\nL2,W,T3\n",
    "stop_times.txt": "trip_id,stop_id,stop_sequence\nT1,S1,1\nT1,S2,2\nT2,S1,1\nT2,S1,2\nT3,S1,1\n",
    "calendar.txt": "service_id,start_date,end_date\nW,20240101,20240630\n",
    "calendar_dates.txt": "service_id,date,exception_type\nW,20240714,1\nW,20251225,2\n",
    "shapes.txt": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nF,50.44,2.83,10\nF,50.43,2.82,9\nG,50.4,2.8,1\nG,50.5,2.9,2\n",
}


def feed(folder: Path, **changes: str | None) -> Path:
    tables = TABLES | {f"{name}.txt": content for name, content in changes.items()}
    path = folder / "reseau.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in tables.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def layer(path: Path, name: str | None = None) -> list[dict[str, object]]:
    with open_table(path, Whole(Format.GTFS, Reading(layer=name)), DEFAULT_LIMITS) as table:
        return [row for batch in table.batches for row in batch.to_pylist()]


def test_feed(tmp_path: Path) -> None:
    found = feed_of(feed(tmp_path), DEFAULT_LIMITS)
    assert (found.stops, found.routes, found.trips, found.shapes) == (3, 2, 3, 2)
    assert (found.agencies, found.modes) == (("Réseau d'essai",), ("bus", "tramway"))
    assert (found.begin, found.end) == ("2024-01-01", "2024-07-14")


def test_stops_and_what_serves_them(tmp_path: Path) -> None:
    rows = layer(feed(tmp_path))
    assert [(r["stop_name"], r["routes"], r["trips"]) for r in rows] == [
        ("Gare, parvis", "2", "3"), ("Mairie", "1", "1"), ("Dépôt", "0", "0"),
    ]  # fmt: skip
    point = shapely.from_wkb(rows[0][GEOMETRY])
    assert (point.x, point.y) == (2.82, 50.43) and rows[2][GEOMETRY] is None


def test_routes_and_lines(tmp_path: Path) -> None:
    path = feed(tmp_path)
    assert [r["route_id"] for r in layer(path, "routes")] == ["L1", "L2"]
    lines = layer(path, "shapes")
    assert [r["shape_id"] for r in lines] == ["F", "G"]
    assert list(shapely.from_wkb(lines[0][GEOMETRY]).coords) == [(2.82, 50.43), (2.83, 50.44)]


def test_a_feed_that_lacks_tables(tmp_path: Path) -> None:
    path = feed(tmp_path, stop_times=None, calendar=None, calendar_dates=None, shapes=None, agency=None)
    assert "routes" not in layer(path)[0]
    assert (feed_of(path, DEFAULT_LIMITS).begin, feed_of(path, DEFAULT_LIMITS).agencies) == ("", ())
    with pytest.raises(IngestError, match="tracé des lignes"):
        layer(path, "shapes")
    with pytest.raises(IngestError, match="couche inconnue"):
        layer(path, "trips")


def test_faults(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="latitude et longitude interverties"):
        layer(feed(tmp_path, stops="stop_id,stop_lat,stop_lon\nS1,2.82,50.43\n"))
    with pytest.raises(IngestError, match="illisible"):
        feed_of(feed(tmp_path, trips="route_id,trip_id\nL1,T1,de trop\n"), DEFAULT_LIMITS)
    with pytest.raises(IngestError, match="qu'un point"):
        layer(feed(tmp_path, shapes="shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nF,50.44,2.83,1\n"), "shapes")


def test_it_is_recognised(tmp_path: Path) -> None:
    found = diagnose(feed(tmp_path))
    assert found.connector is Format.GTFS and found.rows == 3
