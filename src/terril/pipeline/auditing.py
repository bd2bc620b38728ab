"""Attacking a release already published, from its public files alone."""

from __future__ import annotations

from terril.core.progress import Progress, silent
from terril.engine.materialise import Workshop
from terril.engine.protection.apply import sheets_of
from terril.engine.protection.audit import SourceAudit, audit_sheets, shown_cells
from terril.engine.protection.readings import ruled_sources
from terril.engine.session import session
from terril.pipeline.building import Building
from terril.pipeline.explaining import replayed
from terril.pipeline.ledger import LedgerStore
from terril.pipeline.workspace import Workspace


def audit_release(
    workspace: Workspace, release: str | None = None, progress: Progress = silent
) -> tuple[SourceAudit, ...]:
    """Attack the public files of a release: one result for each source that has secrecy rules.

    Parameters
    ----------
    release : the one in force when None.

    Raises
    ------
    QueryError, StoreError
        When there is no such release, or the versions it was made of are no longer kept.
    """
    manifest = workspace.releases.require() if release is None else workspace.releases.manifest(release)
    building = Building(workspace)
    versions = building.versions_of(manifest)
    declared = {i: d for i, d in workspace.packs.indicators.items() if i in manifest.indicators}
    expanded = {i: replayed(d, manifest.indicators[i]) for i, d in declared.items()}
    folder = workspace.releases.path(manifest.id) / "public"
    files = {i: folder / manifest.indicators[i].files["public"].path for i in expanded}
    ledgers = LedgerStore(workspace.home)
    found = []
    with session() as connection:
        workshop = Workshop(connection, building.geography)
        for version in versions.values():
            workshop.add(version)
        ids = {s: v.version for s, v in versions.items()}
        columns = {s: frozenset(known.schema) for s, known in workshop.loaded.items()}
        sources = {s: v.source for s, v in versions.items()}
        for source, ruled in ruled_sources(declared, sources, ids, columns, manifest.tables).items():
            sheets = tuple(sheets_of(workshop, source, ruled.wanted, progress))
            shown = shown_cells(connection, expanded, files, source)
            ledger = ledgers.read(source, before=manifest.id)
            found.append(audit_sheets(source, sheets, shown, ledger, progress, building.name))
    return tuple(found)
