"""The first sentences, word for word, on invented cases."""

from __future__ import annotations

import itertools

import pytest

from terril.core.periods import parse_period
from terril.core.standing import Point, Rank, Slice, Trend
from terril.core.status import Status
from terril.core.wording.facts import (
    Among,
    Compared,
    ComparisonFacts,
    HomeFacts,
    Measure,
    OverviewFacts,
    Peers,
    ProfileFacts,
    SourcesFacts,
    Spread,
    StandingFacts,
    ThemeFacts,
    ThemeItem,
)
from terril.core.wording.french import Named, Noun
from terril.core.wording.sentences import comparison, home, overview, profile, sources, standing, theme

COMMUNE = Noun("commune", "communes", True)
DEPARTMENT = Noun("département", "départements")
LENS, ARRAS, HAVRE = Named("Lens", commune=True), Named("Arras", commune=True), Named("Havre", "le", commune=True)
ARTOIS = Named("Artois", "l’", place="dans")
CA = Named("CA de Lens - Liévin", "la", place="dans")
VILLAGES = Named("villages de l’Artois", "les", place="dans", plural=True)
IN_CA = Among(noun=COMMUNE, within=CA)
YEAR = parse_period("2021")

POVERTY = Measure(label="Taux de pauvreté", unit="%", direction="lower_is_better")
SHARE = Measure(label="Part des maisons", unit="%", decimals=1)
DWELLINGS = Measure(label="Logements sociaux", unit="logement", additive=True)
POPULATION = Measure(label="Population", unit="hab", additive=True)
INCOME = Measure(label="Niveau de vie médian", unit="EUR", direction="higher_is_better")
WASTE = Measure(label="Déchets collectés", unit="t", additive=True)
ODD = Measure(label="Zorglub départemental", unit="%", decimals=1)


def plain(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


def trend(first: float, last: float, *, share: bool = False, status: Status = Status.OK) -> Trend:
    return Trend(Point(parse_period("2018"), first, status), Point(parse_period("2023"), last), 5, share)


def rated(rate: float) -> Trend:
    return trend(1000, 1000 * (1 + rate / 100) ** 5)


# -- profile ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "theirs", "text"),
    [
        (-0.4, -0.7, "Lens perd des habitants moins vite que les communes comparables."),
        (-0.7, -0.4, "Lens perd des habitants plus vite que les communes comparables."),
        (-0.4, -0.42, "Lens perd des habitants au même rythme que les communes comparables."),
        (0.4, 0.7, "Lens gagne des habitants moins vite que les communes comparables."),
        (0.7, 0.4, "Lens gagne des habitants plus vite que les communes comparables."),
        (-0.4, 0.3, "Lens perd des habitants, tandis que les communes comparables en gagnent."),
        (0.4, -0.3, "Lens gagne des habitants, tandis que les communes comparables en perdent."),
        (-0.4, 0.01, "Lens perd des habitants, tandis que la population des communes comparables est stable."),
        (0.01, 0.02, "La population de Lens est stable, comme celle des communes comparables."),
        (0.01, 0.5, "La population de Lens est stable, tandis que celle des communes comparables augmente."),
        (-0.01, -0.5, "La population de Lens est stable, tandis que celle des communes comparables diminue."),
    ],
)
def test_population_beside_similar_communes(mine: float, theirs: float, text: str) -> None:
    peers = Peers(noun=COMMUNE, count=10, annual=theirs)
    assert plain(profile(ProfileFacts(territory=LENS, trend=rated(mine), peers=peers))) == text


def test_the_proof_says_values_set_period_and_rule() -> None:
    peers = Peers(noun=COMMUNE, count=10, annual=-0.7)
    found = profile(ProfileFacts(territory=LENS, trend=rated(-0.4), peers=peers))
    assert plain(found.proof) == (
        "−0,4 % par an de 2018 à 2023, contre −0,7 % pour la médiane des dix communes semblables. "
        "Stable : moins de 0,05 % par an."
    )


