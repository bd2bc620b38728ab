"""The import wizard and the pages of corrections, as people go through them."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from terril.apps.agreements.models import Grant
from terril.apps.agreements.queries import rights_changed
from terril.apps.catalogue.models import Record
from terril.apps.contributions import tasks
from terril.apps.contributions.models import Import, Proposal
from terril.pipeline.datasets import DatasetStore
from tests.support.contributions import FIGURES, SITES, brought, drafted, dropped
from tests.support.people import People, settle
from tests.support.workshop import home, workshop

__all__ = ["home", "workshop"]
pytestmark = pytest.mark.django_db
NEW = {
    "as": "new", "title": "Sites d’activité", "slug": "sites", "producer": "Agence", "openness": "organisations",
}  # fmt: skip


@pytest.fixture
def people(db: None, home: Path, settings: Any) -> People:
    # What protects passwords takes time, and none is tried here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settle()


def signed(user: Any) -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=True)
    client.force_login(user)
    return client


def drop(client: Client, organisation: str = "cabbalr", file: Any = None) -> Any:
    sent = {"organisation": organisation, "files": file or dropped()}
    return client.post("/contribuer/deposer/", sent)


def root_of(answer: Any) -> str:
    return "/".join(answer["Location"].split("/")[:3]) + "/"


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_a_file_goes_from_the_drop_to_the_draft(people: People, home: Path):
    alice = signed(people.alice)
    assert "Vos imports" in text_of(alice.get("/contribuer/"))
    root = root_of(drop(alice))
    recognised = text_of(alice.get(f"{root}reconnu/"))
    assert "point-virgule" in recognised
    assert "certain" in recognised
    assert alice.post(f"{root}reconnu/", {})["Location"] == f"{root}fautes/"
    assert "Aucune faute" in text_of(alice.get(f"{root}fautes/"))
    assert "Zone des Moulins" in text_of(alice.get(f"{root}apercu/"))
    assert alice.post(f"{root}destination/", NEW)["Location"] == f"{root}confirmer/"
    page = text_of(alice.get(f"{root}confirmer/"))
    assert "cabbalr/sites" in page
    assert alice.post(f"{root}confirmer/", {"seen": ""})["Location"] == f"{root}fait/"
    assert "brouillon est créé" in text_of(alice.get(f"{root}fait/"))
    # Back and twice: the page of what was done, and one version alone.
    assert alice.post(f"{root}confirmer/", {"seen": ""})["Location"] == f"{root}fait/"
    assert alice.get(f"{root}reconnu/")["Location"] == f"{root}fait/"
    assert len(DatasetStore(home).versions("cabbalr/sites")) == 1


def test_an_import_left_before_confirming_is_taken_up_where_it_was(people: People):
    alice = signed(people.alice)
    root = root_of(drop(alice))
    assert alice.get(root)["Location"] == f"{root}reconnu/"
    alice.post(f"{root}destination/", NEW)
    # Another browser, another day.
    again = signed(people.alice)
    assert f'href="{root}confirmer/"' in text_of(again.get("/contribuer/"))
    assert again.get(root)["Location"] == f"{root}confirmer/"
    assert again.post(f"{root}confirmer/", {"seen": ""}).status_code == 302


def test_what_was_typed_is_kept_where_it_cannot_be_taken(people: People):
    alice = signed(people.alice)
    root = root_of(drop(alice))
    answer = alice.post(f"{root}destination/", {**NEW, "slug": "Pas Bon", "description": "Ma description"})
    assert answer.status_code == 422
    assert "Ma description" in text_of(answer)
    assert "Des minuscules sans accent" in text_of(answer)


def test_what_is_recognised_is_corrected(people: People):
    alice = signed(people.alice)
    root = root_of(drop(alice))
    answer = alice.post(f"{root}reconnu/", {"read-delimiter": ","})
    # Read so, the file has one column: one is back on the page, where it may be corrected again.
    assert answer["Location"] == f"{root}reconnu/"
    work = Import.objects.get()
    assert work.choices == {"read": {"delimiter": ","}}
    assert alice.get(f"{root}reconnu/").status_code == 200
    alice.post(f"{root}reconnu/", {"read-delimiter": ";"})
    alice.post(f"{root}reconnu/", {"read-delimiter": ";", "type-2": "text"})
    work.refresh_from_db()
    assert work.choices["columns"] == {"surface": {"type": "text"}}
    assert work.state == Import.State.READY
    assert alice.post(f"{root}reconnu/", {"read-crs": "EPSG:sans"}).status_code in (302, 422)


def test_a_choice_that_cannot_be_is_told(people: People):
    alice = signed(people.alice)
    root = root_of(drop(alice))
    answer = alice.post(f"{root}reconnu/", {"read-delimiter": ";;;"})
    assert answer.status_code == 302
    page = text_of(alice.get(f"{root}reconnu/"))
    assert "ne convient pas" in page
    alice.post(f"{root}reconnu/", {})
    assert Import.objects.get().state == Import.State.READY


def test_the_difference_is_shown_before_confirming(people: People, home: Path):
    first = drafted(people.claire, "aula")
    claire = signed(people.claire)
    root = root_of(drop(claire, "aula", dropped(SITES.replace("Parc du Lac;3", "Parc du Lac;4"), "b.csv")))
    claire.post(f"{root}destination/", {"as": "version", "record": first.record.pk})
    page = text_of(claire.get(f"{root}confirmer/"))
    assert "1 ligne changée" in page
    assert first.version in page
    stale = claire.post(f"{root}confirmer/", {"seen": "0000000000000000"})
    assert stale.status_code == 409
    assert "autre version" in text_of(stale)
    assert claire.post(f"{root}confirmer/", {"seen": first.version}).status_code == 302


STEPS = (
    "", "avancement/", "reconnu/", "fautes/", "fautes.csv", "apercu/", "destination/", "confirmer/", "fait/",
    "source.yaml", "interrompre/", "abandonner/",
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_the_import_of_another_is_not_there(people: People, step: str):
    work = brought(people.alice, "cabbalr")
    for user in (people.bob, people.claire, people.david):
        client = signed(user)
        for method in (client.get, client.post):
            assert method(f"/contribuer/{work.pk}/{step}").status_code in (404, 405 if step.endswith("er/") else 404)
    work.refresh_from_db()
    assert work.state == Import.State.READY


def test_a_visitor_is_led_to_the_door(people: People):
    work = brought(people.alice, "cabbalr")
    visitor = Client(headers={"host": "localhost"})
    for step in STEPS:
        assert "/compte/connexion/" in visitor.get(f"/contribuer/{work.pk}/{step}")["Location"]


def test_markup_is_shown_as_text_and_formulas_are_not_run(people: People):
    alice = signed(people.alice)
    evil = "id;nom;surface\n" + "".join(f"{i};<script>alert(1)</script>;{i}\n" for i in range(60))
    evil += '60;"=HYPERLINK(""http://exemple.example"")";"=cmd|x"\n'
    root = root_of(drop(alice, file=dropped(evil, "<svg onload=alert(1)>.csv")))
    alice.post(f"{root}reconnu/", {"type-2": "number"})
    for step in ("reconnu/", "fautes/", "apercu/"):
        page = text_of(alice.get(f"{root}{step}"))
        assert "<script>alert(1)" not in page
        assert "<svg onload" not in page
    file = b"".join(alice.get(f"{root}fautes.csv").streaming_content).decode()
    assert "'=cmd|x" in file
    assert not re.search(r"(?m)(^|,)\"?=", file)


def test_a_refused_file_says_why_and_what_to_do(people: People):
    alice = signed(people.alice)
    root = root_of(drop(alice, file=dropped(b"\x00\x01\x02\x03" * 500, "x.csv")))
    page = text_of(alice.get(f"{root}reconnu/"))
    assert "Fichier refusé" in page
    assert 'role="alert"' in page


@pytest.mark.parametrize(
    ("extension", "said"), [("txt", "3 lignes"), ("exe", "Fichier refusé"), ("pdf", "Fichier refusé")]
)
def test_a_wrong_extension_is_read_or_refused_with_its_reason(people: People, extension: str, said: str):
    alice = signed(people.alice)
    root = root_of(drop(alice, file=dropped(SITES, f"sites.{extension}")))
    assert said in text_of(alice.get(f"{root}reconnu/"))


def test_too_large_a_request_is_refused_before_it_is_read(people: People, settings: Any):
    settings.IMPORT_BYTES = 1000
    alice = signed(people.alice)
    assert drop(alice, file=dropped("x" * 5000)).status_code == 422
    answer = alice.generic(
        "POST", "/contribuer/deposer/", b"never read", content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH="900000000",
    )  # fmt: skip
    assert answer.status_code == 413
    assert "Fichier trop grand" in text_of(answer)
    assert not Import.objects.exists()


def test_nothing_dropped_is_told_and_another_organisation_refused(people: People):
    alice = signed(people.alice)
    assert alice.post("/contribuer/deposer/", {"organisation": "cabbalr"}).status_code == 422
    assert drop(alice, "aula").status_code == 403
    assert "contributeur d’aucune organisation" in text_of(signed(people.david).get("/contribuer/"))


def test_long_work_is_followed_stopped_and_taken_up_without_script(people: People, home: Path, settings: Any):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    alice = signed(people.alice)
    root = root_of(drop(alice))
    Import.objects.update(state=Import.State.LOOKING, step="lecture du fichier : 12 lignes", done=3, total=4)
    page = text_of(alice.get(f"{root}avancement/"))
    assert 'http-equiv="refresh"' in page
    assert "75" in page
    assert alice.get(f"{root}apercu/")["Location"] == f"{root}avancement/"
    alice.post(f"{root}interrompre/")
    assert Import.objects.get().stopping
    Import.objects.update(state=Import.State.STOPPED)
    page = text_of(alice.get(f"{root}avancement/"))
    assert "refresh" not in page
    assert alice.post(f"{root}avancement/")["Location"] == f"{root}reconnu/"


def test_a_large_file_is_left_to_a_worker(people: People, monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr("terril.apps.contributions.tasks.AT_ONCE", 10)
    monkeypatch.setattr(tasks, "examine", SimpleNamespace(enqueue=asked.append))
    answer = drop(signed(people.alice))
    assert answer["Location"].endswith("/avancement/")
    assert asked == [str(Import.objects.get().pk)]


def test_an_import_is_abandoned(people: People, home: Path):
    alice = signed(people.alice)
    root = root_of(drop(alice))
    assert alice.post(f"{root}abandonner/")["Location"] == "/contribuer/"
    assert alice.get(root).status_code == 404
    assert list((home / "imports").iterdir()) == []


def test_figures_are_drawn_and_offered_to_a_pack(people: People):
    alice = signed(people.alice)
    root = root_of(drop(alice, file=dropped(FIGURES, "logements.csv")))
    assert "Carte de 3 communes" in text_of(alice.get(f"{root}apercu/"))
    alice.post(f"{root}destination/", {**NEW, "slug": "logements"})
    alice.post(f"{root}confirmer/", {"seen": ""})
    answer = alice.get(f"{root}source.yaml")
    assert answer.status_code == 200
    assert "id: cabbalr/logements" in text_of(answer)


def test_shapes_are_drawn(people: People):
    alice = signed(people.alice)
    shapes = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"nom":"A"},'
        '"geometry":{"type":"Point","coordinates":[2.63,50.53]}},{"type":"Feature","properties":{"nom":"B"},'
        '"geometry":{"type":"Polygon","coordinates":[[[2.6,50.5],[2.7,50.5],[2.7,50.6],[2.6,50.5]]]}}]}'
    )
    root = root_of(drop(alice, file=dropped(shapes, "sites.geojson")))
    page = text_of(alice.get(f"{root}apercu/"))
    assert "sketch-point" in page
    assert "sketch-area" in page


# -- corrections -------------------------------------------------------------------------------------


@pytest.fixture
def record(people: People, home: Path) -> Record:
    """A dataset of the agency, whose rows Alice may see and correct."""
    made = drafted(people.claire, "aula").record
    Record.objects.filter(pk=made.pk).update(state="published")
    Grant.objects.create(record=made, organisation_id="cabbalr", edit=True, data=True)
    rights_changed()
    return made


def propose(client: Client, record: Record, number: int = 1, **told: str) -> Any:
    address = f"/contribuer/corriger/{record.pk}/lignes/{number}/"
    page = text_of(client.get(address))
    sent = dict(re.findall(r'<input type="text" name="(v-\d+)" value="([^"]*)"', page))
    base = re.search(r'name="base" value="([^"]+)"', page)
    assert base is not None
    return client.post(address, {**sent, **told, "base": base[1], "organisation": "cabbalr", "reason": "vu sur place"})


def test_a_partner_proposes_and_the_steward_decides(people: People, record: Record, home: Path):
    alice, claire = signed(people.alice), signed(people.claire)
    rows = text_of(alice.get(f"/contribuer/corriger/{record.pk}/lignes/?q=moulins"))
    assert "Zone des Moulins" in rows
    assert "Parc du Lac" not in rows
    address = propose(alice, record, **{"v-2": "13"})["Location"]
    assert "1 correction attend" in text_of(claire.get("/contribuer/corrections/"))
    page = text_of(claire.get(address))
    assert "12.5" in page
    assert "Tout refuser" in page
    assert "Tout refuser" not in text_of(alice.get(address))
    change = Proposal.objects.get().changes.get().pk
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    assert claire.post(f"{address}decider/", {"accept": change, "seen": seen[1]}).status_code == 302
    assert "Annuler cette correction" in text_of(claire.get(address))
    assert claire.post(f"{address}annuler/").status_code == 302
    assert Proposal.objects.get().state == Proposal.State.UNDONE


def test_a_fault_keeps_what_was_typed(people: People, record: Record):
    answer = propose(signed(people.alice), record, **{"v-2": "immense"})
    assert answer.status_code == 422
    assert "immense" in text_of(answer)
    assert "nombre" in text_of(answer)


def test_a_stale_decision_shows_both(people: People, record: Record):
    alice, claire = signed(people.alice), signed(people.claire)
    first, second = (propose(alice, record, **{"v-2": v})["Location"] for v in ("13", "14"))
    old = re.search(r'name="seen" value="([^"]+)"', text_of(claire.get(second)))
    assert old is not None
    for address in (first, second):
        proposal = Proposal.objects.get(pk=address.split("/")[3])
        answer = claire.post(f"{address}decider/", {"accept": proposal.changes.get().pk, "seen": old[1]})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "La valeur a changé depuis" in page
    assert all(f">{v}<" in page or f"{v} <" in page for v in ("12.5", "13", "14"))


@pytest.mark.parametrize("step", ["", "decider/", "annuler/", "retirer/"])
def test_the_correction_of_another_is_not_there(people: People, record: Record, step: str):
    address = propose(signed(people.alice), record, **{"v-2": "13"})["Location"]
    for user in (people.bob, people.david):
        client = signed(user)
        answer = client.post(f"{address}{step}") if step else client.get(address)
        assert answer.status_code == 404
    assert Proposal.objects.get().state == Proposal.State.WAITING


@pytest.mark.parametrize("step", ["", "lignes/", "lignes/1/", "lignes/ajouter/"])
def test_who_may_not_correct_is_refused_and_who_may_not_know_finds_nothing(people: People, step: str):
    known, unknown = people.records["open"].pk, people.records["confidential"].pk
    bob = signed(people.bob)
    assert bob.get(f"/contribuer/corriger/{known}/{step}").status_code == 403
    assert bob.get(f"/contribuer/corriger/{unknown}/{step}").status_code == 404


def test_words_of_a_record_are_proposed(people: People, record: Record):
    alice = signed(people.alice)
    address = f"/contribuer/corriger/{record.pk}/"
    page = text_of(alice.get(address))
    sent = dict(re.findall(r'<input type="text" name="(v-\d+)" value="([^"]*)"', page))
    told = {**sent, "v-1": "<b>Une description</b>", "organisation": "cabbalr", "reason": "vide", "state": "archived"}
    found = alice.post(address, told)
    assert found.status_code == 302
    page = text_of(alice.get(found["Location"]))
    assert "&lt;b&gt;Une description" in page
    assert alice.post(f"{found['Location']}retirer/").status_code == 302
    assert Proposal.objects.get().state == Proposal.State.WITHDRAWN
