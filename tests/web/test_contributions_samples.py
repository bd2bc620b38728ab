"""Every sample of the official formats goes through the wizard: recognised, or refused with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from terril.apps.contributions import desks
from terril.apps.contributions.looking import loadable
from terril.apps.contributions.models import Import
from tests.conftest import REFERENCE
from tests.support.people import People, settle
from tests.support.workshop import home, workshop

__all__ = ["home", "workshop"]
pytestmark = [pytest.mark.django_db, pytest.mark.reference_data]
SAMPLES = REFERENCE / "echantillons"
_COMPANIONS = {".shx", ".dbf", ".prj", ".cpg"}


def _samples() -> list[str]:
    if not SAMPLES.is_dir():
        return ["absent"]
    return sorted(str(p.relative_to(SAMPLES)) for p in SAMPLES.rglob("*") if p.is_file())


@pytest.fixture
def people(db: None, home: Path, settings: Any) -> People:
    # What protects passwords takes time, and none is tried here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settle()


@pytest.fixture
def alice(people: People) -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=True)
    client.force_login(people.alice)
    return client


def together(path: Path) -> list[SimpleUploadedFile]:
    """A file, with its companions where it is a shapefile."""
    files = [path]
    if path.suffix == ".shp":
        files += sorted(p for p in path.parent.glob(f"{path.stem}.*") if p.suffix in _COMPANIONS)
    return [SimpleUploadedFile(p.name, p.read_bytes()) for p in files]


@pytest.mark.parametrize("name", _samples())
def test_a_sample_goes_through(alice: Client, reference_data: Path, name: str):
    answer = alice.post("/contribuer/deposer/", {"organisation": "cabbalr", "files": together(SAMPLES / name)})
    assert answer.status_code == 302
    root = "/".join(answer["Location"].split("/")[:3]) + "/"
    work = Import.objects.get()
    page = alice.get(f"{root}reconnu/")
    assert page.status_code == 200
    if work.state == Import.State.REFUSED:
        assert 'role="alert"' in page.content.decode()
        assert work.faults["refused"]["message"]
        return
    assert work.state == Import.State.READY
    for step in ("fautes/", "apercu/"):
        assert alice.get(f"{root}{step}").status_code == 200
    assert b"".join(alice.get(f"{root}fautes.csv").streaming_content).startswith(b"ligne,colonne")
    if not loadable(work):
        assert work.faults["groups"] or work.faults["refused"] or work.faults["report"]
        return
    told = {"as": "new", "title": "Essai", "slug": "echantillon", "producer": "Producteur", "openness": "confidential"}
    assert alice.post(f"{root}destination/", told)["Location"] == f"{root}confirmer/"
    assert alice.post(f"{root}confirmer/", {"seen": ""})["Location"] == f"{root}fait/"


def test_a_schema_that_is_chosen_binds(alice: Client, reference_data: Path):
    library = desks.desk().schemas
    schema = library.add(SAMPLES / "cnig_friches" / "schema.json")
    files = together(SAMPLES / "cnig_friches" / "fichier-valide.csv")
    answer = alice.post("/contribuer/deposer/", {"organisation": "cabbalr", "files": files})
    root = "/".join(answer["Location"].split("/")[:3]) + "/"
    work = Import.objects.get()
    assert work.faults["report"]["schema"] == schema.label
    assert "à titre indicatif" in alice.get(f"{root}fautes/").content.decode()
    alice.post(f"{root}reconnu/", {"schema": schema.name})
    work.refresh_from_db()
    assert "qui s’impose" in alice.get(f"{root}fautes/").content.decode()
    faulty = any(g["severity"] == "error" for g in work.faults["report"]["groups"])
    assert loadable(work) != (faulty or not work.staged)


def test_faults_of_the_official_schema_are_told_as_its_own(alice: Client, reference_data: Path):
    desks.desk().schemas.add(SAMPLES / "cnig_sites_eco" / "site-eco.schema.json")
    files = together(SAMPLES / "cnig_sites_eco" / "site-eco.exemple-valide.csv")
    answer = alice.post("/contribuer/deposer/", {"organisation": "cabbalr", "files": files})
    root = "/".join(answer["Location"].split("/")[:3]) + "/"
    assert "Ce schéma officiel a lui-même des fautes" in alice.get(f"{root}fautes/").content.decode()
