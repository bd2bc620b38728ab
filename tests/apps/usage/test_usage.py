"""Readings are sums: what is counted, what is not, and that nothing says who read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import RequestFactory

from terril.apps.usage.actions import add
from terril.apps.usage.kinds import KINDS, page_of
from terril.apps.usage.models import Count
from terril.apps.usage.queries import by_day, by_subject
from terril.web import usage
from terril.web.usage import Counted, Tally

DAY = date(2026, 11, 28)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/", ("home", "")),
        ("/territoires/commune/62119/", ("territory", "")),
        ("/territoires/", ("other", "")),
        ("/indicateurs/demographie/", ("theme", "demographie")),
        ("/indicateurs/demographie/population/", ("indicator", "demographie/population")),
        ("/indicateurs/demographie/population/explication/", ("indicator", "demographie/population")),
        ("/indicateurs/demographie/population/donnees.csv", ("download", "demographie/population")),
        ("/territoires/commune/62119/donnees.xlsx", ("download", "territoires")),
        ("/sources/insee/filosofi/", ("source", "insee/filosofi")),
        ("/catalogue/dataset/insee/filosofi/", ("record", "dataset/insee/filosofi")),
        ("/compte/invitation/secret/", ("members", "")),
        ("/rechercher/", ("search", "")),
        ("/comparer/", ("comparison", "")),
        ("/api/v1/territoires/", ("service", "")),
        ("/a-propos/", ("other", "")),
        ("/static/terril/terril.css", None),
        ("/tuiles/2026/8/129/86.mvt", None),
        ("/indicateurs/demographie/population/carte.svg", None),
        ("/indicateurs/demographie/population/valeurs.json", None),
        ("/rechercher/suggestions/", None),
    ],
)
def test_an_address_is_a_kind_of_page(path: str, page: tuple[str, str] | None):
    assert page_of(path) == page
    assert page is None or page[0] in KINDS


@pytest.fixture
def tally(monkeypatch: pytest.MonkeyPatch) -> Tally:
    """What a worker holds, alone."""
    own = Tally()
    monkeypatch.setattr(usage, "TALLY", own)
    return own


def ask(path: str = "/", status: int = 200, method: str = "get", **headers: str) -> None:
    request = getattr(RequestFactory(), method)(path, headers={"user-agent": BROWSER, **headers})
    Counted(lambda _: HttpResponse(status=status))(request)


@pytest.mark.django_db
def test_what_people_read_is_counted(tally: Tally):
    ask()
    ask(status=304)
    ask("/indicateurs/demographie/population/?territoire=commune:62119")
    tally.write()
    assert list(Count.objects.order_by("kind").values_list("kind", "subject", "number")) == [
        ("home", "", 2),
        ("indicator", "demographie/population", 1),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"dnt": "1"},
        {"sec-gpc": "1"},
        {"user-agent": ""},
        {"user-agent": "Googlebot/2.1"},
        {"user-agent": "python-requests/2"},
        {"user-agent": "HeadlessChrome"},
    ],
)
def test_who_asked_not_to_be_counted_and_robots_are_not(tally: Tally, headers: dict[str, str]):
    ask(**headers)
    tally.write()
    assert not Count.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "method"), [(404, "get"), (500, "get"), (302, "get"), (200, "post"), (200, "head")])
def test_what_is_no_reading_is_not(tally: Tally, status: int, method: str):
    ask("/indicateurs/essai/absent/", status, method)
    tally.write()
    assert not Count.objects.exists()


@pytest.mark.django_db
def test_nothing_says_who_read(tally: Tally):
    ask(**{"x-forwarded-for": "203.0.113.7", "cookie": "terril_session=abc", "referer": "https://ailleurs.example/"})
    tally.write()
    assert {f.name for f in Count._meta.get_fields()} == {"id", "day", "kind", "subject", "number"}
    assert "203" not in str(list(Count.objects.values("kind", "subject")))


@pytest.mark.django_db
def test_sums_add_up(tally: Tally):
    add({(DAY, "home", ""): 2, (DAY, "theme", "logement"): 1})
    add({(DAY, "home", ""): 3})
    assert by_day(DAY, DAY) == {DAY: 6}
    assert [(r["label"], r["subject"], r["n"]) for r in by_subject(DAY, DAY)] == [
        ("Accueil", "", 5),
        ("Thème", "logement", 1),
    ]


@pytest.mark.django_db
def test_a_row_that_another_worker_made_meanwhile_is_added_to(monkeypatch: pytest.MonkeyPatch):
    Count.objects.create(day=DAY, kind="home", number=5)
    update = QuerySet.update

    def early(self: QuerySet, **told: Any) -> int:
        # The row is not there yet as this worker looks.
        monkeypatch.setattr(QuerySet, "update", update)
        return 0

    monkeypatch.setattr(QuerySet, "update", early)
    add({(DAY, "home", ""): 2})
    assert Count.objects.get().number == 7


@pytest.mark.django_db
def test_a_database_that_does_not_answer_loses_nothing(tally: Tally, monkeypatch: pytest.MonkeyPatch):
    def refuses(_: object) -> None:
        raise DatabaseError("locked")

    ask()
    monkeypatch.setattr(usage, "add", refuses)
    tally.write()
    monkeypatch.undo()
    tally.write()
    assert Count.objects.get().number == 1
