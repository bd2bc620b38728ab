"""Hiding: the pattern of a source, from its rules to the cells that its indicators no longer show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from terril.core.errors import SecrecyError
from terril.core.progress import Progress, silent
from terril.core.secrecy.protect import protect
from terril.engine.materialise import Workshop
from terril.engine.parts import Loaded
from terril.engine.protection.base import Flags, read_base, unmasked
from terril.engine.protection.classes import classes_of
from terril.engine.protection.known import Known, Ledger, known_of
from terril.engine.protection.places import lay_places
from terril.engine.protection.readings import Wanted, families
from terril.engine.protection.sheet import Sheet, lay_sheet

SCHEMA = pa.schema([(n, pa.string()) for n in ("cell", "level", "code", "period", "kind")])
#: How a territory is told to people.
Named = Callable[[str, str], str]
_SHOWN = 5


def by_key(level: str, code: str) -> str:
    """``epci:200072460``."""
    return f"{level}:{code}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is hidden of a source.

    Parameters
    ----------
    source : its identifier.
    cells : ``cell, level, code, period, kind`` of each cell hidden, sorted; ``kind`` is ``primary``, ``secondary``
        or ``revealed`` (a rule hides it, but what was published before tells it).
    """

    source: str
    cells: pa.Table

    def count(self, kind: str) -> int:
        """Number of cells of a kind."""
        return sum(k == kind for k in self.cells["kind"].to_pylist())


def sheets_of(
    workshop: Workshop, source: str, wanted: Sequence[Wanted], progress: Progress = silent
) -> Iterator[Sheet]:
    """Every sheet of measure cells of a source, period after period within a family."""
    loaded = _bare(workshop, source)
    found = families(loaded.source, wanted)
    for done, family in enumerate(found):
        progress(done, len(found), f"secret : cellules de {source}")
        classes = classes_of(workshop.connection, loaded.table, loaded.source, family)
        levels = frozenset(level for w in family.wanted for level in w.levels)
        for period, base in read_base(workshop.connection, loaded, family, classes).items():
            places = lay_places(workshop.connection, loaded.base, base.codes, levels)
            yield lay_sheet(loaded.source, period, family, classes, base, places)


def _bare(workshop: Workshop, source: str) -> Loaded:
    """The version of a source without our own marks."""
    loaded = workshop.loaded[source]
    if loaded.protected:
        return loaded
    view = f"bare_{loaded.table}"
    workshop.connection.execute(f"CREATE OR REPLACE VIEW {view} AS {unmasked(loaded.source, loaded.table)}")
    return replace(loaded, table=view)


def protect_sheets(
    source: str, sheets: Sequence[Sheet], ledger: Ledger, progress: Progress = silent, named: Named = by_key
) -> Pattern:
    """Cells to hide so that no figure that a rule hides can be told from the others.

    Parameters
    ----------
    sheets : every sheet of the source.
    ledger : what was published before.
    named : how territories are told, in errors.

    Raises
    ------
    SecrecyError
        When nothing that may still be hidden can protect some cells; it names them.
    """
    judged = [(sheet, *_hidden(sheet, known_of(sheet, ledger), progress, named)) for sheet in sheets]
    rows: list[tuple[str, ...]] = []
    for (sheet, _, revealed), hidden in zip(judged, _shared(judged), strict=True):
        rows += _rows(sheet, hidden, revealed)
    return Pattern(source, table_of(rows))


def table_of(rows: Iterable[tuple[str, ...]]) -> pa.Table:
    """Rows of a pattern as a table, sorted."""
    columns = list(zip(*sorted(rows), strict=True)) or [()] * len(SCHEMA)
    return pa.table([pa.array(c, pa.string()) for c in columns], schema=SCHEMA)


