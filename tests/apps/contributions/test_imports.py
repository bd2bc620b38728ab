"""Imports: kept, examined, corrected, loaded once or not at all, abandoned without a trace."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from terril.apps.agreements.queries import subject_of
from terril.apps.audit.models import Entry
from terril.apps.catalogue.models import Record
from terril.apps.contributions import files, imports, loading, looking
from terril.apps.contributions.errors import ContributionError
from terril.apps.contributions.models import Import
from terril.apps.contributions.tasks import launch
from terril.apps.notices.models import Notice
from terril.apps.organisations.models import Membership
from terril.core.errors import AccessError, StoreError
from terril.pipeline.datasets import DatasetStore
from tests.support.contributions import FIGURES, SITES, brought, drafted, dropped, zipped
from tests.support.people import People

pytestmark = pytest.mark.django_db
State = Import.State


def test_a_file_is_examined_and_becomes_the_draft_of_the_organisation(people: People, home: Path):
    work = drafted(people.alice, "cabbalr")
    record = work.record
    assert work.state == State.DONE
    assert (record.identifier, record.state, record.steward_id) == ("cabbalr/sites", "draft", "cabbalr")
    assert record.openness == "organisations"
    assert [c["name"] for c in record.columns] == ["id", "nom", "surface", "creation", "active"]
    version = DatasetStore(home).current("cabbalr/sites")
    assert version is not None
    assert version.id == work.version
    assert version.meta["rows"] == 3
    assert version.meta["contributed"]["organisation"] == "cabbalr"
    assert not files.folder_of(work.pk).exists()
    acts = Entry.objects.filter(actor=f"user:{people.alice.pk}").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["import.opened", "version.added"]


def test_the_same_import_is_loaded_once(people: People, home: Path):
    work = drafted(people.alice, "cabbalr")
    again = loading.confirm(work, people.alice, subject_of(people.alice), "")
    assert again.version == work.version
    assert Record.objects.filter(identifier="cabbalr/sites").count() == 1
    assert Entry.objects.filter(act="version.added").count() == 1


def test_a_version_of_a_record_shows_its_difference_first(people: People, home: Path):
    first = drafted(people.claire, "aula")
    work = brought(people.claire, "aula", dropped(SITES.replace("Parc du Lac;3", "Parc du Lac;4"), "corrige.csv"))
    subject = subject_of(people.claire)
    loading.aim_at_record(work, subject, first.record.pk)
    seen = loading.foresee(work, subject)
    assert seen.current == first.version
    assert seen.difference is not None
    assert (seen.difference.changed, seen.difference.unchanged) == (1, 2)
    assert seen.cells
    done = loading.confirm(work, people.claire, subject, seen.current)
    store = DatasetStore(home)
    assert store.current("aula/sites").id == done.version != first.version
    assert len(store.versions("aula/sites")) == 2


def test_another_version_meanwhile_is_told_not_written_over(people: People, home: Path):
    first = drafted(people.claire, "aula")
    subject = subject_of(people.claire)
    works = [brought(people.claire, "aula", dropped(SITES.replace("12,5", size), "x.csv")) for size in ("13", "14")]
    for work in works:
        loading.aim_at_record(work, subject, first.record.pk)
    loading.confirm(works[0], people.claire, subject, first.version)
    with pytest.raises(ContributionError, match="autre version"):
        loading.confirm(works[1], people.claire, subject, first.version)
    works[1].refresh_from_db()
    assert works[1].state == State.READY


def test_the_steward_is_told_of_a_draft_but_not_of_their_own(people: People, home: Path):
    drafted(people.claire, "aula")
    assert not Notice.objects.filter(user=people.claire, kind="record").exists()
    Membership.objects.create(user=people.alice, organisation_id="aula", role="contributor")
    drafted(people.alice, "aula", slug="autres")
    assert "brouillon à valider" in Notice.objects.get(user=people.claire, kind="record").text


def test_nobody_brings_a_file_for_another_organisation(people: People, home: Path):
    with pytest.raises(AccessError):
        imports.open_import(people.alice, subject_of(people.alice), "aula", [dropped()])
    assert not files.imports_folder().exists()


def test_a_reader_brings_nothing(people: People, home: Path):
    people.alice.memberships.update(role="reader")
    with pytest.raises(AccessError):
        imports.open_import(people.alice, subject_of(people.alice), "cabbalr", [dropped()])


def test_a_record_that_one_may_not_edit_takes_no_version(people: People, home: Path):
    work = brought(people.alice, "cabbalr")
    with pytest.raises(AccessError):
        loading.aim_at_record(work, subject_of(people.alice), people.records["open"].pk)


def test_a_right_lost_before_confirming_is_lost(people: People, home: Path):
    first = drafted(people.claire, "aula")
    work = brought(people.claire, "aula", dropped(SITES.replace("12,5", "9"), "x.csv"))
    loading.aim_at_record(work, subject_of(people.claire), first.record.pk)
    people.claire.memberships.update(role="reader")
    with pytest.raises(AccessError):
        loading.confirm(work, people.claire, subject_of(people.claire), first.version)
    assert DatasetStore(home).current("aula/sites").id == first.version


def test_what_is_not_the_owners_to_say_is_not_read(people: People, home: Path):
    work = drafted(people.alice, "cabbalr", state="published", steward_id="aula", author_id=1, origin="pack")
    assert (work.record.state, work.record.steward_id, work.record.origin) == ("draft", "cabbalr", "contributed")
    assert work.record.author == people.alice


def test_choices_read_only_what_is_known(people: People, home: Path):
    work = brought(people.alice, "cabbalr")
    imports.correct(work, {"state": "done", "owner": 1, "columns": {"surface": {"type": "text", "role": "x"}}})
    launch(work)
    assert work.state == State.READY
    assert set(work.choices) == {"columns"}
    assert {c["source"]: c.get("type", "text") for c in work.mapping["columns"]}["surface"] == "text"


def test_figures_of_territories_are_recognised_and_offered_as_a_source(people: People, home: Path):
    work = drafted(people.alice, "cabbalr", dropped(FIGURES, "logements.csv"), slug="logements")
    assert work.mapping["kind"] == "territories"
    text = loading.pack_source(work)
    assert "id: cabbalr/logements" in text
    assert "code_insee" in text
    assert (work.record.begin, work.record.end) == ("2021", "2021")


def test_a_column_of_text_where_numbers_are_expected_is_a_fault_on_its_row(people: People, home: Path):
    lines = "".join(f"S{i};n{i};{i}\n" for i in range(1, 200))
    work = brought(people.alice, "cabbalr", dropped(f"id;nom;surface\n{lines}S200;x;douze\n"))
    if not work.faults["groups"]:
        imports.correct(work, {"columns": {"surface": {"type": "integer"}}})
        launch(work)
    (group,) = looking.groups_of(work)
    assert (group.column, group.count, group.shown[0].row, group.shown[0].value) == ("surface", 1, 200, "douze")
    assert not looking.loadable(work)
    with pytest.raises(ContributionError):
        loading.confirm(work, people.alice, subject_of(people.alice), "")
    assert DatasetStore(home).sources() == ()


def test_ten_thousand_bad_rows_are_told_in_bounded_groups(people: People, home: Path):
    lines = "".join(f"S{i};{i};pas un nombre {i}\n" for i in range(10_000))
    work = brought(people.alice, "cabbalr", dropped(f"id;rang;surface\n{lines}"))
    imports.correct(work, {"columns": {"surface": {"type": "number"}}})
    launch(work)
    (group,) = looking.groups_of(work)
    assert group.count == 10_000
    assert len(group.shown) <= 10
    assert len(looking.every_fault(work)[0].shown) == 10_000


def test_a_disk_that_refuses_leaves_nothing(people: People, home: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_bounded", full)
    with pytest.raises(StoreError):
        imports.open_import(people.alice, subject_of(people.alice), "cabbalr", [dropped()])
    assert list(files.imports_folder().iterdir()) == []
    assert not Import.objects.exists()


def test_a_disk_full_while_loading_changes_nothing(people: People, home: Path, monkeypatch: pytest.MonkeyPatch):
    work = brought(people.alice, "cabbalr")
    subject = subject_of(people.alice)
    loading.aim_at_new(work, subject, {"slug": "sites", "title": "Sites"})
    with monkeypatch.context() as patched:
        patched.setattr("shutil.copyfileobj", _full)
        with pytest.raises(StoreError):
            loading.confirm(work, people.alice, subject, "")
    assert DatasetStore(home).current("cabbalr/sites") is None
    assert not Record.objects.filter(identifier="cabbalr/sites").exists()
    work.refresh_from_db()
    assert work.state == State.READY
    assert loading.confirm(work, people.alice, subject, "").state == State.DONE


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_database_that_fails_last_puts_the_version_back(people: People, home: Path, monkeypatch: pytest.MonkeyPatch):
    first = drafted(people.claire, "aula")
    work = brought(people.claire, "aula", dropped(SITES.replace("12,5", "9"), "x.csv"))
    subject = subject_of(people.claire)
    loading.aim_at_record(work, subject, first.record.pk)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(loading, "_tell", broken)
        with pytest.raises(RuntimeError):
            loading.confirm(work, people.claire, subject, first.version)
    assert DatasetStore(home).current("aula/sites").id == first.version
    work.refresh_from_db()
    assert work.state == State.READY


def test_a_file_replaced_between_two_steps_is_refused(people: People, home: Path):
    work = brought(people.alice, "cabbalr")
    files.file_of(work.pk).write_text("id;nom\n1;autre\n", encoding="utf-8")
    imports.correct(work, {"key": "-"})
    launch(work)
    assert work.state == State.REFUSED
    assert "a changé" in looking.refusal_of(work).message


def test_a_trial_replaced_before_confirming_is_refused(people: People, home: Path):
    work = brought(people.alice, "cabbalr")
    loading.aim_at_new(work, subject_of(people.alice), {"slug": "sites", "title": "Sites"})
    loading.staged_version(work).path.write_bytes(b"PAR1 something else PAR1")
    with pytest.raises(StoreError, match="n'est plus celui"):
        loading.confirm(work, people.alice, subject_of(people.alice), "")
    assert DatasetStore(home).current("cabbalr/sites") is None


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/cron.d/x.csv", "..\\..\\x.csv", ".bashrc", "a\x00b.csv", "é" * 300 + ".csv", ""]
)
def test_a_name_is_never_a_path(people: People, home: Path, name: str):
    file = dropped()
    # Django cleans names of uploads: what reaches us another way is cleaned too.
    file._name = name
    work = imports.open_import(people.alice, subject_of(people.alice), "cabbalr", [file])
    path = files.file_of(work.pk)
    assert path.resolve().parent == (files.folder_of(work.pk) / "fichier").resolve()
    assert path.name.isascii()
    assert not path.name.startswith(".")
    assert "\x00" not in work.name
    assert "/" not in work.name


def test_too_large_a_file_is_not_kept(people: People, home: Path, settings):
    settings.IMPORT_BYTES = 10
    with pytest.raises(ContributionError, match="plus de"):
        imports.open_import(people.alice, subject_of(people.alice), "cabbalr", [dropped()])
    liar = dropped()
    liar.size = 1
    with pytest.raises(ContributionError, match="plus de"):
        imports.open_import(people.alice, subject_of(people.alice), "cabbalr", [liar])
    assert not any(files.imports_folder().iterdir())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bombe.zip", zipped({"a.csv": b"0" * 30_000_000}), "archive refusée"),
        ("sort.zip", zipped({"../../etc/x.csv": b"a;b\n1;2\n"}), "chemin qui en sort"),
        ("image.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, ""),
        ("vide.csv", b"", ""),
        (
            "piege.kml",
            b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><name>&x;</name></kml>',
            "",
        ),
    ],
)
def test_a_hostile_file_is_refused_in_french(people: People, home: Path, name: str, content: bytes, reason: str):
    work = brought(people.alice, "cabbalr", dropped(content, name))
    assert work.state == State.REFUSED
    refusal = looking.refusal_of(work)
    assert reason in refusal.message
    assert "root:" not in str(work.diagnosis)
    assert not files.trial_of(work.pk).exists()
    assert DatasetStore(home).sources() == ()


def test_two_files_of_one_name_are_refused_and_a_shapefile_needs_its_companions(people: People, home: Path):
    subject = subject_of(people.alice)
    with pytest.raises(ContributionError, match="même nom"):
        imports.open_import(people.alice, subject, "cabbalr", [dropped(), dropped()])
    assert not any(files.imports_folder().iterdir())


def test_an_import_under_way_is_stopped_and_taken_up_again(people: People, home: Path, monkeypatch: pytest.MonkeyPatch):
    work = imports.open_import(people.alice, subject_of(people.alice), "cabbalr", [dropped()])
    monkeypatch.setattr(looking, "_PACE", 0.0)
    real = looking.Pulse.__call__

    def stopped(pulse: looking.Pulse, done: int, total: int, label: str) -> None:
        imports.stop(work)
        real(pulse, done, total, label)

    with monkeypatch.context() as patched:
        patched.setattr(looking.Pulse, "__call__", stopped)
        launch(work)
    assert work.state == State.STOPPED
    launch(imports.resume(work))
    assert work.state == State.READY


def test_work_that_died_is_taken_up_again(people: People, home: Path):
    work = imports.open_import(people.alice, subject_of(people.alice), "cabbalr", [dropped()])
    Import.objects.filter(pk=work.pk).update(state=State.LOOKING, beat=timezone.now())
    assert imports.resume(work).state == State.LOOKING
    Import.objects.filter(pk=work.pk).update(beat=timezone.now() - timedelta(hours=1))
    launch(imports.resume(work))
    assert work.state == State.READY


def test_a_failure_of_ours_leaves_an_import_that_can_be_taken_up(
    people: People, home: Path, monkeypatch: pytest.MonkeyPatch
):
    work = imports.open_import(people.alice, subject_of(people.alice), "cabbalr", [dropped()])

    def broken(*_: object) -> None:
        raise RuntimeError("ours")

    with monkeypatch.context() as patched:
        patched.setattr(looking, "_look", broken)
        with pytest.raises(RuntimeError):
            launch(work)
    work.refresh_from_db()
    assert work.state == State.STOPPED


def test_an_import_that_is_dropped_leaves_no_file(people: People, home: Path):
    work = brought(people.alice, "cabbalr")
    imports.drop(work, people.alice)
    assert not files.folder_of(work.pk).exists()
    with pytest.raises(ContributionError):
        imports.drop(work, people.alice)


def test_imports_left_alone_are_purged(people: People, home: Path):
    old, recent, done = brought(people.alice, "cabbalr"), brought(people.alice, "cabbalr"), drafted(people.bob, "call")
    Import.objects.exclude(pk=recent.pk).update(touched=timezone.now() - timedelta(days=imports.KEPT_DAYS + 1))
    (files.imports_folder() / "orphan").mkdir()
    assert imports.purge(timezone.now()) == 1
    assert imports.purge(timezone.now() + timedelta(days=2)) == 0
    old.refresh_from_db()
    done.refresh_from_db()
    assert (old.state, done.state) == (State.DROPPED, State.DONE)
    assert [p.name for p in files.imports_folder().iterdir()] == [recent.pk.hex]
    entry = Entry.objects.get(act="import.dropped")
    assert entry.actor == "system"


def test_too_many_imports_at_once_are_refused(people: People, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(imports, "MOST_OPEN", 1)
    brought(people.alice, "cabbalr")
    with pytest.raises(ContributionError, match="au plus"):
        brought(people.alice, "cabbalr")
