"""People are told once, in the page and by e-mail; a server that refuses loses nothing."""

from __future__ import annotations

import smtplib

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from terril.apps.notices import actions, mailing, queries
from terril.apps.notices.models import Notice
from tests.support.people import People, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tasks_at_once")]


@pytest.fixture
def people(db: None) -> People:
    return settle()


def told(people: People, commit, **given) -> None:
    with commit(execute=True):
        actions.notify([people.alice], "access", "Un accès vous est ouvert.", "/mes-acces/", **given)


def test_a_notice_is_read_in_the_page_and_by_mail(people: People, django_capture_on_commit_callbacks):
    told(people, django_capture_on_commit_callbacks)
    assert queries.unread(people.alice) == 1
    assert queries.unread(people.bob) == 0
    (letter,) = mail.outbox
    assert letter.to == ["alice@exemple.fr"]
    assert "/mes-acces/" in letter.body
    assert actions.mark_read(people.alice) == 1
    assert queries.unread(people.alice) == 0


def test_a_kind_refused_stays_in_the_page(people: People, django_capture_on_commit_callbacks):
    actions.choose(people.alice, ["request"])
    told(people, django_capture_on_commit_callbacks)
    assert mail.outbox == []
    assert queries.unread(people.alice) == 1
    assert queries.wanted(people.alice) == ["request"]


def test_an_unknown_kind_raises(people: People):
    with pytest.raises(KeyError):
        actions.notify([people.alice], "gossip", "Rien.")


def test_nobody_is_told_twice_nor_when_inactive(people: People):
    people.bob.is_active = False
    assert len(actions.notify([people.alice, people.alice, people.bob], "access", "Une fois.")) == 1


def test_a_server_that_refuses_is_tried_again(people: People, monkeypatch, django_capture_on_commit_callbacks):
    def refuses(*_: object, **__: object) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(mailing, "send_mail", refuses)
    told(people, django_capture_on_commit_callbacks)
    assert Notice.objects.get().mailed is None
    monkeypatch.undo()
    assert mailing.post_waiting() == 1
    assert mailing.post_waiting() == 0
    assert len(mail.outbox) == 1


def test_a_page_does_not_wait_for_the_letters(people: People, settings, django_capture_on_commit_callbacks):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    told(people, django_capture_on_commit_callbacks)
    assert mail.outbox == []
    waiting = DBTaskResult.objects.get()
    for _ in range(2):
        waiting.task.func(*waiting.args_kwargs["args"])
        assert [letter.to for letter in mail.outbox] == [["alice@exemple.fr"]]


def test_a_notice_leads_inside_and_is_read(people: People, client):
    (notice,) = actions.notify([people.alice], "access", "Voir.", "/mes-acces/")
    client.force_login(people.bob)
    assert client.get(f"/notifications/{notice.pk}/").status_code == 404
    client.force_login(people.alice)
    answer = client.get(f"/notifications/{notice.pk}/")
    assert (answer.status_code, answer["location"]) == (302, "/mes-acces/")
    assert queries.unread(people.alice) == 0


@pytest.mark.parametrize("address", ["//ailleurs.example/", "https://ailleurs.example/", "javascript:alert(1)"])
def test_a_notice_never_leads_outside(people: People, client, address: str):
    (notice,) = actions.notify([people.alice], "access", "Voir.", address)
    client.force_login(people.alice)
    assert client.get(f"/notifications/{notice.pk}/")["location"] == "/notifications/"


def test_the_page_lists_and_keeps_choices(people: People, client):
    actions.notify([people.alice], "access", "Un <b>accès</b>.", "/mes-acces/")
    client.force_login(people.alice)
    page = client.get("/notifications/").content.decode()
    assert "Un &lt;b&gt;accès&lt;/b&gt;." in page
    assert "1\u00a0notification non lue." in page
    client.post("/notifications/choix/", {"mailed": ["import"]})
    assert queries.wanted(people.alice) == ["import"]
    client.post("/notifications/choix/", {"mailed": ["gossip"]})
    assert queries.wanted(people.alice) == ["import"]
    client.post("/notifications/lues/")
    assert "Vous avez tout lu." in client.get("/notifications/").content.decode()
