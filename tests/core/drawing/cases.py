"""Invented charts, plain and nasty, that every test of the drawings runs through."""

from __future__ import annotations

import math

from terril.core.drawing import (
    Bar,
    BarChart,
    Break,
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
    StackedChart,
    StackedRow,
    Target,
)
from terril.core.drawing.sheet import Drawing
from terril.core.status import Status

LONG = "Communauté de communes des Sept-Vallées-et-de-la-Haute-Ternoise en très grand Artois"
EVIL = "<script>alert(\"1\")</script> & l'œil « d'Ève » <b>"
S = Status


def frame(name: str, unit: str = "habitants", decimals: int = 0, palette: str = "ardoise", title: str = "") -> Frame:
    return Frame(
        title=title or f"Cas d’essai {name}",
        description=f"Figure inventée pour le cas {name}.",
        unit=unit,
        source="Données inventées, aucune source",
        decimals=decimals,
        id=name,
        palette=palette,
    )


def series(label: str, values: dict[int, float | None], role: Role = Role.MAIN, **statuses: Status) -> Series:
    states = {int(key[1:]): status for key, status in statuses.items()}
    points = (
        Point(year, str(year), value, states.get(year, S.MISSING if value is None else S.OK))
        for year, value in values.items()
    )
    return Series(label, tuple(points), role)


def years(start: int, *values: float | None) -> dict[int, float | None]:
    return {start + i: value for i, value in enumerate(values)}


CENSUS = {
    1968: 28_379,
    1975: 26_982,
    1982: 25_508,
    1990: 24_556,
    1999: 27_808,
    2006: 26_472,
    2011: 25_430,
    2016: 25_193,
    2022: 24_895,
}
RATE = years(2012, 14.2, 14.6, 15.1, 15.0, 14.4, 13.9, 13.7, 13.1, 13.4, 12.6, 12.1, 11.8)
TOWNS = (
    "Arras",
    "Béthune",
    "Bruay-la-Buissière",
    "Carvin",
    "Hénin-Beaumont",
    "Lens",
    "Liévin",
    "Lillers",
    "Noeux-les-Mines",
    "Saint-Omer",
    "Saint-Pol-sur-Ternoise",
    "Calais",
)


def _lines() -> dict[str, Drawing]:
    wave = [math.sin(i / 2.1) + i / 9 for i in range(24)]
    many = tuple(
        series(
            name,
            years(2010, *(10 + k * 0.35 + wave[i] * (1 + k / 8) for i in range(13))),
            Role.MAIN if k == 5 else Role.OTHER,
        )
        for k, name in enumerate(TOWNS)
    )
    peers = (
        series("Béthune", RATE),
        series("Villes comparables", {y: 13.1 - (y - 2012) * 0.09 for y in RATE}, Role.REFERENCE),
        series("Lens", {y: (v or 0) + 2.3 - (y - 2012) * 0.2 for y, v in RATE.items()}, Role.OTHER),
        series("Arras", {y: (v or 0) - 3.8 for y, v in RATE.items()}, Role.OTHER),
    )
    compared = tuple(
        series(n, {y: 1000.0 * (9 - k) + (y - 2012) * 55 * (k - 3) for y in RATE}) for k, n in enumerate(TOWNS[:8])
    )
    holes = series(
        "Lens",
        years(2008, 8.1, 8.4, None, None, 7.2, 7.0, None, 6.6, 6.9, 7.4, 7.9, 8.3),
        s2014=S.SECRET,
        s2017=S.ESTIMATED,
        s2018=S.ESTIMATED,
        s2019=S.PROVISIONAL,
    )
    quarters = Series(
        "Emploi salarié",
        tuple(Point(2019 + i / 4, f"{2019 + i // 4}-T{i % 4 + 1}", 41_000 + 900 * wave[i]) for i in range(20)),
    )
    return {
        "l-census": LineChart(frame("l-census", title="Population de Béthune"), (series("Béthune", CENSUS),)),
        "l-peers": LineChart(
            frame("l-peers", "%", 1, "brique", "Part des logements vacants"),
            peers,
            Target(9.0, "Objectif du PLH"),
            (Break(2017.5, "changement de source"),),
        ),
        "l-many": LineChart(frame("l-many", "€", 0, "vert"), many),
        "l-compared": LineChart(frame("l-compared", "emplois", 0, "bleu"), compared),
        "l-holes": LineChart(
            frame("l-holes", "%", 1, "prune"),
            (holes,),
            breaks=(Break(2013, "nouveau zonage"), Break(2013.5, "nouvelle méthode de calcul")),
        ),
        "l-quarters": LineChart(frame("l-quarters", "emplois"), (quarters,)),
        "l-long": LineChart(
            frame("l-long"),
            (series(LONG, CENSUS), series(EVIL, {y: v * 0.98 for y, v in CENSUS.items()}, Role.REFERENCE)),
        ),
        "l-negative": LineChart(
            frame("l-negative", "habitants par an", 0, "ocre"),
            (
                series("Solde migratoire", years(2014, -120, -80, 15, 60, 22, -40, -95)),
                series("Solde naturel", years(2014, -12, -30, -35, -41, -50, -61, -80), Role.REFERENCE),
            ),
        ),
        "l-huge": LineChart(
            frame("l-huge", "€"), (series("Budget", years(2015, 1.1e9, 1.32e9, 1.25e9, 1.61e9, 2.0e9)),)
        ),
        "l-tiny": LineChart(
            frame("l-tiny", "t/hab.", 5), (series("Rejets", years(2015, 1.1e-4, 1.4e-4, 1.2e-4, 0.9e-4)),)
        ),
        "l-nothing": LineChart(frame("l-nothing"), (series("Lens", {}),)),
        "l-empty": LineChart(frame("l-empty"), ()),
        "l-one": LineChart(frame("l-one"), (series("Lens", {2021: 31_606}),)),
        "l-two": LineChart(frame("l-two"), (series("Lens", {2015: 31_415, 2021: 31_606}),)),
        "l-flat": LineChart(frame("l-flat"), (series("Lens", years(2015, 5, 5, 5)),)),
        "l-zero": LineChart(frame("l-zero"), (series("Lens", years(2015, 0, 0, 0)),)),
        "l-missing": LineChart(frame("l-missing"), (series("Lens", years(2015, None, None, None)),)),
        "l-secret": LineChart(
            frame("l-secret"), (series("Lens", years(2015, None, None), s2015=S.SECRET, s2016=S.SECRET),)
        ),
        "l-holed": LineChart(frame("l-holed"), (series("Lens", years(2015, math.nan, 5, math.inf, 7)),)),
        "l-absent": LineChart(
            frame("l-absent", "%", 1), (series("Lens", RATE), series("Liévin", years(2012, None, None), Role.OTHER))
        ),
    }