def _hidden(sheet: Sheet, known: Known, progress: Progress, named: Named) -> tuple[Flags, Flags]:
    """``(s, t)`` what is hidden of a sheet, and what the past already tells of it."""
    told = sheet.primary & known.fixed
    if not sheet.linked:
        return sheet.propagated(), told
    table, flat = sheet.table(known)
    if not table.primary.any():
        return sheet.primary.copy(), told
    found = protect(table, progress=progress)
    lost = [flat[i] for i in found.unprotected if i < len(flat)]
    if lost and not known.fixed.any() and not known.sums:
        raise SecrecyError(
            f"les règles de secret de {sheet.source.id} ne peuvent être tenues : "
            f"{name_cells(sheet, lost, named)} se déduirait de ce qui reste publié",
            hint="retirer le niveau ou l'indicateur qui le publie, ou revoir la règle (« secrecy » de la source)",
            cells=lost,
        )
    hidden = sheet.primary.ravel().copy()
    hidden[flat] |= found.hidden[: len(flat)]
    revealed = told.ravel().copy()
    revealed[lost] = True
    return hidden.reshape(sheet.exists.shape), revealed.reshape(sheet.exists.shape)


def name_cells(sheet: Sheet, cells: Sequence[int], named: Named) -> str:
    """Cells of a sheet for people: measure, territory, period."""
    told = []
    for cell in cells[:_SHOWN]:
        s, t = divmod(int(cell), sheet.places.size)
        told.append(f"{said(sheet, s)}, {named(*sheet.places.keys[t])}, {sheet.period}")
    more = f" ; et {len(cells) - _SHOWN} autres" if len(cells) > _SHOWN else ""
    return " ; ".join(told) + more


def said(sheet: Sheet, s: int) -> str:
    """A row of a sheet, for people: what is read, or the column of which it is a part."""
    column = sheet.family.columns[sheet.series[s][0]] or "lignes"
    return sheet.keys[s] or f"{column} (partie non publiée)"


def _shared(judged: Sequence[tuple[Sheet, Flags, Flags]]) -> Iterator[Flags]:
    """A measure hidden in one family is hidden in those made of it: a rate times its base would tell it."""
    for sheet, own, _ in judged:
        hidden = own.copy()
        for other, theirs, _ in judged:
            common = sheet.family.measures & other.family.measures & sheet.source.secrecy.measures
            if other is sheet or other.period != sheet.period or not common:
                continue
            seen = {other.places.keys[t] for t in np.flatnonzero(_told(other, theirs)[:, : other.places.base].any(0))}
            at = [t for t in range(sheet.places.base) if sheet.places.keys[t] in seen]
            hidden[:, at] = True
        yield hidden


def _told(sheet: Sheet, hidden: Flags) -> Flags:
    """What is hidden among what would be seen: the rest says nothing of the indicators."""
    return np.asarray(hidden & sheet.exists & (sheet.published | sheet.primary))


def _rows(sheet: Sheet, hidden: Flags, revealed: Flags) -> Iterator[tuple[str, ...]]:
    seen = _told(sheet, hidden)
    for s, key in enumerate(sheet.keys):
        for t in np.flatnonzero(seen[s]) if key else ():
            kind = "revealed" if revealed[s, t] else "primary" if sheet.primary[s, t] else "secondary"
            yield (key, *sheet.places.keys[t], sheet.period, kind)


def install(workshop: Workshop, pattern: Pattern, keys: Iterable[str]) -> None:
    """Make a workshop compute under a pattern: sums are judged by it, and no longer hidden by each of their parts."""
    loaded = _bare(workshop, pattern.source)
    workshop.connection.execute("DELETE FROM hidden WHERE source = ?", [pattern.source])
    workshop.connection.register("pattern_given", pattern.cells)
    workshop.connection.execute(
        "INSERT INTO hidden SELECT ?, cell, level, code, period FROM pattern_given", [pattern.source]
    )
    workshop.connection.unregister("pattern_given")
    workshop.loaded[pattern.source] = replace(loaded, protected=frozenset(keys))
