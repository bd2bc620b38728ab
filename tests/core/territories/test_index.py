"""The index: keys, members, perimeters, groups."""

from __future__ import annotations

import pytest

from terril.core.errors import PackError, TerritoryError
from terril.core.packs import Bounds, Group, Perimeter
from terril.core.territories.index import national_memberships
from terril.core.territories.model import Level

from .conftest import Build, nation


def perimeter(id_: str, *members: str, short: str = "") -> Perimeter:
    return Perimeter(id=id_, label=f"Périmètre {id_}", members=members, short=short)


def keys(found: object) -> list[str]:
    return [str(key) for key in found]  # type: ignore[attr-defined]


def test_an_unknown_code_is_told_what_it_became(build: Build) -> None:
    index = build()
    with pytest.raises(TerritoryError, match="Huppy-Saint-Lou est une commune déléguée de 01003") as part:
        index.get("commune:01009")
    assert part.value.hint == "écrire commune:01003"
    with pytest.raises(TerritoryError, match="01008 Vieux, réunie à 01003 Val d'Artoise en 1996"):
        index.get("commune:01008")
    with pytest.raises(TerritoryError, match="intercommunalité inconnue") as near:
        index.get("epci:200000004")
    assert "epci:200000001" in str(near.value.hint)
    with pytest.raises(TerritoryError, match="département inconnu → chercher"):
        index.get("department:99")


def test_old_codes_lead_to_what_they_became(build: Build) -> None:
    index = build()
    assert keys(index.successors("commune:01009")) == ["commune:01003"]
    assert keys(index.successors("commune_deleguee:01009")) == ["commune:01003"]
    assert keys(index.successors("commune:01008")) == ["commune:01003"]
    assert keys(index.successors("epci:100000001")) == ["epci:200000001"]
    assert keys(index.successors("epci:200000009")) == []
    assert keys(index.successors("epci:200000001")) == []
    assert keys(index.successors("commune:01001")) == []
    assert keys(index.successors("commune:99999")) == []
    assert keys(index.successors("perimeter:x")) == []
    with pytest.raises(TerritoryError, match="100000001 n’existe plus") as old:
        index.get("epci:100000001")
    assert old.value.hint == "écrire epci:200000001"


def test_near_codes_are_suggested(build: Build) -> None:
    index = build([perimeter("bassin", "epci:200000001")])
    assert keys(t.key for t in index.suggest("commune:01011")) == ["commune:01001"]
    assert keys(t.key for t in index.suggest("department:01001")) == ["commune:01001"]
    assert keys(t.key for t in index.suggest("perimeter:basin")) == ["perimeter:bassin"]
    assert keys(t.key for t in index.suggest("commune:99999")) == []


def test_a_set_takes_its_article_from_its_declaration(build: Build) -> None:
    index = build(
        [Perimeter(id="p", label="Bassin", article="l'", members=("epci:200000001",))],
        [Group(id="g", label="Petites", level="epci"), Group(id="h", label="Bassin", article="le", level="epci")],
    )
    assert [index.get(k).article for k in ("perimeter:p", "group:g", "group:h")] == ["l’", "les", "le"]


def test_an_epci_across_a_border_is_in_neither_department(build: Build) -> None:
    index = build()
    assert keys(index.members("department:01", Level.EPCI)) == ["epci:200000001"]
    assert keys(index.members("department:02", Level.EPCI)) == ["epci:200000003"]
    assert len(index.members("region:84", Level.EPCI)) == 3
    assert keys(index.members("epci:200000002", Level.DEPARTMENT)) == []


def test_members_at_each_level(build: Build) -> None:
    index = build()
    assert keys(index.members("epci:200000002", Level.COMMUNE)) == ["commune:01003", "commune:02001"]
    assert keys(index.members("epci:200000002", Level.COMMUNE_DELEGUEE)) == ["commune_deleguee:01009"]
    assert keys(index.members("commune:01001", Level.COMMUNE)) == ["commune:01001"]
    assert keys(index.members("country:FR", Level.REGION)) == ["region:84"]
    assert index.communes("commune_deleguee:01009") == {"01003"}


def test_overseas_collectivities_are_not_in_the_country(build: Build) -> None:
    index = build()
    assert "98001" not in index.communes("country:FR")
    rows = set(national_memberships(nation()))
    assert ("commune", "98001", "commune", "98001") in rows
    assert ("commune", "98001", "country", "FR") not in rows
    assert ("epci", "200000002", "country", "FR") in rows
    assert not {r for r in rows if r[0] == "epci" and r[2] in ("department", "region")}