def _bars() -> dict[str, Drawing]:
    ranked = tuple(
        Bar(
            name,
            18_400 - 640 * k,
            role=Role.MAIN if name == "Lens" else Role.OTHER,
            href=f"/territoires/commune/{62000 + k}/",
        )
        for k, name in enumerate(TOWNS)
    )
    states = (
        Bar("Arras", 12.4),
        Bar("Béthune", 11.8, S.ESTIMATED, Role.MAIN),
        Bar("Lens", 9.7, S.PROVISIONAL),
        Bar("Gosnay", None, S.SECRET),
        Bar("Vimy", None, S.MISSING),
        Bar("Bajus", None, S.NOT_APPLICABLE),
        Bar("Pas-de-Calais", 10.1, role=Role.REFERENCE),
    )
    return {
        "b-ranked": BarChart(frame("b-ranked", "€", title="Revenu médian"), ranked, Reference(15_900, "médiane")),
        "b-states": BarChart(frame("b-states", "%", 1, "sarcelle"), states),
        "b-negative": BarChart(
            frame("b-negative", "%", 1, "violet"),
            tuple(Bar(n, 4.5 - k * 1.3, role=Role.MAIN if k == 6 else Role.OTHER) for k, n in enumerate(TOWNS[:8])),
            Reference(-1.2, "département"),
        ),
        "b-allnegative": BarChart(
            frame("b-allnegative", "%", 1), tuple(Bar(n, -1 - k) for k, n in enumerate(TOWNS[:3]))
        ),
        "b-long": BarChart(
            frame("b-long"), (Bar(LONG, 9, role=Role.MAIN), Bar(EVIL, 4, href="javascript:alert(1)"), Bar("A" * 80, 7))
        ),
        "b-huge": BarChart(frame("b-huge", "€"), (Bar("État", 1.2e9), Bar("Région", 4.1e8), Bar("Commune", 12.0))),
        "b-tiny": BarChart(frame("b-tiny", "", 5), (Bar("a", 1e-4), Bar("b", 3e-4))),
        "b-zero": BarChart(frame("b-zero"), (Bar("Lens", 0), Bar("Arras", 0))),
        "b-one": BarChart(frame("b-one"), (Bar("Lens", 31_606),)),
        "b-empty": BarChart(frame("b-empty"), ()),
        "b-secret": BarChart(frame("b-secret"), (Bar("Lens", None, S.SECRET), Bar("Arras", None, S.SECRET))),
        "b-missing": BarChart(frame("b-missing"), (Bar("Lens", None, S.MISSING), Bar("Arras", math.nan))),
    }


