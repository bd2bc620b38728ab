"""The unattended refresh: fetched, checked, published or stopped, whatever happens on the way."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from filelock import FileLock

from terril.ingestion.client import Client
from terril.pipeline.building import Building
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.freshness import State, freshness
from terril.pipeline.mail import LONGEST, Mailbox, MailError, mailbox, message, send
from terril.pipeline.refresh import Refresh, RunningError
from terril.pipeline.releases import ReleaseStore
from terril.pipeline.reporting import Code, Outcome, Report, Who
from tests.support.servers import Files, Post, running
from tests.support.town import Town, rows

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def files() -> Iterator[Files]:
    server = Files()
    server.files = {"/a.csv": rows(10, 20, 30), "/b.csv": rows(1, 2, 3)}
    with running(server):
        yield server


@pytest.fixture
def town(tmp_path: Path, files: Files) -> Town:
    return Town(tmp_path, files.root)


def refresh(town: Town, now: datetime | None = None) -> Refresh:
    def connect() -> Client:
        return Client(town.home / "cache" / "http", allowed=["127.0.0.1"], pause=0.0)

    return Refresh(town.workspace(), now, connect)


def later(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def outcomes(report: Report) -> dict[str, Outcome]:
    return {line.fresh.source.id: line.outcome for line in report.lines}


def test_what_was_never_loaded_is_fetched_and_published(town):
    report = refresh(town).run()
    assert (report.code, outcomes(report)) == (Code.DONE, {"essai/a": Outcome.LOADED, "essai/b": Outcome.LOADED})
    assert report.release == ReleaseStore(town.home).current_id()
    assert "première publication" in report.text()


def test_what_is_fresh_is_not_asked_again(town, files):
    refresh(town).run()
    files.answered.clear()
    report = refresh(town).run()
    assert (report.code, report.lines, report.release, files.answered) == (Code.DONE, [], None, [])
    assert report.quiet
    assert "rien de nouveau" in report.text()


def test_what_the_producer_did_not_change_is_told_and_nothing_is_published(town, files):
    refresh(town).run()
    files.answered.clear()
    report = refresh(town, later(40)).run()
    assert set(outcomes(report).values()) == {Outcome.UNCHANGED}
    assert files.answered == [("/a.csv", 304), ("/b.csv", 304)]
    assert (report.release, report.code) == (None, Code.DONE)


def test_a_late_producer_must_act(town):
    refresh(town).run()
    report = refresh(town, later(100)).run()
    assert {line.who for line in report.lines} == {Who.PRODUCER}
    assert "producteur\u00a0: essai/a" in report.text()


def test_a_new_file_is_published_with_its_cause(town, files):
    refresh(town).run()
    files.files["/a.csv"] = rows(11, 20, 30)
    report = refresh(town, later(40)).run()
    assert outcomes(report) == {"essai/a": Outcome.LOADED, "essai/b": Outcome.UNCHANGED}
    assert report.release is not None
    text = report.text()
    assert "t/double\u00a0: source essai/a\u00a0: nouvelle version (a.csv), par t/pop" in text
    assert "valeurs ont bougé" in text


@pytest.mark.parametrize(
    ("answer", "outcome", "who"),
    [
        (404, Outcome.UNREACHABLE, Who.ANALYST),
        (503, Outcome.UNREACHABLE, Who.ANALYST),
        ("commune;an;population\n62119;2023;5\n", Outcome.REFUSED, Who.ANALYST),
        ("", Outcome.REFUSED, Who.ANALYST),
        ("<html>maintenance</html>", Outcome.REFUSED, Who.ANALYST),
    ],
)
def test_one_source_failing_does_not_stop_the_others_nor_lose_its_last_good_version(town, files, answer, outcome, who):
    refresh(town).run()
    kept = DatasetStore(town.home).current("essai/a")
    files.files |= {"/a.csv": answer, "/b.csv": rows(7, 8, 9)}
    report = refresh(town, later(40)).run()
    assert outcomes(report) == {"essai/a": outcome, "essai/b": Outcome.LOADED}
    assert [line.who for line in report.lines] == [who, None]
    assert (report.code, report.release is not None) == (Code.FAILED, True)
    assert DatasetStore(town.home).current("essai/a") == kept
    assert f"{who}\u00a0: essai/a" in report.text()


def test_a_file_refused_once_is_not_taken_for_unchanged_the_next_time(town, files):
    refresh(town).run()
    files.files["/a.csv"] = "commune;an;population\n62119;2023;5\n"
    refresh(town, later(40)).run()
    report = refresh(town, later(41)).run()
    assert outcomes(report)["essai/a"] is Outcome.REFUSED


def test_an_anomaly_stops_the_publication_for_review(town, files):
    first = refresh(town).run()
    source = town.pack / "sources" / "a.yaml"
    check = "{kind: bounds, column: pop, max: 400, severity: error, reason: essai}"
    source.write_text(f"{source.read_text()}checks:\n  - {check}\n")
    files.files["/a.csv"] = rows(11, 20, 3000)
    report = refresh(town, later(40)).run()
    assert (report.code, report.release) == (Code.REVIEW, None), report.text()
    assert ReleaseStore(town.home).current_id() == first.release
    assert "analyste\u00a0: « terril anomalies »" in report.text()
    assert "arrêtée pour relecture" in report.result


def test_a_pack_that_cannot_be_read_is_a_failure_told_in_the_report(town):
    found = refresh(town)
    del found.workspace.__dict__["packs"]
    with patch.dict(os.environ, {"TERRIL_PACKS": str(town.home / "absent")}):
        report = found.run()
    assert report.code is Code.FAILED
    assert "exploitant" in report.text()


def test_a_rehearsal_changes_nothing_and_asks_nobody(town, files):
    report = refresh(town).run(rehearsal=True)
    assert set(outcomes(report).values()) == {Outcome.WOULD}
    assert files.answered == []
    assert not (town.home / "datasets").exists() and ReleaseStore(town.home).current_id() is None


def test_a_source_without_address_that_is_late_is_to_be_fetched_by_hand(town):
    refresh(town).run()
    town.source("b", fetched=False)
    report = refresh(town, later(100)).run()
    assert outcomes(report)["essai/b"] is Outcome.MANUAL
    assert "terril ingest FICHIER --source essai/b" in report.text()


def test_one_source_may_be_asked_however_fresh_and_must_have_an_address(town, files):
    refresh(town).run()
    files.answered.clear()
    assert list(outcomes(refresh(town).run(["essai/b"]))) == ["essai/b"]
    assert [path for path, _ in files.answered] == ["/b.csv"]
    assert refresh(town).run(["essai/absente"]).code is Code.FAILED


def test_a_second_refresh_does_nothing_while_the_first_runs(town, files):
    with FileLock(town.home / ".refresh.lock"), pytest.raises(RunningError, match="déjà en cours"):
        refresh(town).run()
    with ReleaseStore(town.home).lock(wait=False), pytest.raises(RunningError, match="construction est en cours"):
        refresh(town).run()
    assert files.answered == []


def test_a_release_put_back_in_force_is_not_replaced_at_night(town, files):
    first = refresh(town).run()
    files.files["/a.csv"] = rows(99, 20, 30)
    refresh(town, later(40)).run()
    ReleaseStore(town.home).restore(first.release)
    report = refresh(town, later(41)).run()
    assert report.code is Code.REVIEW
    assert ReleaseStore(town.home).current_id() == first.release
    Building(town.workspace()).build()
    assert refresh(town, later(42)).run().code is Code.DONE


# -- clocks ---------------------------------------------------------------------------------------


def test_a_clock_gone_back_stops_everything(town, files):
    refresh(town).run()
    files.answered.clear()
    report = refresh(town, later(-2)).run()
    assert (report.code, files.answered) == (Code.FAILED, [])
    assert "l'horloge indique" in report.text()


def read_at(town: Town, moment: str, now: datetime):
    """Freshness of a source whose version says it was read at ``moment``."""
    store = DatasetStore(town.home)
    version = store.current("essai/a")
    meta = version.path.parent / "version.json"
    meta.write_text(json.dumps({**json.loads(meta.read_text()), "retrieved_at": moment}))
    return freshness(town.workspace().sources["essai/a"], store, now)


@pytest.mark.parametrize(
    ("moment", "now", "state"),
    [
        ("2026-11-24T02:04:00+00:00", NOW, State.FRESH),
        ("2026-11-24T02:06:00+00:00", NOW, State.FUTURE),
        ("2030-01-01T00:00:00+00:00", NOW, State.FUTURE),
        ("2026-10-24T02:00:00+00:00", NOW, State.FRESH),
        ("2026-10-24T01:59:59+00:00", NOW, State.DUE),
        # The same moment in another zone, and across the end of summer time: 31 days, neither more nor less.
        ("2026-10-24T04:00:00+02:00", NOW, State.FRESH),
        ("2026-10-24T03:59:59+02:00", NOW, State.DUE),
        ("2026-10-24T01:59:59", NOW, State.DUE),
        ("2026-09-10T02:00:00+00:00", NOW, State.DUE),
        ("2026-09-10T01:59:59+00:00", NOW, State.LATE),
        ("hier", NOW, State.DUE),
        ("", NOW, State.DUE),
    ],
)
def test_freshness_is_elapsed_time_whatever_the_zone(town, moment, now, state):
    refresh(town).run()
    assert read_at(town, moment, now).state is state


def test_a_source_read_in_the_future_is_asked_again_and_said(town):
    refresh(town).run()
    found = read_at(town, "2030-01-01T00:00:00+00:00", datetime.now(UTC))
    assert found.asked and "horloge" in found.reason
    assert outcomes(refresh(town).run()) == {"essai/a": Outcome.UNCHANGED}


# -- killed ---------------------------------------------------------------------------------------

_POINTS = (
    (Client, "fetch"), (DatasetStore, "commit"), (DatasetStore, "_point"), (ReleaseStore, "staging"),
    (ReleaseStore, "publish"), (ReleaseStore, "_point"), (ReleaseStore, "_prune"),
)  # fmt: skip


def _killed(town: Town, owner: type, name: str, after: bool) -> None:
    true = getattr(owner, name)

    def deadly(*arguments, **named):
        if after:
            true(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    with patch.object(owner, name, deadly):
        refresh(town, later(40)).run()


@pytest.mark.thorough
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "name"), _POINTS, ids=[n for _, n in _POINTS])
def test_killed_at_any_moment_the_last_good_release_is_whole_and_the_next_refresh_goes_on(
    town, files, owner, name, after
):
    refresh(town).run()
    files.files["/a.csv"] = rows(500, 20, 30)
    child = multiprocessing.get_context("fork").Process(target=_killed, args=(town, owner, name, after))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    store = ReleaseStore(town.home)
    manifest = store.require()
    for released in manifest.indicators.values():
        for root, file in released.files.items():
            assert (store.path(manifest.id) / root / file.path).is_file()
    report = refresh(town, later(41)).run()
    assert report.code is Code.DONE
    assert DatasetStore(town.home).current("essai/a").meta["files"][0]["bytes"] == len(rows(500, 20, 30))
    assert Building(town.workspace()).plan().changes is False
    assert not list(store.folder.glob(".staging-*"))


# -- mail -----------------------------------------------------------------------------------------


def box(port: int, **more) -> Mailbox:
    return Mailbox("127.0.0.1", port, "terril@example.org", ("a@example.org", "b@example.org"), timeout=1.0, **more)


def test_a_report_arrives_as_plain_text():
    post = Post()
    with running(post):
        send(box(post.port), "Actualisation\u00a0: publiée\nBcc: x@example.org", "Rapport écrit\u00a0: été\n")
    (letter,) = post.letters
    assert letter["Subject"] == "Actualisation : publiée Bcc: x@example.org"
    assert letter["To"] == "a@example.org, b@example.org" and letter["Bcc"] is None
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().strip() == "Rapport écrit\u00a0: été"


def test_a_long_report_is_cut_and_attached_whole():
    text = "\n".join(f"ligne {i}" for i in range(LONGEST + 50))
    letter = message(box(25), "x", text)
    body = letter.get_body().get_content()
    assert "50 lignes de plus dans le fichier joint" in body and f"ligne {LONGEST}\n" not in body
    (attached,) = letter.iter_attachments()
    assert attached.get_content().strip() == text


@pytest.mark.parametrize("mood", ["refuse", "silent"])
def test_a_server_that_refuses_or_keeps_silent_is_told_in_time(mood):
    post = Post(mood)
    with running(post), pytest.raises(MailError, match="courriel"):
        send(box(post.port), "x", "y")


def test_a_server_down_is_told_and_a_password_is_not():
    post = Post()
    post.server_close()
    down = box(post.port, user="u", password="motdepasse", encrypted="starttls")  # noqa: S106
    with pytest.raises(MailError) as found:
        send(down, "x", "y")
    assert "motdepasse" not in str(found.value) + repr(down)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"FROM": "a@example.org"}, "TERRIL_MAIL_TO"),
        ({"TO": "a@example.org"}, "TERRIL_MAIL_FROM"),
        ({"FROM": "a", "TO": "b", "PORT": "vingt-cinq"}, "port"),
        ({"FROM": "a", "TO": "b", "PORT": "99999"}, "port"),
        ({"FROM": "a", "TO": "b", "STARTTLS": "peut-être"}, "TERRIL_MAIL_STARTTLS"),
        ({"FROM": "a", "TO": "b", "USER": "u", "PASSWORD": "p"}, "en clair"),
    ],
)
def test_settings_that_cannot_work_are_refused(given, said):
    with pytest.raises(MailError, match=said):
        mailbox({"TERRIL_MAIL_HOST": "mail.example.org"} | {f"TERRIL_MAIL_{k}": v for k, v in given.items()})


def test_settings_are_read_and_none_means_no_mail():
    assert mailbox({}) is None
    found = mailbox(
        {"TERRIL_MAIL_HOST": "h", "TERRIL_MAIL_PORT": "465", "TERRIL_MAIL_FROM": "a", "TERRIL_MAIL_TO": "b, c;d"}
    )
    assert (found.recipients, found.encrypted) == (("b", "c", "d"), "tls")
