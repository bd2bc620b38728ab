"""The gate between a build and its publication: checks run, errors not decided stop it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terril.core.errors import QualityError
from terril.core.indicators.fingerprint import digest
from terril.core.indicators.spec import Indicator
from terril.core.quality.anomalies import Anomaly, in_order
from terril.core.quality.spacing import sources_of, too_close
from terril.core.quality.spec import Geometry
from terril.core.releases import Manifest
from terril.core.sources import Source
from terril.engine.materialise import VersionFile, Workshop
from terril.engine.quality.run import check_observations, check_version
from terril.pipeline.anomalies.journal import Journal, refused_versions
from terril.pipeline.anomalies.overlay import as_loaded, previous
from terril.pipeline.anomalies.points import misplaced
from terril.pipeline.anomalies.register import Findings, Register
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.territories.load import data_folder

#: A clock may be a little ahead of another.
_CLOCK = timedelta(minutes=5)
_SHOWN = 3


class StoppedError(QualityError):
    """Errors that nobody decided stop the publication; the release in force stays.

    Parameters
    ----------
    anomalies : the anomalies to decide.
    """

    code = "anomalies"

    def __init__(self, anomalies: Sequence[Anomaly]) -> None:
        count = len(anomalies)
        told = " ; ".join(f"{a.key} {said(a)}" for a in anomalies[:_SHOWN])
        more = f" ; et {count - _SHOWN} autres" if count > _SHOWN else ""
        head = "une anomalie arrête" if count == 1 else f"{count} anomalies arrêtent"
        super().__init__(
            f"{head} la publication, celle en vigueur le reste : {told}{more}",
            hint="« terril anomalies » les montre ; accepter avec un motif, corriger ou refuser chacune "
            "(terril anomalies accept CLÉ --reason …), puis « terril build »",
        )
        self.anomalies = tuple(anomalies)


def said(anomaly: Anomaly) -> str:
    """An anomaly in one line: where, and what."""
    place = ", ".join(p for p in (anomaly.subject, anomaly.territory, anomaly.period, anomaly.column) if p)
    return f"{place} : {anomaly.message}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a review found, the gravest first, and what stops the publication."""

    anomalies: tuple[Anomaly, ...]
    blocking: tuple[Anomaly, ...]


class Gate:
    """Checks what is about to be published.

    Parameters
    ----------
    home : working folder.
    indicators, sources : definitions, with their checks.
    known : anomalies found before the build: corrections that a source no longer bears out.
    """

    def __init__(
        self,
        home: Path,
        indicators: Mapping[str, Indicator],
        sources: Mapping[str, Source],
        known: Sequence[Anomaly] = (),
    ) -> None:
        self.journal = Journal(home)
        self.register = Register(home)
        self.store = DatasetStore(home)
        self.indicators = indicators
        self.sources = sources
        self.known = tuple(known)

    def review(
        self, workshop: Workshop, versions: Mapping[str, VersionFile], folder: Path, manifest: Manifest
    ) -> Verdict:
        """Check a staged release.

        Parameters
        ----------
        workshop : its connection holds the memberships.
        versions : versions in use, by source.
        folder : the staged release; its ``restricted`` files are read.

        Raises
        ------
        StoppedError
            If an anomaly of severity ``error`` stands undecided.
        """
        found = in_order(self._found(workshop, versions, folder, manifest))
        standing = self.journal.standing(strict=True)
        accepted = {d.key: d.fact for d in standing.values() if d.action == "accept"}
        blocking = [a for a in found if a.severity == "error" and accepted.get(a.key) != a.fact]
        self.register.write(
            Findings(
                at=datetime.now(UTC).isoformat(timespec="seconds"),
                release=manifest.id,
                stopped=bool(blocking),
                rules=self._rules(versions),
                anomalies=tuple(found),
            )
        )
        if blocking:
            raise StoppedError(blocking)
        return Verdict(tuple(found), ())

    def refresh(
        self, workshop: Workshop, versions: Mapping[str, VersionFile], folder: Path, manifest: Manifest
    ) -> None:
        """Check the release in force again where what is asked of it changed: it stays published."""
        known = self.register.read()
        if known is not None and known.rules == self._rules(versions) and not known.stopped:
            return
        try:
            self.review(workshop, versions, folder, manifest)
        except StoppedError:
            # Told by the list of anomalies: nothing new was about to be published.
            return

    def _rules(self, versions: Mapping[str, VersionFile]) -> str:
        asked = {i: [c.model_dump(mode="json") for c in v.checks] for i, v in self.indicators.items() if v.checks}
        of_sources = {
            i: [c.model_dump(mode="json") for c in (*s.checks, *s.totals)]
            for i, s in self.sources.items()
            if i in versions
        }
        return digest([asked, of_sources, {s: v.version for s, v in versions.items()}])

    def _found(
        self, workshop: Workshop, versions: Mapping[str, VersionFile], folder: Path, manifest: Manifest
    ) -> list[Anomaly]:
        standing = list(self.journal.standing(strict=True).values())
        found = list(self.known)
        for source, version in versions.items():
            known = self.store.current(source)
            before = self._before(known, refused_versions(standing, source)) if known else None
            found += check_version(workshop.connection, version, versions, before)
            found += self._clock(known) if known else []
            for check in version.source.checks:
                if isinstance(check, Geometry):
                    contours = data_folder() / "contours" / "commune.parquet"
                    found += misplaced(version.path, version.source, version.version, check, contours)
        files = {i: folder / "restricted" / r.files["restricted"].path for i, r in manifest.indicators.items()}
        observed = check_observations(workshop.connection, self.indicators, files)
        found += (a.model_copy(update={"sources": _read(a, manifest)}) for a in observed)
        found += too_close(self.indicators, self.sources, manifest.indicators)
        return found

    def _before(self, version: Version, refused: frozenset[str]) -> Path | None:
        try:
            return previous(self.store, as_loaded(self.store, version), refused).path
        except QualityError:
            return None  # the first version of its source

    def _clock(self, version: Version) -> list[Anomaly]:
        at = datetime.fromisoformat(version.meta["retrieved_at"])
        moment = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC)
        if moment <= datetime.now(UTC) + _CLOCK:
            return []
        return [
            Anomaly(
                about="source",
                subject=version.source,
                kind="clock",
                severity="warning",
                message=f"version chargée le {moment:%Y-%m-%d à %H:%M} UTC, une date à venir : "
                "l'horloge de la machine était fausse ce jour-là, ou l'est aujourd'hui",
                hint="régler l'horloge, puis charger à nouveau le fichier : l'ordre des versions en dépend",
                detail=version.id,
                sources=(version.source,),
                version=version.id,
            )
        ]


def _read(anomaly: Anomaly, manifest: Manifest) -> tuple[str, ...]:
    """Sources that an observation comes from, and those it was compared with."""
    if anomaly.period is None:
        return anomaly.sources
    return tuple(sorted(sources_of(anomaly.subject, anomaly.period, manifest.indicators)))
