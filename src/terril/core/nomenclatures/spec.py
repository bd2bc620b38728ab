"""What a pack says of the passage from one nomenclature to another, and of the columns to carry."""

from __future__ import annotations

import math
from collections import Counter

from pydantic import Field, model_validator

from terril.core.spec import Identifier, Name, Reference, Spec, Text

#: How far the weights of a split may be from 1.
TOLERANCE = 1e-9


class PassageRow(Spec):
    """An old code leads to a new one; with a weight where it leads to several."""

    old: Text
    new: Text
    weight: float | None = Field(default=None, gt=0, le=1)


class NomenclaturePassage(Spec):
    """A passage between two nomenclatures (``passages/*.yaml``), its rows inline or in a CSV beside.

    ``table`` names the CSV, ``old``, ``new`` and ``weight`` its columns. ``others: same`` says that a code that
    has no row did not change; otherwise it is refused.
    """

    id: Identifier
    label: str
    of: Name
    to: Name
    rows: tuple[PassageRow, ...] = ()
    table: str | None = None
    old: str = "old"
    new: str = "new"
    weight: str | None = None
    others: str = Field(default="refuse", pattern="^(refuse|same)$")
    caution: str = ""
    references: tuple[Reference, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> NomenclaturePassage:
        if self.of == self.to:
            raise ValueError("« of » et « to » nomment la même nomenclature")
        if bool(self.rows) == (self.table is not None):
            raise ValueError("un passage a soit des « rows », soit une « table »")
        twice = [pair for pair, n in Counter((r.old, r.new) for r in self.rows).items() if n > 1]
        if twice:
            raise ValueError(f"passage écrit deux fois : {twice[0][0]} → {twice[0][1]}")
        pieces: dict[str, list[float | None]] = {}
        for row in self.rows:
            pieces.setdefault(row.old, []).append(row.weight)
        for old, weights in pieces.items():
            _check_weights(old, weights)
        return self


def _check_weights(old: str, weights: list[float | None]) -> None:
    if len(weights) == 1:
        if weights[0] not in (None, 1):
            raise ValueError(f"« {old} » ne mène qu'à un code : son poids est 1")
        return
    known = [w for w in weights if w is not None]
    if len(known) < len(weights):
        raise ValueError(f"« {old} » mène à {len(weights)} codes : chacun demande un poids")
    total = math.fsum(known)
    if abs(total - 1) > TOLERANCE:
        raise ValueError(f"les poids de « {old} » font {total:g}, et non 1")


class Nomenclature(Spec):
    """How a column of a source is carried to another nomenclature when its file is loaded.

    ``sums`` are the measures that add up: the others (rates, medians) are not available where codes merge or split.
    ``unknown`` is the category of the codes that the passage does not know; without it they are refused.
    """

    of: Name
    to: Name
    sums: tuple[Name, ...] = ()
    unknown: Text | None = None
