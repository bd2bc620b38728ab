"""Finding the columns a source declares among the headers a file has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from terril.core.errors import IngestError, Location
from terril.core.sources import Column, Source
from terril.core.text import fold
from terril.ingestion.contract import Whole
from terril.ingestion.encoding import MOJIBAKE


def header_key(text: str) -> str:
    """A header as it is compared: case, accents, outer quotes and repeated spaces aside."""
    return " ".join(fold(text).strip("\ufeff \"'").split())


def unique_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Headers made unique, in order: a second ``nom`` becomes ``nom__2``, an empty one ``__vide__3``."""
    seen: dict[str, int] = {}
    taken: set[str] = set()
    out = []
    for place, cell in enumerate(cells, 1):
        base = " ".join(cell.replace("\ufeff", "").split()) or f"__vide__{place}"
        seen[base] = seen.get(base, 0) + 1
        name = base if seen[base] == 1 else f"{base}__{seen[base]}"
        while name in taken:
            name += "_"
        taken.add(name)
        out.append(name)
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column looked for: the headers it may bear, and whether the file may lack it."""

    role: str
    headers: tuple[str, ...]
    optional: bool = False


def wanted(source: Source) -> tuple[Wanted, ...]:
    """Every column a source reads, the melted ones aside."""
    found = [Wanted("territoire", source.geography.headers)]
    if source.geography.level_column:
        found.append(Wanted("niveau", (source.geography.level_column,)))
    if isinstance(source.geography.cog, str):
        found.append(Wanted("millésime", (source.geography.cog,)))
    if source.period.headers:
        found.append(Wanted("période", source.period.headers))
    found += [Wanted("filtre", (header,)) for header in source.where]
    for header in (source.read.longitude, source.read.latitude):
        if header:
            found.append(Wanted("coordonnée", (header,)))
    for column in source.columns:
        if not column.personal:
            found.append(Wanted(column.name, column.headers, column.optional))
            if column.status:
                found.append(Wanted(f"statut de {column.name}", (column.status,), column.optional))
    return tuple(found)


def score(cells: Iterable[str], source: Source | Whole) -> int:
    """How many of the columns a source declares are among ``cells``; 0 without the territory.

    Of a file asked whole, the cells that hold something.
    """
    if isinstance(source, Whole):
        return sum(bool(c.strip()) for c in cells)
    return _score({header_key(c) for c in cells}, list(cells), source)


def _score(keys: set[str], cells: list[str], source: Source) -> int:
    groups = wanted(source)
    if not any(header_key(h) in keys for h in groups[0].headers):
        return 0
    hits = sum(any(header_key(h) in keys for h in group.headers) for group in groups)
    if source.melt:
        pattern = re.compile(source.melt.pattern)
        hits += sum(bool(pattern.search(c.strip())) for c in cells)
    return hits


@dataclass(frozen=True, slots=True)
class Resolved:
    """Headers of the file, by what they are read for (None: an optional column the file lacks)."""

    territory: str
    level: str | None
    cog: str | None
    period: str | None
    where: dict[str, str]
    longitude: str | None
    latitude: str | None
    columns: dict[str, str | None]
    statuses: dict[str, str | None]
    melted: tuple[tuple[str, str], ...]

    @property
    def used(self) -> tuple[str, ...]:
        """Headers read, each once."""
        named = (self.territory, self.level, self.cog, self.period, self.longitude, self.latitude)
        every = (*named, *self.where.values(), *self.columns.values(), *self.statuses.values())
        return tuple(dict.fromkeys(h for h in (*every, *(m[0] for m in self.melted)) if h))


def resolve(headers: Sequence[str], source: Source, file: str) -> Resolved:
    """Match what the source declares with the headers found.

    Raises
    ------
    IngestError
        If a column that is not optional is absent: the message lists what was found, and the nearest.
    """
    _refuse_mojibake(headers, file)
    by_key = {header_key(h): h for h in reversed(headers)}

    def find(names: tuple[str, ...]) -> str | None:
        return next((by_key[k] for k in map(header_key, names) if k in by_key), None)

    for group in wanted(source):
        if not group.optional and find(group.headers) is None:
            raise _missing(group, headers, by_key, file)
    geography, read = source.geography, source.read
    kept = [c for c in source.columns if not c.personal]
    return Resolved(
        territory=find(geography.headers) or "",
        level=find((geography.level_column,)) if geography.level_column else None,
        cog=find((geography.cog,)) if isinstance(geography.cog, str) else None,
        period=find(source.period.headers) if source.period.headers else None,
        where={h: find((h,)) or h for h in source.where},
        longitude=find((read.longitude,)) if read.longitude else None,
        latitude=find((read.latitude,)) if read.latitude else None,
        columns={c.name: find(c.headers) for c in kept},
        statuses={c.name: find((c.status,)) for c in kept if c.status and _has(find, c)},
        melted=_melted(headers, source, file),
    )


def used_headers(headers: Sequence[str], source: Source | Whole, file: str) -> tuple[str, ...]:
    """Headers to read: those a source declares, or all of them.

    Raises
    ------
    IngestError
        As :func:`resolve`.
    """
    return tuple(headers) if isinstance(source, Whole) else resolve(headers, source, file).used


def _has(find: object, column: Column) -> bool:
    return callable(find) and find(column.headers) is not None


def _melted(headers: Sequence[str], source: Source, file: str) -> tuple[tuple[str, str], ...]:
    if source.melt is None:
        return ()
    pattern = re.compile(source.melt.pattern)
    found = [(h, m.expand(source.melt.key)) for h in headers if (m := pattern.search(h.strip()))]
    if not found:
        raise IngestError(
            "aucune colonne ne répond au motif de « melt »",
            location=Location(file=file, field="melt.pattern", value=source.melt.pattern),
            hint=f"colonnes trouvées : {_listed(headers)}",
        )
    return tuple(found)


def _refuse_mojibake(headers: Sequence[str], file: str) -> None:
    for header in headers:
        if MOJIBAKE.search(header):
            raise IngestError(
                "accents illisibles dans les en-têtes : le fichier est lu dans le mauvais encodage",
                location=Location(file=file, field=header),
                hint="déclarer « read.encoding » (utf-8, cp1252), ou demander un fichier sain au producteur",
            )


#: Who must act when a producer changes a header, and what becomes of the figures meanwhile.
_RENAMED = (
    "si le producteur l'a renommée, l'auteur du paquet ajoute le nouveau nom à ceux de la source ; "
    "la version en usage le reste"
)


def _missing(group: Wanted, headers: Sequence[str], by_key: dict[str, str], file: str) -> IngestError:
    name = " ou ".join(f"« {h} »" for h in group.headers[:3])
    near = get_close_matches(header_key(group.headers[0]), list(by_key), n=3, cutoff=0.5)
    nearest = f"les plus proches : {', '.join(by_key[k] for k in near)} ; " if near else ""
    return IngestError(
        f"colonne absente : {name} ({group.role})",
        location=Location(file=file, field=group.headers[0]),
        hint=f"{nearest}colonnes trouvées : {_listed(headers)} ; {_RENAMED}",
    )


def _listed(headers: Sequence[str]) -> str:
    shown = [h if len(h) <= 40 else h[:39] + "…" for h in headers[:15]]
    return ", ".join(shown) + (f" et {len(headers) - 15} autres" if len(headers) > 15 else "")
