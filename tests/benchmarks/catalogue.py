"""The catalogue under load: ten thousand records, two hundred organisations, each with its rights."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from terril.core.text import format_number
from tests.benchmarks.table import Measure
from tests.support.live import Site, serve

RECORDS, ORGANISATIONS, CLIENTS, SECONDS = 10_000, 200, 8, 20
BUDGET_MS = 50
BUDGET = f"p95 ≤ {BUDGET_MS} ms"
_OPENNESS = ("open",) * 4 + ("members",) * 3 + ("organisations",) * 2 + ("confidential",)
_WORDS = [
    "logement",
    "friche",
    "commerce",
    "vélo",
    "population",
    "emploi",
    "revenu",
    "école",
    "santé",
    "déchet",
    "énergie",
    "eau",
    "risque",
    "inondation",
    "foncier",
    "mutation",
    "loyer",
    "vacance",
    "transport",
    "bus",
    "gare",
    "covoiturage",
    "entreprise",
    "artisan",
    "agriculture",
    "alimentation",
    "biodiversité",
    "patrimoine",
    "tourisme",
    "culture",
    "sport",
    "jeunesse",
    "senior",
    "quartier",
    "voirie",
    "stationnement",
    "éclairage",
    "cadastre",
    "parcelle",
    "bâtiment",
    "chauffage",
    "solaire",
    "carbone",
    "climat",
    "sol",
    "artificialisation",
    "zonage",
    "urbanisme",
    "densité",
    "habitat",
    "pauvreté",
]
#: Words of the records: those above, here and there among three thousand, as frequent as words are (Zipf).
_VOCABULARY = [_WORDS[rank // 50] if rank % 50 == 20 else f"mot{rank}" for rank in range(50 * len(_WORDS))]
_FREQUENCIES = [1 / (rank + 3) for rank in range(len(_VOCABULARY))]
#: Every session with every address in turn: none asks the same thing twice in a row.
_SCRIPT = """
local paths = {%s}
local cookies = {%s}
local next = 0
request = function()
  next = next + 1
  local path = paths[next %% #paths + 1]
  local cookie = cookies[(next * 7) %% #cookies + 1]
  return wrk.format("GET", path, {["Cookie"] = "terril_session=" .. cookie, ["Accept-Encoding"] = "gzip"})
end
done = function(_, latency)
  io.write("p50 ", latency:percentile(50), "\\np95 ", latency:percentile(95), "\\n")
end
"""


def bench_catalogue(home: Path) -> list[Measure]:
    """Searches of members of every organisation, and what a change of rights costs the next of them."""
    terril = [sys.executable, "-m", "terril", "demo", "--no-serve"]
    told = {**os.environ, "TERRIL_HOME": str(home)}
    subprocess.run(terril, env=told, check=True, stdout=subprocess.DEVNULL)
    filled = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.catalogue"], env=told, check=True, capture_output=True, text=True
    )
    cookies: list[str] = json.loads(filled.stdout)
    with serve(home, workers=2) as site:
        what = (
            f"catalogue de {format_number(RECORDS)} fiches, {ORGANISATIONS} organisations, {CLIENTS} clients connectés"
        )
        _once(site, cookies)
        return [
            # Each process reads a word or a territory once; then it answers as it does all day.
            _load(site, f"{what} : recherches et filtres, processus qui viennent de démarrer", _searches(), cookies),
            _load(site, f"{what} : recherches et filtres", _searches(), cookies),
            _load(site, f"{what} : suggestions en cours de frappe", _typed(), cookies),
        ]


def _once(site: Site, cookies: Sequence[str]) -> None:
    """One visit of each organisation to each worker, as a morning does: several at once, or one worker answers all."""

    def visit(cookie: str) -> None:
        answer = site.ask("/catalogue/", Cookie=f"terril_session={cookie}")
        if answer.status != 200 or "Se connecter" in answer.text:
            raise RuntimeError(f"{answer.status}: the session is not open")

    with ThreadPoolExecutor(8) as visitors:
        for _ in visitors.map(visit, [cookie for cookie in cookies for _ in range(8)]):
            pass


def _searches() -> list[str]:
    random.seed(7)
    paths = ["/catalogue/", "/catalogue/?tri=recent", "/catalogue/?nature=donnees&page=3"]
    for word in _WORDS:
        other = random.choice(_WORDS)
        paths += [
            f"/catalogue/?q={_quoted(word)}",
            f"/catalogue/?q={_quoted(word)}+{_quoted(other)}&nature=donnees",
            f"/catalogue/?q={_quoted(word[:4])}&ouverture=open&page=2",
            f"/catalogue/?q={_quoted(word)}&territoire=commune:62{random.randint(2, 89):03d}",
        ]
    return paths


def _typed() -> list[str]:
    return [f"/catalogue/suggestions/?q={_quoted(word[:size])}" for word in _WORDS for size in (2, 3, 4, 5)]


def _quoted(text: str) -> str:
    return "".join(c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode()) for c in text)


def _load(site: Site, what: str, paths: Sequence[str], cookies: Sequence[str]) -> Measure:
    wrk = shutil.which("wrk")
    if wrk is None:
        return Measure(what, BUDGET, "non mesuré : installer wrk", None)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        quoted = (", ".join(f'"{text}"' for text in texts) for texts in (paths, cookies))
        script.write(_SCRIPT % tuple(quoted))
        script.flush()
        command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "-s", script.name, site.root]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r"^(p\d\d) ([\d.]+)$", said, re.MULTILINE))
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if len(found) != 2 or rate is None or "Non-2xx" in said:
        raise RuntimeError(said)
    middle, high = float(found["p50"]) / 1000, float(found["p95"]) / 1000
    measured = (
        f"p95 {format_number(high)} ms (médiane {format_number(middle)} ms), {format_number(float(rate[1]))} req/s"
    )
    return Measure(what, BUDGET, measured, high <= BUDGET_MS)


def fill() -> list[str]:
    """Records, organisations, agreements and sessions in the database in use; the key of each session."""
    from datetime import date, timedelta

    from django.utils import timezone

    from terril.apps.accounts.models import User
    from terril.apps.agreements.models import Agreement, Clause, Party
    from terril.apps.agreements.queries import rights_changed
    from terril.apps.catalogue.models import Record
    from terril.apps.organisations.models import Membership, Organisation
    from tests.support.people import open_session

    random.seed(3)
    made = [Organisation(pk=f"essai{i}", label=f"Organisation {i}", kind="partner") for i in range(ORGANISATIONS)]
    Organisation.objects.bulk_create(made)
    Record.objects.bulk_create(_record(i) for i in range(RECORDS))
    records = list(Record.objects.filter(identifier__startswith="essai/").order_by("pk"))
    yesterday = date.today() - timedelta(days=1)
    for number in range(40):
        agreement = Agreement.objects.create(
            label=f"Convention {number}", purposes="Essai.", standing="signed", begins=yesterday, keeper_id="essai0"
        )
        bound = random.sample(made, 10)
        Party.objects.bulk_create(Party(agreement=agreement, organisation=o, signed_on=yesterday) for o in bound)
        some = random.sample(records, 250)
        Clause.objects.bulk_create(Clause(agreement=agreement, record=r, figures=True, data=True) for r in some)
    rights_changed()
    cookies = []
    for organisation in made:
        user = User.objects.create(email=f"{organisation.pk}@exemple.fr", name=str(organisation), is_active=True)
        Membership.objects.create(user=user, organisation=organisation, role="reader", since=timezone.now())
        cookies.append(open_session(user))
    return cookies


def _record(number: int) -> Any:
    from terril.apps.catalogue.models import Record

    words = random.choices(_VOCABULARY, weights=_FREQUENCIES, k=60)
    return Record(
        kind=random.choice(("dataset", "dataset", "indicator", "map", "publication", "service")),
        identifier=f"essai/fiche_{number}",
        title=f"{words[0].capitalize()} et {words[1]}, fiche {number}",
        description=f"Ce que l’on sait de {', '.join(words)}.",
        producer=f"Producteur {number % 60}",
        licence=random.choice(("Licence Ouverte 2.0", "ODbL 1.0", "")),
        frequency=random.choice(("annual", "monthly", "once", "")),
        theme=random.choice(("logement", "emploi", "mobilite", "espace", "energie", "")),
        keywords=words[2:6],
        territory=random.choice(("country:FR", "department:62", f"commune:62{random.randint(2, 890):03d}", "")),
        begin=str(random.randint(1990, 2020)),
        end=str(random.randint(2020, 2025)),
        openness=random.choice(_OPENNESS),
        steward_id=f"essai{number % ORGANISATIONS}",
        state="published",
    )


if __name__ == "__main__":
    from terril.config.setup import migrate

    migrate()
    sys.stdout.write(json.dumps(fill()))
