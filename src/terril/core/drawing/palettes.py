"""Colours: one palette per theme, the ramps of maps, the categories of charts, and the style sheet that carries them.

Every palette is one hue: its accent reads as text on the paper (WCAG 2.1 AA, light and dark), its ramp goes from light
to dark by equal steps of perceived lightness, so that it ranks the same for a colour-blind reader and on a
black-and-white print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from terril.core.drawing.colours import from_lch, readable_on
from terril.core.errors import TerrilError

PAPER, PAPER_DARK = "#fbfaf7", "#14191b"
_LIGHTEST, _DARKEST, _PEAK = 0.905, 0.355, 0.58
_DIVERGING_HUES = (248.0, 55.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a theme.

    Parameters
    ----------
    name, label : key in packs; French name.
    hue, chroma : OKLCH hue (degrees) and strongest chroma of the ramp.
    accent, accent_dark : the subject's colour, at least 4.5:1 on :data:`PAPER` and :data:`PAPER_DARK`.
    """

    name: str
    label: str
    hue: float
    chroma: float
    accent: str
    accent_dark: str

    @property
    def wash(self) -> str:
        """Pale background of a heading or a card."""
        return from_lch(0.957, 0.014, self.hue)

    @property
    def wash_dark(self) -> str:
        """The same on dark paper."""
        return from_lch(0.265, 0.024, self.hue)

    def ramp(self, count: int) -> tuple[str, ...]:
        """Sequential colours, lightest first.

        Parameters
        ----------
        count : 1 to 9 colours; fewer than three are taken inside the ramp, not at its ends.
        """
        return tuple(self._shade(step) for step in _steps(count))

    def ramp_dark(self, count: int) -> tuple[str, ...]:
        """Sequential colours for dark paper: the highest class is the lightest, so that it stands out there too."""
        return tuple(from_lch(0.36 + 0.50 * step, self._chroma(1 - step), self.hue) for step in _steps(count))

    def _shade(self, step: float) -> str:
        return from_lch(_LIGHTEST - (_LIGHTEST - _DARKEST) * step, self._chroma(step), self.hue)

    def _chroma(self, step: float) -> float:
        """Chroma rises to its peak past the middle: pale ends do not turn grey, dark ends do not turn neon."""
        distance = (step - _PEAK) / (_PEAK if step < _PEAK else 1 - _PEAK)
        return self.chroma * (1 - 0.62 * distance**2 if step < _PEAK else 1 - 0.35 * distance**2)


def _steps(count: int) -> tuple[float, ...]:
    if not 1 <= count <= 9:
        raise TerrilError(f"Une rampe compte de 1 à 9 couleurs, pas {count}.")
    if count < 3:
        return ((0.55,), (0.3, 0.75))[count - 1]
    return tuple(i / (count - 1) for i in range(count))


_ALL = (
    Palette("ardoise", "Ardoise", 215.0, 0.085, "#23596a", "#8fc6d6"),
    Palette("bleu", "Bleu", 255.0, 0.125, "#1f5da8", "#8fbdf2"),
    Palette("sarcelle", "Sarcelle", 188.0, 0.095, "#00695f", "#6fcfc2"),
    Palette("vert", "Vert", 148.0, 0.110, "#2c6b35", "#93d099"),
    Palette("ocre", "Ocre", 75.0, 0.115, "#80560a", "#e3b660"),
    Palette("brique", "Brique", 38.0, 0.130, "#a03b1c", "#f2a283"),
    Palette("prune", "Prune", 352.0, 0.125, "#8f2f62", "#eba0c3"),
    Palette("violet", "Violet", 298.0, 0.130, "#644199", "#c4aef0"),
)
PALETTES: Mapping[str, Palette] = MappingProxyType({palette.name: palette for palette in _ALL})
DEFAULT = "ardoise"


def palette(name: str) -> Palette:
    """The palette of that name.

    Raises
    ------
    TerrilError
        Unknown name; the message lists those that exist.
    """
    if name not in PALETTES:
        raise TerrilError(f"La palette « {name} » n’existe pas.", hint=f"Palettes : {', '.join(PALETTES)}.")
    return PALETTES[name]


def diverging(count: int) -> tuple[str, ...]:
    """Blue – white – orange, symmetric in lightness; an odd count has a neutral middle.

    Parameters
    ----------
    count : 2 to 9 colours.
    """
    if not 2 <= count <= 9:
        raise TerrilError(f"Une rampe divergente compte de 2 à 9 couleurs, pas {count}.")
    return tuple(_diverging_shade(2 * i / (count - 1) - 1) for i in range(count))


def _diverging_shade(side: float) -> str:
    strength = abs(side)
    hue = _DIVERGING_HUES[0] if side < 0 else _DIVERGING_HUES[1]
    return from_lch(0.93 - 0.45 * strength, 0.135 * strength**0.8, hue)


DIVERGING = diverging(7)

