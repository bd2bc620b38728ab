"""Harvesting: records made, followed, archived; refusals kept; nothing decided here is replaced."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from terril.apps.agreements.queries import subject_of
from terril.apps.audit.models import Entry
from terril.apps.catalogue import actions, harvesting
from terril.apps.catalogue.errors import CatalogueError
from terril.apps.catalogue.models import HarvestItem, HarvestRun, HarvestSource, Record
from terril.ingestion.client import Client
from tests.ingestion.harvest.portal import Portal
from tests.support.people import People
from tests.support.servers import running


@pytest.fixture
def portal() -> Iterator[Portal]:
    server = Portal()
    with running(server):
        yield server


@pytest.fixture
def connect(tmp_path: Path) -> Callable[[], Client]:
    """A client admitted to the loopback, which keeps nothing from one harvest to the next."""
    count = iter(range(1000))
    return lambda: Client(tmp_path / f"cache-{next(count)}", allowed=["127.0.0.1"], pause=0)


@pytest.fixture
def source(people: People, portal: Portal) -> HarvestSource:
    address = f"{portal.root}/records?limit=100"
    return HarvestSource.objects.create(
        pk="region", label="Région", address=address, protocol="ogc-records", organisation_id="aula", publishes=True
    )


def feature(identifier: str, title: str, **said: Any) -> dict[str, Any]:
    told = {"type": "dataset", "title": title, "description": "Un jeu inventé.", **said}
    return {"type": "Feature", "id": identifier, "geometry": None, "properties": told, "links": []}


def offer(portal: Portal, *features: Any) -> None:
    body = json.dumps({"type": "FeatureCollection", "features": list(features), "links": []})
    portal.pages["/records"] = ("application/geo+json", body)


def run(source: HarvestSource, connect: Callable[[], Client]) -> HarvestRun:
    made = HarvestRun.objects.create(source=source)
    return harvesting.carry_out(made, "cli", connect=connect)


def test_records_are_made_then_left_alone_then_followed(source: HarvestSource, portal: Portal, connect: Any):
    offer(portal, feature("a", "Friches"), feature("b", "Vélos"))
    first = run(source, connect)
    assert (first.standing, first.read, first.created, first.message) == ("done", 2, 2, "")
    made = Record.objects.get(title="Friches")
    assert (made.origin, made.steward_id, made.state, made.openness) == ("harvested", "aula", "published", "members")
    assert made.identifier.startswith("region/friches-")
    assert run(source, connect).changed == 0
    offer(portal, feature("a", "Friches industrielles"), feature("b", "Vélos"))
    again = run(source, connect)
    assert (again.created, again.changed, again.archived) == (0, 1, 0)
    made.refresh_from_db()
    # The address of a record outlives its title.
    assert (made.title, made.identifier[:14], made.revision) == ("Friches industrielles", "region/friches", 2)


def test_what_was_decided_here_is_never_replaced(people: People, source: HarvestSource, portal: Portal, connect: Any):
    offer(portal, feature("a", "Friches"))
    run(source, connect)
    made = Record.objects.get(title="Friches")
    claire = subject_of(people.claire)
    actions.edit(made.pk, {"title": "Friches du bassin", "openness": "open"}, 1, people.claire, claire)
    offer(portal, feature("a", "Friches, 2026", description="Autre description."))
    run(source, connect)
    made.refresh_from_db()
    assert (made.title, made.openness, made.description) == ("Friches du bassin", "open", "Autre description.")


def test_what_is_gone_is_archived_and_comes_back(source: HarvestSource, portal: Portal, connect: Any):
    offer(portal, feature("a", "Friches"), feature("b", "Vélos"))
    run(source, connect)
    offer(portal, feature("b", "Vélos"))
    assert run(source, connect).archived == 1
    gone = Record.objects.get(title="Friches")
    assert (gone.state, HarvestItem.objects.get(remote_id="a").standing) == ("archived", "gone")
    offer(portal, feature("a", "Friches"), feature("b", "Vélos"))
    run(source, connect)
    gone.refresh_from_db()
    assert (gone.state, HarvestItem.objects.get(remote_id="a").standing) == ("published", "changed")


def test_one_bad_item_stops_no_other_and_keeps_its_reason(source: HarvestSource, portal: Portal, connect: Any):
    offer(portal, feature("a", "Friches"), feature("b", ""), 12)
    done = run(source, connect)
    assert (done.standing, done.created, done.refused) == ("done", 1, 2)
    refused = HarvestItem.objects.filter(standing="refused")
    assert all(fault["message"] and fault["hint"] for item in refused for fault in item.faults)


@pytest.mark.parametrize("answer", [500, "<html>", '{"features": []}', '{"features": '])
def test_a_catalogue_that_fails_archives_nothing(source: HarvestSource, portal: Portal, connect: Any, answer: Any):
    offer(portal, feature("a", "Friches"))
    run(source, connect)
    portal.pages["/records"] = answer if isinstance(answer, int) else ("application/json", answer)
    failed = run(source, connect)
    assert (failed.standing, failed.archived) == ("failed", 0)
    assert failed.message
    assert Record.objects.get(title="Friches").state == "published"


def test_a_private_address_is_never_asked(source: HarvestSource, portal: Portal):
    offer(portal, feature("a", "Friches"))
    failed = run(source, harvesting.client)
    assert failed.standing == "failed"
    assert "réseau privé" in failed.message
    assert portal.asked == []


def test_drafts_wait_for_a_steward_where_nothing_is_published_unread(
    source: HarvestSource, portal: Portal, connect: Any
):
    source.publishes = False
    offer(portal, feature("a", "Friches", description="<script>alert(1)</script>Du texte"))
    run(source, connect)
    made = Record.objects.get(title="Friches")
    assert (made.state, "<" in made.description) == ("draft", False)


def test_a_harvest_is_noted_once_with_its_counts(source: HarvestSource, portal: Portal, connect: Any):
    offer(portal, feature("a", "Friches"))
    run(source, connect)
    (entry,) = Entry.objects.filter(act="harvest.run")
    assert (entry.organisation, entry.detail["created"], entry.detail["standing"]) == ("aula", 1, "done")


def test_one_harvest_at_a_time_and_a_dead_one_does_not_hold_for_ever(source: HarvestSource):
    waiting = HarvestRun.objects.create(source=source)
    with pytest.raises(CatalogueError):
        harvesting.harvest_now(source)
    HarvestRun.objects.filter(pk=waiting.pk).update(asked=timezone.now() - timedelta(hours=7))
    assert harvesting.harvest_now(source).standing == "failed"


def test_only_stewards_declare_and_ask(people: People, source: HarvestSource):
    new = HarvestSource(label="Mairie", address="https://exemple.fr/dcat", organisation_id="aula")
    made = harvesting.declare(new, people.claire, subject_of(people.claire))
    assert made.pk == "mairie"
    for who in (people.alice, people.bob):
        with pytest.raises(PermissionDenied):
            harvesting.declare(HarvestSource(label="x", organisation_id="aula"), who, subject_of(who))
        with pytest.raises(PermissionDenied):
            harvesting.ask(source, who, subject_of(who))


def test_names_of_catalogues_differ(people: People):
    claire = subject_of(people.claire)
    address = "https://exemple.fr/dcat"
    made = [
        harvesting.declare(
            HarvestSource(label="Région", address=address, organisation_id="aula"), people.claire, claire
        )
        for _ in range(3)
    ]
    assert [m.pk for m in made] == ["region", "region-2", "region-3"]


def test_rhythms_say_which_are_due(source: HarvestSource):
    now = timezone.now()
    assert list(harvesting.due(now)) == []
    source.rhythm = HarvestSource.Rhythm.DAILY
    source.save()
    assert list(harvesting.due(now)) == [source]
    assert (harvesting.start_due(), harvesting.start_due()) == (1, 0)
    HarvestRun.objects.all().delete()
    HarvestRun.objects.create(source=source, asked=now - timedelta(hours=3), standing="done")
    assert list(harvesting.due(now)) == []
    assert list(harvesting.due(now + timedelta(hours=20))) == [source]
    source.active = False
    source.save()
    assert list(harvesting.due(now + timedelta(days=9))) == []
