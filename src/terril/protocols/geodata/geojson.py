"""GeoJSON (RFC 7946): longitude first, WGS 84, written feature by feature."""

from __future__ import annotations

import json
from pathlib import Path

import shapely

from terril.protocols.geodata.layer import Layer, shapes_of, system, writing


def to_geojson(path: Path, layer: Layer) -> None:
    """Write a layer as GeoJSON.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    head = {"type": "FeatureCollection", "name": layer.name, "metadata": layer.said}
    crs = system(4326)
    with writing(), path.open("w", encoding="utf-8", errors="replace") as file:
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        first = True
        for features in layer.batches:
            for found, shape in zip(features, shapely.to_geojson(shapes_of(features, crs)), strict=True):
                known = {p.name: found.properties.get(p.name) for p in layer.collection.properties}
                said = json.dumps({"type": "Feature", "id": found.id, "properties": known}, ensure_ascii=False)
                file.write(f'{"" if first else ","}\n{said[:-1]}, "geometry": {shape or "null"}}}')
                first = False
        file.write("\n]}\n")
