"""From the first state that Terril ever had to this one, with what was in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.state.conftest import ENGINES, PATIENCE, Place

pytestmark = pytest.mark.thorough
#: Every app of ours as on its first day, with an account, an organisation and a line of the audit.
FIRST = """
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
ours = {"accounts", "organisations", "audit", "catalogue", "agreements"}
executor.migrate([(app, name) for app, name in executor.loader.graph.nodes if app in ours and name == "0001_initial"])
apps = MigrationExecutor(connection).loader.project_state(
    [(app, "0001_initial") for app in sorted(ours)]
).apps
apps.get_model("accounts", "User").objects.create(email="premiere@exemple.fr", name="Première")
apps.get_model("organisations", "Organisation").objects.create(pk="essai", label="Essai", kind="agency")
apps.get_model("audit", "Entry").objects.create(act="account.created", actor="system", kind="user", target="1")
"""
THEN = """
from terril.apps.accounts.models import User
from terril.apps.audit.models import Entry
from terril.apps.organisations.models import Organisation
print(User.objects.get(email="premiere@exemple.fr").name, Organisation.objects.get(pk="essai").label,
      Entry.objects.filter(act="account.created", target="1").count())
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_state_comes_forward(engine: str, make_place: Callable[[str, str], Place]) -> None:
    place = make_place(engine, "first")
    place.state(FIRST)
    place.run("state", "migrate")
    assert "Première Essai 1" in place.state(THEN)
    assert "0 fiche(s)" in place.run("state", "migrate"), "done once, nothing is left to do"


@pytest.mark.parametrize("engine", ENGINES)
def test_services_that_start_at_once_prepare_it_once(engine: str, make_place: Callable[[str, str], Place]) -> None:
    """Two machines, each with a working folder of its own, on one server; two processes of one folder on SQLite."""
    place = make_place(engine, "together")
    begun = []
    for name in ("one", "other"):
        told = dict(place.environment)
        if place.address:
            told["TERRIL_HOME"] = str(place.home / name)
        command = [sys.executable, "-m", "terril", "state", "migrate"]
        begun.append(subprocess.Popen(command, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
    said = sorted(one.communicate(timeout=PATIENCE)[0] for one in begun)
    assert [one.returncode for one in begun] == [0, 0], said
    assert "Base à jour, 0 fiche(s)" in said[0]
    assert "Base à jour, 0 fiche(s)" not in said[1]
