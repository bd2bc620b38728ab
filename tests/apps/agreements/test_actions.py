"""What is done with agreements and rights: by whom, with what effect, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from terril.apps.agreements.actions import agreements, clauses, grants, openness, requests, terms, undertakings
from terril.apps.agreements.actions.grants import Decided, Whom
from terril.apps.agreements.actions.openings import Opens
from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.models import Agreement, Grant, Request, Undertaking
from terril.apps.agreements.policies import may
from terril.apps.agreements.queries import state_of_rights, subject_of
from terril.apps.audit.models import Entry
from terril.apps.catalogue.errors import OvertakenError
from terril.apps.organisations.models import Membership, Organisation, Team
from terril.core.access import Action
from terril.core.records import Openness
from tests.support.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tasks_at_once")]
TODAY = date.today()
DATA = Opens(frozenset({Action.DATA}))


def facts(**told: Any) -> agreements.Facts:
    return agreements.Facts(
        **{"label": "Foncier", "purposes": "Observer", "begins": TODAY, "parties": frozenset({"call"}), **told}
    )


def managing(people: People, name: str, organisation: str) -> None:
    user = getattr(people, name)
    Membership.objects.update_or_create(user=user, organisation_id=organisation, defaults={"role": "manager"})


def acts() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


def can(user: Any, action: Action, record: Any) -> bool:
    return bool(may(subject_of(user), action, record))


def test_an_agreement_from_its_writing_to_its_end(people: People):
    claire, bob = subject_of(people.claire), people.bob
    record = people.records["confidential"]
    made = agreements.create(facts(), "aula", people.claire, claire)
    clauses.put(made, record, DATA, people.claire, claire)
    assert not can(bob, Action.DISCOVER, record), "a draft opens nothing"
    managing(people, "bob", "call")
    agreements.sign(made, "call", bob, subject_of(bob))
    assert not can(bob, Action.DATA, record), "signed by a party, not in force"
    agreements.stand(made, "signed", people.claire, claire)
    assert can(bob, Action.DATA, record)
    assert not can(bob, Action.DOWNLOAD, record)
    agreements.stand(made, "suspended", people.claire, claire)
    assert not can(bob, Action.DISCOVER, record)
    agreements.stand(made, "signed", people.claire, claire)
    agreements.stand(made, "ended", people.claire, claire)
    assert not can(bob, Action.DATA, record)
    with pytest.raises(RightsError, match="terminée"):
        clauses.put(made, record, DATA, people.claire, claire)
    with pytest.raises(RightsError):
        agreements.stand(made, "signed", people.claire, claire)
    assert acts()[:3] == ["agreement.created", "agreement.changed", "agreement.signed"]
    assert acts().count("agreement.standing") == 4
    assert Entry.objects.filter(act="agreement.signed").get().actor == f"user:{bob.pk}"


def test_each_change_of_rights_is_another_state(people: People):
    before = state_of_rights()
    agreements.create(facts(), "aula", people.claire, subject_of(people.claire))
    assert state_of_rights() != before


def test_only_the_keeper_writes_and_only_a_manager_signs(people: People):
    with pytest.raises(PermissionDenied):
        agreements.create(facts(), "aula", people.bob, subject_of(people.bob))
    made = agreements.create(facts(), "aula", people.claire, subject_of(people.claire))
    for attempt in (
        lambda by: agreements.change(made, facts(), made.revision, by, subject_of(by)),
        lambda by: agreements.stand(made, "signed", by, subject_of(by)),
        lambda by: agreements.sign(made, "call", by, subject_of(by)),
        lambda by: terms.publish(made, "…", by, subject_of(by)),
        lambda by: clauses.put(made, people.records["open"], DATA, by, subject_of(by)),
        lambda by: clauses.drop(people.agreement.clauses.get(), by, subject_of(by)),
    ):
        with pytest.raises(PermissionDenied):
            attempt(people.bob)
    with pytest.raises(RightsError, match="pas partie"):
        agreements.sign(made, "cabbalr", people.alice, subject_of(people.alice))
    made.refresh_from_db()
    assert (made.standing, made.revision) == ("draft", 1)


def test_who_keeps_an_agreement_opens_no_record_of_others(people: People):
    managing(people, "bob", "call")
    bob = subject_of(people.bob)
    made = agreements.create(facts(parties=frozenset({"cabbalr"})), "call", people.bob, bob)
    with pytest.raises(PermissionDenied):
        clauses.put(made, people.records["confidential"], DATA, people.bob, bob)
    # Put there by who answers for it, it is not opened to other parties without them.
    people.agreement.keeper_id = "call"
    people.agreement.save()
    wider = facts(parties=frozenset({"cabbalr", "call"}))
    with pytest.raises(RightsError, match="autre référent"):
        agreements.change(people.agreement, wider, people.agreement.revision, people.bob, bob)
    clauses.drop(people.agreement.clauses.get(), people.claire, subject_of(people.claire))
    people.agreement.refresh_from_db()
    agreements.change(people.agreement, wider, people.agreement.revision, people.bob, bob)
    assert people.agreement.parties.count() == 2


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"label": " "}, "label"),
        ({"purposes": ""}, "purposes"),
        ({"ends": TODAY - timedelta(days=1)}, "ends"),
        ({"parties": frozenset({"ailleurs"})}, "parties"),
    ],
)
def test_an_agreement_that_cannot_stand(people: People, told: dict[str, Any], field: str):
    with pytest.raises(RightsError) as error:
        agreements.create(facts(**told), "aula", people.claire, subject_of(people.claire))
    assert error.value.location is not None
    assert error.value.location.field == field
    assert Agreement.objects.count() == 1
    assert acts() == []


def test_two_editors_of_one_agreement(people: People):
    claire = subject_of(people.claire)
    made = agreements.create(facts(), "aula", people.claire, claire)
    agreements.change(made, facts(label="Un"), 1, people.claire, claire)
    with pytest.raises(RightsError, match="a changé"):
        agreements.change(made, facts(label="Deux"), 1, people.claire, claire)
    made.refresh_from_db()
    assert (made.label, made.revision) == ("Un", 2)


def test_terms_are_accepted_by_each_and_asked_again(people: People):
    claire, record = subject_of(people.claire), people.records["organisations"]
    first = terms.publish(people.agreement, "Citer la source.", people.claire, claire)
    assert not can(people.alice, Action.FIGURES, record)
    assert can(people.alice, Action.DISCOVER, record)
    with pytest.raises(PermissionDenied):
        terms.accept(first, people.bob, subject_of(people.bob))
    terms.accept(first, people.alice, subject_of(people.alice))
    terms.accept(first, people.alice, subject_of(people.alice))
    assert can(people.alice, Action.DATA, record)
    with pytest.raises(RightsError, match="déjà"):
        terms.publish(people.agreement, "Citer la source.", people.claire, claire)
    with pytest.raises(RightsError, match="vides"):
        terms.publish(people.agreement, " ", people.claire, claire)
    second = terms.publish(people.agreement, "Citer la source et l’année.", people.claire, claire)
    assert second.version == 2
    assert not can(people.alice, Action.FIGURES, record)
    terms.accept(second, people.alice, subject_of(people.alice))
    assert can(people.alice, Action.DATA, record)
    assert acts() == ["terms.published", "terms.accepted", "terms.published", "terms.accepted"]
    assert people.alice.notices.filter(kind="agreement").count() == 2


def given(people: People, whom: Whom, **told: Any) -> Grant:
    decided = Decided(**{"opens": DATA, "reason": "Essai", **told})
    return grants.give(people.records["confidential"], whom, decided, people.claire, subject_of(people.claire))


def test_a_grant_to_an_organisation_a_team_or_a_person(people: People):
    record, team = people.records["confidential"], Team.objects.create(organisation_id="call", label="Foncier")
    for whom in (Whom(organisation=Organisation.objects.get(pk="call")), Whom(team=team), Whom(user=people.bob)):
        if whom.team is not None:
            Membership.objects.get(user=people.bob).teams.add(team)
        made = given(people, whom)
        assert can(people.bob, Action.DATA, record)
        assert not can(people.alice, Action.DISCOVER, record)
        identifier = made.pk
        grants.withdraw(made, people.claire, subject_of(people.claire))
        assert not can(people.bob, Action.DISCOVER, record)
        grants.restore(record, identifier, people.claire, subject_of(people.claire))
        assert can(people.bob, Action.DATA, record)
        with pytest.raises(RightsError, match="rétablir"):
            grants.restore(record, identifier, people.claire, subject_of(people.claire))
        grants.withdraw(Grant.objects.get(pk=identifier), people.claire, subject_of(people.claire))
    assert acts() == ["grant.given", "grant.withdrawn", "grant.given", "grant.withdrawn"] * 3
    entry = Entry.objects.latest("id")
    assert entry.detail["to"] == f"user:{people.bob.pk}"
    assert "exemple.fr" not in str(entry.detail)


def test_a_refusal_prevails_over_the_agreement(people: People):
    record, claire = people.records["organisations"], subject_of(people.claire)
    assert can(people.alice, Action.DATA, record)
    refusal = Decided(DATA, "Fuite constatée", denies=True)
    made = grants.give(record, Whom(user=people.alice), refusal, people.claire, claire)
    decision = may(subject_of(people.alice), Action.DATA, record)
    assert (decision.allowed, decision.reasons) == (False, ("un refus du référent l’emporte",))
    assert can(people.alice, Action.FIGURES, record), "the data was refused, not the figures"
    grants.withdraw(made, people.claire, claire)
    assert can(people.alice, Action.DATA, record)


def test_a_grant_ends_by_itself(people: People, monkeypatch: pytest.MonkeyPatch):
    record = people.records["confidential"]
    made = given(people, Whom(user=people.bob), until=TODAY)
    assert can(people.bob, Action.DATA, record)
    Grant.objects.filter(pk=made.pk).update(until=TODAY - timedelta(days=1))
    assert not can(people.bob, Action.DATA, record)
    made = given(people, Whom(user=people.bob), since=TODAY + timedelta(days=1))
    assert not can(people.bob, Action.DATA, record)


@pytest.mark.parametrize(
    ("whom", "told", "field"),
    [
        (lambda p: Whom(), {}, "whom"),
        (lambda p: Whom(user=p.bob, organisation=Organisation.objects.get(pk="call")), {}, "whom"),
        (lambda p: Whom(user=p.bob), {"reason": " "}, "reason"),
        (lambda p: Whom(user=p.bob), {"until": TODAY - timedelta(days=1)}, "until"),
        (lambda p: Whom(user=p.bob), {"since": TODAY + timedelta(days=9), "until": TODAY}, "until"),
        (lambda p: Whom(user=p.bob), {"opens": Opens(frozenset())}, "actions"),
        (lambda p: Whom(user=p.bob), {"opens": Opens(frozenset({Action.ADMINISTER}))}, "actions"),
        (lambda p: Whom(user=p.bob), {"opens": Opens(levels=("canton",))}, "levels"),
        (lambda p: Whom(user=p.bob), {"opens": Opens(unmasked=("nom",))}, "unmasked"),
    ],
)
def test_a_grant_that_cannot_stand(people: People, whom: Callable[[People], Whom], told: dict[str, Any], field: str):
    with pytest.raises(RightsError) as error:
        given(people, whom(people), **told)
    assert error.value.location is not None
    assert error.value.location.field == field
    assert Grant.objects.count() == 0


def test_rights_are_given_by_stewards_alone(people: People):
    record = people.records["confidential"]
    for user in (people.alice, people.bob):
        with pytest.raises(PermissionDenied):
            grants.give(record, Whom(user=user), Decided(DATA, "À moi"), user, subject_of(user))
        with pytest.raises(PermissionDenied):
            openness.change(record, openness.Facts(Openness.OPEN), record.revision, user, subject_of(user))
        with pytest.raises(PermissionDenied):
            undertakings.prepare(record, user, Organisation.objects.get(pk="call"), TODAY, user, subject_of(user))
    # A plain administrator is like anyone until their session is open.
    with pytest.raises(PermissionDenied):
        grants.give(record, Whom(user=people.david), Decided(DATA, "…"), people.david, subject_of(people.david))
    opened = subject_of(people.david, administrator=True)
    grants.give(record, Whom(user=people.bob), Decided(DATA, "Dépannage"), people.david, opened)
    assert can(people.bob, Action.DATA, record)


def test_to_edit_is_opened_to_those_whose_role_it_is(people: People):
    organisation = Organisation.objects.get(pk="call")
    given(people, Whom(organisation=organisation), opens=Opens(frozenset({Action.EDIT})))
    record = people.records["confidential"]
    assert can(people.bob, Action.EDIT, record)
    Membership.objects.filter(user=people.bob).update(role="reader")
    assert not can(people.bob, Action.EDIT, record)
    assert can(people.bob, Action.DATA, record), "who may edit sees the rows"


def asked(people: People, **told: Any) -> Request:
    wanted = {"action": "data", "purpose": "Étude", "organisation": "call", **told}
    return requests.ask(people.records["organisations"], **wanted, by=people.bob, subject=subject_of(people.bob))


def test_access_asked_and_granted(people: People, django_capture_on_commit_callbacks: Any):
    record = people.records["organisations"]
    with django_capture_on_commit_callbacks(execute=True):
        made = asked(people)
    assert [message.to for message in mail.outbox] == [["claire@exemple.fr"]]
    with pytest.raises(RightsError, match="attend déjà"):
        asked(people)
    with pytest.raises(PermissionDenied):
        requests.grant(made, DATA, people.bob, subject_of(people.bob))
    with django_capture_on_commit_callbacks(execute=True):
        requests.grant(made, DATA, people.claire, subject_of(people.claire), until=TODAY)
    assert can(people.bob, Action.DATA, record)
    assert {to for message in mail.outbox[1:] for to in message.to} == {"bob@exemple.fr"}
    with pytest.raises(RightsError, match="déjà décidée"):
        requests.refuse(made, "Non", people.claire, subject_of(people.claire))
    with pytest.raises(RightsError, match="déjà cet accès"):
        asked(people)
    assert acts() == ["request.made", "grant.given", "request.decided"]


def test_access_asked_and_refused_or_taken_back(people: People):
    made = asked(people)
    with pytest.raises(RightsError, match="se motive"):
        requests.refuse(made, " ", people.claire, subject_of(people.claire))
    requests.refuse(made, "Pas avant la convention.", people.claire, subject_of(people.claire))
    assert not can(people.bob, Action.FIGURES, people.records["organisations"])
    again = asked(people)
    with pytest.raises(PermissionDenied):
        requests.withdraw(again, people.alice)
    assert requests.withdraw(again, people.bob).standing == "withdrawn"
    assert acts() == ["request.made", "request.decided", "request.made", "request.withdrawn"]


def test_access_that_is_not_asked(people: People):
    for told in ({"purpose": " "}, {"action": "administer"}, {"action": "voler"}):
        with pytest.raises(RightsError):
            asked(people, **told)
    with pytest.raises(PermissionDenied):
        asked(people, organisation="cabbalr")
    with pytest.raises(PermissionDenied):
        requests.ask(people.records["confidential"], "data", "Étude", "call", people.bob, subject_of(people.bob))
    assert Request.objects.count() == 0


def restricted(people: People) -> Any:
    record, claire = people.records["organisations"], subject_of(people.claire)
    with pytest.raises(RightsError, match="pas un fichier"):
        undertakings.prepare(record, people.alice, Organisation.objects.get(pk="cabbalr"), TODAY, people.claire, claire)
    told = openness.Facts(Openness.ORGANISATIONS, restricted=True)
    return openness.change(record, told, record.revision, people.claire, claire)


def prepared(people: People, days: int = 60) -> Undertaking:
    organisation = Organisation.objects.get(pk="cabbalr")
    record, day = people.records["organisations"], TODAY + timedelta(days=days)
    record.refresh_from_db()
    return undertakings.prepare(record, people.alice, organisation, day, people.claire, subject_of(people.claire))


def test_a_restricted_file_from_signature_to_destruction(people: People):
    record = restricted(people)
    assert not can(people.alice, Action.FIGURES, record), "the agreement is not enough"
    assert can(people.alice, Action.DISCOVER, record)
    made = prepared(people)
    with pytest.raises(RightsError, match="déjà en cours"):
        prepared(people)
    with pytest.raises(PermissionDenied):
        undertakings.sign(made, "Étude", people.bob, subject_of(people.bob))
    with pytest.raises(RightsError, match="finalité"):
        undertakings.sign(made, " ", people.alice, subject_of(people.alice))
    undertakings.sign(made, "Étude", people.alice, subject_of(people.alice))
    assert can(people.alice, Action.DATA, record)
    Undertaking.objects.filter(pk=made.pk).update(destroy_by=TODAY - timedelta(days=1))
    assert not can(people.alice, Action.FIGURES, record), "the date closes access at once"
    Undertaking.objects.filter(pk=made.pk).update(destroy_by=TODAY)
    assert can(people.alice, Action.DATA, record)
    undertakings.destroy(made, people.alice)
    assert not can(people.alice, Action.FIGURES, record)
    with pytest.raises(RightsError, match="déjà déclarée"):
        undertakings.destroy(made, people.alice)
    assert acts() == ["record.openness", "undertaking.prepared", "undertaking.signed", "undertaking.destroyed"]


def test_an_undertaking_ends_with_the_membership(people: People):
    record = restricted(people)
    undertakings.sign(prepared(people), "Étude", people.alice, subject_of(people.alice))
    Membership.objects.filter(user=people.alice).delete()
    Membership.objects.create(user=people.alice, organisation_id="call", role="reader")
    given_to_call = Decided(DATA, "Essai")
    whom = Whom(organisation=Organisation.objects.get(pk="call"))
    grants.give(record, whom, given_to_call, people.claire, subject_of(people.claire))
    assert not can(people.alice, Action.FIGURES, record)


def test_destruction_is_reminded_three_times_and_written(people: People, django_capture_on_commit_callbacks: Any):
    restricted(people)
    made = prepared(people)
    undertakings.sign(made, "Étude", people.alice, subject_of(people.alice))
    told = []
    with django_capture_on_commit_callbacks(execute=True):
        for left in range(62, -4, -1):
            day = made.destroy_by - timedelta(days=left)
            told += [left] * undertakings.remind(day) + [left] * undertakings.remind(day)
    assert told == [30, 7, 0]
    assert acts().count("undertaking.reminded") == 3
    reminders = [m for m in mail.outbox if "à détruire au plus tard" in m.body]
    assert [m.to for m in reminders] == [["alice@exemple.fr"]] * 3


def test_a_day_without_reminder_is_caught_up_once(people: People):
    restricted(people)
    made = prepared(people)
    assert undertakings.remind(made.destroy_by) == 0, "nothing was signed"
    undertakings.sign(made, "Étude", people.alice, subject_of(people.alice))
    assert [undertakings.remind(made.destroy_by + timedelta(days=d)) for d in (-3, -2, 5, 6)] == [1, 0, 1, 0]
    undertakings.destroy(made, people.alice)
    assert undertakings.remind(made.destroy_by + timedelta(days=9)) == 0


def test_openness_is_changed_by_one_editor_at_a_time(people: People):
    record, claire = people.records["members"], subject_of(people.claire)
    record.columns = [{"name": "nom"}, {"name": "surface"}]
    record.save()
    told = openness.Facts(Openness.CONFIDENTIAL, ("nom",))
    changed = openness.change(record, told, record.revision, people.claire, claire)
    assert (changed.openness, changed.masked, changed.revision) == ("confidential", ["nom"], 2)
    assert not can(people.alice, Action.DISCOVER, record)
    with pytest.raises(OvertakenError):
        openness.change(record, openness.Facts(Openness.OPEN), 1, people.claire, claire)
    with pytest.raises(RightsError, match="colonne inconnue"):
        openness.change(record, openness.Facts(Openness.OPEN, ("prix",)), 2, people.claire, claire)
    with pytest.raises(RightsError, match="accès encadré"):
        openness.change(record, openness.Facts(Openness.OPEN, restricted=True), 2, people.claire, claire)
    openness.change(record, told, 2, people.claire, claire)
    assert acts() == ["record.openness"]


def test_openness_of_many_is_changed_for_all_or_none(people: People):
    claire, every = subject_of(people.claire), [r.pk for r in people.records.values()]
    before = state_of_rights()
    assert openness.change_many(every, Openness.MEMBERS, people.claire, claire) == 3
    assert state_of_rights() != before
    for name, record in people.records.items():
        record.refresh_from_db()
        assert (record.openness, record.revision) == ("members", 1 if name == "members" else 2)
        assert record.history.count() == record.revision
        assert can(people.bob, Action.DATA, record)
    assert acts() == ["record.openness"] * 3
    people.records["open"].restricted = True
    people.records["open"].steward_id = "call"
    people.records["open"].save()
    with pytest.raises(PermissionDenied):
        openness.change_many(every, Openness.OPEN, people.claire, claire)
    people.records["open"].steward_id = "aula"
    people.records["open"].save()
    with pytest.raises(RightsError, match="accès encadré"):
        openness.change_many(every, Openness.OPEN, people.claire, claire)
    people.records["members"].refresh_from_db()
    assert people.records["members"].openness == "members"