def test_names_and_numbers_agree() -> None:
    peers = Peers(noun=DEPARTMENT, count=6, annual=0.3)
    somme = Named("Somme", "la", place="dans")
    assert plain(profile(ProfileFacts(territory=somme, trend=rated(-0.2), peers=peers))) == (
        "La Somme perd des habitants, tandis que les départements comparables en gagnent."
    )
    assert plain(profile(ProfileFacts(territory=VILLAGES, trend=rated(-0.2)))) == (
        "Les villages de l’Artois perdent des habitants : −0,2 % par an de 2018 à 2023."
    )
    one = Peers(noun=COMMUNE, count=1, annual=0.3)
    proof = plain(profile(ProfileFacts(territory=LENS, trend=rated(-0.2), peers=one)).proof)
    assert proof.startswith("−0,2 % par an de 2018 à 2023, contre +0,3 % pour la commune semblable.")


def test_without_similar_territories() -> None:
    alone = ProfileFacts(territory=HAVRE, trend=rated(0.0))
    assert plain(profile(alone)) == "La population du Havre est stable de 2018 à 2023."
    estimated = ProfileFacts(territory=LENS, trend=trend(100, 90, status=Status.ESTIMATED))
    assert "(d’après une valeur estimée)" in plain(profile(estimated))
    unrated = Peers(noun=COMMUNE, count=10, annual=None)
    assert plain(profile(ProfileFacts(territory=LENS, trend=rated(1), peers=unrated))).endswith("de 2018 à 2023.")


def test_without_a_series() -> None:
    facts = ProfileFacts(territory=LENS, population=32920, period=YEAR)
    assert plain(profile(facts)) == "Lens compte 32 920 habitants en 2021."
    assert plain(profile(ProfileFacts(territory=LENS, population=1, period=YEAR))) == "Lens compte 1 habitant en 2021."
    empty = ProfileFacts(territory=LENS, population=0, period=YEAR, trend=trend(0, 0))
    assert plain(profile(empty)) == "Lens ne compte aucun habitant en 2021."
    assert plain(profile(ProfileFacts(territory=ARRAS))) == "La population d’Arras n’est pas disponible."
    secret = ProfileFacts(territory=ARRAS, status=Status.SECRET)
    assert plain(profile(secret)) == "La population d’Arras est couverte par le secret statistique."


# -- indicator without a territory ---------------------------------------------------------------------------


def spread(*values: float | None, statuses: tuple[Status, ...] | None = None) -> Spread:
    told = statuses or tuple(Status.MISSING if v is None else Status.OK for v in values)
    given = [float("nan") if v is None else v for v in values]
    names = ["Annay", "Bully", "Carvin", "Dourges", "Évin"]
    found = Slice(names[: len(values)], given, [int(s) for s in told])
    return Spread.of(found, lambda code: Named(code, commune=True))


@pytest.mark.parametrize(
    ("measure", "values", "whole", "text"),
    [
        (POVERTY, (8, 32, 14), None, "Dans l’Artois, le taux de pauvreté va de 8 % (Annay) à 32 % (Bully) en 2021."),
        (POVERTY, (8, 32, 8, 8), None, "Dans l’Artois, le taux de pauvreté va de 8 % (3 communes) à 32 % (Bully) en 2021."),
        (POVERTY, (8, 32, 8), None, "Dans l’Artois, le taux de pauvreté va de 8 % (Annay et Carvin) à 32 % (Bully) en 2021."),
        (POVERTY, (8, None), None, "Dans l’Artois, une seule commune a une valeur en 2021 : Annay (8 %)."),
        (POVERTY, (8, 8), None, "Dans l’Artois, le taux de pauvreté est partout de même valeur en 2021 : 8 %."),
        (WASTE, (8, 8), None, "Dans l’Artois, les déchets collectés sont partout de même valeur en 2021 : 8 tonnes."),
        (WASTE, (1, 9), None, "Dans l’Artois, les déchets collectés vont de 1 tonne (Annay) à 9 tonnes (Bully) en 2021."),
        (DWELLINGS, (0, 900), 900, "L’Artois compte 900 logements sociaux en 2021 : de 0 (Annay) à 900 (Bully) selon les communes."),
        (DWELLINGS, (0, 900), None, "Dans l’Artois, le nombre de logements sociaux va de 0 (Annay) à 900 (Bully) en 2021."),
        (POPULATION, (1, 1_300_000), 1_300_001, "L’Artois compte 1,3 million d’habitants en 2021 : de 1 (Annay) à 1 300 000 (Bully) selon les communes."),
        (SHARE, (-1.25, 3), None, "Dans l’Artois, la part des maisons va de −1,2 % (Annay) à 3,0 % (Bully) en 2021."),
        (ODD, (1, 3), None, "Dans l’Artois, l’indicateur « Zorglub départemental » va de 1,0 % (Annay) à 3,0 % (Bully) en 2021."),
        (POVERTY, (None, None), None, "Pour les communes de l’Artois, aucune valeur n’est disponible en 2021."),
        (POVERTY, (), None, "Pour les communes de l’Artois, aucune valeur n’est disponible en 2021."),
    ],
)  # fmt: skip
def test_range(measure: Measure, values: tuple[float | None, ...], whole: float | None, text: str) -> None:
    facts = OverviewFacts(
        measure=measure, period=YEAR, among=Among(noun=COMMUNE, within=ARTOIS), spread=spread(*values), whole=whole
    )
    assert plain(overview(facts)) == text