def test_perimeters_nest_in_any_order(build: Build) -> None:
    index = build([perimeter("tout", "perimeter:un", "commune:02003"), perimeter("un", "epci:200000001", short="UN")])
    assert keys(index.members("perimeter:tout", Level.COMMUNE)) == ["commune:01001", "commune:01002", "commune:02003"]
    assert keys(index.members("perimeter:tout", Level.EPCI)) == ["epci:200000001"]
    assert keys(index.members("perimeter:tout", Level.PERIMETER)) == ["perimeter:tout", "perimeter:un"]
    found = index.get("perimeter:tout")
    assert (found.population, found.area_ha) == (4120, 1800.0)
    assert index.unit_level("perimeter:tout") == Level.COMMUNE
    assert index.unit_level("perimeter:un") == Level.EPCI


@pytest.mark.parametrize(
    ("perimeters", "message"),
    [
        ([perimeter("a", "perimeter:b"), perimeter("b", "perimeter:a")], "se contient lui-même"),
        ([perimeter("a", "perimeter:a")], "se contient lui-même"),
        ([perimeter("a", "epci:999999999")], "périmètre a : intercommunalité inconnue"),
        ([perimeter("a", "n’importe quoi")], "clé de territoire illisible"),
        ([perimeter("a", "epci:200000001"), perimeter("a", "epci:200000002")], "déclaré deux fois"),
    ],
)
def test_a_faulty_perimeter_is_refused(build: Build, perimeters: list[Perimeter], message: str) -> None:
    with pytest.raises(PackError, match=message):
        build(perimeters)


def test_a_cycle_names_its_members(build: Build) -> None:
    with pytest.raises(PackError, match="a → b → a"):
        build([perimeter("a", "perimeter:b"), perimeter("b", "perimeter:a")])


@pytest.mark.parametrize(
    ("rule", "members"),
    [
        ({"level": "epci", "kinds": ("CC",)}, ["epci:200000001", "epci:200000003"]),
        ({"level": "epci", "population": Bounds(min=4000, max=17000)}, ["epci:200000001", "epci:200000002"]),
        ({"level": "commune", "density": Bounds(min=600)}, ["commune:02001", "commune:02002"]),
        ({"level": "commune", "within": ("department:02",), "population": Bounds(max=200)}, ["commune:02003"]),
        ({"level": "commune", "within": ("perimeter:p",)}, ["commune:01001", "commune:01002"]),
        ({"level": "department"}, ["department:01", "department:02"]),
    ],
)
def test_rules_of_groups(build: Build, rule: dict[str, object], members: list[str]) -> None:
    group = Group(id="g", label="Groupe", **rule)
    index = build([perimeter("p", "epci:200000001")], [group])
    assert index.unit_level("group:g") == Level(str(rule["level"]))
    assert keys(index.members("group:g", Level(str(rule["level"])))) == members


def test_overseas_collectivities_answer_no_rule(build: Build) -> None:
    index = build([], [Group(id="g", label="Petites", level="commune", population=Bounds(max=200))])
    assert keys(index.members("group:g", Level.COMMUNE)) == ["commune:02003"]


def test_a_group_that_nothing_answers_is_refused(build: Build) -> None:
    with pytest.raises(PackError, match="aucun territoire"):
        build([], [Group(id="g", label="Vide", level="epci", kinds=("CU",))])


def test_rows_for_the_engine_hold_packs(build: Build) -> None:
    index = build([perimeter("p", "epci:200000001")])
    assert set(index.pack_memberships()) == {
        ("commune", "01001", "perimeter", "p"),
        ("commune", "01002", "perimeter", "p"),
        ("epci", "200000001", "perimeter", "p"),
    }
    assert not set(national_memberships(nation())) & set(index.pack_memberships())


def test_levels_are_sorted_by_code(build: Build) -> None:
    index = build()
    codes = [t.key.code for t in index.of_level(Level.COMMUNE)]
    assert codes == sorted(codes)
    assert len(index) == len(nation())
    assert index.of_level(Level.GROUP) == ()


def test_an_iris_is_named_after_its_commune(build: Build) -> None:
    index = build()
    iris = index.get("iris:010010101")
    assert iris.name.startswith("IRIS 01001 0101, ")
    assert iris.parent == "01001"
    assert index.communes(iris.key) == {"01001"}
    assert index.members(iris.key, Level.IRIS) == (iris.key,)
    # The commune of then is another today.
    assert index.get("iris:010080000").parent == "01003"
    for unknown in ("iris:999990101", "iris:01001"):
        with pytest.raises(TerritoryError, match="IRIS inconnu"):
            index.get(unknown)
    # No list of IRIS is kept: a code of nine figures at another level is not taken for one.
    assert "iris:010010101" not in {str(t.key) for t in index}
