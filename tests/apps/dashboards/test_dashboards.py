"""Tiles follow the records they lead to; their order is the organisation's, and every change is undone."""

from __future__ import annotations

import pytest

from terril.apps.agreements.queries import subject_of
from terril.apps.audit.models import Entry
from terril.apps.catalogue.models import Record
from terril.apps.dashboards import actions
from terril.apps.dashboards.actions import Facts
from terril.apps.dashboards.destinations import TileError, destination
from terril.apps.dashboards.models import Arrangement, Favourite, Tile
from terril.apps.dashboards.policies import visible
from terril.apps.dashboards.queries import order_of, organisation_for
from terril.apps.organisations.models import Organisation
from terril.core.access import ANYONE
from terril.core.errors import AccessError
from tests.support.people import People, settle

pytestmark = pytest.mark.django_db
CADASTRE = "https://carte.exemple.fr/lizmap/?project=zae"


@pytest.fixture
def people() -> People:
    return settle()


@pytest.fixture
def aula(people: People) -> Organisation:
    return Organisation.objects.get(pk="aula")


def titles(subject) -> set[str]:
    return set(visible(subject).values_list("title", flat=True)) - {"Essai"}


def test_a_tool_elsewhere_has_its_record(people: People, aula: Organisation):
    tile = actions.make_tile(
        aula, Facts("Zones d’activité", CADASTRE, sentence="Les ZAE sur une carte."), people.claire
    )
    assert tile.outside
    record = tile.record
    assert (record.kind, record.state, record.openness, record.steward_id) == ("map", "published", "open", "aula")
    assert record.links == [{"title": "Zones d’activité", "address": CADASTRE}]
    assert titles(ANYONE) == {"Zones d’activité"}
    assert Entry.objects.filter(act="tile.changed", organisation="aula").exists()


@pytest.mark.parametrize(
    ("openness", "visitor", "alice", "claire"),
    [("open", 1, 1, 1), ("members", 0, 1, 1), ("organisations", 0, 1, 1), ("confidential", 0, 0, 1)],
)
def test_who_may_know_of_the_record_sees_the_tile(people, aula, openness, visitor, alice, claire):
    actions.make_tile(aula, Facts("Carte", CADASTRE, openness=openness), people.claire)
    seen = [len(titles(s)) for s in (ANYONE, subject_of(people.alice), subject_of(people.claire))]
    assert seen == [visitor, alice, claire]


def test_a_tile_to_a_page_is_as_open_as_the_page(people: People, aula: Organisation):
    Record.objects.create(
        kind="indicator", identifier="zae/vacance", title="Vacance", openness="confidential", state="published",
        steward_id="aula",
    )  # fmt: skip
    tile = actions.make_tile(aula, Facts("Vacance", "/indicateurs/zae/vacance/"), people.claire)
    assert not tile.outside
    assert tile.record.identifier == "zae/vacance"
    assert titles(ANYONE) == set()
    assert titles(subject_of(people.claire)) == {"Vacance"}


def test_a_tile_changed_takes_its_record_along(people: People, aula: Organisation):
    tile = actions.make_tile(aula, Facts("Carte", CADASTRE), people.claire)
    record = tile.record
    changed = actions.change_tile(
        tile, Facts("Service", CADASTRE, kind="service", openness="members"), people.claire, 1
    )
    record.refresh_from_db()
    assert (changed.record_id, record.title, record.kind, record.openness) == (
        record.pk,
        "Service",
        "service",
        "members",
    )
    actions.change_tile(changed, Facts("Fiches", "/territoires/"), people.claire, 2)
    record.refresh_from_db()
    assert record.state == "archived"


def test_the_second_editor_is_told(people: People, aula: Organisation):
    tile = actions.make_tile(aula, Facts("Carte", CADASTRE), people.claire)
    actions.change_tile(tile, Facts("Première", CADASTRE), people.claire, 1)
    with pytest.raises(TileError, match="quelqu’un d’autre"):
        actions.change_tile(tile, Facts("Seconde", CADASTRE), people.claire, 1)
    tile.refresh_from_db()
    assert tile.title == "Première"


def test_a_tile_removed_is_put_back(people: People, aula: Organisation):
    tile = actions.make_tile(aula, Facts("Carte", CADASTRE), people.claire)
    actions.remove_tile(tile, people.claire)
    assert titles(subject_of(people.claire)) == set()
    tile.record.refresh_from_db()
    assert tile.record.state == "archived"
    actions.restore_tile(tile, people.claire)
    assert titles(ANYONE) == {"Carte"}


