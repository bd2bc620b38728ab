"""Invented figures that show how things are drawn. None is of any place: each drawing says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from terril.core.drawing import (
    Bar,
    BarChart,
    Break,
    Chart,
    DistributionChart,
    Frame,
    LineChart,
    Marked,
    MultiplesChart,
    Panel,
    Point,
    PyramidChart,
    Reference,
    Role,
    Series,
    Side,
    SlopeChart,
    Sparkline,
    StackedChart,
    StackedRow,
    Target,
)
from terril.core.drawing.choropleth import Choropleth, Shape
from terril.core.drawing.classes import Method, classify
from terril.core.status import Status
from terril.core.text import NBSP
from terril.web.components.figures import said

INVENTED = "Exemple inventé"
_YEARS = range(2014, 2024)
_ACROSS, _DOWN, _SIDE = 6, 4, 100


@dataclass(frozen=True, slots=True)
class Example:
    """A chart of the page, and what it is for."""

    id: str
    name: str
    use: str
    chart: Chart


def examples() -> Iterator[Example]:
    """Every kind of chart, then the map."""
    return (Example(name, label, said(use), chart) for name, label, use, chart in _all())


def _all() -> Iterator[tuple[str, str, str, Chart]]:
    yield "courbe", "Courbe", "Une évolution, avec sa référence, sa cible et ses ruptures.", _line()
    yield "pente", "Pente", "Deux dates, plusieurs territoires : qui monte, qui descend.", _slope()
    yield "barres", "Barres", "Un classement : le territoire regardé porte la couleur.", _bars()
    yield "empile", "Barres empilées", "Les parts d’un tout, six au plus.", _stacked()
    yield "repartition", "Répartition", "Où l’on se place parmi tous.", _distribution()
    yield "pyramide", "Pyramide", "Deux côtés, par âge.", _pyramid()
    yield "multiples", "Petits multiples", "Plusieurs courbes à la même échelle, une par cadre.", _multiples()
    yield "carte", "Carte", "Des classes d’une méthode nommée ; ce qui n’a pas de valeur reste visible.", _map()


def spark() -> Sparkline:
    """A tiny trend."""
    return Sparkline(_series("", (21, 20, 22, 24, 23, 26, 27, 29, 28, 31)))


def _frame(title: str, description: str, unit: str, name: str, palette: str = "ardoise", decimals: int = 0) -> Frame:
    return Frame(
        title=f"{INVENTED}{NBSP}: {title}",
        description=said(description),
        unit=unit,
        source=INVENTED,
        decimals=decimals,
        id=f"dessin-{name}",
        palette=palette,
    )


def _series(
    label: str, values: tuple[float | None, ...], role: Role = Role.MAIN, statuses: dict[int, Status] | None = None
) -> Series:
    told = statuses or {}
    points = tuple(
        Point(year, str(year), value, told.get(year, Status.OK if value is not None else Status.MISSING))
        for year, value in zip(_YEARS, values, strict=True)
    )
    return Series(label, points, role)


def _line() -> LineChart:
    states = {2018: Status.ESTIMATED, 2019: Status.ESTIMATED, 2023: Status.PROVISIONAL}
    main = _series("Commune A", (41, 43, 44, None, 47, 48, 50, 52, 53, 55), statuses=states)
    other = _series("Intercommunalité", (46, 46, 47, 48, 48, 49, 49, 50, 51, 51), Role.REFERENCE)
    text = "La commune A passe de 41 à 55 et dépasse son intercommunalité en 2020 ; 2017 n’est pas disponible."
    frame = _frame("une part en dix ans", text, "%", "courbe", "vert")
    return LineChart(frame, (main, other), Target(60, "Cible 2030"), (Break(2020.5, "nouvelle méthode"),))


def _bars() -> BarChart:
    values = {"A": 812.0, "B": 640.0, "C": 588.0, "D": 431.0, "E": None, "F": 96.0}
    states = {"C": Status.ESTIMATED, "D": Status.PROVISIONAL, "E": Status.SECRET}
    bars = tuple(
        Bar(f"Commune {name}", value, states.get(name, Status.OK), Role.MAIN if name == "B" else Role.OTHER)
        for name, value in values.items()
    )
    frame = _frame(
        "six communes", "La commune B est deuxième ; la commune E est secrète.", "logements", "barres", "brique"
    )
    return BarChart(frame, bars, Reference(588, "médiane"))


def _stacked() -> StackedChart:
    parts = ("Champs", "Bois", "Bâti", "Eau")
    rows = (
        StackedRow("Commune A", (420.0, 130.0, 210.0, 12.0)),
        StackedRow("Commune B", (180.0, 35.0, 460.0, 9.0), role=Role.MAIN),
        StackedRow("Commune C", (610.0, 240.0, 95.0, 31.0)),
    )
    return StackedChart(_frame("l’occupation du sol", "La commune B est surtout bâtie.", "ha", "empile"), rows, parts)


def _slope() -> SlopeChart:
    ends = {"Commune A": (52.0, 61.0), "Commune B": (58.0, 49.0), "Commune C": (40.0, 44.0)}
    lines = tuple(
        Series(n, (Point(2015, "2015", a), Point(2023, "2023", b)), Role.MAIN if n == "Commune B" else Role.OTHER)
        for n, (a, b) in ends.items()
    )
    frame = _frame("avant, après", "La commune B passe de 58 à 49 ; les deux autres montent.", "%", "pente", "prune")
    return SlopeChart(frame, lines)


def _distribution() -> DistributionChart:
    values = tuple(18 + (i * 37 % 61) * 0.4 + (i % 7) * 0.9 for i in range(120))
    frame = _frame("cent vingt communes", "La plupart sont entre 22 et 40.", "€/m²", "repartition", "ocre")
    return DistributionChart(frame, values, (Marked("Commune A", 41.2),))


def _pyramid() -> PyramidChart:
    ages = ("0 à 14", "15 à 29", "30 à 44", "45 à 59", "60 à 74", "75 et plus")
    men = Side("Hommes", (910.0, 860.0, 930.0, 980.0, 760.0, 340.0))
    women = Side("Femmes", (870.0, 840.0, 960.0, 1010.0, 850.0, 610.0))
    frame = _frame("les âges", "Les 45 à 59 ans sont les plus nombreux.", "habitants", "pyramide", "violet")
    return PyramidChart(frame, ages, men, women)


def _multiples() -> MultiplesChart:
    starts = {"Commune A": (20, 3), "Commune B": (44, -2), "Commune C": (31, 1)}
    panels = tuple(
        Panel(name, (_series(name, tuple(float(first + step * i) for i in range(10))),))
        for name, (first, step) in starts.items()
    )
    frame = _frame("trois communes", "A monte, B baisse, C bouge peu.", "%", "multiples", "bleu")
    return MultiplesChart(frame, panels)


def _map() -> Choropleth:
    """A grid of squares stands for territories: no contour of a real place bears an invented figure."""
    codes = [f"{row * _ACROSS + column + 1:02d}" for row in range(_DOWN) for column in range(_ACROSS)]
    values: dict[str, tuple[float | None, Status]] = {
        code: (float(7 + i * 29 % 83), Status.ESTIMATED if i == 15 else Status.OK) for i, code in enumerate(codes)
    }
    values |= {"05": (None, Status.SECRET), "12": (None, Status.SECRET), "20": (None, Status.MISSING)}
    values["24"] = (None, Status.NOT_APPLICABLE)
    shapes = tuple(Shape(code, f"Commune {code}", _square(i)) for i, code in enumerate(codes))
    known = [value for value, _ in values.values() if value is not None]
    frame = _frame("vingt-quatre communes", "Deux communes sont secrètes, une sans valeur.", "%", "carte", "sarcelle")
    return Choropleth(
        frame,
        shapes,
        size=(_ACROSS * _SIDE, _DOWN * _SIDE),
        classes=classify(known, Method.QUANTILES),
        values=values,
        selected="09",
        credits=INVENTED,
    )


def _square(place: int) -> str:
    left, top = place % _ACROSS * _SIDE, place // _ACROSS * _SIDE
    return f"M{left} {top}h{_SIDE}v{_SIDE}h-{_SIDE}z"
