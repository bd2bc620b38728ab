"""Search of the catalogue: words, facets, rights, and how it follows the state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from terril.apps.agreements.queries import rights_changed, state_of_rights
from terril.apps.catalogue.models import Record
from terril.apps.catalogue.search.ask import Sort
from terril.apps.catalogue.search.file import index_file
from terril.apps.catalogue.search.follow import follow
from terril.core.territories.model import TerritoryKey
from tests.apps.catalogue.conftest import Find
from tests.support.people import People

Made = Callable[..., Record]


def titles(found: Any) -> list[str]:
    known = dict(Record.objects.values_list("pk", "title"))
    return [known[pk] for pk in found.pks]


@pytest.mark.parametrize("text", ["friches", "FRICHE", "site délaissé", "sites delaisses", "fri", "industrielle frich"])
def test_a_record_is_found_by_its_words_in_any_form(record: Made, find: Find, text: str):
    record("sol", title="Friches industrielles")
    record("eau", title="Cours d’eau")
    assert titles(find(text)) == ["Friches industrielles"]


def test_every_word_is_asked(record: Made, find: Find):
    record("un", title="Logements vacants")
    record("deux", title="Logements sociaux")
    assert titles(find("logement vacant")) == ["Logements vacants"]


def test_a_title_is_worth_more_than_keywords_and_these_than_a_description(record: Made, find: Find):
    record("c", title="Troisième", description="Compte les écoles, entre autres.")
    record("b", title="Deuxième", keywords=["école"])
    record("a", title="Écoles")
    assert titles(find("ecole")) == ["Écoles", "Deuxième", "Troisième"]


@pytest.mark.parametrize("text", ['"', "NEAR(", "a OR", "title:", "*", "-", "'; DROP TABLE words", "é" * 500, "💧"])
def test_no_text_is_a_command(record: Made, find: Find, text: str):
    record("sol", title="Friches")
    assert find(text).total in (0, 1)
    assert titles(find("friche")) == ["Friches"]


def test_a_word_typed_wrong_is_told_and_mended(record: Made, find: Find):
    record("p", title="Population municipale")
    found = find("populatoin")
    assert (titles(found), found.corrected) == (["Population municipale"], "population")
    assert find("zzzzzzzz").total == 0


def test_a_correction_reveals_no_word_of_what_one_may_not_know(people: People, find: Find):
    Record.objects.filter(pk=people.records["confidential"].pk).update(title="Hippodrome")
    Record.objects.get(pk=people.records["confidential"].pk).save()
    assert (find("hippodrame", people.claire).corrected, find("hippodrame").corrected) == ("hippodrome", "")


@pytest.mark.parametrize(
    ("who", "known"),
    [
        (None, {"open"}),
        ("alice", {"open", "members", "organisations"}),
        ("bob", {"open", "members", "organisations"}),
        ("claire", {"open", "members", "organisations", "confidential"}),
    ],
)
def test_each_finds_and_counts_what_they_may_know(people: People, find: Find, who: str | None, known: set[str]):
    user = getattr(people, who) if who else None
    found = find("essai", user)
    assert set(titles(found)) == {f"Essai {name}" for name in known}
    assert dict(found.facets["openness"]) == dict.fromkeys(known, 1)


def test_facets_count_what_choosing_them_would_give(record: Made, find: Find):
    record("a", theme="eau", licence="ODbL 1.0")
    record("b", theme="eau", licence="Licence Ouverte 2.0")
    record("c", theme="sol", licence="ODbL 1.0")
    found = find(chosen={"theme": frozenset({"eau"})})
    assert found.total == 2
    # Another theme can still be added; licences are those of what is kept.
    assert dict(found.facets["theme"]) == {"eau": 2, "sol": 1}
    assert dict(found.facets["licence"]) == {"ODbL 1.0": 1, "Licence Ouverte 2.0": 1}


def test_periods_are_met(record: Made, find: Find):
    record("ancien", begin="1968", end="1999")
    record("long", begin="1990", end="2021-Q3")
    record("sans")
    assert titles(find(chosen={"period": frozenset({"avant 2000"})}, sort=Sort.TITLE)) == ["ancien", "long"]
    assert titles(find(chosen={"period": frozenset({"2020 et après"})})) == ["long"]


def test_orders(record: Made, find: Find):
    first, second = record("b", title="Béta"), record("a", title="alpha")
    first.save()
    assert titles(find(sort=Sort.TITLE)) == ["alpha", "Béta"]
    assert titles(find(sort=Sort.RECENT)) == ["Béta", "alpha"]
    assert second.pk in find().pks


def test_pages_follow_each_other(record: Made, find: Find):
    for number in range(5):
        record(f"r{number}", title=f"Relevé {number}")
    assert titles(find("releve", start=2, count=2, sort=Sort.TITLE)) == ["Relevé 2", "Relevé 3"]
    assert find("releve", start=90).pks == ()


def test_a_rectangle_of_the_map(record: Made, find: Find):
    record("ici", west=2.5, south=50.3, east=2.9, north=50.6)
    record("ailleurs", west=5.0, south=43.0, east=5.5, north=43.5)
    record("nulle part")
    assert titles(find(box=(2.8, 50.5, 3.0, 51.0))) == ["ici"]


def test_a_territory_is_concerned_by_what_holds_it_meets_it_or_lies_in_it(record: Made, find: Find):
    record("commune", territory="commune:62001")
    record("epci", territory="epci:e1")
    record("autre epci", territory="epci:e2")
    record("departement", territory="department:62")
    record("boite", west=1.2, south=50.2, east=1.4, north=50.4)
    record("boite ailleurs", west=7.0, south=50.2, east=7.4, north=50.4)
    record("disparu", territory="commune:99999")
    record("sans")
    concerned = {"commune", "epci", "departement", "boite"}
    assert set(titles(find(territory=TerritoryKey.parse("epci:e1")))) == concerned
    assert set(titles(find(territory=TerritoryKey.parse("commune:62001")))) == concerned
    # A rectangle meets the box of the territory that a record names.
    assert set(titles(find(box=(3.5, 50.5, 3.6, 50.6)))) == {"autre epci", "departement"}


def test_a_change_is_found_at_once(record: Made, find: Find):
    made = record("sol", title="Friches")
    assert find("friche").total == 1
    made.title = "Carrières"
    made.save()
    assert (find("friche").total, find("carriere").total) == (0, 1)
    made.delete()
    assert find("carriere").total == 0


def test_a_right_is_in_force_at_once(people: People, find: Find):
    secret = people.records["confidential"]
    assert secret.pk not in find(user=people.bob).pks
    Record.objects.filter(pk=secret.pk).update(openness="members")
    rights_changed()
    assert secret.pk in find(user=people.bob).pks


def test_an_embargo_ends_by_itself(record: Made, find: Find, monkeypatch: pytest.MonkeyPatch):
    record("demain", state="embargo", embargo=timezone.now() + timedelta(hours=1))
    assert find().total == 0
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    found = find()
    assert (found.total, dict(found.facets["state"])) == (1, {"published": 1})


def test_a_damaged_or_older_file_is_made_again(record: Made, find: Find):
    record("sol", title="Friches")
    assert find("friche").total == 1
    file = index_file()
    with file.closing():
        pass
    file.path.write_bytes(b"not a database, at least not one that SQLite reads" * 100)
    assert find("friche").total == 1
    other = sqlite3.connect(file.path)
    other.execute("PRAGMA user_version = 999")
    other.close()
    with file.closing():
        pass
    assert find("friche").total == 1
    file.path.unlink()
    assert find("friche").total == 1


def test_what_was_missed_is_followed(record: Made):
    made = record("sol", title="Friches")
    assert follow(state_of_rights()[0]) == 1
    # As a backup put back would: the state changed and nobody was told.
    Record.objects.filter(pk=made.pk).update(title="Carrières", modified=timezone.now())
    assert follow(state_of_rights()[0]) == 1
    assert follow(state_of_rights()[0]) == 0


@pytest.mark.django_db(transaction=True)
def test_the_file_follows_once_a_transaction_is_committed(transactional_db: None):
    told = {"kind": "dataset", "openness": "open", "state": "published"}
    with transaction.atomic():
        for number in range(3):
            Record.objects.create(identifier=f"essai/{number}", title=f"Relevé {number}", **told)
        assert index_file().stamps() == {}
    assert len(index_file().stamps()) == 3
    generation = index_file().state()[0][1]
    with transaction.atomic():
        for made in Record.objects.order_by("pk"):
            made.save()
    # Three changes, one writing.
    assert index_file().state()[0][1] == generation + 1