def test_all_secret() -> None:
    facts = OverviewFacts(
        measure=POVERTY,
        period=YEAR,
        among=IN_CA,
        spread=spread(None, None, statuses=(Status.SECRET, Status.SECRET)),
    )
    assert plain(overview(facts)) == (
        "Pour les communes de la CA de Lens - Liévin, toutes les valeurs en 2021 sont couvertes par le secret statistique."
    )


def test_the_proof_counts_who_has_no_value() -> None:
    statuses = (Status.OK, Status.OK, Status.SECRET, Status.MISSING)
    facts = OverviewFacts(
        measure=POVERTY, period=YEAR, among=IN_CA, spread=spread(8, 32, None, None, statuses=statuses)
    )
    assert plain(overview(facts).proof) == (
        "En 2021, 2 communes ont une valeur ; 2 n’en ont pas, dont 1 par secret statistique. Médiane : 20 %."
    )


def test_the_whole_has_its_trend() -> None:
    facts = OverviewFacts(
        measure=POVERTY,
        period=YEAR,
        among=Among(noun=COMMUNE, within=ARTOIS),
        spread=spread(8, 32),
        trend=trend(16, 14, share=True),
    )
    assert plain(overview(facts)).endswith(
        " De 2018 à 2023, il a baissé de 2 points pour l’ensemble de l’Artois, dans le sens favorable."
    )
    national = OverviewFacts(measure=POVERTY, period=YEAR, among=Among(noun=COMMUNE), spread=spread(8, 32))
    assert plain(overview(national)).startswith("En France, le taux de pauvreté va de 8 %")


