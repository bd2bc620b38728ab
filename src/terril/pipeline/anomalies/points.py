"""Objects that do not lie in the commune they are said to be in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import shapely

from terril.core.quality import wording
from terril.core.quality.anomalies import Anomaly
from terril.core.quality.spec import Geometry
from terril.core.sources import Source

#: Metres in a degree of latitude, and of longitude at the equator: within 0.3 % in France.
_LATITUDE, _LONGITUDE = 111_200.0, 111_320.0
_LISTED = 500


def misplaced(path: Path, source: Source, version: str, check: Geometry, contours: Path) -> Iterator[Anomaly]:
    """Objects farther from their commune than the tolerance, the farthest first.

    Parameters
    ----------
    path : ``data.parquet`` of the version; nothing is said of a version without geometry.
    contours : GeoParquet of the contours of communes, ``code, geometry``.

    Notes
    -----
    An object whose commune has no contour today is not judged. Distances are taken on degrees scaled at
    the latitude of the object: enough to say metres from kilometres.
    """
    if "geometry" not in pq.read_schema(path).names:
        return
    named = [n for n in source.key[:1] if n in source.dimensions]
    table = pq.read_table(path, columns=["row", "code", "level", "period", "geometry", *named])
    rows = [r for r in table.to_pylist() if r["level"] == "commune" and r["geometry"] is not None]
    wanted = sorted({r["code"] for r in rows})
    found = pq.read_table(contours, columns=["code", "geometry"], filters=[("code", "in", wanted)] if wanted else None)
    outlines = dict(zip(found["code"].to_pylist(), found["geometry"].to_pylist(), strict=True))
    kept = [r for r in rows if r["code"] in outlines]
    metres = _metres([r["geometry"] for r in kept], [outlines[r["code"]] for r in kept])
    far = sorted(((m, r) for m, r in zip(metres, kept, strict=True) if m > check.tolerance), key=_farthest)
    for distance, row in far[:_LISTED]:
        yield _anomaly(source, version, check, row, float(distance), named)


def _farthest(pair: tuple[float, dict[str, Any]]) -> tuple[float, int]:
    return -pair[0], pair[1]["row"]


def _metres(objects: list[bytes], outlines: list[bytes]) -> npt.NDArray[np.float64]:
    """Distance between each object and its outline, (n,), metres; 0 inside."""
    if not objects:
        return np.zeros(0)
    shapes = shapely.from_wkb(objects)
    shapely.prepare(shapes)
    latitude = np.cos(np.radians(shapely.get_y(shapely.centroid(shapes))))
    scaled = [
        (_scaled(shape, x), _scaled(outline, x))
        for shape, outline, x in zip(shapes, shapely.from_wkb(outlines), latitude, strict=True)
    ]
    return np.array([shapely.distance(a, b) for a, b in scaled], dtype=np.float64)


def _scaled(shape: Any, cosine: float) -> Any:
    return shapely.transform(shape, lambda xy: xy * (_LONGITUDE * cosine, _LATITUDE))


def _anomaly(
    source: Source, version: str, check: Geometry, row: dict[str, Any], distance: float, named: list[str]
) -> Anomaly:
    name = f"{row[named[0]]} : " if named else f"ligne {row['row']} : "
    return Anomaly(
        about="source",
        subject=source.id,
        kind="geometry",
        severity=check.severity,
        message=wording.because(name + wording.outside(distance, row["code"]), check.reason),
        hint="corriger le code de la commune ou les coordonnées dans le fichier, ou signaler l'erreur au producteur",
        territory=f"commune:{row['code']}",
        period=row["period"],
        detail=str(row[named[0]] if named else row["row"]),
        value=round(distance),
        rows=(row["row"],),
        sources=(source.id,),
        version=version,
    )
