"""Playing INSEE's movements again, day after day, to know which commune held what every year.

Each commune begins as one atom, which keeps its own code inside the communes that absorb it: restored, it is found
again. Where a commune divides and no part of it was ever told apart, the atom is doubled from the start: both halves
were in the mother. Rows between parts (``COMA``, ``COMD``) only say what a part is called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

import networkx as nx

from terril.core.errors import Location
from terril.core.territories.cog.errors import PassageError
from terril.core.territories.cog.movements import COMMUNE, EVENTS, Movement
from terril.core.territories.cog.timeline import Holding, Timeline
from terril.core.territories.history import cog_year

#: Events that bring a commune into being out of another: it must not be there already.
_BIRTHS = frozenset({20, 21})
#: Events whose arrival code may be new: those above, the commune nouvelle and the changes of code.
_NEW_CODES = _BIRTHS | {32, 41, 50}
FIRST_YEAR = 1943


def replay(
    movements: Iterable[Movement],
    *,
    first: int = FIRST_YEAR,
    last: int | None = None,
    communes: Iterable[str] = (),
    file: str | None = None,
) -> Timeline:
    """Compose movements into the timeline of every commune they name.

    Parameters
    ----------
    movements : every movement since ``first``, in any order.
    first, last : first and last nomenclature; ``last`` is by default the first that sees every movement.
    communes : codes of the communes of the last nomenclature. Those that never moved are known by it alone; without
        it, any code that no movement names is taken to have stayed the same.
    file : name of the file, for messages.

    Raises
    ------
    PassageError
        When two movements of a day go round in a circle, or when a commune changes after it disappeared, or is
        created while it is still there.
    """
    player = _Player(first, file)
    ordered = sorted(movements, key=lambda m: (m.day, m.row))
    for day, group in groupby(ordered, key=lambda m: m.day):
        player.play(day, list(group))
    until = max(last or 0, cog_year(ordered[-1].day) if ordered else first)
    known = sorted({*communes})
    still = [code for code in known if code not in player.seen]
    constant = [Holding(len(player.holder) + n, code, first, until) for n, code in enumerate(still)]
    holdings = [*player.holdings(until), *constant]
    return Timeline(holdings, name=_names(ordered), universal=not known)


class _Player:
    """Atoms and their holders, up to the day played last."""

    def __init__(self, first: int, file: str | None) -> None:
        self.first = first
        self.file = file
        #: By atom: the commune that holds it, the code it bears itself, and (first year, commune) as it changed.
        self.holder: list[str] = []
        self.own: list[str] = []
        self.past: list[list[tuple[int, str]]] = []
        self.held: dict[str, list[int]] = {}
        self.gone: dict[str, Movement] = {}
        self.seen: set[str] = set()

    def play(self, day: str, movements: Sequence[Movement]) -> None:
        """Apply the movements of one day, all at once."""
        whole = [m for m in movements if m.old_type == m.new_type == COMMUNE]
        self._refuse_circles(day, whole)
        self._meet(whole)
        paths: dict[str, list[str]] = defaultdict(list)
        for m in whole:
            if m.new_code not in paths[m.old_code]:
                paths[m.old_code].append(m.new_code)
        restored = {m.old_code: m.new_code for m in movements if m.old_type != COMMUNE and m.new_type == COMMUNE}
        moved: dict[int, str] = {}
        for old, targets in paths.items():
            moved |= self._leave(old, targets, restored)
        arrivals = {code for targets in paths.values() for code in targets}
        self._settle(day, {atom: self._through(code, paths) for atom, code in moved.items()}, arrivals)
        self._call(movements, paths)
        for m in whole:
            if not self.held.get(m.old_code):
                self.gone[m.old_code] = m

    def holdings(self, last: int) -> list[Holding]:
        """Who held each atom, first to last year."""
        found = []
        for atom, past in enumerate(self.past):
            ends = [year - 1 for year, _ in past[1:]] + [last]
            found += [Holding(atom, code, year, end) for (year, code), end in zip(past, ends, strict=True)]
        return found

    def _refuse_circles(self, day: str, whole: Sequence[Movement]) -> None:
        graph = nx.DiGraph((m.old_code, m.new_code) for m in whole if m.old_code != m.new_code)
        try:
            circle = [old for old, _ in nx.find_cycle(graph)]
        except nx.NetworkXNoCycle:
            return
        rows = sorted(m.row for m in whole if m.old_code in circle and m.new_code in circle)
        told = " → ".join([*circle, circle[0]])
        raise PassageError(
            f"mouvements en boucle le {day} : {told} (lignes {', '.join(map(str, rows))})",
            location=Location(file=self.file, row=rows[0], field="COM_AP", value=circle[0]),
            hint="une de ces lignes a ses codes avant et après intervertis, ou une autre date",
        )

    def _meet(self, whole: Sequence[Movement]) -> None:
        """Communes met for the first time were there from the start, unless this very day creates them."""
        for m in whole:
            if self.held.get(m.old_code):
                continue
            if m.old_code in self.seen:
                raise self._impossible(m)
            self._add(m.old_code, [(self.first, m.old_code)], m.old_code)
        for m in whole:
            if m.event in _BIRTHS and m.old_code != m.new_code and self.held.get(m.new_code):
                raise PassageError(
                    f"ordre impossible : {m.new_code} naît le {m.day} ({m.label}) alors qu’elle existe déjà",
                    location=Location(file=self.file, row=m.row, field="COM_AP", value=m.new_code),
                    hint="la date ou le code d’une des lignes de cette commune est faux",
                )
            if m.event not in _NEW_CODES and m.new_code not in self.seen:
                self._add(m.new_code, [(self.first, m.new_code)], m.new_code)

    def _impossible(self, m: Movement) -> PassageError:
        before = self.gone[m.old_code]
        return PassageError(
            f"ordre impossible : {m.old_code} change le {m.day} ({m.label}) alors qu’elle a disparu le {before.day} "
            f"(ligne {before.row}, {EVENTS[before.event]})",
            location=Location(file=self.file, row=m.row, field="COM_AV", value=m.old_code),
            hint="une date est fausse, ou la ligne qui la rétablit manque",
        )

    def _add(self, holder: str, past: list[tuple[int, str]], own: str) -> int:
        self.holder.append(holder)
        self.own.append(own)
        self.past.append(past)
        atom = len(self.holder) - 1
        self.held.setdefault(holder, []).append(atom)
        self.seen |= {holder, own}
        return atom

    def _leave(self, old: str, targets: Sequence[str], restored: Mapping[str, str]) -> dict[int, str]:
        """Where each atom of a commune goes."""
        atoms = list(self.held[old])
        if len(targets) == 1:
            return dict.fromkeys(atoms, targets[0])
        going: dict[int, str] = {}
        for atom in atoms:
            wanted = restored.get(self.own[atom], self.own[atom])
            if wanted in targets:
                going[atom] = wanted
        rest = [atom for atom in atoms if atom not in going]
        main = next((a for a in atoms if self.own[a] == old), atoms[0])
        served = set(going.values())
        unserved = [t for t in targets if t not in served]
        if rest and old in targets:
            going |= dict.fromkeys(rest, old)
            unserved = [t for t in unserved if t != old]
        elif rest:
            first = unserved[0] if unserved else targets[0]
            going |= dict.fromkeys(rest, first)
            unserved = [t for t in unserved if t != first]
            main = rest[0]
        for target in unserved:
            going[self._add(old, list(self.past[main]), target)] = target
        return going

    def _through(self, code: str, paths: Mapping[str, Sequence[str]]) -> str:
        """The commune reached at the end of the day: one that joins another the same day leads there."""
        while code in paths and code not in paths[code]:
            code = paths[code][0]
        return code

    def _settle(self, day: str, moved: Mapping[int, str], arrivals: Iterable[str]) -> None:
        year = cog_year(day)
        for atom, code in moved.items():
            if self.holder[atom] == code:
                continue
            self.held[self.holder[atom]].remove(atom)
            self.held.setdefault(code, []).append(atom)
            self.holder[atom] = code
            past = self.past[atom]
            if past[-1][0] >= year:
                # A second change within the year, or one before the first nomenclature: only its end is seen.
                past.pop()
            past.append((max(year, self.first), code))
        self.seen |= {*arrivals}

    def _call(self, movements: Sequence[Movement], paths: Mapping[str, Sequence[str]]) -> None:
        """Give atoms the codes that parts bear from this day on."""
        arriving: dict[str, set[str]] = defaultdict(set)
        for old, targets in paths.items():
            for target in targets:
                arriving[target].add(old)
        called = {m.old_code: m.new_code for m in movements if m.new_type != COMMUNE and m.old_code != m.new_code}
        for old, targets in paths.items():
            if len(targets) == 1 and targets[0] != old and arriving[targets[0]] == {old} and old not in called:
                called[old] = targets[0]
        for old, new in called.items():
            holder = self._through(paths[old][0], paths) if old in paths else None
            for atom, own in enumerate(self.own):
                if own == old and holder in (None, self.holder[atom]):
                    self.own[atom] = new


def _names(ordered: Sequence[Movement]) -> Callable[[str, int], str]:
    """Names of communes by code and year, as the movements give them."""
    dated: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for m in ordered:
        if m.old_type == COMMUNE and not dated[m.old_code]:
            dated[m.old_code].append((0, m.old_name))
        if m.new_type == COMMUNE:
            dated[m.new_code].append((cog_year(m.day), m.new_name))

    def name(code: str, year: int) -> str:
        known = dated.get(code, [])
        return next((text for since, text in reversed(known) if since <= year), known[0][1] if known else "")

    return name
