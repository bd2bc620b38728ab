"""INSEE's file of the movements of communes (``v_mvt_commune_AAAA.csv``), read and checked row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from terril.core.errors import Location
from terril.core.territories.cog.errors import PassageError

COMMUNE = "COM"
#: Kinds of event, as INSEE numbers them.
EVENTS = {
    10: "changement de nom",
    20: "création",
    21: "rétablissement",
    30: "suppression",
    31: "fusion simple",
    32: "création de commune nouvelle",
    33: "fusion-association",
    34: "transformation de fusion-association en fusion simple",
    35: "suppression de commune déléguée",
    41: "changement de code dû à un changement de département",
    50: "changement de code dû à un transfert de chef-lieu",
    70: "transformation de commune associée en commune déléguée",
    71: "rétablissement de commune déléguée",
}
#: Kinds of commune and of part of one: associated, delegated, absorbed part of the group, municipal district.
TYPES = frozenset({COMMUNE, "COMA", "COMD", "COMP", "ARM"})
FIELDS = ("MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "LIBELLE_AV", "TYPECOM_AP", "COM_AP", "LIBELLE_AP")
_CODE = re.compile(r"^(?:\d{5}|2[AB]\d{3})$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_CODE_HINT = "cinq signes, zéro de tête compris, comme 01001 ou 2A004"


@dataclass(frozen=True, slots=True)
class Movement:
    """One row: what stood before the event, and what it became, or one of the things it became.

    ``row`` is the data row of the file, the first being 1; ``day`` is an ISO date.
    """

    row: int
    event: int
    day: str
    old_type: str
    old_code: str
    old_name: str
    new_type: str
    new_code: str
    new_name: str

    @property
    def label(self) -> str:
        """The event in French: ``32 création de commune nouvelle``."""
        return f"{self.event} {EVENTS[self.event]}"


def read_movements(rows: Iterable[Mapping[str, str | None]], *, file: str | None = None) -> tuple[Movement, ...]:
    """Read the rows of the file, whatever the case of its headers and the order of its columns.

    Parameters
    ----------
    rows : cells by header, as text.
    file : name of the file, for messages.

    Returns
    -------
    Movements in the order of the file, repeated rows left out.

    Raises
    ------
    PassageError
        At the first row with a field that cannot be: row, field, value and remedy are given.
    """
    found: dict[tuple[object, ...], Movement] = {}
    for number, row in enumerate(rows, 1):
        cells = {header.strip().lstrip("\ufeff").upper(): value or "" for header, value in row.items() if header}
        if number == 1:
            _check_headers(cells, file)
        movement = _Row(cells, number, file).read()
        key = (movement.event, movement.day, *(cells[f].strip() for f in FIELDS[2:]))
        found.setdefault(key, movement)
    if not found:
        raise PassageError(
            "aucun mouvement",
            location=Location(file=file),
            hint="le fichier est vide : le télécharger à nouveau",
        )
    return tuple(found.values())


def _check_headers(cells: Mapping[str, str], file: str | None) -> None:
    missing = [name for name in FIELDS if name not in cells]
    if missing:
        near = get_close_matches(missing[0], list(cells), n=1, cutoff=0.6)
        raise PassageError(
            f"colonne absente : {', '.join(missing)}",
            location=Location(file=file, field=missing[0]),
            hint=f"la plus proche est « {near[0]} »"
            if near
            else "attendu : le fichier v_mvt_commune_AAAA.csv de l’Insee",
        )


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Mapping[str, str]
    number: int
    file: str | None

    def read(self) -> Movement:
        return Movement(
            self.number,
            self._event(),
            self._day(),
            self._type("TYPECOM_AV"),
            self._code("COM_AV"),
            self.cells["LIBELLE_AV"].strip(),
            self._type("TYPECOM_AP"),
            self._code("COM_AP"),
            self.cells["LIBELLE_AP"].strip(),
        )

    def _refuse(self, field: str, message: str, hint: str) -> PassageError:
        place = Location(file=self.file, row=self.number, field=field, value=self.cells[field])
        return PassageError(message, location=place, hint=hint)

    def _event(self) -> int:
        text = self.cells["MOD"].strip()
        if not text.isascii() or not text.isdigit() or int(text) not in EVENTS:
            raise self._refuse("MOD", "type d’événement inconnu", f"attendu : {', '.join(map(str, EVENTS))}")
        return int(text)

    def _day(self) -> str:
        text = self.cells["DATE_EFF"].strip()
        hint = "écrire année, mois et jour : 2025-01-01"
        if not _DAY.match(text):
            raise self._refuse("DATE_EFF", "date illisible", hint)
        try:
            np.datetime64(text, "D")
        except ValueError as error:
            raise self._refuse("DATE_EFF", "date qui n’existe pas", hint) from error
        return text

    def _type(self, field: str) -> str:
        text = self.cells[field].strip().upper()
        if text not in TYPES:
            raise self._refuse(field, "type de commune inconnu", f"attendu : {', '.join(sorted(TYPES))}")
        return text

    def _code(self, field: str) -> str:
        text = self.cells[field].strip().upper()
        if not _CODE.match(text):
            raise self._refuse(field, "code de commune illisible", _CODE_HINT)
        return text