# -- indicator with a territory ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "value", "rank", "median", "text"),
    [
        (POVERTY, 32, Rank(1, 26, 1, 10), 22, "À Lens, le taux de pauvreté s’élève à 32 % en 2021 : la valeur la plus élevée (la moins favorable) des 26 communes de la CA de Lens - Liévin dont la valeur est connue, 10 points de plus que la médiane."),
        (INCOME, 30000, Rank(1, 36), 20000, "À Lens, le niveau de vie médian s’élève à 30 000 € en 2021 : la valeur la plus élevée (la plus favorable) des 36 communes de la CA de Lens - Liévin, 10 000 € de plus que la médiane."),
        (SHARE, 57, Rank(36, 36), 95, "À Lens, la part des maisons s’élève à 57,0 % en 2021 : la valeur la plus basse des 36 communes de la CA de Lens - Liévin, 38 points de moins que la médiane."),
        (SHARE, 57, Rank(3, 36, 2), 40, "À Lens, la part des maisons s’élève à 57,0 % en 2021 : la 3e valeur la plus élevée, ex æquo, des 36 communes de la CA de Lens - Liévin, 17 points de plus que la médiane."),
        (SHARE, 57, Rank(30, 36, 2), 57.01, "À Lens, la part des maisons s’élève à 57,0 % en 2021 : la 6e valeur la plus basse, ex æquo, des 36 communes de la CA de Lens - Liévin, au niveau de la médiane."),
        (SHARE, 57, Rank(1, 1), 57, "À Lens, la part des maisons s’élève à 57,0 % en 2021 : la seule valeur connue des communes de la CA de Lens - Liévin."),
        (SHARE, 57, Rank(1, 4, 4), 57, "À Lens, la part des maisons s’élève à 57,0 % en 2021 : la même valeur pour toutes les communes de la CA de Lens - Liévin."),
        (SHARE, 57, Rank(1, 2), 50, "À Lens, la part des maisons s’élève à 57,0 % en 2021 : la valeur la plus élevée des 2 communes de la CA de Lens - Liévin."),
        (SHARE, 57, None, None, "À Lens, la part des maisons s’élève à 57,0 % en 2021."),
        (SHARE, 0, None, None, "À Lens, la part des maisons est de 0,0 % en 2021."),
        (SHARE, -3, None, None, "À Lens, la part des maisons est de −3,0 % en 2021."),
        (WASTE, 846, None, None, "À Lens, les déchets collectés s’élèvent à 846 tonnes en 2021."),
        (DWELLINGS, 9052, None, None, "Lens compte 9 052 logements sociaux en 2021."),
        (DWELLINGS, 1, None, None, "À Lens, le nombre de logements sociaux est de 1 en 2021."),
        (DWELLINGS, 0, None, None, "À Lens, le nombre de logements sociaux est de 0 en 2021."),
        (POPULATION, 32920, None, None, "Lens compte 32 920 habitants en 2021."),
        (POPULATION, 0, None, None, "À Lens, le nombre d’habitants est de 0 en 2021."),
    ],
)  # fmt: skip
def test_where_a_territory_stands(
    measure: Measure, value: float, rank: Rank | None, median: float | None, text: str
) -> None:
    facts = StandingFacts(
        measure=measure, territory=LENS, period=YEAR, value=value, among=IN_CA, rank=rank, median=median
    )
    assert plain(standing(facts)) == text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (Status.SECRET, "Au Havre, l’indicateur « Déchets collectés » relève du secret statistique en 2021."),
        (Status.MISSING, "Au Havre, l’indicateur « Déchets collectés » n’est pas disponible en 2021."),
        (Status.NOT_APPLICABLE, "Au Havre, l’indicateur « Déchets collectés » est sans objet en 2021."),
    ],
)
def test_no_value_is_said_by_its_reason(status: Status, text: str) -> None:
    facts = StandingFacts(measure=WASTE, territory=HAVRE, period=YEAR, value=None, status=status)
    assert plain(standing(facts)) == text


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (DWELLINGS, "À Lens, le nombre de logements sociaux n’est pas disponible en 2021."),
        (POPULATION, "À Lens, le nombre d’habitants n’est pas disponible en 2021."),
        (SHARE, "À Lens, la part des maisons n’est pas disponible en 2021."),
    ],
)
def test_it_is_the_figure_that_lacks_not_the_things(measure: Measure, text: str) -> None:
    facts = StandingFacts(measure=measure, territory=LENS, period=YEAR, value=None, status=Status.MISSING)
    assert plain(standing(facts)) == text


def test_estimates_and_trends_are_told() -> None:
    facts = StandingFacts(
        measure=POVERTY, territory=LENS, period=YEAR, value=32, status=Status.ESTIMATED, trend=trend(30, 32, share=True)
    )
    found = standing(facts)
    assert plain(found) == (
        "À Lens, le taux de pauvreté s’élève à 32 % (valeur estimée) en 2021. "
        "De 2018 à 2023, il a augmenté de 2 points, dans le sens défavorable."
    )
    assert plain(found.proof).endswith(
        "De 2018 à 2023 : de 30 % à 32 %, soit +2 points (stable : moins de 0,05 point par an)."
    )


@pytest.mark.parametrize(
    ("measure", "moved", "text"),
    [
        (SHARE, trend(30, 30, share=True), "De 2018 à 2023, elle est restée stable."),
        (DWELLINGS, trend(100, 100), "De 2018 à 2023, leur nombre est resté stable."),
        (DWELLINGS, trend(100, 90), "De 2018 à 2023, leur nombre a baissé de 2,1 % par an."),
        (DWELLINGS, trend(0, 90), "De 2018 à 2023, leur nombre a augmenté de 90 logements."),
        (POPULATION, trend(100, 110), "De 2018 à 2023, la population a augmenté de 1,9 % par an."),
        (WASTE, trend(100, 100), "De 2018 à 2023, la valeur est restée stable."),
        (INCOME, trend(100, 200), "De 2018 à 2023, il a augmenté de 14,9 % par an, dans le sens favorable."),
    ],
)
def test_trends_agree_with_what_they_are_about(measure: Measure, moved: Trend, text: str) -> None:
    facts = StandingFacts(measure=measure, territory=LENS, period=YEAR, value=50, trend=moved)
    assert plain(standing(facts)).endswith(f" {text}")


