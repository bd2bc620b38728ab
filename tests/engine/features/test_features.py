"""Features: what is found, in which order, and what a scope never lets out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.access import OPERATOR, PUBLIC, Reading, ReadScope, Window
from terril.core.collections import figures, places, table
from terril.core.errors import TerrilError
from terril.core.features import Ask, CollectionError, FeatureReader, Sort
from terril.core.filters import FilterError, parse_text
from terril.core.filters.nodes import Spatial
from terril.core.filters.times import interval
from terril.core.territories.model import Level, TerritoryKey
from terril.engine.features import Features, FeatureStore
from tests.support.features import COMMUNES, INDICATOR, counts, sites, square, vacants

Read = Callable[..., Features]
FIGURES = "indicateurs.logement.vacants"
SITES = "donnees.agence.sites"
COUNTS = "donnees.insee.logement"


def ids(reader: FeatureReader, collection: str, text: str = "", **ask: object) -> list[str]:
    """What answers, by code of commune (or by identifier)."""
    question = Ask(filter=parse_text(text) if text else None, **ask)
    page = reader.items(collection, question)
    assert len(page.features) <= page.matched
    return [str(f.properties.get("code", f.id)) for f in page.features]


# -- territories ----------------------------------------------------------------------------------


def test_territories_have_their_contour(reader: Read) -> None:
    page = reader().items("communes", Ask(limit=2, offset=1))
    assert page.matched == len(COMMUNES)
    first = page.features[0]
    assert (first.id, first.properties["nom"], first.properties["population"]) == ("01002", "Béthencourt", 1001)
    assert first.geometry is not None and shapely.from_wkb(first.geometry).equals(square(2.1, 50.0))
    assert set(reader().items("intercommunalites", Ask()).features[0].properties) == {
        "code", "nom", "siren", "population", "superficie_ha", "nature"}  # fmt: skip


def test_one_feature_by_its_identifier(reader: Read) -> None:
    assert reader().item("communes", "01003").properties["nom"] == "Bethune-le-Haut"
    for wrong in ("200000001", "", "'; --", "01003 "):
        with pytest.raises(CollectionError):
            reader().item("communes", wrong)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nom = 'L’Abbaye'", ["01001"]),
        ("nom = 'O''Neill'", ["02002"]),
        ("nom LIKE 'B_th%'", ["01002", "01003"]),
        ("nom LIKE 'Béth%'", ["01002"]),
        ("ACCENTI(CASEI(nom)) LIKE 'beth%'", ["01002", "01003"]),
        ("nom LIKE '%\\%%'", []),
        ("population BETWEEN 1001 AND 1002", ["01002", "01003"]),
        ("population * 2 > 2006 AND NOT departement IN ('02')", ["97101"]),
        ("departement = '01' OR code = '97101' AND nom LIKE 'x%'", ["01001", "01002", "01003"]),
        ("epci <> '200000001'", ["01003", "02002", "97101"]),
        ("siren IS NULL AND code > '02'", ["02001", "02002", "97101"]),
    ],
)
def test_filters(reader: Read, text: str, found: list[str]) -> None:
    assert ids(reader(), "communes", text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("S_INTERSECTS(geometry, POINT(2.05 50.05))", ["01001"]),
        ("S_INTERSECTS(geometry, POINT(2.1 50.05))", ["01001", "01002"]),
        ("S_WITHIN(geometry, BBOX(1.9, 49.9, 2.25, 50.15))", ["01001", "01002"]),
        ("S_CONTAINS(geometry, LINESTRING(2.01 50.01, 2.02 50.02))", ["01001"]),
        ("S_EQUALS(geometry, POLYGON((2 50, 2.1 50, 2.1 50.1, 2 50.1, 2 50)))", ["01001"]),
        ("S_TOUCHES(geometry, POLYGON((2 50, 2.1 50, 2.1 50.1, 2 50.1, 2 50)))", ["01002", "02001", "02002"]),
        ("S_DISJOINT(geometry, BBOX(2, 50, 3, 51))", ["97101"]),
        ("NOT S_INTERSECTS(geometry, BBOX(2, 50, 3, 51))", ["97101"]),
        # A triangle whose bounds meet 02002, and which does not.
        ("S_INTERSECTS(geometry, POLYGON((2.01 50.01, 2.19 50.01, 2.01 50.19, 2.01 50.01)))", ["01001", "01002", "02001"]),
        ("S_DWITHIN(geometry, POINT(1.99 50.05), 1, km)", ["01001"]),
        ("S_DWITHIN(geometry, POINT(1.99 50.05), 600, meters)", []),
        ("S_INTERSECTS(geometry, POINT(2.05 50.05)) OR nom = 'Carvin'", ["01001", "02001"]),
    ],
)  # fmt: skip
def test_spatial_filters_are_exact(reader: Read, text: str, found: list[str]) -> None:
    assert ids(reader(), "communes", text) == found


def test_boxes(reader: Read) -> None:
    assert ids(reader(), "communes", box=(2.15, 50.05, 2.16, 50.06)) == ["01002"]
    assert ids(reader(), "communes", box=(10, 10, 11, 11)) == []
    assert len(ids(reader(), "communes", box=(-180, -90, 180, 90))) == len(COMMUNES)
    # From the Pacific to the Antilles, through the antimeridian.
    assert ids(reader(), "communes", box=(170, -90, -60, 90)) == ["97101"]


def test_order(reader: Read) -> None:
    assert ids(reader(), "communes", sort=(Sort("departement", True), Sort("code"))) == [
        "97101", "02001", "02002", "01001", "01002", "01003"]  # fmt: skip
    every = [f for batch in reader().every("communes", Ask(sort=(Sort("nom"),))) for f in batch]
    assert len(every) == len(COMMUNES)


@pytest.mark.parametrize(
    "text",
    ["inconnue = 1", "name = 'x'", "code = 1", "population = 'beaucoup'", "population LIKE '1%'", "CASEI(population) = 'x'",
     "nom + 1 > 2", "nom = nom AND geometry = 1", "S_INTERSECTS(nom, POINT(1 2))", "population = true",
     "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))", "S_INTERSECTS(geometry, POINT(700000 6500000))",
     "S_DWITHIN(geometry, POINT(2 50), 9999, km)", "S_DWITHIN(geometry, POINT(2 50), 1e400, km)", "geometry IS NULL",
     "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", "nom LIKE '%a%a%a%a%a%a%a%a%a%a'", "nom LIKE 'a\\'",
     "T_AFTER(nom, DATE('2020-01-01'))", "nom > DATE('2020-01-01')", "population > 1e999", "nom LIKE nom"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(reader: Read, text: str) -> None:
    with pytest.raises(FilterError):
        reader().items("communes", Ask(filter=parse_text(text)))


def test_a_layer_is_no_question(reader: Read) -> None:
    heavy = Spatial("intersects", "geometry", shapely.to_wkt(shapely.Point(2, 50).buffer(1, quad_segs=2000)))
    with pytest.raises(FilterError, match="trop lourde"):
        reader().items("communes", Ask(filter=heavy))


@settings(max_examples=60)
@given(
    st.sampled_from(["nom", "code", "population", "superficie_ha", "geometry", "name", "level", "absente"]),
    st.sampled_from(["=", "<", "LIKE", "IN (", "<>"]),
    st.one_of(st.text(max_size=20), st.integers(), st.floats()),
)
def test_a_filter_is_answered_or_refused_never_more(
    store: FeatureStore, name: str, operator: str, value: str | int | float
) -> None:
    written = "'" + str(value).replace("'", "''") + "'" if isinstance(value, str) else str(value)
    reader = Features(store, PUBLIC, [places(Level.COMMUNE)])
    try:
        page = reader.items(
            "communes", Ask(filter=parse_text(f"{name} {operator} {written}" + ")" * (operator == "IN (")))
        )
    except FilterError:
        return
    assert page.matched <= len(COMMUNES)


def test_injections_are_texts(reader: Read) -> None:
    for text in ("' OR '1'='1", "'; DROP TABLE places; --", '" OR 1=1', "\\", "%' --"):
        assert ids(reader(), "communes", f"nom = '{text.replace(chr(39), chr(39) * 2)}'") == []
    assert len(ids(reader(), "communes")) == len(COMMUNES)


# -- figures --------------------------------------------------------------------------------------


def test_figures_are_those_of_the_finest_level_and_the_last_period(reader: Read) -> None:
    page = reader().items(FIGURES, Ask())
    told = {f.id: (f.properties["valeur"], f.properties["statut"]) for f in page.features}
    assert told == {
        "commune.01001.2021": (9.5, "ok"),
        "commune.01002.2021": (None, "secret"),
        "commune.01003.2021": (None, "missing"),
        "commune.02001.2021": (12.25, "estimated"),
        "commune.02002.2021": (0.0, "ok"),
        "commune.97101.2021": (3.0, "ok"),
    }
    assert page.features[0].properties["nom"] == "L’Abbaye"
    assert all(f.geometry for f in page.features)


def test_other_levels_and_periods_are_asked(reader: Read) -> None:
    assert ids(reader(), FIGURES, "niveau = 'epci'") == ["200000001", "200000002"]
    assert ids(reader(), FIGURES, "periode = '2020'") == ["01001"]
    assert ids(reader(), FIGURES, days=interval("2020-06-01/2020-07-01")) == ["01001"]
    assert ids(reader(), FIGURES, days=interval("2000/2010")) == []
    assert ids(reader(), FIGURES, "T_AFTER(periode, DATE('2020-12-31')) AND valeur > 9") == ["01001", "02001"]
    # No contour, no feature: the country is not a collection of maps.
    assert ids(reader(), FIGURES, "niveau = 'country'") == []
    assert reader().item(FIGURES, "epci.200000001.2021").properties["nom"] == "CC de l’Ouest"


def test_figures_are_found_where_they_are(reader: Read) -> None:
    assert ids(reader(), FIGURES, "S_INTERSECTS(geometry, POINT(2.05 50.05))") == ["01001"]
    both = "S_INTERSECTS(geometry, POINT(2.05 50.05)) AND niveau IN ('commune', 'epci')"
    assert ids(reader(), FIGURES, both) == ["01001", "200000001"]


def test_a_secret_stays_one_whatever_is_asked(reader: Read) -> None:
    assert ids(reader(), FIGURES, "valeur = 4 OR numerateur = 2 OR denominateur = 50") == []
    assert ids(reader(), FIGURES, sort=(Sort("valeur", True),))[-2:] == ["01002", "01003"]
    raw = ReadScope("public", "x", readings={INDICATOR: Reading(raw=True)})
    for scope in (OPERATOR, raw):
        assert ids(reader(scope), FIGURES, "valeur = 4") == ["01002"]


def test_a_scope_narrows_levels_and_territories(reader: Read) -> None:
    levels = ReadScope("public", "x", readings={INDICATOR: Reading((Window(levels=frozenset({Level.EPCI})),))})
    assert ids(reader(levels), FIGURES) == ["200000001", "200000002"]
    assert ids(reader(levels), FIGURES, "niveau = 'commune'") == []
    with pytest.raises(CollectionError):
        reader(levels).item(FIGURES, "commune.01001.2021")
    own = frozenset({TerritoryKey(Level.COMMUNE, "01001"), TerritoryKey(Level.EPCI, "200000001")})
    mine = ReadScope("public", "x", readings={INDICATOR: Reading((Window(territories=own),))})
    assert ids(reader(mine), FIGURES, "niveau IS NOT NULL") == ["01001", "200000001"]
    epci = Window(territories=frozenset({TerritoryKey(Level.EPCI, "200000002")}))
    assert ids(reader(ReadScope("public", "x", readings={INDICATOR: Reading((epci,))})), FIGURES) == ["200000002"]
    two = Reading((epci, Window(frozenset({Level.COMMUNE}), own)))
    both = reader(ReadScope("public", "x", readings={INDICATOR: two}))
    assert ids(both, FIGURES, "niveau IS NOT NULL AND periode = '2021'") == ["01001", "200000002"]
    none = ReadScope("public", "x", readings={INDICATOR: Reading((Window(levels=frozenset({Level.COUNTRY})),))})
    with pytest.raises(CollectionError):
        reader(none).items(FIGURES, Ask())


def test_raw_at_home_is_protected_elsewhere(reader: Read) -> None:
    home = Window(territories=frozenset({TerritoryKey(Level.COMMUNE, "01001")}), raw=True)
    away = Window(territories=frozenset({TerritoryKey(Level.COMMUNE, "01002")}), raw=True)
    for window, found in ((home, []), (away, ["01002"])):
        mixed = reader(ReadScope("public", "x", readings={INDICATOR: Reading((window, Window()))}))
        assert ids(mixed, FIGURES, "valeur = 4 OR numerateur = 2") == found
        page = mixed.items(FIGURES, Ask())
        assert page.matched == len({f.id for f in page.features}) == len(COMMUNES)


def test_what_is_masked_is_not_there(reader: Read) -> None:
    hidden = reader(ReadScope("public", "x", masked=frozenset({INDICATOR})))
    assert FIGURES not in [c.id for c in hidden.collections()]
    absent = "indicateurs.nulle.part"
    told = []
    for name in (FIGURES, absent):
        with pytest.raises(CollectionError) as caught:
            hidden.items(name, Ask())
        told.append(str(caught.value).replace(name, "…"))
    assert told[0] == told[1]


def test_masked_properties_can_neither_be_read_nor_guessed(reader: Read) -> None:
    collection = figures(vacants(), ("2021",)).without(frozenset({"numerateur", "nom"}))
    masked = reader(PUBLIC, collection)
    assert "nom" not in masked.items(FIGURES, Ask()).features[0].properties
    for ask in (
        Ask(filter=parse_text("nom = 'L’Abbaye'")),
        Ask(sort=(Sort("nom"),)),
        Ask(properties=("nom",)),
        Ask(filter=parse_text("numerateur IS NULL")),
    ):
        with pytest.raises(FilterError) as caught:
            masked.items(FIGURES, ask)
        assert "nom," not in str(caught.value.hint) and "numerateur" not in str(caught.value.hint)


# -- rows -----------------------------------------------------------------------------------------


def test_rows_have_their_types_and_their_geometry(reader: Read) -> None:
    first, *_, last = reader().items(SITES, Ask()).features
    assert first.id == "1"
    assert first.properties == {
        "code": "01001", "nom": "Friche de la gare", "surface": 1.5, "actif": True, "depuis": "2020-05-01"}  # fmt: skip
    assert first.geometry and shapely.from_wkb(first.geometry).equals(shapely.Point(2.05, 50.05))
    assert last.geometry is None
    assert reader().item(SITES, "3").properties["nom"] == "=CMD()"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("actif = true", ["01001", "02002"]),
        ("depuis >= '2020-05-01'", ["01001", "01002"]),
        ("depuis BETWEEN DATE('2019-01-01') AND DATE('2020-12-31')", ["01001", "02002"]),
        ("T_BEFORE(depuis, DATE('2020-01-01'))", ["02002"]),
        ("T_DURING(depuis, INTERVAL('2020-01-01', '..'))", ["01001", "01002"]),
        ("surface IS NULL", ["02001"]),
        ("S_INTERSECTS(geometry, POINT(2.14 50.01))", ["01002"]),
        # In the bounds of the triangle, outside it.
        ("S_INTERSECTS(geometry, POINT(2.11 50.049))", []),
        ("S_DWITHIN(geometry, POINT(2.05 50.051), 150, m)", ["01001"]),
    ],
)
def test_rows_are_filtered(reader: Read, text: str, found: list[str]) -> None:
    assert ids(reader(), SITES, text) == found


def test_rows_are_found_in_a_box_and_a_time(reader: Read) -> None:
    assert ids(reader(), SITES, box=(2.0, 50.0, 2.06, 50.06)) == ["01001"]
    assert ids(reader(), SITES, days=interval("2021")) == ["01002"]
    for text in ("depuis = 'hier'", "depuis = 3", "actif = 'oui'"):
        with pytest.raises(FilterError):
            reader().items(SITES, Ask(filter=parse_text(text)))


def test_rows_of_one_territory_alone(reader: Read) -> None:
    own = frozenset({TerritoryKey(Level.COMMUNE, "01002")})
    narrowed = reader(PUBLIC, sites(rows=own), counts(rows=own))
    assert ids(narrowed, SITES) == ["01002"]
    assert ids(narrowed, SITES, "actif = true OR surface > 0 OR NOT nom = 'x'") == ["01002"]
    assert ids(narrowed, COUNTS) == ["01002"]
    with pytest.raises(CollectionError):
        narrowed.item(SITES, "1")


VISITS = {
    "kind": "table", "label": "Visites", "producer": "Agence", "licence": "Licence Ouverte 2.0", "geometry": None,
    "columns": [{"name": "insee", "label": "Commune", "type": "text"}, {"name": "visites", "type": "integer"}],
}  # fmt: skip
PLACED = {**VISITS, "territory": {"level": "commune", "column": "insee"}}


def test_a_table_without_geometry_takes_that_of_its_communes(reader: Read) -> None:
    visits = table("agence/visites", "v1", PLACED)
    page = reader(PUBLIC, visits).items(visits.id, Ask())
    assert [bool(f.geometry) for f in page.features] == [True, True, False, False]
    inside = reader(PUBLIC, visits).items(visits.id, Ask(box=(2.01, 50.01, 2.02, 50.02)))
    assert [f.properties for f in inside.features] == [{"insee": "01001", "visites": 3}]
    mine = frozenset({TerritoryKey(Level.COMMUNE, "02001"), TerritoryKey(Level.EPCI, "01001")})
    own = table("agence/visites", "v1", PLACED, rows=mine)
    assert [f.id for f in reader(PUBLIC, own).items(own.id, Ask()).features] == ["2"]


def test_a_table_that_says_its_communes_is_read_by_each_and_a_masked_code_draws_nothing(reader: Read) -> None:
    own = Window(territories=frozenset({TerritoryKey(Level.COMMUNE, "01001")}))
    masked = frozenset({"insee"})
    scope = ReadScope("public", "x", rows={"agence/visites": Reading((own,))}, columns={"agence/visites": masked})
    visits = table("agence/visites", "v1", PLACED)
    page = reader(scope, visits.without(masked)).items(visits.id, Ask())
    assert [(f.properties, f.geometry) for f in page.features] == [({"visites": 3}, None)]
    around = Ask(box=(2.01, 50.01, 2.02, 50.02))
    assert reader(scope, visits.without(masked)).items(visits.id, around).matched == 0


def test_rows_of_no_territory_are_closed_to_whom_has_territories(reader: Read) -> None:
    plain = table("agence/visites", "v1", VISITS)
    assert not plain.geometric and reader(PUBLIC, plain).items(plain.id, Ask()).matched == 4
    with pytest.raises(FilterError):
        reader(PUBLIC, plain).items(plain.id, Ask(filter=parse_text("S_INTERSECTS(geometry, POINT(2 50))")))
    assert reader(PUBLIC, plain).items(plain.id, Ask(box=(2, 50, 3, 51))).matched == 0
    narrowed = table("agence/visites", "v1", VISITS, rows=frozenset({TerritoryKey(Level.COMMUNE, "01001")}))
    assert reader(PUBLIC, narrowed).items(narrowed.id, Ask()).matched == 0


def test_a_scope_narrows_rows_and_columns(reader: Read) -> None:
    own = Window(territories=frozenset({TerritoryKey(Level.COMMUNE, "01002")}))
    scope = ReadScope(
        "public", "x", rows={"agence/sites": Reading((own,)), "agence/visites": Reading((own,))},
        columns={"agence/sites": frozenset({"surface"}), "insee/logement": frozenset({"logements"})},
    )  # fmt: skip
    narrowed = reader(scope, sites(), counts(), table("agence/visites", "v1", VISITS))
    assert ids(narrowed, SITES) == ["01002"]
    assert narrowed.items("donnees.agence.visites", Ask()).matched == 0
    assert [p.name for p in narrowed.describe(SITES).properties] == ["code", "nom", "actif", "depuis"]
    assert set(narrowed.items(COUNTS, Ask()).features[0].properties) == {"code", "period"}
    for ask in (Ask(filter=parse_text("surface > 0")), Ask(sort=(Sort("surface"),)), Ask(properties=("surface",))):
        with pytest.raises(FilterError) as caught:
            narrowed.items(SITES, ask)
        assert "surface" not in str(caught.value.hint)


def test_hidden_measures_are_shown_to_whom_may_see_them(reader: Read) -> None:
    told = {str(f.properties["code"]): f.properties for f in reader().items(COUNTS, Ask()).features}
    assert told["01002"] == {"code": "01002", "period": "2021", "logements": None, "logements__status": "secret"}
    assert told["01001"]["logements"] == 10
    assert ids(reader(), COUNTS, "logements = 11") == []
    assert ids(reader(PUBLIC, counts(raw=True)), COUNTS, "logements = 11") == ["01002"]
    assert ids(reader(), COUNTS, box=(2.01, 50.01, 2.02, 50.02)) == ["01001"]


def test_closed_and_hidden_sources_are_not_there(reader: Read) -> None:
    for scope in (ReadScope("public", "x", closed=frozenset({"agence/sites"})),
                  ReadScope("public", "x", hidden=frozenset({"agence/sites"}))):  # fmt: skip
        with pytest.raises(CollectionError):
            reader(scope).describe(SITES)
    gone = replace(sites(), content=replace(sites().content, version="v2"))
    with pytest.raises(CollectionError):
        reader(PUBLIC, gone).items(SITES, Ask())


def test_threads_share_a_store(store: FeatureStore) -> None:
    failed: list[TerrilError] = []
    found: list[int] = []

    def ask() -> None:
        reader = Features(store, PUBLIC, [places(Level.COMMUNE), sites()])
        for _ in range(10):
            found.append(reader.items("communes", Ask(box=(2, 50, 2.05, 50.05))).matched)
            found.append(reader.items(SITES, Ask(box=(2, 50, 2.06, 50.06))).matched)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and found == [1] * 120
