"""Tiles as they are shown: those of the themes, those that organisations made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from terril.apps.dashboards.models import Icon, Tile
from terril.apps.dashboards.policies import visible
from terril.core.access import Subject
from terril.core.packs import Theme
from terril.web import addresses
from terril.web.components.figures import said
from terril.web.portal import Portal

#: Drawing of the themes that have one; a chart for the others.
_ICONS = {
    "demographie": Icon.PEOPLE, "revenus": Icon.COIN, "logement": Icon.HOUSE, "emploi": Icon.PEOPLE,
    "economie": Icon.FACTORY, "education": Icon.SCHOOL, "espace": Icon.MAP, "carbone": Icon.LEAF,
    "energie": Icon.SUN, "environnement": Icon.LEAF, "dechets": Icon.TOOL, "mobilite": Icon.BUS,
    "ville": Icon.HOUSE, "alimentation": Icon.LEAF,
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
        icon=_ICONS.get(theme.id, Icon.CHART),
        palette=theme.palette,
        href=addresses.theme(theme.id),
        group=said(theme.label),
    )


def shown(portal: Portal, tile: Tile) -> Shown | None:
    """A tile that an organisation made; None where it leads to what this release does not show."""
    path = urlsplit(tile.address).path
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
        place=urlsplit(tile.address).hostname or "" if tile.outside else "",
        group=said(theme.label) if theme is not None else "",
        owner=tile.organisation_id,
        tile=tile.pk,
    )
