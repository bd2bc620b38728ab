"""What the page of the design system shows."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.drawing import Sparkline
from terril.core.drawing.palettes import CATEGORICAL, CATEGORICAL_DARK, DIVERGING, PALETTES, PAPER, PAPER_DARK, Palette
from terril.core.status import Status
from terril.core.text import NBSP, NNBSP
from terril.web.components.figures import MARKS, Figure, said
from terril.web.pages.styles.examples import INVENTED, Example, examples, spark
from terril.web.portal import Portal

_SWATCH = 48


@dataclass(frozen=True, slots=True)
class Square:
    """A colour, at its place in a strip."""

    x: int
    colour: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Colours side by side, on the paper they are for."""

    label: str
    paper: str
    squares: tuple[Square, ...]

    @property
    def width(self) -> int:
        """Width of the drawing, pixels."""
        return len(self.squares) * _SWATCH


@dataclass(frozen=True, slots=True)
class Colours:
    """A palette in its two schemes, and who uses it."""

    name: str
    label: str
    themes: str
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """A step of the scale of type."""

    name: str
    use: str
    kind: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of French typography: what it asks, written well."""

    name: str
    example: str
    how: str


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure in one state, as the component of cards reads it."""

    state: str
    palette: str
    label: str
    figure: Figure
    unit: str = ""
    period: str = "2023"
    rank: str = ""
    trend: str = ""
    target: str = ""
    spark: Sparkline | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of the table of statuses."""

    name: str
    figure: Figure
    meaning: str


@dataclass(frozen=True, slots=True)
class Page:
    """The page."""

    sizes: tuple[Size, ...]
    rules: tuple[Rule, ...]
    palettes: tuple[Colours, ...]
    shared: tuple[Strip, ...]
    cards: tuple[Card, ...]
    cells: tuple[Cell, ...]
    examples: tuple[Example, ...]
    invented: str


_SIZES = (
    Size("Titre de page", "un par page", "h1"),
    Size("Titre de partie", "ce que la partie répond", "h2"),
    Size("Titre de bloc", "une carte, un encadré", "h3"),
    Size("Phrase de tête", "la réponse, en une phrase", "lead"),
    Size("Texte courant", "seize pixels, interligne d’une fois et demie", "body"),
    Size("Texte second", "sources, unités, notes", "small"),
)
_RULES = (
    Rule("Milliers", f"12{NNBSP}345", "espace fine insécable"),
    Rule("Décimales", "12,4", "virgule"),
    Rule("Unité", f"25{NBSP}%, 1{NNBSP}250{NBSP}€/m²", "espace insécable avant l’unité"),
    Rule("Négatif", "−1,8", "vrai signe moins"),
    Rule("Ordinal", "1er, 1re, 2e", "ni « ème » ni exposant"),
    Rule("Ponctuation double", f"Où en est-on{NNBSP}? Ici{NBSP}: là", "insécable avant « : », fine avant « ; ! ? »"),
    Rule("Guillemets", f"«{NBSP}parole{NBSP}»", "espaces insécables à l’intérieur"),
    Rule("Apostrophe", "l’Artois", "courbe"),
    Rule("Date", f"1er{NBSP}juillet 2026", "en toutes lettres"),
    Rule("Période", "2017-2023", "trait d’union, années entières"),
)


def page_of(portal: Portal) -> Page:
    """The page of the design system."""
    return Page(
        sizes=_SIZES,
        rules=tuple(Rule(said(r.name), r.example, said(r.how)) for r in _RULES),
        palettes=tuple(_colours(portal, palette) for palette in PALETTES.values()),
        shared=(
            Strip("Divergente, de part et d’autre d’une valeur", PAPER, _squares(DIVERGING)),
            Strip("Catégories, sur fond clair", PAPER, _squares(CATEGORICAL)),
            Strip("Catégories, sur fond sombre", PAPER_DARK, _squares(CATEGORICAL_DARK)),
        ),
        cards=_cards(),
        cells=tuple(_cell(status, meaning) for status, meaning in _MEANINGS.items()),
        examples=tuple(examples()),
        invented=INVENTED,
    )


def _colours(portal: Portal, palette: Palette) -> Colours:
    used = [said(t.label) for t in portal.workspace.packs.themes.values() if portal.palette(t.id) == palette.name]
    light = (palette.accent, palette.wash, *palette.ramp(5))
    dark = (palette.accent_dark, palette.wash_dark, *palette.ramp_dark(5))
    return Colours(
        palette.name,
        palette.label,
        ", ".join(used),
        (Strip("sur fond clair", PAPER, _squares(light)), Strip("sur fond sombre", PAPER_DARK, _squares(dark))),
    )


def _squares(colours: tuple[str, ...]) -> tuple[Square, ...]:
    return tuple(Square(i * _SWATCH, colour) for i, colour in enumerate(colours))


_MEANINGS = {
    Status.OK: "le nombre, rien de plus",
    Status.PROVISIONAL: "le nombre et son mot ; marque creuse sur un dessin",
    Status.ESTIMATED: "italique et son mot ; trait tireté sur un dessin",
    Status.MISSING: "abrégé, expliqué au survol et au pied de page ; un vide sur un dessin",
    Status.SECRET: "le mot ; des hachures sur un dessin",
    Status.NOT_APPLICABLE: "abrégé, en gris",
}


def _cell(status: Status, meaning: str) -> Cell:
    return Cell(status.label, _shown(status, "1,2"), said(meaning))


def _shown(status: Status, text: str) -> Figure:
    note = "" if status == Status.OK else status.label
    return Figure(MARKS.get(status, text), "", status.word, note)


def _cards() -> tuple[Card, ...]:
    rank, trend = "12e sur 100", f"+1,4{NBSP}% par an depuis 2017"
    return (
        Card("publié", "ardoise", "Chiffre", _shown(Status.OK, "24,8"), "%", rank=rank, trend=trend, spark=spark()),
        Card("estimé", "vert", "Chiffre", _shown(Status.ESTIMATED, f"1{NNBSP}250"), "€/m²", rank=rank),
        Card(
            "provisoire", "bleu", "Chiffre", _shown(Status.PROVISIONAL, "318"), "logements", trend="stable depuis 2017"
        ),
        Card("secret", "prune", "Chiffre", _shown(Status.SECRET, "")),
        Card("non disponible", "brique", "Chiffre", _shown(Status.MISSING, "")),
        Card("sans objet", "violet", "Chiffre", _shown(Status.NOT_APPLICABLE, "")),
        Card("avec un objectif", "ocre", "Chiffre", _shown(Status.OK, "41"), "ha", target=f"30{NBSP}ha (2030)"),
    )