def test_no_judgement_without_a_direction() -> None:
    for rank, moved in itertools.product((Rank(1, 9), Rank(9, 9)), (trend(10, 20), trend(20, 10))):
        facts = StandingFacts(
            measure=SHARE, territory=LENS, period=YEAR, value=5, among=IN_CA, rank=rank, median=3, trend=moved
        )
        assert "favorable" not in plain(standing(facts))


# -- theme -------------------------------------------------------------------------------------------------


def item(measure: Measure, value: float | None, rank: Rank | None = None, median: float | None = None) -> ThemeItem:
    return ThemeItem(measure=measure, value=value, rank=rank, median=median)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ((), "À Lens, aucun indicateur du thème « Logement » n’est disponible."),
        ((item(SHARE, None),), "À Lens, aucun indicateur du thème « Logement » n’est disponible."),
        ((item(SHARE, 5),), "À Lens, 1 indicateur du thème « Logement » a une valeur : la part des maisons (5,0 %)."),
        ((item(SHARE, 5), item(POVERTY, 3)), "À Lens, 2 indicateurs du thème « Logement » ont une valeur, dont la part des maisons (5,0 %)."),
        ((item(SHARE, 5, Rank(1, 9), 3),), "Parmi les communes de la CA de Lens - Liévin, Lens a la valeur la plus élevée pour la part des maisons (5,0 %), seul indicateur comparable du thème « Logement »."),
        ((item(SHARE, 5, Rank(1, 9), 3), item(POVERTY, 5, Rank(9, 9), 8)), "Parmi les communes de la CA de Lens - Liévin, Lens a la valeur la plus élevée pour la part des maisons (5,0 %) et la plus basse pour le taux de pauvreté (5 %), sur les 2 indicateurs comparables du thème « Logement »."),
        ((item(SHARE, 5, Rank(9, 9), 6), item(POVERTY, 5, Rank(9, 9), 8)), "Parmi les communes de la CA de Lens - Liévin, Lens a la valeur la plus basse pour 2 indicateurs, dont la part des maisons (5,0 %), sur les 2 indicateurs comparables du thème « Logement »."),
        ((item(SHARE, 5, Rank(2, 9), 3), item(POVERTY, 5, Rank(5, 9), 5)), "Lens est au-dessus de la médiane des communes de la CA de Lens - Liévin pour 1 des 2 indicateurs comparables du thème « Logement », à son niveau pour 1."),
        ((item(SHARE, 5, Rank(7, 9), 6), item(POVERTY, 5, Rank(6, 9), 7)), "Lens est au-dessous de la médiane des communes de la CA de Lens - Liévin pour les 2 indicateurs comparables du thème « Logement »."),
        ((item(SHARE, 5, Rank(1, 9, 5), 5),), "Lens est au niveau de la médiane des communes de la CA de Lens - Liévin pour la part des maisons (5,0 %), seul indicateur comparable du thème « Logement »."),
        ((item(DWELLINGS, 900, Rank(1, 9), 3), item(SHARE, 5, Rank(7, 9), 6)), "Lens est au-dessous de la médiane des communes de la CA de Lens - Liévin pour la part des maisons (5,0 %), seul indicateur comparable du thème « Logement »."),
    ],
)  # fmt: skip
def test_themes(items: tuple[ThemeItem, ...], text: str) -> None:
    facts = ThemeFacts(theme="Logement", territory=LENS, among=IN_CA, items=items)
    assert plain(theme(facts)) == text


# -- comparison ----------------------------------------------------------------------------------------------


