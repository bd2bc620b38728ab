"""What an analyst does with anomalies: see them with their state, accept, correct, refuse, undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from terril.core.errors import Location, QualityError
from terril.core.quality.anomalies import Anomaly, Cell, in_order
from terril.core.sources import Source
from terril.pipeline.anomalies.journal import Action, Decision, Journal
from terril.pipeline.anomalies.overlay import as_loaded, previous, text_of
from terril.pipeline.anomalies.register import Findings, Register
from terril.pipeline.datasets import DatasetStore, Version

#: States, as people read them.
STATES = {
    "open": "à décider",
    "again": "à revoir",
    "accept": "acceptée",
    "correct": "corrigée",
    "refuse": "refusée",
}
_LOCATED = "une anomalie d'indicateur se corrige dans sa source"


@dataclass(frozen=True, slots=True)
class Entry:
    """An anomaly, its state (a key of :data:`STATES`), and the decision that holds for it."""

    anomaly: Anomaly
    state: str
    decision: Decision | None = None

    @property
    def decided(self) -> bool:
        """Whether nothing is left to decide."""
        return self.state not in ("open", "again")


class Desk:
    """Anomalies of the last build and their decisions.

    Parameters
    ----------
    home : working folder.
    sources : source definitions.
    """

    def __init__(self, home: Path, sources: Mapping[str, Source]) -> None:
        self.journal = Journal(home)
        self.register = Register(home)
        self.store = DatasetStore(home)
        self.sources = sources

    def findings(self) -> Findings | None:
        """What the last build found; None before any."""
        return self.register.read()

    def entries(self) -> list[Entry]:
        """Anomalies of the last build, then decisions whose anomaly is no more (it was corrected)."""
        known = self.register.read()
        found = known.anomalies if known else ()
        standing = self.journal.standing()
        entries = [_entry(a, standing.get(a.key)) for a in found]
        seen = {a.key for a in found}
        gone = {d.key: d.anomaly for d in standing.values() if d.key not in seen and d.anomaly is not None}
        entries += [Entry(a, standing[a.key].action, standing[a.key]) for a in in_order(list(gone.values()))]
        return entries

    def entry(self, key: str) -> Entry:
        """One anomaly by its key, or by the first letters of it.

        Raises
        ------
        QualityError
            If none bears it, or several.
        """
        found = [e for e in self.entries() if e.anomaly.key.startswith(key)] if key else []
        if len(found) != 1:
            several = ", ".join(e.anomaly.key for e in found[:5])
            raise QualityError(
                "plusieurs anomalies commencent ainsi" if found else "anomalie inconnue",
                location=Location(value=key),
                hint=f"choisir entre {several}" if found else "« terril anomalies » donne leurs clés",
            )
        return found[0]

    def accept(self, key: str, reason: str, by: str) -> Decision:
        """Accept an anomaly as it is, for a reason: it no longer stops anything until the figure changes."""
        anomaly = self.entry(key).anomaly
        return self._decide("accept", anomaly, reason, by)

    def correct(self, key: str, value: str, reason: str, by: str, cell: Cell | None = None) -> Decision:
        """Replace a figure of a source, at the next build.

        Parameters
        ----------
        value : the figure, written as people write it (``1 234,5``).
        cell : the figure of a source to correct, where the anomaly is about an indicator.

        Raises
        ------
        QualityError
            If the anomaly is about no single figure, or if the value cannot be read.
        """
        anomaly = self.entry(key).anomaly
        target = self._cell(anomaly, cell)
        was = text_of(as_loaded(self.store, self._version(target.source)).path, target)
        return self._decide("correct", anomaly, reason, by, cell=target, was=was, value=self._number(target, value))

    def refuse(self, key: str, reason: str, by: str, cell: Cell | None = None) -> Decision:
        """Refuse a figure, which becomes missing; or a whole version, and the one before comes back."""
        anomaly = self.entry(key).anomaly
        if anomaly.whole_version and anomaly.version is not None:
            version = as_loaded(self.store, self.store.version(anomaly.subject, anomaly.version))
            previous(self.store, version)
            return self._decide("refuse", anomaly, reason, by, version=version.id)
        target = self._cell(anomaly, cell)
        was = text_of(as_loaded(self.store, self._version(target.source)).path, target)
        return self._decide("refuse", anomaly, reason, by, cell=target, was=was)

    def undo(self, key: str, reason: str, by: str) -> Decision:
        """Take back the decision that holds for an anomaly.

        Raises
        ------
        QualityError
            If nothing was decided of it.
        """
        entry = self.entry(key)
        if entry.decision is None:
            raise QualityError("aucune décision à annuler", location=Location(value=key))
        undone = self._decide("undo", entry.anomaly, reason or "annulation", by)
        if entry.decision.version is not None:
            self.store.use(self.store.version(entry.anomaly.subject, entry.decision.version))
        return undone

    def _decide(
        self,
        action: Action,
        anomaly: Anomaly,
        reason: str,
        by: str,
        *,
        cell: Cell | None = None,
        was: str | None = None,
        value: str | None = None,
        version: str | None = None,
    ) -> Decision:
        if not reason.strip():
            raise QualityError(
                "une décision demande un motif",
                location=Location(value=anomaly.key),
                hint="dire pourquoi, en une phrase",
            )
        decision = Decision(
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            by=by,
            action=action,
            key=anomaly.key,
            reason=reason.strip(),
            anomaly=anomaly,
            fact=anomaly.fact,
            cell=cell,
            was=was,
            value=value,
            version=version,
        )
        self.journal.append(decision)
        return decision

    def _cell(self, anomaly: Anomaly, given: Cell | None) -> Cell:
        found = given or anomaly.cell
        if found is None:
            raise QualityError(
                f"{_LOCATED} : dire laquelle"
                if anomaly.about == "indicator"
                else "cette anomalie ne vise pas une valeur",
                location=Location(value=anomaly.key),
                hint=f"ajouter --cell-source et --column (sources lues : {', '.join(anomaly.sources)})"
                if anomaly.about == "indicator"
                else "l'accepter avec un motif, ou corriger le fichier de la source",
            )
        source = self.sources.get(found.source)
        if source is None or source.measure(found.column) is None:
            measures = ", ".join(m.name for m in source.measures) if source else ""
            raise QualityError(
                "mesure inconnue",
                location=Location(file=found.source, value=found.column),
                hint=f"mesures : {measures}",
            )
        return found

    def _version(self, source: str) -> Version:
        version = self.store.current(source)
        if version is None:
            raise QualityError("source non chargée", location=Location(value=source))
        return version

    def _number(self, cell: Cell, text: str) -> str:
        """The value at the scale of its column, as the version writes it."""
        measure = self.sources[cell.source].measure(cell.column)
        scale = 0 if measure is None or measure.type == "integer" else measure.scale
        cleaned = "".join(text.split()).replace("\u2212", "-").replace(",", ".")
        try:
            given = Decimal(cleaned)
            exact = given.quantize(Decimal(1).scaleb(-scale)) if given.is_finite() else None
        except InvalidOperation:
            exact = None
        if exact is None or exact != given:
            raise QualityError(
                "valeur illisible",
                location=Location(file=cell.source, field=cell.column, value=text),
                hint=f"écrire un nombre, {scale} décimale{'s' if scale > 1 else ''} au plus",
            )
        return str(exact)


def _entry(anomaly: Anomaly, decision: Decision | None) -> Entry:
    if decision is None:
        return Entry(anomaly, "open")
    if decision.fact != anomaly.fact:
        return Entry(anomaly, "again", decision)
    return Entry(anomaly, decision.action, decision)
