"""Units: what may be added to what, and how each is written in French.

Counts of different things (inhabitants, dwellings…) are different dimensions: adding dwellings to
inhabitants is an error like adding hectares to euros.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

import pint

from terril.core.errors import Location, UnitError

#: code → (singular, plural). Each is a dimension of its own.
COUNTS = {
    "hab": ("habitant", "habitants"),
    "menage": ("ménage", "ménages"),
    "logement": ("logement", "logements"),
    "emploi": ("emploi", "emplois"),
    "entreprise": ("entreprise", "entreprises"),
    "etablissement": ("établissement", "établissements"),
    "industrie": ("industrie", "industries"),
    "defaillance": ("défaillance", "défaillances"),
    "creation": ("création", "créations"),
    "eleve": ("élève", "élèves"),
    "site": ("site", "sites"),
    "conseiller": ("conseiller", "conseillers"),
    "demandeur": ("demandeur d’emploi", "demandeurs d’emploi"),
    "transaction": ("vente", "ventes"),
    "quartier": ("quartier", "quartiers"),
    "gare": ("gare", "gares"),
    "commune": ("commune", "communes"),
    "composteur": ("composteur", "composteurs"),
    "vehicule": ("véhicule", "véhicules"),
    "borne": ("borne de recharge", "bornes de recharge"),
    "velo": ("vélo", "vélos"),
    "arbre": ("arbre", "arbres"),
    "installation": ("installation", "installations"),
    "batiment": ("bâtiment", "bâtiments"),
    "toiture": ("toiture", "toitures"),
    "projet": ("projet", "projets"),
    "action": ("action", "actions"),
    "visiteur": ("visiteur", "visiteurs"),
    "dossier": ("dossier", "dossiers"),
    "agent": ("agent", "agents"),
    "voyage": ("voyage", "voyages"),
    "unite": ("unité", "unités"),
}

_DEFINITIONS = """
m = [length]
km = 1000 * m
cm = 0.01 * m
m2 = m ** 2
km2 = 1e6 * m ** 2
ha = 1e4 * m ** 2
m3 = m ** 3
L = 0.001 * m ** 3
g = [mass]
kg = 1000 * g
t = 1e6 * g
kt = 1e9 * g
tC = [carbon]
ktC = 1000 * tC
tCO2 = [carbon_dioxide]
ktCO2 = 1000 * tCO2
an = [time]
mois = an / 12
jour = an / 365.25
h = jour / 24
Wh = [energy]
kWh = 1000 * Wh
MWh = 1e6 * Wh
GWh = 1e9 * Wh
TWh = 1e12 * Wh
kW = kWh / h
MW = MWh / h
GW = GWh / h
kWc = [peak_power]
MWc = 1000 * kWc
EUR = [currency]
kEUR = 1000 * EUR
MEUR = 1e6 * EUR
"""

_LABELS = {
    "": "", "%": "%", "‰": "‰", "indice": "indice", "rang": "rang",
    "EUR": "€", "kEUR": "k€", "MEUR": "M€", "m2": "m²", "km2": "km²", "m3": "m³", "L": "litres",
    "tCO2": "t CO₂", "ktCO2": "kt CO₂", "tC": "t C", "ktC": "kt C", "an": "ans", "jour": "jours",
    "mois": "mois",
    "t": "tonnes", "ha": "ha", "h": "heures",
}  # fmt: skip
_SHORT = {"hab": "hab.", "an": "an", "jour": "jour", "t": "t", "h": "h", "L": "l", "mois": "mois"}
_PURE = frozenset({"", "%", "‰", "indice", "rang"})
_PER = re.compile(r"/(\d+) ?([A-Za-z]\w*)$")
_SHAPE = re.compile(r"^([A-Za-z]\w*)?(/[A-Za-z]\w*)*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the packs write it.

    Parameters
    ----------
    code : writing in definitions (``hab/km2``, ``etablissement/1000hab``, ``%``).
    quantity : pint unit; dimensionless for ``%`` and its like.
    per : multiple of the denominator (1000 in ``/1000hab``): presentation, left to the formula.
    """

    code: str
    quantity: Any
    per: int = 1

    @property
    def scale(self) -> float:
        """Factor to the base units of the dimension."""
        return float(_registry().get_base_units(self.quantity)[0])

    @property
    def is_pure(self) -> bool:
        """Whether the unit has no dimension."""
        return bool(self.quantity.dimensionless)

    @property
    def label(self) -> str:
        """French writing, for a figure in the plural: ``habitants``, ``€/m²``, ``pour 1 000 habitants``."""
        if self.code in _LABELS:
            return _LABELS[self.code]
        if self.code in COUNTS:
            return COUNTS[self.code][1]
        top, separator, bottom = self.code.partition("/")
        if not separator:
            return self.code
        if m := _PER.search(self.code):
            thing = COUNTS.get(m[2], (m[2], m[2]))[1]
            many = f"{int(m[1]):,}".replace(",", "\u202f")
            return f"{parse_unit(top).label} pour {many} {thing}".strip()
        upper = _SHORT.get(top) or _LABELS.get(top) or (COUNTS[top][1] if top in COUNTS else top)
        lower = _SHORT.get(bottom) or _LABELS.get(bottom) or (COUNTS[bottom][0] if bottom in COUNTS else bottom)
        return f"{upper}/{lower}"


@cache
def _registry() -> Any:
    # Only our own units: pint's default file costs 0.4 s at start and knows no inhabitant.
    registry: Any = pint.UnitRegistry(None)
    for line in _DEFINITIONS.strip().splitlines():
        registry.define(line)
    for name in COUNTS:
        registry.define(f"{name} = [{name}]")
    return registry


def _known() -> list[str]:
    names = [line.split(" = ")[0] for line in _DEFINITIONS.strip().splitlines()]
    return [*names, *COUNTS, *(p for p in _PURE if p)]


@cache
def parse_unit(code: str) -> Unit:
    """Read a unit code.

    Raises
    ------
    UnitError
        If a name in it is not a unit Terril knows.
    """
    text = code.strip()
    registry = _registry()
    if text in _PURE:
        return Unit(text, registry.Unit(""))
    per = 1
    body = text
    if m := _PER.search(text):
        per = int(m[1])
        body = text[: m.start()] + "/" + m[2]
    if not _SHAPE.match(body):
        raise UnitError("unité illisible", location=Location(value=code), hint="écrire par exemple hab/km2 ou /1000hab")
    quantity = registry.Unit("")
    for place, name in enumerate(body.split("/")):
        if name and name not in _known():
            near = get_close_matches(name, _known(), n=3)
            hint = f"unités proches : {', '.join(near)}" if near else f"unités connues : {', '.join(_known())}"
            raise UnitError("unité inconnue", location=Location(value=name), hint=hint)
        if name:
            quantity = quantity * registry.Unit(name) if place == 0 else quantity / registry.Unit(name)
    return Unit(text, quantity, per)


def pure() -> Unit:
    """The unit of plain numbers."""
    return parse_unit("")


def same_scale(a: Unit, b: Unit) -> bool:
    """Whether two units have the same dimension and the same size."""
    return bool(a.quantity.dimensionality == b.quantity.dimensionality) and abs(a.scale - b.scale) <= 1e-12 * abs(
        a.scale
    )


def same_dimension(a: Unit, b: Unit) -> bool:
    """Whether two units measure the same kind of thing."""
    return bool(a.quantity.dimensionality == b.quantity.dimensionality)