def compared(measure: Measure, *values: float | None) -> ComparisonFacts:
    names = (LENS, ARRAS, HAVRE, CA)
    items = tuple(
        Compared(territory=t, value=v, status=Status.OK if v is not None else Status.SECRET)
        for t, v in zip(names, values, strict=False)
    )
    return ComparisonFacts(measure=measure, period=YEAR, items=items)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (compared(POVERTY, 32, 26), "Le taux de pauvreté est plus élevé à Lens (32 %) qu’à Arras (26 %) en 2021, soit 6 points d’écart."),
        (compared(SHARE, 32, 26.5), "La part des maisons est plus élevée à Lens (32,0 %) qu’à Arras (26,5 %) en 2021, soit 5,5 points d’écart."),
        (compared(INCOME, 17250, 19290), "Le niveau de vie médian est plus élevé à Arras (19 290 €) qu’à Lens (17 250 €) en 2021."),
        (compared(DWELLINGS, 20, 10), "Lens compte plus de logements sociaux qu’Arras en 2021 : 20 contre 10."),
        (compared(WASTE, 20, 10), "Pour les déchets collectés, Lens a la valeur la plus élevée en 2021 : 20 tonnes, contre 10 tonnes à Arras."),
        (compared(POVERTY, 26, 26.4), "Lens et Arras ont la même valeur en 2021 pour le taux de pauvreté : 26 %."),
        (compared(POVERTY, 32, 26, 20), "Des trois territoires comparés, Lens a la valeur la plus élevée en 2021 pour le taux de pauvreté (32 %), Le Havre la plus basse (20 %)."),
        (compared(POVERTY, 32, 32, 20), "Des trois territoires comparés, Lens et Arras ont la valeur la plus élevée en 2021 pour le taux de pauvreté (32 %), Le Havre la plus basse (20 %)."),
        (compared(DWELLINGS, 5, 7, 9, 90), "Des quatre territoires comparés, la CA de Lens - Liévin compte le plus de logements sociaux en 2021 (90), Lens le moins (5)."),
        (compared(POVERTY, 32, None, 20), "Des trois territoires comparés, Lens a la valeur la plus élevée en 2021 pour le taux de pauvreté (32 %), Le Havre la plus basse (20 %)."),
        (compared(POVERTY, None, 26), "Des deux territoires comparés, un seul a une valeur en 2021 : Arras (26 %)."),
        (compared(POVERTY, None, None), "Aucun des deux territoires comparés n’a de valeur en 2021."),
        (compared(POVERTY, 32), "À Lens, le taux de pauvreté est de 32 % en 2021."),
        (compared(POVERTY, 0, -2), "Le taux de pauvreté est plus élevé à Lens (0 %) qu’à Arras (−2 %) en 2021, soit 2 points d’écart."),
    ],
)  # fmt: skip
def test_comparisons(facts: ComparisonFacts, text: str) -> None:
    assert plain(comparison(facts)) == text


def test_the_proof_of_a_comparison_gives_every_value_and_why_one_lacks() -> None:
    assert plain(comparison(compared(POVERTY, 32, None, 20)).proof) == (
        "Lens : 32 % ; Le Havre : 20 % ; Arras : secret statistique."
    )


# -- home and sources ------------------------------------------------------------------------------------------


def test_home() -> None:
    facts = HomeFacts(perimeter=ARTOIS, population=709273, period=YEAR, epcis=5, communes=319, trend=trend(1000, 995))
    assert plain(home(facts)) == (
        "L’Artois compte 709 273 habitants en 2021, dans 5 intercommunalités et 319 communes ; "
        "sa population diminue de 0,1 % par an depuis 2018."
    )
    flat = HomeFacts(perimeter=VILLAGES, population=1, period=YEAR, communes=1, trend=trend(1000, 1000))
    assert plain(home(flat)) == (
        "Les villages de l’Artois comptent 1 habitant en 2021, dans 1 commune ; leur population est stable depuis 2018."
    )
    assert plain(home(HomeFacts(perimeter=ARTOIS, epcis=5, communes=319))) == (
        "L’Artois réunit 5 intercommunalités et 319 communes."
    )


@pytest.mark.parametrize(
    ("loaded", "late", "not_loaded", "text"),
    [
        (20, 2, 12, "Sur 32 sources déclarées, 20 sont chargées, dont 2 en retard sur leur rythme de parution ; 12 ne le sont pas."),
        (5, 1, 1, "Sur 6 sources déclarées, 5 sont chargées, dont 1 en retard sur son rythme de parution ; 1 ne l’est pas."),
        (1, 1, 1, "Sur 2 sources déclarées, 1 est chargée, en retard sur son rythme de parution ; 1 ne l’est pas."),
        (2, 2, 0, "Les 2 sources déclarées sont chargées, toutes en retard sur leur rythme de parution."),
        (1, 0, 0, "La source déclarée est chargée."),
        (0, 0, 1, "La source déclarée n’est pas chargée."),
        (0, 0, 3, "Aucune des sources déclarées n’est chargée."),
        (0, 0, 0, "Aucune source n’est déclarée."),
    ],
)  # fmt: skip
def test_sources(loaded: int, late: int, not_loaded: int, text: str) -> None:
    assert plain(sources(SourcesFacts(loaded=loaded, late=late, not_loaded=not_loaded))) == text