def _stacks() -> dict[str, Drawing]:
    housing = (
        StackedRow("Béthune", (11_200, 420, 1_350), role=Role.MAIN),
        StackedRow("Lens", (14_800, 260, 1_610)),
        StackedRow("Berck", (7_900, 8_300, 1_200)),
        StackedRow("Vimy", (1_700, 20, None), (S.OK, S.OK, S.SECRET)),
        StackedRow("Bajus", (None, None, None), (S.MISSING,) * 3),
        StackedRow("Arras", (20_100, 900, 2_300), (S.ESTIMATED,) * 3),
    )
    ages = tuple(StackedRow(n, (17 + k, 18, 19 - k, 20, 16 + k)) for k, n in enumerate(TOWNS[:5]))
    six = tuple(StackedRow(n, (30, 25, 18, 12 + k, 9, 0.02)) for k, n in enumerate(TOWNS[:3]))
    return {
        "s-housing": StackedChart(
            frame("s-housing", "logements", title="Logements par catégorie"),
            housing,
            ("Résidences principales", "Résidences secondaires", "Logements vacants"),
        ),
        "s-ages": StackedChart(
            frame("s-ages", "%", 0, "bleu"),
            ages,
            ("0-14 ans", "15-29 ans", "30-44 ans", "45-64 ans", "65 ans et plus"),
            ordered=True,
        ),
        "s-six": StackedChart(
            frame("s-six", "emplois"),
            six,
            (
                "Agriculture, sylviculture et pêche",
                "Industrie",
                "Construction",
                "Commerce, transports, services",
                EVIL,
                LONG,
            ),
        ),
        "s-long": StackedChart(frame("s-long"), (StackedRow(LONG, (1, 2)),), ("Oui", "Non")),
        "s-zero": StackedChart(
            frame("s-zero"), (StackedRow("Lens", (0, 0)), StackedRow("Arras", (1, 0))), ("Oui", "Non")
        ),
        "s-empty": StackedChart(frame("s-empty"), (), ("Oui",)),
        "s-secret": StackedChart(frame("s-secret"), (StackedRow("Lens", (None,), (S.SECRET,)),), ("Oui",)),
    }


def _slopes() -> dict[str, Drawing]:
    few = tuple(
        series(
            n,
            {2011: 12 + k * 1.1, 2022: 15 - k * 0.9},
            Role.MAIN if n == "Lens" else Role.REFERENCE if n == "Calais" else Role.OTHER,
        )
        for k, n in enumerate(TOWNS)
    )
    states = (
        series("Béthune", {2011: 8.0, 2022: 9.4}, s2022=S.PROVISIONAL),
        series("Arras", {2011: 7.0, 2022: 6.1}, Role.OTHER, s2011=S.ESTIMATED),
        series("Vimy", {2011: None, 2022: 4.0}, Role.OTHER, s2011=S.SECRET),
        series("Bajus", {2022: 4.0}, Role.OTHER),
    )
    return {
        "p-few": SlopeChart(frame("p-few", "%", 1, "brique", "Taux de chômage"), few),
        "p-states": SlopeChart(frame("p-states", "%", 1, "vert"), states),
        "p-long": SlopeChart(
            frame("p-long"), (series(LONG, {2011: 5, 2022: 9}), series(EVIL, {2011: 5, 2022: 9}, Role.OTHER))
        ),
        "p-one": SlopeChart(frame("p-one"), (series("Lens", {2011: 5}),)),
        "p-empty": SlopeChart(frame("p-empty"), ()),
        "p-huge": SlopeChart(
            frame("p-huge", "€"),
            (series("Lens", {2011: 1e9, 2022: 2.5e9}), series("Arras", {2011: 1e-4, 2022: -1e9}, Role.OTHER)),
        ),
    }