def test_only_stewards_of_the_organisation_touch_its_tiles(people: People, aula: Organisation):
    tile = actions.make_tile(aula, Facts("Carte", CADASTRE), people.claire)
    for person in (people.alice, people.bob, people.david):
        for act in (
            lambda by: actions.make_tile(aula, Facts("Autre", CADASTRE), by),
            lambda by: actions.change_tile(tile, Facts("Autre", CADASTRE), by, 1),
            lambda by: actions.remove_tile(tile, by),
            lambda by: actions.move(aula, ["a", "b"], "a", 1, by),
            lambda by: actions.hide(aula, "a", by, hidden=True),
            lambda by: actions.undo(aula, by),
        ):
            with pytest.raises(AccessError):
                act(person)
    assert Tile.objects.get(pk=tile.pk).title == "Carte"
    assert not Arrangement.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://carte.exemple.fr/", "javascript:alert(1)", "data:text/html,x", "//carte.exemple.fr/", "ftp://x.fr/",
        "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://serveur/", "https://nas.local/",
        "https://carte.exemple.fr:22/", "https://a:b@carte.exemple.fr/", "https://carte.exemple.fr/\u202e", "https://",
        "https://carte.exemple.fr/<script>", "https:\\\\carte.exemple.fr", "https://exa mple.fr/", "", "carte",
        "/administration/", "/compte/jetons/", "/../etc/passwd", "/indicateurs/absent/absent/", "/\\exemple.fr/",
        "https://carte.exemple.fr/" + "x" * 600, "https://0x7f.1/", "https://2130706433/", "/territoires/?a\r\nb",
    ],
)  # fmt: skip
def test_addresses_refused(address: str):
    with pytest.raises(TileError):
        destination(address)


@pytest.mark.parametrize(
    "address",
    [CADASTRE, "https://carte.exemple.fr:8443/", "/territoires/epci/200072460/", "/comparer/?t=commune:62119"],
)
def test_addresses_taken(address: str):
    assert destination(f" {address} ").address == address


@pytest.mark.parametrize(
    "facts",
    [
        Facts("", CADASTRE), Facts("  ", CADASTRE), Facts("x" * 81, CADASTRE), Facts("Carte", CADASTRE, icon="licorne"),
        Facts("Carte", CADASTRE, openness="tous"), Facts("Carte", CADASTRE, kind="dataset"),
        Facts("Carte", CADASTRE, sentence="x" * 201),
    ],
)  # fmt: skip
def test_what_will_not_do_makes_nothing(people: People, aula: Organisation, facts: Facts):
    before = Record.objects.count()
    with pytest.raises(TileError):
        actions.make_tile(aula, facts, people.claire)
    assert Record.objects.count() == before


def test_the_order_moves_one_place_and_comes_back(people: People, aula: Organisation):
    keys = ["theme:a", "theme:b", "theme:c"]
    actions.move(aula, keys, "theme:c", -1, people.claire)
    assert order_of(aula).keys == ("theme:a", "theme:c", "theme:b")
    actions.move(aula, order_of(aula).keys, "theme:a", -1, people.claire)
    assert order_of(aula).keys == ("theme:a", "theme:c", "theme:b"), "the first goes no higher"
    actions.undo(aula, people.claire)
    assert order_of(aula).keys == ()
    actions.undo(aula, people.claire)
    assert order_of(aula).keys == ("theme:a", "theme:c", "theme:b"), "undone once more"
    with pytest.raises(TileError):
        actions.move(aula, keys, "theme:z", 1, people.claire)


def test_what_was_never_ordered_comes_last(people: People, aula: Organisation):
    actions.move(aula, ["b", "a"], "b", 1, people.claire)
    assert order_of(aula).sorted(["z", "b", "a"]) == ["a", "b", "z"]


def test_hidden_and_shown_again(people: People, aula: Organisation):
    actions.hide(aula, "theme:a", people.claire, hidden=True)
    actions.hide(aula, "theme:a", people.claire, hidden=True)
    assert order_of(aula).hidden == {"theme:a"}
    actions.hide(aula, "theme:a", people.claire, hidden=False)
    assert order_of(aula).hidden == frozenset()
    actions.undo(aula, people.claire)
    assert order_of(aula).hidden == {"theme:a"}


def test_nothing_to_undo_is_said(people: People, aula: Organisation):
    with pytest.raises(TileError, match="rien"):
        actions.undo(aula, people.claire)


def test_favourites_are_each_persons(people: People):
    for _ in range(2):
        actions.keep_favourite(people.alice, "theme:a", kept=True)
    assert list(Favourite.objects.values_list("user", "tile")) == [(people.alice.pk, "theme:a")]
    for i in range(actions.MOST_FAVOURITES - 1):
        actions.keep_favourite(people.alice, f"theme:{i}", kept=True)
    with pytest.raises(TileError, match="30"):
        actions.keep_favourite(people.alice, "theme:z", kept=True)
    actions.keep_favourite(people.alice, "theme:a", kept=False)
    assert not Favourite.objects.filter(tile="theme:a").exists()


def test_whose_applications_are_shown(people: People):
    assert organisation_for(ANYONE).pk == "aula"
    assert organisation_for(ANYONE, "call").pk == "aula", "a visitor chooses nobody's"
    assert organisation_for(subject_of(people.alice)).pk == "cabbalr"
    assert organisation_for(subject_of(people.alice), "call").pk == "cabbalr"
