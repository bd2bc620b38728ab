"""Tiles as they are shown: those of the themes, those that organisations made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from terril.apps.dashboards.destinations import host_of
from terril.apps.dashboards.models import Tile
from terril.apps.dashboards.policies import visible
from terril.core.access import Subject
from terril.core.packs import Theme
from terril.web import addresses
from terril.web.components.figures import said
from terril.web.portal import Portal

#: Drawing of the themes that have one; a chart for the others.
_ICONS = {
    "demographie": "people", "revenus": "coin", "logement": "house", "emploi": "people",
    "economie": "factory", "education": "school", "espace": "map", "carbone": "leaf",
    "energie": "sun", "environnement": "leaf", "dechets": "tool", "mobilite": "bus",
    "ville": "house", "alimentation": "leaf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A tile.

    Parameters
    ----------
    key : how orders and favourites name it.
    place : host of a tool elsewhere, told before one leaves; empty within the portal.
    tile : number of a tile that an organisation made; None for a theme.
    """

    key: str
    title: str
    sentence: str
    icon: str
    palette: str
    href: str
    place: str = ""
    group: str = ""
    owner: str = ""
    tile: int | None = None

    @property
    def anchor(self) -> str:
        """Its place in the editor."""
        return self.key.replace(":", "-")


def every(portal: Portal, subject: Subject) -> Mapping[str, Shown]:
    """Tiles that a subject sees, by key: themes in the order of the packs, then the others by title."""
    themes = [_of_theme(theme) for theme in portal.themes.values()]
    made = [shown(portal, tile) for tile in visible(subject)]
    return {tile.key: tile for tile in (*themes, *(t for t in made if t is not None))}


def _of_theme(theme: Theme) -> Shown:
    return Shown(
        key=f"theme:{theme.id}",
        title=said(theme.label),
        sentence=said(theme.question),
        icon=_ICONS.get(theme.id, "chart"),
        palette=theme.palette,
        href=addresses.theme(theme.id),
        group=said(theme.label),
    )


def shown(portal: Portal, tile: Tile) -> Shown | None:
    """A tile that an organisation made; None where it leads to what this release does not show."""
    path = tile.address.partition("?")[0]
    if not tile.outside and path.startswith("/indicateurs/"):
        parts = path.strip("/").split("/")
        if len(parts) == 3 and f"{parts[1]}/{parts[2]}" not in portal.indicators:
            return None
    theme = portal.workspace.packs.themes.get(tile.theme)
    return Shown(
        key=tile.key,
        title=said(tile.title),
        sentence=said(tile.sentence),
        icon=tile.icon,
        palette=portal.palette(tile.theme),
        href=tile.address,
        place=host_of(tile.address),
        group=said(theme.label) if theme is not None else "",
        owner=tile.organisation_id,
        tile=tile.pk,
    )