def _distributions() -> dict[str, Drawing]:
    bell = tuple(12 + 3 * math.sin(i * 12.9898) + 2 * math.cos(i * 78.233) + math.sin(i * 3.7) for i in range(890))
    skewed = (
        *tuple(
            180 * math.exp(1.1 * (math.sin(i * 12.9898) + math.sin(i * 4.1414) + math.cos(i * 78.233))) + 60
            for i in range(890)
        ),
        41019.0,
        31606.0,
        24895.0,
    )
    few = tuple(float(round(9 + 4 * math.sin(i * 2.3), 1)) for i in range(26))
    return {
        "d-bell": DistributionChart(
            frame("d-bell", "%", 1, "prune", "Part des logements vacants"),
            bell,
            (Marked("Béthune", 14.1), Marked("Lens", 16.3, Role.OTHER), Marked("Hauts-de-France", 8.2, Role.REFERENCE)),
            (5.5, 9, 11.2, 12.8, 14.6, 18.5),
            "communes",
        ),
        "d-skewed": DistributionChart(
            frame("d-skewed", "habitants"),
            skewed,
            (Marked("Béthune", 24_895.0), Marked("Vimy", 4_100.0, Role.OTHER)),
            counted="communes",
        ),
        "d-few": DistributionChart(
            frame("d-few", "%", 1, "vert"),
            few,
            (Marked("Lens", few[3]), Marked("Arras", few[7], Role.OTHER)),
            counted="EPCI",
        ),
        "d-crowd": DistributionChart(
            frame("d-crowd", "%", 1),
            bell,
            tuple(Marked(n, 10 + k * 0.4, Role.MAIN if k == 3 else Role.OTHER) for k, n in enumerate(TOWNS)),
        ),
        "d-long": DistributionChart(frame("d-long"), few, (Marked(LONG, 12.0), Marked(EVIL, 12.5, Role.OTHER))),
        "d-one": DistributionChart(frame("d-one"), (5.0,)),
        "d-two": DistributionChart(frame("d-two"), (5.0, 9.0), (Marked("Lens", 9.0, status=S.ESTIMATED),)),
        "d-same": DistributionChart(frame("d-same"), (5.0,) * 60, (Marked("Lens", 5.0),)),
        "d-tied": DistributionChart(frame("d-tied"), (0.0,) * 45 + (1.0, 2.0, 900.0)),
        "d-empty": DistributionChart(frame("d-empty"), ()),
        "d-unreal": DistributionChart(frame("d-unreal"), (math.nan, math.inf)),
        "d-huge": DistributionChart(frame("d-huge", "€"), tuple(1e9 + 1e7 * i for i in range(50))),
        "d-tiny": DistributionChart(frame("d-tiny", "t", 5), tuple(1e-4 + 1e-6 * i for i in range(50))),
    }


def _pyramids() -> dict[str, Drawing]:
    ages = (*tuple(f"{a}-{a + 4} ans" for a in range(0, 95, 5)), "95 ans et plus")
    men = tuple(900.0 - abs(i - 7) * 45 - i * i * 0.9 for i in range(20))
    women = tuple(max(value + i * 9, 12.0) for i, value in enumerate(men))
    single = tuple(str(i) for i in range(101))
    return {
        "y-five": PyramidChart(
            frame("y-five", palette="prune", title="Population par âge"),
            ages,
            Side("Hommes", tuple(max(v, 5) for v in men)),
            Side("Femmes", women),
        ),
        "y-single": PyramidChart(
            frame("y-single"),
            single,
            Side("Hommes", tuple(200 - i * 1.7 for i in range(101))),
            Side("Femmes", tuple(200 - i * 1.4 for i in range(101))),
        ),
        "y-states": PyramidChart(
            frame("y-states"),
            ("moins de 20 ans", "20 à 64 ans", "65 ans et plus"),
            Side("Hommes", (12, None, 5), (S.OK, S.SECRET, S.ESTIMATED)),
            Side("Femmes", (13, None, 9), (S.PROVISIONAL, S.MISSING, S.OK)),
        ),
        "y-empty": PyramidChart(frame("y-empty"), (), Side("Hommes", ()), Side("Femmes", ())),
        "y-zero": PyramidChart(frame("y-zero"), ("a",), Side("Hommes", (0,)), Side("Femmes", (0,))),
    }


def _multiples() -> dict[str, Drawing]:
    panels = tuple(
        Panel(
            name,
            (
                series(name, {y: (v or 0) + k * 0.9 for y, v in RATE.items()}),
                series("Département", dict.fromkeys(RATE, 13.0), Role.REFERENCE),
            ),
        )
        for k, name in enumerate(TOWNS[:7])
    )
    odd = (
        Panel(LONG, (series("x", RATE),)),
        Panel("Vimy", (series("x", years(2012, None, None), s2012=S.SECRET, s2013=S.SECRET),)),
        Panel("Bajus", (series("x", years(2012, 12, None, 11, 10)),)),
        Panel(EVIL, (series("x", {2015: 9.0}),)),
        Panel("Rien", ()),
    )
    return {
        "m-seven": MultiplesChart(frame("m-seven", "%", 1, "sarcelle", "Part des logements vacants"), panels),
        "m-odd": MultiplesChart(frame("m-odd", "%", 1), odd),
        "m-empty": MultiplesChart(frame("m-empty"), ()),
    }


CASES: dict[str, Drawing] = {
    **_lines(),
    **_bars(),
    **_stacks(),
    **_slopes(),
    **_distributions(),
    **_pyramids(),
    **_multiples(),
}
