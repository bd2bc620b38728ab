"""Statistical secrecy of a release: its pattern, the attack on what it shows, what was ever published."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from terril.core.errors import SecrecyError, StoreError
from terril.core.indicators.fingerprint import digest
from terril.core.progress import Progress, silent
from terril.core.releases import Manifest, observation_path
from terril.core.text import format_number
from terril.engine.materialise import Workshop
from terril.engine.protection.apply import Named, Pattern, by_key, install, protect_sheets, sheets_of
from terril.engine.protection.audit import CellLeak, SourceAudit, audit_sheets, shown_cells
from terril.engine.protection.known import Ledger
from terril.engine.protection.readings import Ruled
from terril.engine.protection.sheet import Sheet
from terril.pipeline.explaining import replayed
from terril.pipeline.ledger import LedgerStore
from terril.pipeline.plan import Plan
from terril.pipeline.releases import ReleaseStore

_SHOWN = 5


@dataclass(slots=True)
class _Work:
    """A source under way: what is known of it between its pattern and its audit."""

    source: str
    ruled: Ruled
    pattern: Pattern
    ledger: Ledger
    sheets: tuple[Sheet, ...] = ()
    audited: str = ""


@dataclass(slots=True)
class Protector:
    """Keeps the secrets of a release under construction.

    Parameters
    ----------
    store : releases kept.
    named : how territories are told in messages.
    notes : what people must know of the last build, in French.
    """

    store: ReleaseStore
    named: Named = by_key
    notes: list[str] = field(default_factory=list)
    _works: dict[str, _Work] = field(default_factory=dict)

    @property
    def ledgers(self) -> LedgerStore:
        """What was ever published."""
        return LedgerStore(self.store.folder.parent)

    def prepare(
        self,
        workshop: Workshop,
        plan: Plan,
        staged: Path,
        current: Manifest | None,
        *,
        full: bool = False,
        progress: Progress = silent,
    ) -> None:
        """Lay the pattern of every source with rules that the indicators of a plan read.

        Parameters
        ----------
        staged : folder of the release: patterns are kept there, under ``restricted/secrecy``.
        current : release in force: a pattern that depends on the same things is used again.
        full : make every pattern anew.

        Raises
        ------
        SecrecyError
            When rules cannot be satisfied.
        """
        self.notes.clear()
        self._works.clear()
        for source, ruled in plan.ruled.items():
            kept = None if full or current is None else _kept(self.store.path(current.id), source, ruled.fingerprint)
            if kept is None:
                work = self._new(workshop, plan, source, ruled, progress)
            else:
                work = _Work(source, ruled, Pattern(source, kept[0]), self.ledgers.read(source), audited=kept[1])
            self._works[source] = work
            install(workshop, work.pattern, ruled.keys)
            _write(staged, work)

    def _new(self, workshop: Workshop, plan: Plan, source: str, ruled: Ruled, progress: Progress) -> _Work:
        sheets = tuple(sheets_of(workshop, source, ruled.wanted, progress))
        if not self.ledgers.exists(source):
            self._seed(workshop, plan, source, sheets)
        ledger = self.ledgers.read(source)
        pattern = protect_sheets(source, sheets, ledger, progress, self.named)
        self._warn(pattern)
        return _Work(source, ruled, pattern, ledger, sheets)

    def _seed(self, workshop: Workshop, plan: Plan, source: str, sheets: Sequence[Sheet]) -> None:
        """A rule that comes late finds figures already published: those of the releases kept, read from their files."""
        version = workshop.loaded[source].version
        for release in self.store.ids():
            try:
                manifest = self.store.manifest(release)
            except StoreError as error:
                # A full build mends a damaged release: what that one told is lost, and must be said.
                self.notes.append(f"{source} : ce qu’a publié {release} n’est pas connu ({error.message})")
                continue
            used = manifest.sources.get(source)
            if used is None or used.version != version:
                continue
            same = {
                i: r
                for i, r in manifest.indicators.items()
                if i in plan.ready and _defined(r.components) == _defined(plan.ready[i].components)
            }
            expanded = {i: replayed(plan.ready[i].expanded.indicator, same[i]) for i in plan.ready if i in same}
            folder = self.store.path(release) / "public"
            files = {i: folder / same[i].files["public"].path for i in expanded}
            shown = shown_cells(workshop.connection, expanded, files, source)
            self.ledgers.add(source, release, sheets, shown)

    def _warn(self, pattern: Pattern) -> None:
        revealed = pattern.cells.filter(pc.equal(pattern.cells["kind"], "revealed")).to_pylist()
        told = [f"{r['cell']}, {self.named(r['level'], r['code'])}, {r['period']}" for r in revealed]
        if told:
            more = f" ; et {len(told) - _SHOWN} autres" if len(told) > _SHOWN else ""
            self.notes.append(
                f"{pattern.source} : {len(told)} chiffre(s) que le secret cache désormais ont déjà été publiés, "
                f"ou se déduisent de ce qui l’a été ({' ; '.join(told[:_SHOWN])}{more})"
            )

    def review(
        self, workshop: Workshop, plan: Plan, staged: Path, manifest: Manifest, progress: Progress = silent
    ) -> None:
        """Attack the public files of a staged release, then write down what it shows.

        Raises
        ------
        SecrecyError
            When a hidden figure can be told; the release must not be published.
        """
        expanded = {i: ready.expanded for i, ready in plan.ready.items()}
        files = {i: staged / "public" / observation_path(i) for i in expanded}
        digests = {i: r.files["public"].sha256 for i, r in manifest.indicators.items()}
        for work in self._works.values():
            signature = digest([work.ruled.fingerprint, digests])
            if work.audited == signature:
                continue
            sheets = work.sheets or tuple(sheets_of(workshop, work.source, work.ruled.wanted, progress))
            shown = shown_cells(workshop.connection, expanded, files, work.source)
            found = audit_sheets(work.source, sheets, shown, work.ledger, progress, self.named)
            if found.leaks:
                raise leaking(found)
            # Before the release is in force: what was written down and never published is only prudence.
            self.ledgers.add(work.source, manifest.id, sheets, shown)
            work.audited = signature
            _write(staged, work)


def _defined(components: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in components.items() if k.startswith(("définition", "formule"))}


def leaking(found: SourceAudit) -> SecrecyError:
    """The refusal to publish what an audit found."""
    told = " ; ".join(leak_words(leak) for leak in found.leaks[:_SHOWN])
    more = f" ; et {len(found.leaks) - _SHOWN} autres" if len(found.leaks) > _SHOWN else ""
    return SecrecyError(
        f"{found.source} : la publication laisserait deviner {len(found.leaks)} chiffre(s) secret(s) : {told}{more}",
        hint="rien n’est publié ; « terril build --full » refait le masquage",
    )


def leak_words(leak: CellLeak) -> str:
    """A leak in one line."""
    place = f"{leak.measure}, {leak.place}, {leak.period}"
    if leak.low is None or leak.high is None or leak.needed_low is None or leak.needed_high is None:
        return f"{place} (publié)"
    low, high, needed_low, needed_high = (
        format_number(v, 0 if float(v).is_integer() else 2)
        for v in (leak.low, leak.high, leak.needed_low, leak.needed_high)
    )
    return f"{place} (entre {low} et {high}, quand il faudrait au moins de {needed_low} à {needed_high})"


def _file(folder: Path, source: str) -> Path:
    return folder / "restricted" / "secrecy" / f"{source.replace('/', '__')}.parquet"


def _kept(folder: Path, source: str, key: str) -> tuple[pa.Table, str] | None:
    """Pattern of a release, and what was audited, where it depends on the same things."""
    path = _file(folder, source)
    if not path.is_file():
        return None
    table = pq.read_table(path)
    told = json.loads((table.schema.metadata or {}).get(b"terril", b"{}"))
    return (table.replace_schema_metadata(None), str(told["audited"])) if told.get("key") == key else None


def _write(staged: Path, work: _Work) -> None:
    path = _file(staged, work.source)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = json.dumps({"key": work.ruled.fingerprint, "audited": work.audited})
    pq.write_table(work.pattern.cells.replace_schema_metadata({"terril": told}), path, compression="zstd")