# Found by search: the smallest OKLab distance between two of them is the largest found for full, protan, deutan and
# tritan vision, each at least 3:1 on the paper. Light and dark alternate: neighbours differ in black and white too.
CATEGORICAL = ("#1755a8", "#b07e05", "#6c2502", "#559b77", "#8a4b6a", "#403a4e")
CATEGORICAL_DARK = ("#408bdd", "#f1ca58", "#df8142", "#6ee6c9", "#a25484", "#a6afba")

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#1d2a2e",
        "label": "#1d2a2e",
        "muted": "#55646a",
        "grid": "#e3dfd6",
        "axis": "#8b9496",
        "other": "#7f8d92",
        "bar": "#9aa6aa",
        "reference": "#3d4a4f",
        "target": "#8a5a00",
        "secret": "#6d7a7f",
        "halo": PAPER,
    }
)
DARK: Mapping[str, str] = MappingProxyType(
    {
        "ink": "#ece8df",
        "label": "#ece8df",
        "muted": "#a9b3b5",
        "grid": "#2c3537",
        "axis": "#77848a",
        "other": "#87959a",
        "bar": "#5c6a6f",
        "reference": "#cfd4d2",
        "target": "#e6b65c",
        "secret": "#98a5aa",
        "halo": PAPER_DARK,
    }
)


def colour(role: str, name: str = DEFAULT) -> str:
    """Light colour of a class name of the drawings.

    Parameters
    ----------
    role : ``ink``, ``muted``…, ``accent``, ``wash``, ``s1``…``s6`` (categories), ``r1``…``r5`` (ramp of five) or
        ``on-`` and one of these (text on it).
    name : palette, for ``accent``, ``wash`` and the ramp.
    """
    if role.startswith("on-"):
        return readable_on(colour(role[3:], name))
    if role in LIGHT:
        return LIGHT[role]
    if role[:1] == "s" and role[1:].isdigit():
        return CATEGORICAL[int(role[1:]) - 1]
    chosen = palette(name)
    if role[:1] == "r" and role[1:].isdigit():
        return chosen.ramp(5)[int(role[1:]) - 1]
    return {"accent": chosen.accent, "wash": chosen.wash}[role]


def stylesheet() -> str:
    """CSS of the palettes and of the colours of drawings: light, dark (screen only), print."""
    dark = [(":root:not([data-scheme=light])", "@media screen and (prefers-color-scheme: dark)")]
    dark.append((":root[data-scheme=dark]", "@media screen"))
    lines = ["/* Written by terril.core.drawing.palettes.stylesheet(): change that, not this file. */"]
    lines += _rules("", (":root",), _neutrals(LIGHT, CATEGORICAL))
    for item in _ALL:
        names = ((":root",) if item.name == DEFAULT else ()) + (f'[data-palette="{item.name}"]',)
        lines += _rules("", names, _own(item.accent, item.wash, item.ramp(5)))
    for root, media in dark:
        lines.append(f"{media} {{")
        lines += _rules("  ", (root,), _neutrals(DARK, CATEGORICAL_DARK))
        for item in _ALL:
            key = f'[data-palette="{item.name}"]'
            scoped = ((root,) if item.name == DEFAULT else ()) + (f"{root}{key}", f"{root} {key}")
            lines += _rules("  ", scoped, _own(item.accent_dark, item.wash_dark, item.ramp_dark(5)))
        lines.append("}")
    return "\n".join([*lines, *_chart_rules()]) + "\n"


def _rules(indent: str, selectors: tuple[str, ...], properties: Mapping[str, str]) -> list[str]:
    body = "; ".join(f"--{key}: {value}" for key, value in properties.items())
    return [f"{indent}{', '.join(selectors)} {{ {body}; }}"]


def _neutrals(theme: Mapping[str, str], categories: tuple[str, ...]) -> dict[str, str]:
    result = {f"chart-{role}": value for role, value in theme.items()}
    for i, value in enumerate(categories, start=1):
        result |= {f"s{i}": value, f"on-s{i}": readable_on(value)}
    return result


def _own(accent: str, wash: str, ramp: tuple[str, ...]) -> dict[str, str]:
    result = {"accent": accent, "wash": wash, "on-accent": readable_on(accent)}
    for i, value in enumerate(ramp, start=1):
        result |= {f"ramp-{i}": value, f"on-ramp-{i}": readable_on(value)}
    return result


def _chart_rules() -> list[str]:
    """A mark has one class for its colour and one for what is painted with it (``fill``, ``stroke``)."""
    variables = {role: f"chart-{role}" for role in LIGHT}
    variables |= {role: role for role in ("accent", "wash", "on-accent")}
    variables |= {f"{on}s{i}": f"{on}s{i}" for on in ("", "on-") for i in range(1, 7)}
    variables |= {f"{on}r{i}": f"{on}ramp-{i}" for on in ("", "on-") for i in range(1, 6)}
    lines = [f".chart .{role} {{ color: var(--{name}); }}" for role, name in variables.items()]
    return [
        *lines,
        ".chart .fill { fill: currentColor; }",
        ".chart .stroke { stroke: currentColor; }",
        ".chart .haloed { stroke: var(--chart-halo); }",
        ".chart .hollow { fill: var(--chart-halo); }",
        ".chart { display: block; width: 100%; height: auto; font-variant-numeric: tabular-nums; }",
        ".chart-pair { container-type: inline-size; }",
        ".chart-pair > .chart.compact { display: none; max-width: 30rem; }",
        # As wide as its map, or its scale bar would lie.
        ".chart-pair > .chart-legend.compact { max-width: none; }",
        "@container (max-width: 32rem) {",
        "  .chart-pair > .chart { display: none; }",
        "  .chart-pair > .chart.compact { display: block; }",
        "}",
    ]
