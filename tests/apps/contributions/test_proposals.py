"""Corrections: proposed by who may edit, decided by the steward, held against what is there now, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from terril.apps.agreements.models import Grant
from terril.apps.agreements.queries import rights_changed, subject_of
from terril.apps.audit.models import Entry
from terril.apps.catalogue.models import Record
from terril.apps.contributions import proposals, reviews
from terril.apps.contributions.errors import ContributionError
from terril.apps.contributions.models import Proposal
from terril.apps.contributions.policies import to_decide, visible
from terril.apps.contributions.rows import rows_of
from terril.apps.notices.models import Notice
from terril.core.errors import AccessError, IngestError
from terril.pipeline.datasets import DatasetStore
from tests.support.contributions import SITES, drafted, dropped
from tests.support.people import People

pytestmark = pytest.mark.django_db
State = Proposal.State


@pytest.fixture
def record(people: People, home: Path) -> Record:
    """A dataset of the agency, whose rows Alice may see and correct."""
    made = drafted(people.claire, "aula").record
    Record.objects.filter(pk=made.pk).update(state="published")
    Grant.objects.create(record=made, organisation_id="cabbalr", edit=True, data=True)
    rights_changed()
    made.refresh_from_db()
    return made


def cells(people: People, record: Record, number: int, **told: str) -> Proposal:
    subject = subject_of(people.alice)
    base = rows_of(record, subject).version.id
    return proposals.propose_cells(record, people.alice, subject, "cabbalr", number, told, "vu sur place", base)


def decide(people: People, proposal: Proposal, accepted: Any = None, answer: str = "") -> Proposal:
    read = reviews.review(Proposal.objects.get(pk=proposal.pk))
    chosen = [h.change.pk for h in read.held] if accepted is None else accepted
    return reviews.decide(proposal, people.claire, subject_of(people.claire), chosen, answer, read.base)


def test_a_cell_corrected_is_a_new_version_that_credits_the_partner(people: People, record: Record, home: Path):
    before = DatasetStore(home).current(record.identifier)
    proposal = cells(people, record, 1, surface="13,25", nom="Zone des Moulins")
    assert Notice.objects.filter(user=people.claire, kind="proposal").count() == 1
    assert list(to_decide(subject_of(people.claire))) == [proposal]
    decided = decide(people, proposal)
    version = DatasetStore(home).current(record.identifier)
    assert decided.state == State.ACCEPTED
    assert (decided.before, decided.result) == (before.id, version.id)
    assert version.meta["correction"] == {
        "proposal": proposal.pk, "organisation": "cabbalr", "base": before.id, "changes": 1,
    }  # fmt: skip
    assert rows_of(record, subject_of(people.claire)).row(1).cells["surface"] == "13.25"
    assert "acceptée" in Notice.objects.get(user=people.alice, kind="proposal").text
    assert Entry.objects.filter(act="proposal.decided").count() == 1
    # The version before is as it was.
    assert DatasetStore(home).version(record.identifier, before.id).path.read_bytes()


def test_rows_are_added_and_removed(people: People, record: Record, home: Path):
    subject = subject_of(people.alice)
    base = rows_of(record, subject).version.id
    told = {"id": "S9", "nom": "Neuve", "surface": "1", "creation": "2024-01-01", "active": "oui"}
    added = proposals.propose_addition(record, people.alice, subject, "cabbalr", told, "ouverte en 2024", base)
    removed = proposals.propose_removal(record, people.alice, subject, "cabbalr", 2, "fermée", base)
    decide(people, added)
    decide(people, removed)
    _, found = rows_of(record, subject).found("", 0, 10)
    assert [r.cells["id"] for r in found] == ["S1", "S3", "S9"]


def test_a_part_is_accepted(people: People, record: Record, home: Path):
    proposal = cells(people, record, 1, surface="13", nom="Autre")
    by_column = {c.column: c for c in proposal.changes.all()}
    decided = decide(people, proposal, [by_column["nom"].pk], "la surface est juste")
    assert decided.state == State.PARTLY
    row = rows_of(record, subject_of(people.claire)).row(1)
    assert (row.cells["nom"], row.cells["surface"]) == ("Autre", "12.5")


def test_a_refusal_says_why_and_changes_nothing(people: People, record: Record, home: Path):
    before = DatasetStore(home).current(record.identifier).id
    proposal = cells(people, record, 1, surface="13")
    with pytest.raises(ContributionError, match="dit pourquoi"):
        decide(people, proposal, [])
    assert decide(people, proposal, [], "déjà mesurée").state == State.REFUSED
    assert DatasetStore(home).current(record.identifier).id == before


def test_two_proposals_on_one_cell_are_shown_with_both(people: People, record: Record, home: Path):
    first, second = cells(people, record, 1, surface="13"), cells(people, record, 1, surface="14")
    decide(people, first)
    read = reviews.review(Proposal.objects.get(pk=second.pk))
    (held,) = read.held
    assert read.moved
    assert read.conflicts == 1
    assert (held.change.before, held.now, held.change.after) == ("12.5", "13", "14")
    assert decide(people, second).state == State.ACCEPTED
    assert rows_of(record, subject_of(people.claire)).row(1).cells["surface"] == "14"


def test_a_proposal_that_still_fits_is_played_on_the_newer_version(people: People, record: Record, home: Path):
    first, second = cells(people, record, 1, surface="13"), cells(people, record, 3, surface="8")
    decide(people, first)
    read = reviews.review(Proposal.objects.get(pk=second.pk))
    assert read.moved
    assert read.conflicts == 0
    decide(people, second)
    rows = rows_of(record, subject_of(people.claire))
    assert (rows.row(1).cells["surface"], rows.row(3).cells["surface"]) == ("13", "8")


def test_a_decision_on_what_moved_is_refused_and_nothing_is_lost(people: People, record: Record, home: Path):
    first, second = cells(people, record, 1, surface="13"), cells(people, record, 3, surface="8")
    seen = reviews.review(second).base
    decide(people, first)
    change = second.changes.get().pk
    with pytest.raises(ContributionError, match="depuis que vous lisez"):
        reviews.decide(second, people.claire, subject_of(people.claire), [change], "", seen)
    second.refresh_from_db()
    assert second.state == State.WAITING


def test_a_correction_is_undone_unless_something_stands_on_it(people: People, record: Record, home: Path):
    before = DatasetStore(home).current(record.identifier).id
    first, second = cells(people, record, 1, surface="13"), cells(people, record, 3, surface="8")
    first, second = decide(people, first), decide(people, second)
    subject = subject_of(people.claire)
    with pytest.raises(ContributionError, match=f"n° {second.pk}"):
        reviews.undo(first, people.claire, subject)
    reviews.undo(second, people.claire, subject)
    assert reviews.undo(first, people.claire, subject).state == State.UNDONE
    assert DatasetStore(home).current(record.identifier).id == before
    with pytest.raises(ContributionError):
        reviews.undo(first, people.claire, subject)
    assert Entry.objects.filter(act="proposal.undone").count() == 2


def test_words_of_a_record_are_corrected_and_undone(people: People, record: Record):
    subject = subject_of(people.alice)
    told = {"description": "Les sites en activité.", "keywords": "zae, emploi", "title": record.title}
    proposal = proposals.propose_fields(record, people.alice, subject, "cabbalr", told, "la fiche est vide")
    assert {c.column for c in proposal.changes.all()} == {"description", "keywords"}
    decide(people, proposal)
    record.refresh_from_db()
    assert (record.description, record.keywords) == ("Les sites en activité.", ["zae", "emploi"])
    reviews.undo(Proposal.objects.get(pk=proposal.pk), people.claire, subject_of(people.claire))
    record.refresh_from_db()
    assert (record.description, record.keywords) == ("", [])


def test_words_written_since_stop_an_undoing(people: People, record: Record):
    subject = subject_of(people.alice)
    proposal = proposals.propose_fields(
        record, people.alice, subject, "cabbalr", {"description": "Une."}, "la fiche est vide"
    )
    decide(people, proposal)
    Record.objects.filter(pk=record.pk).update(description="Autre.")
    with pytest.raises(ContributionError, match="description"):
        reviews.undo(Proposal.objects.get(pk=proposal.pk), people.claire, subject_of(people.claire))


@pytest.mark.parametrize("name", ["state", "steward", "openness", "identifier", "masked", "restricted", "author"])
def test_rights_and_states_are_not_words(people: People, record: Record, name: str):
    with pytest.raises(ContributionError, match="ne se corrige pas"):
        proposals.propose_fields(record, people.alice, subject_of(people.alice), "cabbalr", {name: "x"}, "pourquoi")


def test_who_may_not_edit_proposes_nothing(people: People, record: Record):
    for user, organisation in ((people.bob, "call"), (people.david, "aula")):
        with pytest.raises(AccessError):
            proposals.propose_fields(record, user, subject_of(user), organisation, {"description": "x"}, "y")
    with pytest.raises(AccessError):
        proposals.propose_fields(
            record, people.alice, subject_of(people.alice), "aula", {"description": "x"}, "au nom d’une autre"
        )


def test_only_the_steward_decides(people: People, record: Record, home: Path):
    proposal = cells(people, record, 1, surface="13")
    change = proposal.changes.get().pk
    base = reviews.review(proposal).base
    for user in (people.alice, people.bob, people.david):
        with pytest.raises(AccessError):
            reviews.decide(proposal, user, subject_of(user), [change], "", base)
    assert DatasetStore(home).current(record.identifier).id == base


def test_another_organisation_knows_nothing_of_it(people: People, record: Record):
    proposal = cells(people, record, 1, surface="13")
    assert proposal in visible(subject_of(people.alice))
    assert proposal in visible(subject_of(people.claire))
    assert proposal not in visible(subject_of(people.bob))
    assert not to_decide(subject_of(people.alice)).exists()


def test_a_value_that_is_none_of_its_column_is_told_at_once(people: People, record: Record):
    with pytest.raises(IngestError, match="nombre"):
        cells(people, record, 1, surface="grande")
    with pytest.raises(IngestError, match="date"):
        cells(people, record, 1, creation="hier")
    assert not Proposal.objects.exists()


def test_masked_columns_are_neither_read_nor_corrected(people: People, record: Record):
    Record.objects.filter(pk=record.pk).update(masked=["surface"])
    rights_changed()
    record.refresh_from_db()
    assert "surface" not in rows_of(record, subject_of(people.alice)).columns
    with pytest.raises(ContributionError, match="rien n’est changé"):
        cells(people, record, 1, surface="13")
    proposal = cells(people, record, 1, nom="Autre")
    assert "surface" not in proposal.changes.get().cells


def test_own_territory_alone_closes_a_table_that_tells_none(people: People, record: Record):
    Grant.objects.update(rows="own")
    rights_changed()
    assert len(rows_of(record, subject_of(people.alice))) == 0
    with pytest.raises(ContributionError):
        cells(people, record, 1, surface="13")


def test_a_correction_is_taken_back_by_its_author(people: People, record: Record):
    proposal = cells(people, record, 1, surface="13")
    with pytest.raises(AccessError):
        proposals.withdraw(proposal, people.bob)
    proposals.withdraw(proposal, people.alice)
    with pytest.raises(ContributionError):
        proposals.withdraw(proposal, people.alice)
    with pytest.raises(ContributionError, match="déjà"):
        reviews.decide(proposal, people.claire, subject_of(people.claire), [], "trop tard", "")


def test_a_row_that_is_gone_is_told(people: People, record: Record, home: Path):
    subject = subject_of(people.alice)
    edit = cells(people, record, 2, surface="4")
    base = rows_of(record, subject).version.id
    decide(people, proposals.propose_removal(record, people.alice, subject, "cabbalr", 2, "fermée", base))
    read = reviews.review(Proposal.objects.get(pk=edit.pk))
    assert read.held[0].standing == "gone"
    with pytest.raises(ContributionError, match="plus là"):
        decide(people, edit)


def test_a_failure_after_the_version_is_made_puts_it_back(
    people: People, record: Record, home: Path, monkeypatch: pytest.MonkeyPatch
):
    before = DatasetStore(home).current(record.identifier).id
    proposal = cells(people, record, 1, surface="13")

    def broken(*_: object) -> None:
        raise RuntimeError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(reviews, "_answer", broken)
        with pytest.raises(RuntimeError):
            decide(people, proposal)
    assert DatasetStore(home).current(record.identifier).id == before
    proposal.refresh_from_db()
    assert proposal.state == State.WAITING


def test_a_draft_takes_another_file_of_its_steward(people: People, home: Path):
    assert drafted(people.claire, "aula", dropped(SITES, "a.csv")).record.state == "draft"
