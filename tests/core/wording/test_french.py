"""Grammar, on names known by heart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.wording.french import (
    Noun,
    capitalised,
    counted,
    definite,
    elides,
    listed,
    lowered,
    named,
    of_phrase,
    ordinal,
    spelt,
    that,
)


def called(level: Level, name: str, article: str = "", kind: str = "") -> tuple[str, str, str]:
    found = named(Territory(TerritoryKey(level, "x"), name, article=article, kind=kind))
    return found.start, found.of, found.at


@pytest.mark.parametrize(
    ("name", "start", "of", "at"),
    [
        ("Béthune", "Béthune", "de Béthune", "à Béthune"),
        ("Arras", "Arras", "d’Arras", "à Arras"),
        ("Évin-Malmaison", "Évin-Malmaison", "d’Évin-Malmaison", "à Évin-Malmaison"),
        ("Œuf-en-Ternois", "Œuf-en-Ternois", "d’Œuf-en-Ternois", "à Œuf-en-Ternois"),
        ("Le Havre", "Le Havre", "du Havre", "au Havre"),
        ("Les Ulis", "Les Ulis", "des Ulis", "aux Ulis"),
        ("La Rochelle", "La Rochelle", "de La Rochelle", "à La Rochelle"),
        ("L'Haÿ-les-Roses", "L’Haÿ-les-Roses", "de L’Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
        ("Leforest", "Leforest", "de Leforest", "à Leforest"),
        ("Lespesses", "Lespesses", "de Lespesses", "à Lespesses"),
        ("Los Masos", "Los Masos", "de Los Masos", "à Los Masos"),
        ("Hénin-Beaumont", "Hénin-Beaumont", "d’Hénin-Beaumont", "à Hénin-Beaumont"),
        ("Hersin-Coupigny", "Hersin-Coupigny", "d’Hersin-Coupigny", "à Hersin-Coupigny"),
        ("Hautmont", "Hautmont", "d’Hautmont", "à Hautmont"),
        ("Haute-Avesnes", "Haute-Avesnes", "de Haute-Avesnes", "à Haute-Avesnes"),
        ("Ham-en-Artois", "Ham-en-Artois", "de Ham-en-Artois", "à Ham-en-Artois"),
        ("Haguenau", "Haguenau", "de Haguenau", "à Haguenau"),
        ("Hœnheim", "Hœnheim", "de Hœnheim", "à Hœnheim"),
        ("Hyères", "Hyères", "d’Hyères", "à Hyères"),
        ("Yvetot", "Yvetot", "d’Yvetot", "à Yvetot"),
        ("Yutz", "Yutz", "de Yutz", "à Yutz"),
        ("Yerres", "Yerres", "d’Yerres", "à Yerres"),
        ("Yenne", "Yenne", "de Yenne", "à Yenne"),
        ("Y", "Y", "d’Y", "à Y"),
        ("Ouistreham", "Ouistreham", "de Ouistreham", "à Ouistreham"),
    ],
)
def test_communes_carry_their_article(name: str, start: str, of: str, at: str) -> None:
    assert called(Level.COMMUNE, name) == (start, of, at)


@pytest.mark.parametrize(
    ("level", "name", "article", "start", "of", "at"),
    [
        (Level.DEPARTMENT, "Pas-de-Calais", "le", "Le Pas-de-Calais", "du Pas-de-Calais", "dans le Pas-de-Calais"),
        (Level.DEPARTMENT, "Somme", "la", "La Somme", "de la Somme", "dans la Somme"),
        (Level.DEPARTMENT, "Aisne", "l’", "L’Aisne", "de l’Aisne", "dans l’Aisne"),
        (Level.DEPARTMENT, "Landes", "les", "Les Landes", "des Landes", "dans les Landes"),
        (Level.DEPARTMENT, "Seine-et-Marne", "", "La Seine-et-Marne", "de Seine-et-Marne", "en Seine-et-Marne"),
        (Level.DEPARTMENT, "Eure-et-Loir", "", "L’Eure-et-Loir", "d’Eure-et-Loir", "en Eure-et-Loir"),
        (Level.DEPARTMENT, "Haute-Savoie", "la", "La Haute-Savoie", "de la Haute-Savoie", "en Haute-Savoie"),
        (Level.DEPARTMENT, "La Réunion", "", "La Réunion", "de La Réunion", "à La Réunion"),
        (Level.DEPARTMENT, "Mayotte", "", "Mayotte", "de Mayotte", "à Mayotte"),
        (Level.REGION, "Hauts-de-France", "les", "Les Hauts-de-France", "des Hauts-de-France", "dans les Hauts-de-France"),
        (Level.REGION, "Bretagne", "", "La Bretagne", "de Bretagne", "en Bretagne"),
        (Level.REGION, "Île-de-France", "", "L’Île-de-France", "d’Île-de-France", "en Île-de-France"),
        (Level.REGION, "Grand Est", "le", "Le Grand Est", "du Grand Est", "dans le Grand Est"),
        (Level.REGION, "Provence-Alpes-Côte d'Azur", "", "Provence-Alpes-Côte d’Azur", "de Provence-Alpes-Côte d’Azur", "en Provence-Alpes-Côte d’Azur"),
        (Level.COUNTRY, "France", "la", "La France", "de la France", "en France"),
        (Level.EPCI, "CA de Lens - Liévin", "", "La CA de Lens - Liévin", "de la CA de Lens - Liévin", "dans la CA de Lens - Liévin"),
        (Level.EPCI, "Métropole Européenne de Lille", "", "La Métropole Européenne de Lille", "de la Métropole Européenne de Lille", "dans la Métropole Européenne de Lille"),
        (Level.EPCI, "Eurométropole de Strasbourg", "", "L’Eurométropole de Strasbourg", "de l’Eurométropole de Strasbourg", "dans l’Eurométropole de Strasbourg"),
        (Level.EPCI, "Orléans Métropole", "", "Orléans Métropole", "d’Orléans Métropole", "à Orléans Métropole"),
        (Level.PERIMETER, "Pôle métropolitain de l’Artois", "le", "Le Pôle métropolitain de l’Artois", "du Pôle métropolitain de l’Artois", "dans le Pôle métropolitain de l’Artois"),
        (Level.PERIMETER, "Artois", "l’", "L’Artois", "de l’Artois", "dans l’Artois"),
        (Level.PERIMETER, "Grand Douaisis", "", "Le périmètre Grand Douaisis", "du périmètre Grand Douaisis", "dans le périmètre Grand Douaisis"),
        (Level.GROUP, "Villages de l’Artois", "les", "Les villages de l’Artois", "des villages de l’Artois", "dans les villages de l’Artois"),
        (Level.GROUP, "Bassin minier", "le", "Le bassin minier", "du bassin minier", "dans le bassin minier"),
    ],
)  # fmt: skip
def test_larger_territories_take_theirs(level: Level, name: str, article: str, start: str, of: str, at: str) -> None:
    assert called(level, name, article) == (start, of, at)


def test_verbs_agree() -> None:
    def plural(level: Level, name: str, article: str = "") -> bool:
        return named(Territory(TerritoryKey(level, "x"), name, article=article)).plural

    assert plural(Level.GROUP, "Villages de l’Artois", "les")
    assert plural(Level.REGION, "Hauts-de-France", "les")
    assert not plural(Level.GROUP, "Bassin minier", "le")
    assert not plural(Level.COMMUNE, "Les Ulis")


def test_elision_before_a_conjunction() -> None:
    assert that("Arras") == "qu’Arras"
    assert that("la Somme") == "que la Somme"
    assert not elides("onze")


def test_words() -> None:
    commune = Noun("commune", "communes", True)
    assert [counted(n, commune) for n in (0, 1, 2, 1500)] == [
        "aucune commune", "1\u00a0commune", "2\u00a0communes", "1\u202f500\u00a0communes",
    ]  # fmt: skip
    assert counted(0, Noun("indicateur", "indicateurs")) == "aucun indicateur"
    assert [ordinal(1), ordinal(1, feminine=True), ordinal(2), ordinal(21)] == ["1er", "1re", "2e", "21e"]
    assert [spelt(n) for n in (1, 10, 16, 17)] == ["un", "dix", "seize", "17"]
    assert spelt(1, feminine=True) == "une"
    assert listed(["Lens"]) == "Lens"
    assert listed(["Lens", "Liévin", "Arras"]) == "Lens, Liévin et Arras"
    assert lowered("Taux de pauvreté") == "taux de pauvreté"
    assert lowered("QPV présents") == "QPV présents"
    assert lowered("D9") == "D9"
    assert capitalised("l’Artois") == "L’Artois"
    assert definite("énergie", feminine=True) == "l’énergie"
    assert definite("haies", plural=True) == "les haies"
    assert [of_phrase(p) for p in ("le taux", "les parts", "la médiane", "l’indice")] == [
        "du taux", "des parts", "de la médiane", "de l’indice",
    ]  # fmt: skip


@given(st.text(alphabet=st.characters(categories=("L", "Nd", "Pd", "Zs")), min_size=1, max_size=80))
def test_any_name_can_be_said(name: str) -> None:
    for level in Level:
        found = named(Territory(TerritoryKey(level, "x"), name))
        assert "  " not in found.of.replace(name, "")
        assert found.start[:1] == found.start[:1].upper()
