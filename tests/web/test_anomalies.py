"""The page of anomalies: nothing for anyone, everything for who answers for the declared figures."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from terril.core.quality.anomalies import Anomaly
from terril.pipeline.anomalies.journal import Journal
from terril.pipeline.anomalies.register import Findings, Register
from tests.support.live import LEFT
from tests.support.people import open_session, settle

SOURCE = "insee/population_reference"


def anomaly(code: str = "62119", **told) -> Anomaly:
    given = {
        "about": "source", "subject": SOURCE, "kind": "bounds", "severity": "error", "territory": f"commune:{code}",
        "period": "2023", "column": "population", "message": "vaut 1, au-dessous du minimum attendu, 2 < 3",
        "hint": "vérifier", "value": 1, "sources": [SOURCE],
    }  # fmt: skip
    return Anomaly.model_validate(given | told)


class Desk:
    """The site as the operator and as anyone see it."""

    def __init__(self, home: Path, client) -> None:
        self.home = home
        self.client = client
        self.people = settle()
        self.people.records["open"].origin = "pack"
        self.people.records["open"].save()

    def found(self, *anomalies: Anomaly, stopped: bool = True) -> None:
        register = Register(self.home)
        register.write(
            Findings(at="2026-11-24T10:00:00+00:00", release="r", stopped=stopped, rules="", anomalies=anomalies)
        )

    def enter(self, name: str = "claire", *, administrator: bool = False) -> None:
        self.client.cookies["terril_session"] = open_session(getattr(self.people, name), administrator=administrator)

    def page(self, query: str = "", code: int = 200) -> str:
        answer = self.client.get(f"/anomalies/{query}")
        assert answer.status_code == code
        return unescape(answer.content.decode())

    def decide(self, key: str, **given: str):
        """What the form of an anomaly sends, its token included."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page("?etat=toutes"))
        assert token
        return self.client.post(f"/anomalies/{key}/decision/", {"csrfmiddlewaretoken": token[1], **given})

    def actions(self) -> list[str]:
        return [d.action for d in Journal(self.home).read()[0]]


@pytest.fixture
def desk(demo: Path, tmp_path: Path, open_site: Callable[[Path], object]) -> Desk:
    home = tmp_path / "home"
    shutil.copytree(demo, home, ignore=LEFT, copy_function=_linked)
    shutil.rmtree(home / "quality", ignore_errors=True)
    client = open_site(home)
    client.handler.enforce_csrf_checks = True
    return Desk(home, client)


