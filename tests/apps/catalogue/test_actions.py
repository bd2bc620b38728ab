"""Writing records and comments: who may, what is kept, what two editors do to each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from terril.apps.accounts.queries import personal_data
from terril.apps.agreements.queries import subject_of
from terril.apps.audit.models import Entry
from terril.apps.catalogue import actions
from terril.apps.catalogue.errors import CatalogueError, OvertakenError
from terril.apps.catalogue.models import Comment, Origin, Record
from terril.apps.catalogue.workflow import WorkflowError
from terril.apps.notices.models import Notice
from tests.support.people import People


def edit(people: People, who: str, **facts: Any) -> Record:
    user, record = getattr(people, who), people.records["open"]
    revision = facts.pop("revision", Record.objects.get(pk=record.pk).revision)
    return actions.edit(record.pk, facts, revision, user, subject_of(user))


def acts() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("act", flat=True))


def test_a_steward_writes_and_it_is_noted_once(people: People):
    found = edit(people, "claire", title="Autre titre", keywords=["sol"])
    assert (found.title, found.keywords, found.revision) == ("Autre titre", ["sol"], 2)
    (entry,) = Entry.objects.all()
    assert (entry.act, entry.detail["fields"]) == ("record.changed", ["keywords", "title"])


@pytest.mark.parametrize("who", ["alice", "bob", "david"])
def test_others_do_not(people: People, who: str):
    with pytest.raises(PermissionDenied):
        edit(people, who, title="Autre titre")
    assert (Record.objects.get(pk=people.records["open"].pk).title, acts()) == ("Essai open", [])


def test_only_what_may_be_changed_is_read(people: People):
    found = edit(
        people, "claire", title="Autre", identifier="essai/autre", steward_id="call", revision_=9, state="draft"
    )
    assert (found.identifier, found.steward_id, found.state) == ("essai/open", "aula", "published")


def test_saying_the_same_changes_nothing(people: People):
    assert edit(people, "claire", title="Essai open").revision == 1
    assert acts() == []


def test_the_second_editor_overwrites_nothing(people: People):
    edit(people, "claire", title="Premier", revision=1)
    with pytest.raises(OvertakenError) as caught:
        edit(people, "claire", description="Second", revision=1)
    assert caught.value.record.title == "Premier"
    now = Record.objects.get(pk=people.records["open"].pk)
    assert (now.title, now.description) == ("Premier", "Un jeu inventé pour les essais.")


def test_of_a_declared_record_only_what_is_decided_here_changes_and_stays_decided(people: People):
    Record.objects.filter(pk=people.records["open"].pk).update(origin=Origin.PACK)
    found = edit(people, "claire", title="Autre", theme="eau")
    assert (found.title, found.theme, found.decided) == ("Essai open", "eau", ["theme"])


def test_openness_alone_is_an_act_of_its_own(people: People):
    edit(people, "claire", openness="confidential")
    (entry,) = Entry.objects.all()
    assert (entry.act, entry.detail) == ("record.openness", {"before": "open", "after": "confidential"})


def test_a_writing_is_put_back_and_none_is_lost(people: People):
    claire = subject_of(people.claire)
    edit(people, "claire", title="Deuxième", openness="members")
    found = actions.restore(people.records["open"].pk, 1, 2, people.claire, claire)
    assert (found.title, found.openness, found.revision) == ("Essai open", "members", 3)
    assert {h.title for h in found.history.all()} == {"Essai open", "Deuxième"}
    with pytest.raises(CatalogueError):
        actions.restore(found.pk, 99, 3, people.claire, claire)
    with pytest.raises(OvertakenError):
        actions.restore(found.pk, 2, 1, people.claire, claire)


def test_states_follow_the_table(people: People):
    record, claire = people.records["open"].pk, subject_of(people.claire)
    with pytest.raises(WorkflowError):
        actions.move(record, "validate", people.claire, claire)
    assert actions.move(record, "withdraw", people.claire, claire).state == "validated"
    until = timezone.now() + timedelta(days=3)
    held = actions.move(record, "embargo", people.claire, claire, until=until)
    assert (held.state, held.embargo) == ("embargo", until)
    held = actions.move(record, "publish", people.claire, claire)
    assert (held.state, held.embargo) == ("published", None)
    assert acts() == ["record.state"] * 3
    with pytest.raises(PermissionDenied):
        actions.move(record, "archive", people.alice, subject_of(people.alice))


def test_a_comment_is_for_members_and_its_stewards_are_told(people: People):
    made = actions.comment(people.records["open"], "  Une **erreur** ligne 3. ", people.alice, subject_of(people.alice))
    assert (made.text, made.organisation_id) == ("Une **erreur** ligne 3.", "cabbalr")
    assert list(Notice.objects.values_list("user_id", "kind")) == [(people.claire.pk, "record")]
    assert acts() == ["record.commented"]
    with pytest.raises(PermissionDenied):
        actions.comment(people.records["open"], "Bonjour", people.david, subject_of(people.david))
    with pytest.raises(PermissionDenied):
        actions.comment(people.records["confidential"], "Bonjour", people.bob, subject_of(people.bob))


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_a_comment_says_something_and_not_too_much(people: People, text: str):
    with pytest.raises(CatalogueError):
        actions.comment(people.records["open"], text, people.alice, subject_of(people.alice))
    assert not Comment.objects.exists()


def test_one_takes_back_ones_own_and_a_steward_hides_with_a_reason(people: People):
    record = people.records["open"]
    made = actions.comment(record, "Bonjour", people.alice, subject_of(people.alice))
    with pytest.raises(PermissionDenied):
        actions.remove_comment(made, people.claire)
    with pytest.raises(PermissionDenied):
        actions.hide_comment(made, "Hors sujet", people.bob, subject_of(people.bob))
    with pytest.raises(CatalogueError):
        actions.hide_comment(made, "  ", people.claire, subject_of(people.claire))
    actions.hide_comment(made, "Hors sujet", people.claire, subject_of(people.claire))
    assert Comment.objects.get().hidden is not None
    actions.remove_comment(made, people.alice)
    assert not Comment.objects.exists()
    assert acts() == ["record.commented", "comment.hidden", "comment.removed"]


def test_comments_are_given_to_their_author(people: People):
    actions.comment(people.records["open"], "Bonjour", people.alice, subject_of(people.alice))
    assert "Bonjour" in str(personal_data(people.alice))
