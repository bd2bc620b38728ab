"""Unattended refresh: which sources are stale, fetch, check, build, publish — or stop and say who must act.

Safe in cron: one at a time, no terminal, and whatever moment it is killed at, the release in force is whole: a
version and a release each become visible by one rename.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from filelock import FileLock, Timeout

from terril.core.errors import IngestError, Location, QualityError, StoreError, TerrilError
from terril.core.progress import Progress, silent
from terril.core.text import NBSP
from terril.ingestion.client import Client, Fetched
from terril.pipeline.building import Building
from terril.pipeline.compare import pair, sentence
from terril.pipeline.comparisons import comparison
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.freshness import ASKED, Freshness, State, freshness, moment, written
from terril.pipeline.loading import Loader
from terril.pipeline.reporting import Line, Outcome, Report, Who
from terril.pipeline.workspace import Workspace

#: Indicators named in the summary of a publication; the others are counted.
_NAMED = 20
_CLOCKS = timedelta(minutes=5)
Connect = Callable[[], Client]


class RunningError(StoreError):
    """A refresh or a build is already under way; nothing was done."""

    code = "deja_en_cours"


class ClockError(StoreError):
    """The clock of the machine is behind the release in force; nothing was done."""

    code = "horloge"


class RestoredError(QualityError):
    """A former release was put back in force: only a person may replace it."""

    code = "remise_en_vigueur"


class Refresh:
    """One refresh of a working folder.

    Parameters
    ----------
    workspace : what is refreshed.
    now : the moment; the clock's where None.
    connect : opens the client that fetches; the ordinary one, with its cache in the working folder, where None.
    """

    def __init__(self, workspace: Workspace, now: datetime | None = None, connect: Connect | None = None) -> None:
        self.workspace = workspace
        self.now = (now or datetime.now(UTC)).astimezone(UTC)
        self.connect = connect or (lambda: Client(workspace.home / "cache" / "http"))
        self.datasets = DatasetStore(workspace.home)

    def freshness(self) -> tuple[Freshness, ...]:
        """How fresh every source is, the most pressing first."""
        packs = self.workspace.packs
        found = [
            freshness(source, self.datasets, self.now, local=bool(source.bundled) or identifier in packs.facts)
            for identifier, source in self.workspace.sources.items()
        ]
        urgency = [State.FUTURE, State.LATE, State.DUE, State.NEVER, State.FRESH, State.ONCE, State.LOCAL]
        return tuple(sorted(found, key=lambda f: (urgency.index(f.state), f.source.id)))

    def run(self, only: Collection[str] = (), *, rehearsal: bool = False, progress: Progress = silent) -> Report:
        """Refresh, and say what happened; an error of the platform is in the report, never raised.

        Parameters
        ----------
        only : sources to ask, however fresh they are; the stale ones where empty.
        rehearsal : say what would be done, and do nothing.

        Raises
        ------
        RunningError
            If another refresh, or a build, is under way.
        """
        report = Report(self.now, rehearsal=rehearsal)
        with self._alone():
            try:
                self._check_clock()
                self._run(report, frozenset(only), progress)
            except QualityError as error:
                report.stopped = error
            except TerrilError as error:
                report.failed = error
        return report

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = FileLock(self.workspace.home / ".refresh.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise RunningError("une actualisation est déjà en cours", hint="attendre qu'elle finisse") from error
        try:
            if self.workspace.releases.is_locked():
                raise RunningError("une construction est en cours", hint="attendre qu'elle finisse")
            yield
        finally:
            lock.release()

    def _check_clock(self) -> None:
        """Releases sort by the moment they were built: one built in the past would be lost among them."""
        current = self.workspace.releases.current()
        built = moment(current.created_at) if current is not None else None
        if built is not None and built > self.now + _CLOCKS:
            raise ClockError(
                f"l'horloge indique {written(self.now)}, avant la publication en vigueur ({written(built)})",
                hint="remettre la machine à l'heure, puis relancer « terril refresh »",
            )

    def _run(self, report: Report, only: frozenset[str], progress: Progress) -> None:
        for identifier in sorted(only):
            if self._loader.source(identifier).address is None:
                raise IngestError("cette source ne déclare pas d'adresse", location=Location(value=identifier))
        every = self.freshness()
        asked = [f for f in every if (f.source.id in only if only else f.asked)]
        if not report.rehearsal:
            self._loader.refresh_local(progress)
            self._ask(asked, report, progress)
        else:
            report.lines += [Line(f, Outcome.WOULD, f.reason) for f in asked]
        if not only:
            report.lines += [_manual(f) for f in every if f.source.address is None and f.state in _PRESSING]
        self._publish(report, progress)

    @property
    def _loader(self) -> Loader:
        return Loader(self.workspace)

    def _ask(self, asked: list[Freshness], report: Report, progress: Progress) -> None:
        if not asked:
            return
        loader = self._loader
        with self.connect() as client:
            for done, fresh in enumerate(asked):
                progress(done, len(asked), fresh.source.id)
                report.lines.append(self._asked(fresh, client, loader))

    def _asked(self, fresh: Freshness, client: Client, loader: Loader) -> Line:
        """One source: its failure is told, and does not stop the others."""
        try:
            fetched = client.fetch(str(fresh.source.address))
        except StoreError as error:
            return Line(fresh, Outcome.UNREACHABLE, str(error), Who.OPERATOR)
        except IngestError as error:
            return Line(fresh, Outcome.UNREACHABLE, str(error), Who.ANALYST)
        if _is_in_use(fetched, fresh):
            return _unchanged(fresh)
        try:
            loaded = loader.ingest_fetched(fetched, fresh.source.id)
        except StoreError as error:
            return Line(fresh, Outcome.REFUSED, str(error), Who.OPERATOR)
        except TerrilError as error:
            return Line(fresh, Outcome.REFUSED, str(error), Who.ANALYST)
        if loaded.version is not None and loaded.new:
            return Line(fresh, Outcome.LOADED, f"version {loaded.version.id}, fichier {loaded.file}")
        return _unchanged(fresh)

    def _publish(self, report: Report, progress: Progress) -> None:
        store, building = self.workspace.releases, Building(self.workspace)
        if report.rehearsal:
            plan = building.plan()
            report.summary = [f"{s.indicator}{NBSP}: {' ; '.join(s.reasons)}" for s in plan.steps if _told(s.action)]
            return
        self._check_restored(building)
        before = store.current()
        _, manifest = building.build(wait=False, progress=progress)
        if manifest is None:
            return
        report.release = manifest.id
        if before is None:
            report.summary = ["première publication"]
            return
        found = comparison(store, *pair(store, before.id, manifest.id))
        named = [f"{c.indicator}{NBSP}: {' ; '.join(c.because)}" for c in found.indicators[:_NAMED] if c.because]
        left = len(found.indicators) - _NAMED
        report.summary = [sentence(found), *named, *([f"et {left} autres indicateurs"] if left > 0 else [])]

    def _check_restored(self, building: Building) -> None:
        if self.workspace.releases.restored() and building.plan().changes:
            raise RestoredError(
                "la publication en vigueur a été remise en place : rien ne la remplace sans relecture",
                hint="« terril plan » dit ce qu'une construction changerait ; « terril build » reprend le cours normal",
            )


_PRESSING = frozenset({State.LATE, State.FUTURE})


def _told(action: str) -> bool:
    return action not in ("keep", "unavailable")


def _manual(fresh: Freshness) -> Line:
    where = f" sur {fresh.source.homepage}" if fresh.source.homepage else f" chez {fresh.source.producer}"
    how = f"télécharger le fichier{where}, puis terril ingest FICHIER --source {fresh.source.id}"
    return Line(fresh, Outcome.MANUAL, f"{fresh.reason}{NBSP}; {how}", Who.ANALYST)


def _unchanged(fresh: Freshness) -> Line:
    """Nothing new: it is for the producer to publish, where it is late."""
    return Line(fresh, Outcome.UNCHANGED, fresh.reason, Who.PRODUCER if fresh.state is State.LATE else None)


def _is_in_use(fetched: Fetched, fresh: Freshness) -> bool:
    """Whether what the producer has is the version in use: it may have been fetched before, then refused."""
    if not fetched.cached or fresh.version is None or fresh.state not in ASKED:
        return False
    meta = fresh.version.meta
    mark = (fetched.address, fetched.etag, fetched.last_modified)
    return mark == (meta.get("address"), meta.get("etag"), meta.get("last_modified"))
