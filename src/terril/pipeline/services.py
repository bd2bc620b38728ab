"""Sources that are services: copied into a file by their connector, then loaded as a file is."""

from __future__ import annotations

from pathlib import Path

from terril.core.errors import IngestError, Location
from terril.core.sources import Format, Source
from terril.ingestion.client import Client, Fetched
from terril.ingestion.connectors.ogc_features import collect_ogc
from terril.ingestion.connectors.postgis import Connection, copy_table
from terril.ingestion.connectors.wfs import collect_wfs
from terril.ingestion.contract import DEFAULT_LIMITS, Limits, Progress, silent

#: Formats that are read from a service rather than from an address of a file.
SERVICES = frozenset({Format.WFS, Format.OGC_FEATURES, Format.POSTGIS})


def copy_service(
    source: Source, client: Client, folder: Path, *, limits: Limits = DEFAULT_LIMITS, progress: Progress = silent
) -> Fetched:
    """Copy what a source names in a service into a file of ``folder``.

    Raises
    ------
    IngestError
        If the source does not say what to read, or if the service refuses.
    StoreError
        If the disk refuses.
    """
    layer = source.read.layer
    if layer is None:
        raise _undeclared(source, "read.layer", "la couche, la collection ou la table (schéma.table)")
    folder.mkdir(parents=True, exist_ok=True)
    stem = source.id.replace("/", "_")
    if source.format is Format.POSTGIS:
        if source.read.connection is None:
            raise _undeclared(source, "read.connection", "la variable d'environnement qui donne la connexion")
        connection = Connection.from_environment(source.read.connection)
        copied = copy_table(connection, layer, folder / f"{stem}.parquet", limits=limits, progress=progress)
        return Fetched(copied.path, f"postgresql:{source.read.connection}/{layer}", cached=False)
    if source.address is None:
        raise _undeclared(source, "address", "l'adresse du service")
    take = collect_wfs if source.format is Format.WFS else collect_ogc
    target = folder / f"{stem}.geojson"
    collected = take(client, source.address, layer, target, limits=limits, progress=progress)
    return Fetched(collected.path, source.address, cached=False)


def _undeclared(source: Source, field: str, what: str) -> IngestError:
    return IngestError(
        f"la source ne dit pas {what}", location=Location(file=source.id, field=field), hint=f"déclarer « {field} »"
    )
