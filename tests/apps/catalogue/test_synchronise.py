"""Records follow the packs, and keep what was decided here."""

from __future__ import annotations

import pytest

from terril.apps.catalogue.models import Origin, Record, State
from terril.apps.catalogue.synchronise import synchronise
from terril.apps.organisations.models import Organisation
from terril.core.records import Kind
from terril.pipeline.workspace import Workspace

pytestmark = pytest.mark.django_db
SOURCE = "insee/population_reference"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("home"))


def declared(kind: Kind = Kind.DATASET, identifier: str = SOURCE) -> Record:
    return Record.objects.get(kind=kind, identifier=identifier)


def test_every_source_and_indicator_has_its_record_and_a_second_time_changes_nothing(workspace: Workspace):
    declared_in_packs = len(workspace.sources) + len(workspace.packs.indicators)
    assert synchronise(workspace) == declared_in_packs == Record.objects.count()
    assert synchronise(workspace) == 0
    record = declared()
    assert (record.origin, record.state, record.steward_id) == (Origin.PACK, State.PUBLISHED, "aula")
    assert record.title == workspace.sources[SOURCE].label
    assert SOURCE in declared(Kind.INDICATOR, "demographie/population").sources
    assert Organisation.objects.get(pk="aula").declared


def test_what_was_decided_stays_and_the_rest_follows(workspace: Workspace):
    synchronise(workspace)
    Record.objects.filter(pk=declared().pk).update(openness="members", title="Autre", decided=["openness"])
    Organisation.objects.filter(pk="aula").update(label="Autre")
    assert synchronise(workspace) == 1
    record = declared()
    assert (record.openness, record.title) == ("members", workspace.sources[SOURCE].label)
    assert Organisation.objects.get(pk="aula").label != "Autre"


def test_what_no_pack_declares_any_more_is_archived_and_comes_back(workspace: Workspace):
    synchronise(workspace)
    Record.objects.create(kind=Kind.DATASET, identifier="insee/disparue", origin=Origin.PACK, state=State.PUBLISHED)
    Record.objects.create(kind=Kind.DATASET, identifier="agence/friches", state=State.PUBLISHED)
    Record.objects.filter(pk=declared().pk).update(state=State.ARCHIVED)
    assert synchronise(workspace) == 2
    assert declared(identifier="insee/disparue").state == State.ARCHIVED
    assert declared(identifier="agence/friches").state == State.PUBLISHED
    assert declared().state == State.PUBLISHED


def test_what_was_contributed_before_a_pack_declared_it_is_not_opened_by_it(workspace: Workspace):
    made = Record.objects.create(
        kind=Kind.DATASET, identifier=SOURCE, title="Brouillon", openness="confidential", state=State.DRAFT
    )
    synchronise(workspace)
    record = declared()
    assert (record.pk, record.origin) == (made.pk, Origin.PACK)
    assert (record.openness, record.state) == ("confidential", State.DRAFT)
    assert record.title == workspace.sources[SOURCE].label
    assert synchronise(workspace) == 0
