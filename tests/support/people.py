"""People and records that the suite tries rights with: made the same way in a test's database and in a served folder.

Alice is a member of CABBALR, which an agreement opens some records to; Bob is a member of CALL, which none does; Claire
is a steward of the agency; David administers the platform.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.support.state import environment

PASSWORD = "le terril se voit de loin"  # noqa: S105 - of people invented for tests
ROLES = {"alice": ("cabbalr", "contributor"), "bob": ("call", "contributor"), "claire": ("aula", "steward")}
OPENNESSES = ("open", "members", "organisations", "confidential")
#: Of the agreement that the matrix names.
AGREEMENT = 900001
LABELS = {"aula": "Agence", "cabbalr": "Béthune-Bruay", "call": "Lens-Liévin"}


@dataclass(frozen=True, slots=True)
class People:
    """Accounts, and a record of each openness whose steward is the agency."""

    alice: Any
    bob: Any
    claire: Any
    david: Any
    records: dict[str, Any]
    agreement: Any


def settle() -> People:
    """Make the people and their records in the database in use."""
    from terril.apps.accounts.models import User
    from terril.apps.organisations.models import Membership, Organisation

    for key, label in LABELS.items():
        kind = "agency" if key == "aula" else "epci"
        Organisation.objects.get_or_create(pk=key, defaults={"label": label, "kind": kind})
    users = {}
    for name in ("alice", "bob", "claire", "david"):
        users[name] = User.objects.create_user(f"{name}@exemple.fr", PASSWORD, name=name.capitalize())
        _verified(users[name])
        if name in ROLES:
            organisation, role = ROLES[name]
            Membership.objects.create(user=users[name], organisation_id=organisation, role=role)
    users["david"].is_administrator = True
    users["david"].save()
    _tile()
    records = {openness: _record(openness) for openness in OPENNESSES}
    return People(**users, records=records, agreement=_agreement(records["organisations"]))


def _tile() -> None:
    """A tile of the agency, which leads to a page of the portal."""
    from terril.apps.dashboards.models import Tile

    Tile.objects.create(organisation_id="aula", title="Essai", address="/territoires/")


def _verified(user: Any) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _record(openness: str) -> Any:
    from terril.apps.catalogue.models import Record

    return Record.objects.create(
        kind="dataset",
        identifier=f"essai/{openness}",
        title=f"Essai {openness}",
        description="Un jeu inventé pour les essais.",
        steward_id="aula",
        openness=openness,
        state="published",
    )


def load_rows(home: Path) -> None:
    """A version of each record: three places of the Artois, the last of them in CALL."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    from terril.pipeline.datasets import DatasetStore

    columns = [("nom", "Nom", "text"), ("insee", "Commune", "text"), ("surface", "Surface", "number")]
    shapes = [shapely.to_wkb(shapely.Point(*place)) for place in ((2.64, 50.53), (2.55, 50.48), (2.83, 50.43))]
    store = DatasetStore(home)
    for openness in OPENNESSES:
        rows = pa.table(
            {
                "row": [1, 2, 3],
                "nom": [f"Site {openness} {n}" for n in ("un", "deux", "trois")],
                "insee": ["62119", "62178", "62498"],
                "surface": [1.5, 12.0, None],
                "geometry": shapes,
            }
        )
        meta = {
            "kind": "table", "source": f"essai/{openness}", "label": f"Essai {openness}", "producer": "Agence",
            "licence": "Licence Ouverte 2.0", "vintage": "2026", "retrieved_at": "2026-01-01T00:00:00+00:00", "rows": 3,
            "columns": [{"name": n, "label": label, "type": kind, "unit": "", "source": label} for n, label, kind in columns],
            "geometry": {"rows": 3, "types": ["Point"], "bbox": [2.55, 50.43, 2.83, 50.53]},
        }  # fmt: skip
        with store.writing(f"essai/{openness}") as work:
            pq.write_table(rows, work / "data.parquet")
            store.commit(f"essai/{openness}", work, meta)


def _agreement(record: Any) -> Any:
    """An agreement in force between the agency and CABBALR, which opens the data of one record."""
    from terril.apps.agreements.models import Agreement, Clause, Party

    yesterday = date.today() - timedelta(days=1)
    agreement = Agreement.objects.create(
        pk=AGREEMENT,
        label="Convention d’essai",
        purposes="Essayer les droits.",
        standing="signed",
        begins=yesterday,
        keeper_id="aula",
    )
    Party.objects.create(agreement=agreement, organisation_id="cabbalr", signed_on=yesterday)
    Clause.objects.create(agreement=agreement, record=record, figures=True, data=True)
    return agreement


def sessions(home: Path) -> dict[str, str]:
    """Settle the people in a served folder, and open a session for each: the cookie of each name."""
    command = [sys.executable, "-m", "tests.support.people"]
    told = {**os.environ, **environment(home, prepared=True)}
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def open_session(user: Any, *, administrator: bool = False) -> str:
    """A session in which this account is signed in; its key, which the cookie holds."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from terril.apps.accounts.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if administrator:
        session["administrator_until"] = (timezone.now() + timedelta(hours=1)).isoformat()
    session.save()
    return str(session.session_key)


def token(user: Any) -> str:
    """The secret of a token of this account."""
    from terril.apps.agreements.queries import subject_of
    from terril.apps.tokens.actions import create

    return create(user, subject_of(user), "Essai", date.today() + timedelta(days=30))[1]


def main() -> None:
    """Settle, open sessions, and say them on standard output."""
    from terril.config.setup import migrate

    migrate()
    people = settle()
    load_rows(Path(os.environ["TERRIL_HOME"]))
    opened = {
        n: open_session(getattr(people, n), administrator=n == "david") for n in ("alice", "bob", "claire", "david")
    }
    opened |= {f"{n}.token": token(getattr(people, n)) for n in ROLES}
    sys.stdout.write(json.dumps(opened))


if __name__ == "__main__":
    main()
