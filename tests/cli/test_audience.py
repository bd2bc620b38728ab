"""``--as``: what an organisation or the public reads, by the policy of the platform."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import Command
from tests.support.live import LEFT
from tests.support.state import environment

INDICATOR = "demographie/population"
DECIDE = """
from terril.config.setup import set_up
set_up()
from datetime import date
from terril.apps.agreements.models import Grant
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation
record = Record.objects.get(kind="dataset", identifier="insee/population_reference")
record.openness = "confidential"
record.save()
Grant.objects.create(record=record, organisation_id="cabbalr", reason="Essai", levels=["epci"], rows="own")
Organisation.objects.create(pk="ancienne", label="Ancienne", kind="epci", is_active=False)
Grant.objects.create(record=record, organisation_id="ancienne", reason="Essai")
"""


@pytest.fixture(scope="module")
def terril(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The demonstration with one dataset that is confidential, and opened to one organisation at one level."""
    home = tmp_path_factory.mktemp("audience") / "home"
    shutil.copytree(demo_home, home, ignore=LEFT)
    command = Command(home)
    command("state", "migrate")
    done = subprocess.run(
        [sys.executable, "-c", DECIDE],
        env={**os.environ, **environment(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return command


def test_the_operator_reads_everything(terril: Command):
    assert len(terril.observations(INDICATOR, "-t", "commune:62119")) == 1


@pytest.mark.parametrize("audience", ["public", "call", "ancienne"])
def test_who_is_opened_nothing_is_answered_as_if_it_did_not_exist(terril: Command, audience: str):
    terril("query", INDICATOR, "-t", "commune:62119", "--as", audience, code=1)
    assert "pas d'observation pour cet indicateur" in terril.errors


def test_a_profile_and_an_explanation_tell_nothing_of_it(terril: Command):
    terril("explain", INDICATOR, "commune:62119", "--as", "public", code=1)
    assert INDICATOR not in terril("query", "-t", "commune:62119", "--as", "public", "--format", "csv")


def test_an_organisation_reads_at_the_level_and_rows_that_are_opened_to_it(terril: Command):
    found = terril.json("query", INDICATOR, "--level", "epci", "--as", "cabbalr")
    assert [o["territory"] for o in found["observations"]] == ["epci:200072460"]
    assert found["audience"] == "cabbalr"
    assert terril.observations(INDICATOR, "--level", "commune", "--as", "cabbalr") == []


def test_what_is_open_stays_so_to_all(terril: Command):
    assert len(terril.observations("civique/part_moins_40", "-t", "commune:62119", "--as", "cabbalr")) == 1


def test_an_organisation_that_is_not_known(terril: Command):
    terril("query", INDICATOR, "-t", "commune:62119", "--as", "ailleurs", code=1)
    assert "organisation inconnue" in terril.errors
    assert "cabbalr" in terril.errors