def _linked(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def test_nobody_else_learns_that_there_is_anything(desk: Desk) -> None:
    desk.found(anomaly())
    for name in (None, "alice", "bob", "david"):
        desk.client.cookies.clear()
        if name:
            # David administers the platform, but has no administrator's session open.
            desk.enter(name)
        nowhere = desk.client.get("/absente/")
        for path in ("/anomalies/", f"/anomalies/{anomaly().key}/decision/"):
            for ask in (desk.client.get, desk.client.post, desk.client.head):
                answer = ask(path)
                assert answer.status_code == 404
                assert set(answer.headers) == set(nowhere.headers)
            said = desk.client.get(path).content.decode()
            assert "nomalie" not in said.replace("/anomalies/", "")
    for path in ("/", "/sources/", "/plan-du-site/", "/sitemap.xml", "/robots.txt"):
        assert "nomalie" not in desk.client.get(path).content.decode()
    assert desk.actions() == []


def test_an_administrator_s_session_opens_it_and_nothing_is_kept(desk: Desk) -> None:
    desk.enter("david", administrator=True)
    assert "no-store" in desk.client.get("/anomalies/")["Cache-Control"]
    desk.client.cookies.clear()
    desk.page(code=404)


def test_a_steward_of_other_records_alone_does_not(desk: Desk) -> None:
    desk.people.records["open"].steward_id = "call"
    desk.people.records["open"].save()
    desk.enter()
    desk.page(code=404)


def test_before_any_check_the_page_says_what_makes_them(desk: Desk) -> None:
    desk.enter()
    assert "Aucun contrôle n’a encore eu lieu" in desk.page()


def test_when_all_is_well_the_page_says_so(desk: Desk) -> None:
    desk.found(stopped=False)
    desk.enter()
    page = desk.page()
    assert "Rien n’arrête la publication" in page
    assert "Aucune anomalie à décider" in page


def test_an_anomaly_is_a_sentence_with_its_figure_and_its_neighbours(desk: Desk) -> None:
    desk.found(anomaly(), anomaly("99999", severity="warning"))
    desk.enter()
    answer = desk.client.get("/anomalies/").content.decode()
    assert "minimum attendu, 2 &lt; 3" in answer
    page = unescape(answer)
    assert "Béthune, 2023" in page
    assert "commune:99999, 2023" in page, "a code of no commune is shown as it is"
    assert '<div class="here"><dt>2023</dt>' in page
    assert "<dt>2022</dt>" in page
    assert "chart-sparkline" in page
    assert f'href="/sources/{SOURCE}/"' in page
    assert "Des erreurs arrêtent la publication" in page
    assert re.findall(r"1 erreur<|1 alerte<|0 information<", page) == ["1 erreur<", "1 alerte<", "0 information<"]


def test_filters_are_addresses(desk: Desk) -> None:
    other = anomaly(
        about="indicator", subject="demographie/population", column=None, severity="warning", sources=[SOURCE]
    )
    desk.found(anomaly(), other)
    desk.enter()
    assert desk.page("?gravite=erreur").count("<article") == 1
    assert desk.page("?source=demographie/population").count("<article") == 1
    assert desk.page(f"?source={SOURCE}").count("<article") == 2
    assert desk.page("?etat=decidees").count("<article") == 0
    assert "dans ce choix" in desk.page("?etat=decidees")
    for odd in ("?gravite=fatale", "?etat=x", "?page=99999", "?page=un", "?page=-1", "?source=%00", "?fait=<script>"):
        assert "<h1>Anomalies</h1>" in desk.page(odd)
    explained = "/indicateurs/demographie/population/explication/?territoire=commune:62119&periode=2023"
    assert explained in desk.page("?gravite=alerte")


def test_long_lists_are_read_by_pages(desk: Desk) -> None:
    desk.found(*(anomaly(f"{62001 + n}") for n in range(45)))
    desk.enter()
    assert desk.page().count("<article") == 20
    assert "1 à 20 sur 45" in desk.page()
    assert desk.page("?page=3").count("<article") == 5
    assert 'rel="prev"' in desk.page("?page=3")
    assert 'rel="next"' not in desk.page("?page=3")


def test_an_anomaly_is_accepted_then_taken_back(desk: Desk) -> None:
    desk.found(anomaly())
    desk.enter()
    key = anomaly().key
    answer = desk.decide(key, action="accept", reason="vu <b>sur place</b>", gravite="erreur")
    assert (answer.status_code, answer["Location"]) == (302, f"/anomalies/?gravite=erreur&fait={key}")
    done = desk.client.get(answer["Location"]).content.decode()
    assert "par Claire" in unescape(done)
    assert "vu &lt;b&gt;sur place&lt;/b&gt;" in done
    assert desk.page().count("<article") == 0
    assert "Tout est décidé" in desk.page()
    assert "Annuler la décision" in desk.page("?etat=decidees")
    desk.decide(key, action="undo", reason="")
    assert desk.page().count("<article") == 1
    assert desk.actions() == ["accept", "undo"]


def test_a_figure_is_corrected_or_refused(desk: Desk) -> None:
    desk.found(anomaly(), anomaly("62427"))
    desk.enter()
    assert desk.decide(anomaly().key, action="correct", value="24\u202f000", reason="saisie").status_code == 302
    assert desk.decide(anomaly("62427").key, action="refuse", reason="saisie").status_code == 302
    decisions = Journal(desk.home).read()[0]
    assert [(d.action, d.value, d.by) for d in decisions] == [
        ("correct", "24000", f"user:{desk.people.claire.pk}"),
        ("refuse", None, f"user:{desk.people.claire.pk}"),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"action": "accept", "reason": " "}, "Une décision demande un motif"),
        ({"action": "correct", "reason": "saisie", "value": "beaucoup"}, "Valeur illisible"),
        ({"action": "effacer", "reason": "saisie"}, "Décision inconnue"),
    ],
)
def test_a_decision_that_cannot_be_taken_is_explained_where_it_was_asked(desk: Desk, given: dict, said: str) -> None:
    desk.found(anomaly())
    desk.enter()
    answer = desk.decide(anomaly().key, **given)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert said in page
    assert '<details class="decide" open>' in page
    assert f'value="{given["reason"]}"' in page, "what was typed is not lost"
    assert desk.actions() == []


def test_a_form_from_elsewhere_writes_nothing(desk: Desk) -> None:
    desk.found(anomaly())
    desk.enter()
    answer = desk.client.post(f"/anomalies/{anomaly().key}/decision/", {"action": "accept", "reason": "vu"})
    assert answer.status_code == 403
    assert "périmé" in answer.content.decode()
    unknown = desk.decide("0000000000", action="accept", reason="vu")
    assert unknown.status_code == 422
    assert "Anomalie inconnue" in unknown.content.decode()
    assert desk.actions() == []


def test_a_damaged_journal_is_said_and_the_page_still_works(desk: Desk) -> None:
    desk.found(anomaly())
    Journal(desk.home).path.write_text("abîmé\n")
    desk.enter()
    assert "ligne illisible dans le journal des décisions" in desk.page()
