"""From rights to what the engine reads: reaches, and the scope of a request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terril.apps.agreements.models import Agreement, Clause, Grant, Party
from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import rights_changed, subject_as, subject_of
from terril.apps.agreements.reach import reaches
from terril.apps.agreements.scopes import MEMBER, scope_of
from terril.apps.catalogue.models import Record
from terril.apps.catalogue.synchronise import synchronise
from terril.apps.organisations.models import Membership, Organisation
from terril.core.access import ANYONE, Action, Reading, Window
from terril.core.indicators.graph import all_sources
from terril.core.territories.model import Level, TerritoryKey
from terril.pipeline.workspace import Workspace
from tests.support.people import People

pytestmark = pytest.mark.django_db
SOURCE, INDICATOR = "insee/population_reference", "demographie/population"
EPCI = TerritoryKey(Level.EPCI, "200072460")
OTHER = TerritoryKey(Level.EPCI, "246200364")
BETHUNE, LENS = TerritoryKey(Level.COMMUNE, "62119"), TerritoryKey(Level.COMMUNE, "62498")
OPENINGS = st.lists(
    st.fixed_dictionaries(
        {
            "levels": st.sampled_from(([], ["epci"], ["commune", "epci"])),
            "rows": st.sampled_from(("all", "own")),
            "raw": st.booleans(),
            "unmasked": st.sampled_from(([], ["nom"])),
            "organisation_id": st.sampled_from(("cabbalr", "call")),
        }
    ),
    max_size=4,
)


def placed() -> None:
    Organisation.objects.filter(pk="cabbalr").update(territory=str(EPCI))
    Organisation.objects.filter(pk="call").update(territory=str(OTHER))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(openings=OPENINGS)
def test_a_reach_is_the_union_of_what_was_opened_and_no_wider(people: People, openings: list[dict[str, Any]]):
    placed()
    record = people.records["confidential"]
    Record.objects.filter(pk=record.pk).update(masked=["nom"])
    record.refresh_from_db()
    Grant.objects.filter(record=record).delete()
    Membership.objects.get_or_create(user=people.alice, organisation_id="call", defaults={"role": "reader"})
    subject = subject_of(people.alice)
    for told in openings:
        Grant.objects.create(record=record, reason="essai", **told)
    found = list(which(subject, Action.FIGURES).filter(pk=record.pk))
    assert bool(found) == bool(openings)
    if not found:
        return
    reach = reaches(subject, Action.FIGURES, found)[record.pk]
    own = {"cabbalr": EPCI, "call": OTHER}
    for key in (EPCI, OTHER, BETHUNE, LENS):
        here = [
            o for o in openings
            if (not o["levels"] or str(key.level) in o["levels"])
            and (o["rows"] == "all" or own[o["organisation_id"]] == key)
        ]  # fmt: skip
        read, masked = reach.through(), reach.through(frozenset({"nom"}))
        assert read is not None
        assert read.allows(key) == bool(here)
        assert read.raw_at(key) == any(o["raw"] for o in here)
        assert (masked is not None and masked.allows(key)) == any(o["unmasked"] for o in here)


def test_own_rows_are_those_of_the_party_that_signed(people: People):
    placed()
    record = people.records["confidential"]
    Membership.objects.create(user=people.alice, organisation_id="call", role="reader")
    Clause.objects.create(agreement=people.agreement, record=record, rows="own")
    reading = reaches(subject_of(people.alice), Action.FIGURES, [record])[record.pk].through()
    assert reading == Reading((Window(territories=frozenset({EPCI})),))


def test_own_rows_of_who_has_no_territory_are_none(people: People):
    record = people.records["confidential"]
    Clause.objects.create(agreement=people.agreement, record=record, rows="own")
    reading = reaches(subject_of(people.alice), Action.FIGURES, [record])[record.pk].through()
    assert reading is not None
    assert not any(reading.allows(key) for key in (EPCI, OTHER, BETHUNE))


@pytest.fixture
def workspace(people: People, tmp_path: Path) -> Workspace:
    """The bundled packs, with a record of each source and indicator; nothing was ever built."""
    found = Workspace(tmp_path)
    synchronise(found)
    return found


def closed(openness: str = "confidential", **told: Any) -> Record:
    record = Record.objects.get(kind="dataset", identifier=SOURCE)
    record.openness, record.decided = openness, ["openness"]
    for name, value in told.items():
        setattr(record, name, value)
    record.save()
    return record


def standing(workspace: Workspace) -> set[str]:
    indicators = workspace.packs.indicators
    return {i for i in indicators if SOURCE in all_sources(indicators, i)}


def test_a_confidential_source_closes_all_that_stands_on_it(people: People, workspace: Workspace):
    closed()
    for subject in (ANYONE, subject_of(people.alice), subject_as("call")):
        scope = scope_of(subject, workspace)
        assert scope.masked == standing(workspace)
        assert scope.closed == scope.hidden == {SOURCE}
        labels = which(subject, Action.DISCOVER).filter(kind="indicator")
        assert not labels.filter(identifier__in=standing(workspace)).exists()
    assert scope_of(subject_of(people.claire), workspace).masked == set()


def test_members_know_a_source_for_named_organisations_and_read_nothing_of_it(people: People, workspace: Workspace):
    closed("organisations")
    scope = scope_of(subject_of(people.alice), workspace)
    assert (scope.hidden, scope.closed) == (set(), {SOURCE})
    assert scope.masked == standing(workspace)
    assert scope_of(ANYONE, workspace).hidden == {SOURCE}


def test_an_indicator_on_a_restricted_source_is_read_where_the_agreement_says(people: People, workspace: Workspace):
    record = closed()
    Clause.objects.create(agreement=people.agreement, record=record, levels=["epci"], rows="own")
    scope = scope_of(subject_of(people.alice), workspace)
    assert scope.allows(INDICATOR)
    assert scope.of(INDICATOR).allows(EPCI)
    assert not scope.of(INDICATOR).allows(OTHER)
    assert not scope.of(INDICATOR).allows(BETHUNE)
    assert scope.closed == {SOURCE}, "figures were opened, not rows"
    for identifier in standing(workspace):
        assert scope.of(identifier) == scope.of(INDICATOR), identifier
    # The next request, without restarting anything.
    Agreement.objects.get(pk=people.agreement.pk).save()
    Party.objects.filter(agreement=people.agreement).first().delete()
    assert scope_of(subject_of(people.alice), workspace).masked == standing(workspace)


def test_an_epci_holds_its_communes(people: People, workspace: Workspace):
    record = closed()
    Clause.objects.create(agreement=people.agreement, record=record, data=True, rows="own")
    scope = scope_of(subject_of(people.alice), workspace)
    assert scope.of(INDICATOR).allows(BETHUNE)
    assert not scope.of(INDICATOR).allows(LENS)
    assert scope.closed == set()
    assert scope.shows_rows(SOURCE, BETHUNE)
    assert not scope.shows_rows(SOURCE, LENS)


def test_a_masked_column_masks_the_indicators_that_read_it(people: People, workspace: Workspace):
    column = next(iter(workspace.packs.indicators[INDICATOR].inputs.values())).column
    record = closed("open", masked=[column])
    scope = scope_of(ANYONE, workspace)
    assert INDICATOR in scope.masked
    assert scope.columns == {SOURCE: {column}}
    Clause.objects.create(agreement=people.agreement, record=record, unmasked=[column], levels=["epci"])
    scope = scope_of(subject_of(people.alice), workspace)
    assert scope.of(INDICATOR) == Reading((Window(frozenset({Level.EPCI})),))
    assert INDICATOR not in scope_of(subject_of(people.claire), workspace).masked


def test_raw_figures_are_read_where_every_source_was_opened_raw(people: People, workspace: Workspace):
    closed("open")
    sources = all_sources(workspace.packs.indicators, INDICATOR)
    for number, source in enumerate(sources, 1):
        # Figures made of two datasets are raw where both are.
        scope = scope_of(subject_of(people.alice), workspace)
        assert [p.root for p in scope.parts(INDICATOR)] == ["public"], number
        record = Record.objects.get(kind="dataset", identifier=source)
        Grant.objects.create(record=record, user=people.alice, reason="essai", raw=True, levels=["epci"])
    scope = scope_of(subject_of(people.alice), workspace)
    assert [p.root for p in scope.parts(INDICATOR)] == ["restricted", "public"]
    assert scope.raw_at(INDICATOR, EPCI)
    assert not scope.raw_at(INDICATOR, BETHUNE)
    assert [p.root for p in scope_of(subject_of(people.bob), workspace).parts(INDICATOR)] == ["public"]


def test_a_source_without_a_record_is_what_its_pack_says(people: People, workspace: Workspace):
    Record.objects.filter(identifier__in=workspace.sources).delete()
    scope = scope_of(ANYONE, workspace)
    assert SOURCE not in scope.hidden


def test_the_same_rights_are_prepared_once(people: People, workspace: Workspace, django_assert_num_queries: Any):
    subject = subject_of(people.alice)
    scope_of(subject, workspace)
    with django_assert_num_queries(1):
        scope_of(subject, workspace)


def test_a_member_to_whom_nothing_is_opened_shares_the_scope_of_any_member(people: People, tmp_path: Path):
    workspace = Workspace(tmp_path)
    synchronise(workspace)
    Record.objects.filter(identifier="insee/filosofi_communes").update(openness="members")
    rights_changed()
    (alice, bob), everyone = (subject_of(people.alice), subject_of(people.bob)), scope_of(MEMBER, workspace)
    assert scope_of(alice, workspace) == replace(everyone, audience="cabbalr")
    assert scope_of(bob, workspace).fingerprint == everyone.fingerprint != scope_of(ANYONE, workspace).fingerprint
    record = Record.objects.get(kind="dataset", identifier=SOURCE)
    Record.objects.filter(pk=record.pk).update(openness="confidential")
    Grant.objects.create(record=record, organisation_id="cabbalr", reason="Essai")
    assert scope_of(alice, workspace).allows(INDICATOR)
    assert not scope_of(bob, workspace).allows(INDICATOR)
