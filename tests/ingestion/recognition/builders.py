"""Invented files, hostile or only clumsy."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

from terril.ingestion.recognition import Known
from tests.ingestion.builders import gazetteer

KNOWN = Known(gazetteer())


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def zipped(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def linked(path: Path, name: str, target: str) -> Path:
    """A zip whose only member is a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, target)
    return path


def features(path: Path, positions: list[tuple[float, float]], **members: object) -> Path:
    """GeoJSON points with a ``code`` and a ``nom``."""
    made = [
        {
            "type": "Feature",
            "properties": {"code": f"990{n:02d}", "nom": f"Lieu {n}"},
            "geometry": {"type": "Point", "coordinates": list(position)},
        }
        for n, position in enumerate(positions, 1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": made}), encoding="utf-8")
    return path
