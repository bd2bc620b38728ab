"""Keys and levels of territories."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from terril.core.errors import Location, TerritoryError

_CODE = re.compile(r"^[0-9A-Za-z_]{1,40}$")


class Level(StrEnum):
    """Levels of territory. They do not nest: EPCI cross departments, perimeters overlap."""

    COUNTRY = "country"
    REGION = "region"
    DEPARTMENT = "department"
    EPCI = "epci"
    COMMUNE = "commune"
    COMMUNE_DELEGUEE = "commune_deleguee"
    IRIS = "iris"
    PERIMETER = "perimeter"
    GROUP = "group"

    @property
    def label(self) -> str:
        """French name, singular."""
        return _LABELS[self]


_LABELS = {
    Level.COUNTRY: "pays",
    Level.REGION: "région",
    Level.DEPARTMENT: "département",
    Level.EPCI: "intercommunalité",
    Level.COMMUNE: "commune",
    Level.COMMUNE_DELEGUEE: "commune déléguée",
    Level.IRIS: "IRIS",
    Level.PERIMETER: "périmètre",
    Level.GROUP: "groupe de comparaison",
}

#: Levels at which observations are computed, largest first. Delegated communes lead to their commune.
COMPUTED_LEVELS = (
    Level.COUNTRY, Level.REGION, Level.DEPARTMENT, Level.PERIMETER, Level.GROUP, Level.EPCI, Level.COMMUNE,
)  # fmt: skip


_LEVELS = {level.value: level for level in Level}


@dataclass(frozen=True, slots=True, order=True)
class TerritoryKey:
    """``level:code``, as in ``commune:62119``, ``epci:200072460``, ``perimeter:pma``."""

    level: Level
    code: str

    def __str__(self) -> str:
        return f"{self.level}:{self.code}"

    @classmethod
    def parse(cls, text: str) -> TerritoryKey:
        """Read ``level:code``.

        Raises
        ------
        TerritoryError
            If the level is unknown or the code has characters no code has.
        """
        level, separator, code = text.strip().partition(":")
        known = _LEVELS.get(level)
        if not separator or known is None or not _CODE.match(code):
            raise TerritoryError(
                "clé de territoire illisible",
                location=Location(value=text),
                hint=f"écrire niveau:code, par exemple commune:62119 (niveaux : {', '.join(Level)})",
            )
        return cls(known, code)


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory at the current vintage.

    Parameters
    ----------
    key : ``level:code``.
    name : official name.
    siren : SIREN of the body, where there is one.
    epci, department, region : codes of the territories a commune belongs to.
    parent : code of the commune a delegated commune leads to.
    postal_codes : postal codes of a commune.
    population : municipal population, inhabitants; see :data:`census_year` of the index.
    area_ha : area, hectares, measured on generalised contours.
    kind : nature (``CA``, ``CC``, ``METRO``, ``commune``, ``deleguee``, ``associee``, ``arrondissement``…).
    zone : ``metro``, ``drom`` or ``com``.
    article : ``le``, ``la``, ``les`` or ``l’``, where the name takes one that is not part of it.
    """

    key: TerritoryKey
    name: str
    siren: str | None = None
    epci: str | None = None
    department: str | None = None
    region: str | None = None
    parent: str | None = None
    postal_codes: tuple[str, ...] = ()
    population: int | None = None
    area_ha: float | None = None
    kind: str = ""
    zone: str = "metro"
    article: str = ""
