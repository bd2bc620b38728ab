"""Pages of features that a service gives, made one GeoJSON file: bounded, each feature once, longitude first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from terril.core.errors import IngestError, Location
from terril.ingestion.client import Client
from terril.ingestion.contract import Limits, Progress, silent, store_error
from terril.ingestion.geometry import FRANCE

#: Features asked at a time, and taken in all.
PAGE = 1000
MOST = 1_000_000
#: Bytes of one page.
PAGE_BYTES = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class Collected:
    """A file of features taken from a service.

    Parameters
    ----------
    path : GeoJSON.
    address : what was asked.
    matched : features that the service says it has; None where it says nothing.
    notes : what was put right, in French.
    """

    path: Path
    address: str
    features: int
    matched: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _State:
    seen: set[str] = field(default_factory=set)
    count: int = 0
    size: int = 0
    matched: int | None = None
    swap: bool | None = None
    notes: list[str] = field(default_factory=list)


def read_json(client: Client, address: str) -> dict[str, Any]:
    """A JSON object from an address.

    Raises
    ------
    IngestError
        If it cannot be fetched, or is no JSON object.
    """
    path = client.fetch(address, limit=PAGE_BYTES).path
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise IngestError(
            "le service ne répond pas en JSON",
            location=Location(field="address", value=address),
            hint=_said(path) or "vérifier l'adresse et le nom de la couche",
        ) from error
    if not isinstance(found, dict):
        raise IngestError("réponse inattendue du service", location=Location(field="address", value=address))
    return found


def _said(path: Path) -> str:
    """The beginning of what a service answers in the place of data, tags removed."""
    text = path.read_bytes()[:4000].decode("utf-8", errors="replace")
    out, inside = [], False
    for character in text:
        if character in "<>":
            inside = character == "<"
            out.append(" ")
        elif not inside:
            out.append(character)
    said = " ".join("".join(out).split())[:160]
    return f"le service dit : {said}" if said else ""


def collect(
    pages: Iterable[dict[str, Any]], target: Path, address: str, limits: Limits, progress: Progress = silent
) -> Collected:
    """Write the features of every page into one file; nothing is left of it when a page is at fault.

    Raises
    ------
    IngestError
        If a page is no collection, repeats another, or if there is too much.
    StoreError
        If the disk refuses.
    """
    state = _State()
    waiting = target.with_name(f".{target.name}.part")
    try:
        with waiting.open("w", encoding="utf-8") as out:
            _write(pages, out, state, address, limits, progress)
        waiting.replace(target)
    except OSError as error:
        raise store_error("copie du service impossible à enregistrer", error) from error
    finally:
        waiting.unlink(missing_ok=True)
    return Collected(target, address, state.count, state.matched, tuple(state.notes))


def _write(
    pages: Iterable[dict[str, Any]], out: IO[str], state: _State, address: str, limits: Limits, progress: Progress
) -> None:
    opened = False
    for page in pages:
        features = page.get("features")
        if not isinstance(features, list):
            raise IngestError(
                "la réponse du service n'est pas une collection d'objets",
                location=Location(field="address", value=address),
                hint=str(page.get("description") or page.get("title") or "vérifier le nom de la couche")[:160],
            )
        if not opened:
            out.write(_opening(page, address))
            opened = True
        matched = page.get("numberMatched", page.get("totalFeatures"))
        state.matched = matched if isinstance(matched, int) else state.matched
        for text in _fresh(features, state, address):
            out.write((",\n" if state.count else "") + text)
            state.count += 1
            state.size += len(text)
            _refuse_big(state, address, limits)
        progress(state.count, state.count if state.matched else None, state.matched)
    out.write((_opening({}, address) if not opened else "") + "\n]}\n")


def _opening(page: dict[str, Any], address: str) -> str:
    crs = page.get("crs")
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if isinstance(crs, dict) and not isinstance(name, str):
        raise IngestError(
            "le service donne son système de coordonnées par une adresse",
            location=Location(field="address", value=address),
        )
    head = {"type": "FeatureCollection"}
    if name is not None and not name.endswith(("CRS84", "4326")):
        head["crs"] = {"type": "name", "properties": {"name": name}}  # type: ignore[assignment]
    return json.dumps(head)[:-1] + ', "features": [\n'


def _fresh(features: list[Any], state: _State, address: str) -> Iterator[str]:
    """Features not met before, as text, their axes put right."""
    fresh = 0
    for feature in features:
        if not isinstance(feature, dict):
            raise IngestError("un objet du service est illisible", location=Location(field="address", value=address))
        identifier = feature.get("id")
        if identifier is not None:
            if str(identifier) in state.seen:
                continue
            state.seen.add(str(identifier))
        fresh += 1
        geometry = feature.get("geometry")
        if state.swap is None and isinstance(geometry, dict):
            state.swap = _is_latitude_first(geometry)
            if state.swap:
                state.notes.append("le service donne la latitude d'abord : les coordonnées ont été remises en ordre")
        if state.swap and isinstance(geometry, dict):
            feature["geometry"] = _swapped(geometry)
        yield json.dumps(feature, ensure_ascii=False)
    if features and not fresh:
        raise IngestError(
            "le service redonne la même page : il ne sait pas paginer",
            location=Location(field="address", value=address),
            hint="télécharger le jeu de données en un fichier",
        )


def _refuse_big(state: _State, address: str, limits: Limits) -> None:
    if state.count > MOST or state.size > limits.file_bytes:
        raise IngestError(
            f"plus de {MOST} objets, ou de {limits.file_bytes // 10**6} Mo",
            location=Location(field="address", value=address),
            hint="télécharger le jeu de données en un fichier",
        )


def _first(coordinates: Any) -> tuple[float, float] | None:
    while isinstance(coordinates, list) and coordinates and isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    if isinstance(coordinates, list) and len(coordinates) >= 2:
        return float(coordinates[0]), float(coordinates[1])
    return None


def _is_latitude_first(geometry: dict[str, Any]) -> bool:
    """Whether a position is in France only once its numbers are exchanged: the axis order of EPSG:4326."""
    found = _first(geometry.get("coordinates"))
    return found is not None and not _in_france(*found) and _in_france(found[1], found[0])


def _in_france(x: float, y: float) -> bool:
    return any(w <= x <= e and s <= y <= n for w, s, e, n in FRANCE)


def _swapped(geometry: dict[str, Any]) -> dict[str, Any]:
    def turned(value: Any) -> Any:
        if isinstance(value, list) and value and isinstance(value[0], int | float):
            return [value[1], value[0], *value[2:]] if len(value) >= 2 else value
        return [turned(v) for v in value] if isinstance(value, list) else value

    return {**geometry, "coordinates": turned(geometry.get("coordinates"))}
