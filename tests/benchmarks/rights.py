"""Rights over ten thousand records and two hundred organisations: what a change costs, and the answer after it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from terril.core.text import NBSP, format_number
from tests.benchmarks.table import Measure
from tests.support.state import environment

RECORDS, ORGANISATIONS, GRANTS = 10_000, 200, 200_000
BATCH = 5_000
CHANGE_MS, NEXT_MS, CACHED_MS = 1000, 50, 1


def bench_rights(home: Path, *, quick: bool = False) -> list[Measure]:
    """The measures, taken by a process of its own on a database of its own."""
    home.mkdir(parents=True, exist_ok=True)
    share = "10" if quick else "1"
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.rights", share],
        env={**os.environ, **environment(home)}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    size = f"{format_number(found['records'])} fiches × {format_number(found['organisations'])} organisations"
    grants = f"{format_number(found['grants'])} autorisations"
    return [
        _read(f"droits, {size}{NBSP}: une convention de tous et de tout suspendue", found["suspended"], CHANGE_MS),
        _read("la page de 50 fiches qui suit, avec le compte", found["after"], NEXT_MS),
        _read("l’ouverture de toutes les fiches changée en un acte", found["opened"], None),
        _read("la page de 50 fiches qui suit", found["after_opened"], NEXT_MS),
        _read(f"page de 50 fiches avec le compte, un membre de chaque organisation, {grants}", found["pages"], NEXT_MS),
        _read("« puis-je ? » sur une fiche", found["may"], NEXT_MS),
        _read(
            f"portée d’un lecteur sur {found['declared']} sources et indicateurs, état nouveau", found["scope"], None
        ),
        _read("la même, état connu", found["cached"], CACHED_MS),
    ]


def _read(what: str, times: list[float], budget: float | None) -> Measure:
    median, high = statistics.median(times), max(times)
    if len(times) > 1:
        high = statistics.quantiles(times, n=20)[-1]
    said = f"{median:.1f} ms".replace(".", ",") + (f" (p95 {high:.1f} ms)".replace(".", ",") if len(times) > 1 else "")
    met = None if budget is None else high <= budget
    return Measure(what, "–" if budget is None else f"≤ {budget} ms", said, met)


def _fill(records: int, organisations: int, grants: int) -> dict[str, Any]:
    from terril.apps.accounts.models import User
    from terril.apps.agreements.models import Agreement, Clause, Grant, Party
    from terril.apps.agreements.queries import rights_changed
    from terril.apps.catalogue.models import Record
    from terril.apps.organisations.models import Membership, Organisation

    today = date.today()
    Organisation.objects.create(pk="agence", label="Agence", kind="agency")
    Organisation.objects.bulk_create(
        Organisation(pk=f"o{n:03d}", label=f"Organisation {n}", kind="epci") for n in range(organisations)
    )
    steward = User.objects.create(email="agence@exemple.fr")
    Membership.objects.create(user=steward, organisation_id="agence", role="manager")
    users = User.objects.bulk_create(User(email=f"m{n}@exemple.fr") for n in range(organisations))
    Membership.objects.bulk_create(
        Membership(user=u, organisation_id=f"o{n:03d}", role="reader") for n, u in enumerate(users)
    )
    opened = ("open", "members", "organisations", "confidential", "confidential")
    made = Record.objects.bulk_create(
        (
            Record(kind="dataset", identifier=f"essai/jeu_{n:05d}", title=f"Jeu {n}", steward_id="agence",
                   openness=opened[n % 5], state="published")
            for n in range(records)
        ), batch_size=500,
    )  # fmt: skip
    agreement = Agreement.objects.create(
        label="De tous et de tout", purposes="Mesurer", standing="signed", begins=today, keeper_id="agence"
    )
    Party.objects.bulk_create(
        Party(agreement=agreement, organisation_id=f"o{n:03d}", signed_on=today) for n in range(organisations)
    )
    Clause.objects.bulk_create((Clause(agreement=agreement, record=r) for r in made), batch_size=BATCH)
    Grant.objects.bulk_create(
        (
            Grant(record=made[(n * 7919) % records], organisation_id=f"o{n % organisations:03d}", reason="Essai",
                  since=today, denies=n % 50 == 0)
            for n in range(grants)
        ), batch_size=BATCH,
    )  # fmt: skip
    rights_changed()
    return {"agreement": agreement, "steward": steward, "users": users, "records": made}


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _page(user: Any) -> None:
    """What a listing asks: who they are, how many they may know, the first fifty."""
    from terril.apps.agreements.policies import which
    from terril.apps.agreements.queries import subject_of
    from terril.core.access import Action

    found = which(subject_of(user), Action.DISCOVER)
    found.count()
    list(found.order_by("kind", "identifier")[:50])


def measured(share: int) -> dict[str, Any]:
    """Fill a database, and measure."""
    from django.db import connection

    from terril.apps.agreements.actions import agreements, openness
    from terril.apps.agreements.policies import may
    from terril.apps.agreements.queries import subject_of
    from terril.core.access import Action
    from terril.core.records import Openness

    records, organisations, grants = RECORDS // share, ORGANISATIONS // share, GRANTS // share
    made = _fill(records, organisations, grants)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    steward, users = made["steward"], made["users"]
    by = subject_of(steward)
    _page(users[0])
    found: dict[str, Any] = {"records": records, "organisations": organisations, "grants": grants}
    found["suspended"], found["after"] = [], []
    for standing in ("suspended", "signed") * 3:
        found["suspended"].append(
            _timed(lambda standing=standing: agreements.stand(made["agreement"], standing, steward, by))
        )
        made["agreement"].refresh_from_db()
        found["after"].append(_timed(lambda: _page(users[1])))
    every = [r.pk for r in made["records"]]
    found["opened"] = [_timed(lambda: openness.change_many(every, Openness.ORGANISATIONS, steward, by))]
    found["after_opened"] = [_timed(lambda: _page(users[2]))]
    found["pages"] = [_timed(lambda u=u: _page(u)) for u in users]
    subjects = [subject_of(u) for u in users[:50]]
    found["may"] = [
        _timed(lambda s=s, n=n: may(s, Action.DATA, made["records"][n * 13])) for n, s in enumerate(subjects)
    ]
    return found | _scopes(users)


def _scopes(users: list[Any]) -> dict[str, Any]:
    from terril.apps.agreements.queries import rights_changed, subject_of
    from terril.apps.agreements.scopes import scope_of
    from terril.apps.catalogue.synchronise import synchronise
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    synchronise(workspace)
    subject = subject_of(users[3])
    scope_of(subject, workspace)
    fresh, cached = [], []
    for _ in range(10):
        rights_changed()
        fresh.append(_timed(lambda: scope_of(subject, workspace)))
        cached += [_timed(lambda: scope_of(subject, workspace)) for _ in range(10)]
    declared = len(workspace.sources) + len(workspace.packs.indicators)
    return {"scope": fresh, "cached": cached, "declared": declared}


def main() -> None:
    """Measure, and say it on standard output."""
    from terril.config.setup import migrate

    migrate()
    sys.stdout.write(json.dumps(measured(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
