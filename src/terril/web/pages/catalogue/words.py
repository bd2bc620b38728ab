"""Values of records in words: kinds, states, rhythms, territories."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from terril.apps.catalogue.models import State
from terril.core.errors import PeriodError, TerritoryError
from terril.core.periods import parse_period
from terril.core.records import Kind, Openness
from terril.core.territories.model import TerritoryKey
from terril.pipeline.workspace import Workspace
from terril.web.components.figures import said
from terril.web.components.places import named
from terril.web.pages.sources.freshness import FREQUENCIES
from terril.web.portal import Portal

PLURALS = {
    Kind.DATASET: "jeux de données",
    Kind.INDICATOR: "indicateurs",
    Kind.MAP: "cartes",
    Kind.PUBLICATION: "publications",
    Kind.SERVICE: "services",
}


def theme_label(workspace: Workspace, theme: str) -> str:
    """Name of a theme; what harvested records call theirs is theirs."""
    known = workspace.packs.themes.get(theme)
    return said(known.label) if known is not None else said(theme)


def territory_label(workspace: Workspace, territory: str) -> str:
    """Name of a territory; its key where it is not known here."""
    try:
        return named(workspace.territories.get(TerritoryKey.parse(territory)))
    except TerritoryError:
        return territory


def period_text(begin: str, end: str) -> str:
    """``2018 à 2023``; empty where neither is said."""
    ends = list(dict.fromkeys(_period(text) for text in (begin, end) if text))
    return " à ".join(ends)


def _period(text: str) -> str:
    try:
        return parse_period(text).label
    except PeriodError:
        # A day, as catalogues write them.
        return text


def value_label(portal: Portal, facet: str, value: str) -> str:
    """A value of a facet in words."""
    return _labels(portal.workspace)(facet, value)


# By definitions, not by portal: a view of the portal that is let go must not stay for its labels.
@lru_cache(maxsize=1)
def _labels(workspace: Workspace) -> Callable[[str, str], str]:
    return lru_cache(maxsize=8192)(partial(_label, workspace))


def _label(workspace: Workspace, facet: str, value: str) -> str:
    if facet == "kind":
        return PLURALS[Kind(value)]
    if facet == "theme":
        return theme_label(workspace, value)
    if facet == "openness":
        return Openness(value).label
    if facet == "frequency":
        return FREQUENCIES.get(value, value)
    if facet == "state":
        return str(State(value).label)
    if facet == "territory":
        return territory_label(workspace, value)
    return said(value)
