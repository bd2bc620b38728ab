"""Contours of the communes as a map of the whole country needs them: simplified once, not at each drawing."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from terril.core.errors import Location, StoreError
from terril.publishing.outlines import OVERVIEW, OVERVIEW_METRES
from terril.publishing.zones import MAINLAND, ZONES, zones_of

HINT = "lancer « make setup »"


def build_overview(folder: Path) -> Path:
    """Simplify the contours of the mainland's communes together; overseas, drawn larger, they stay as they are.

    Parameters
    ----------
    folder : where ``contours/commune.parquet`` is; ``contours/commune_overview.parquet`` is written beside it.

    Raises
    ------
    StoreError
        When the contours are missing or unreadable.
    """
    path = folder / "contours" / "commune.parquet"
    try:
        with pq.ParquetFile(path) as file:
            table = file.read(columns=["code", "geometry"])
        shapes = np.asarray(shapely.from_wkb(table.column("geometry").to_pylist()), dtype=object)
    except (OSError, pa.ArrowInvalid, shapely.errors.GEOSException) as error:
        raise StoreError("contours illisibles", location=Location(file=path.name), hint=HINT) from error
    zones = zones_of(shapely.get_coordinates(shapely.point_on_surface(shapes)))
    mainland = zones == ZONES.index(MAINLAND)
    metres = shapely.transform(shapes[mainland], MAINLAND.project)
    shapes[mainland] = shapely.transform(shapely.coverage_simplify(metres, OVERVIEW_METRES), MAINLAND.unproject)
    simplified = pa.table({"code": table.column("code"), "geometry": pa.array(shapely.to_wkb(shapes), pa.binary())})
    with tempfile.TemporaryDirectory(dir=folder, prefix=".overview-") as temporary:
        pq.write_table(simplified, Path(temporary) / OVERVIEW, compression="zstd", compression_level=9)
        return (Path(temporary) / OVERVIEW).replace(path.with_name(OVERVIEW))
