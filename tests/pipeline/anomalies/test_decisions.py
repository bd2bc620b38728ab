"""Errors stop a publication until they are decided; each decision does what it says, and is undone."""

from __future__ import annotations

import pytest

from terril.core.errors import QualityError
from terril.core.quality.anomalies import Cell
from terril.pipeline.anomalies.gate import StoppedError
from tests.pipeline.anomalies.conftest import POP, Agency


def stopped(agency: Agency) -> StoppedError:
    with pytest.raises(StoppedError) as caught:
        agency.build()
    return caught.value


def test_an_error_stops_the_publication_and_says_how_to_decide(agency: Agency) -> None:
    error = stopped(agency)
    assert agency.releases.current_id() is None
    assert "t/pop, commune:01003, 2021, pop : vaut 900" in str(error)
    assert "terril anomalies accept" in str(error)
    assert [a.key for a in error.anomalies] == [agency.key()]
    assert agency.desk.findings().stopped
    assert agency.releases.ids() == []


def test_the_release_in_force_stays(agency: Agency) -> None:
    agency.load({c: min(n, 300) for c, n in POP.items()})
    manifest = agency.build()[1]
    agency.load()
    stopped(agency)
    assert agency.releases.current_id() == manifest.id


def test_warnings_are_published_and_listed(agency: Agency) -> None:
    agency.checks[0]["severity"] = "warning"
    assert agency.build()[1] is not None
    assert agency.states() == {"bounds": "open"}
    assert not agency.desk.findings().stopped


def test_an_anomaly_accepted_stops_nothing_until_the_figure_changes(agency: Agency) -> None:
    stopped(agency)
    agency.desk.accept(agency.key(), "commune nouvelle, vérifié", "A.")
    assert agency.states() == {"bounds": "accept"}
    assert agency.build()[1] is not None
    assert agency.pop() == POP
    agency.load(POP | {"01003": 901}, "2026-02-01T00:00:00+00:00")
    stopped(agency)
    assert agency.states() == {"bounds": "again"}


def test_an_acceptance_undone_stops_again(agency: Agency) -> None:
    stopped(agency)
    agency.desk.accept(agency.key(), "vu", "A.")
    agency.desk.undo(agency.key(), "", "B.")
    assert agency.states() == {"bounds": "open"}
    stopped(agency)
    with pytest.raises(QualityError, match="aucune décision à annuler"):
        agency.desk.undo(agency.key(), "", "B.")


def test_a_correction_makes_another_version_and_leaves_the_original(agency: Agency) -> None:
    original = agency.current
    stopped(agency)
    decision = agency.desk.correct(agency.key(), " 3\u202f00,5 ", "faute de frappe", "A.")
    assert (decision.was, decision.value) == ("900.00", "300.50")
    assert agency.current.id == original.id, "nothing changes before a build"
    manifest = agency.build()[1]
    assert agency.pop() == POP | {"01003": 300.5}
    assert agency.pop(original) == POP
    overlay = agency.current.meta["overlay"]
    assert overlay["base"] == original.id
    assert [(c["by"], c["reason"], c["was"], c["value"]) for c in overlay["corrections"]] == [
        ("A.", "faute de frappe", "900.00", "300.50")
    ]
    assert manifest.sources["t/pop"].version == agency.current.id
    # The anomaly is no more; its decision is still there to be undone.
    assert agency.states() == {"bounds": "correct"}
    corrected = agency.current.id
    agency.build()
    assert agency.current.id == corrected, "the same decisions, the same version"
    agency.desk.undo(decision.key, "", "A.")
    stopped(agency)
    assert agency.current.id == original.id


def test_a_correction_equal_to_an_old_file_can_still_be_undone(agency: Agency) -> None:
    agency.load(POP | {"01003": 300})
    agency.build()
    agency.load()
    faulty = agency.current
    stopped(agency)
    agency.desk.correct(agency.key(), "300", "comme l'an dernier", "A.")
    agency.build()
    assert agency.pop() == POP | {"01003": 300}
    assert agency.current.meta["overlay"]["base"] == faulty.id
    agency.desk.undo(agency.key(), "", "A.")
    stopped(agency)
    assert agency.current.id == faulty.id


def test_a_correction_that_is_still_wrong_stops_again(agency: Agency) -> None:
    stopped(agency)
    agency.desk.correct(agency.key(), "800", "au jugé", "A.")
    stopped(agency)
    assert agency.states() == {"bounds": "again"}


def test_a_correction_is_applied_again_to_a_later_version(agency: Agency) -> None:
    stopped(agency)
    agency.desk.correct(agency.key(), "300", "faute de frappe", "A.")
    later = agency.load(POP | {"01001": 110}, "2026-02-01T00:00:00+00:00")
    agency.build()
    assert agency.pop() == POP | {"01001": 110, "01003": 300}
    assert agency.current.meta["overlay"]["base"] == later.id


def test_a_correction_that_no_longer_matches_is_said_and_not_applied(agency: Agency) -> None:
    stopped(agency)
    key = agency.key()
    agency.desk.correct(key, "300", "faute de frappe", "A.")
    agency.load(POP | {"01003": 310}, "2026-02-01T00:00:00+00:00")
    agency.build()
    assert agency.pop()["01003"] == 310
    (found,) = [e.anomaly for e in agency.desk.entries() if e.anomaly.kind == "correction"]
    assert found.severity == "warning"
    assert "elle remplaçait 900.00, la source dit désormais 310.00" in found.message
    assert key in found.hint
    # The producer made the same correction: nothing to say.
    agency.load(POP | {"01003": 300}, "2026-03-01T00:00:00+00:00")
    agency.build()
    assert "overlay" not in agency.current.meta
    assert agency.settled[0].anomalies == ()


def test_a_commune_that_is_gone_makes_its_correction_stale(agency: Agency) -> None:
    stopped(agency)
    agency.desk.correct(agency.key(), "300", "faute de frappe", "A.")
    agency.load({c: n for c, n in POP.items() if c != "01003"}, "2026-02-01T00:00:00+00:00")
    agency.build()
    assert "plus rien pour cette valeur" in agency.settled[0].anomalies[0].message


def test_a_figure_refused_becomes_missing(agency: Agency) -> None:
    stopped(agency)
    agency.desk.refuse(agency.key(), "le producteur confirme l'erreur", "A.")
    agency.build()
    assert agency.pop()["01003"] is None
    agency.desk.undo(agency.key(), "", "A.")
    stopped(agency)
    assert agency.pop() == POP


def test_a_version_that_shrinks_is_refused_and_the_one_before_comes_back(agency: Agency) -> None:
    agency.checks = []
    first = agency.current
    agency.build()
    short = agency.load(dict(list(POP.items())[:2]), "2026-02-01T00:00:00+00:00")
    error = stopped(agency)
    assert "compte 2 lignes, contre 5 dans la version précédente" in str(error)
    agency.desk.refuse(agency.key("rows"), "fichier tronqué", "A.")
    agency.build()
    assert agency.current.id == first.id
    assert agency.settled[0].notes == ("version refusée : celle du 2026-01-01 reprend sa place",)
    assert agency.states() == {"rows": "refuse"}
    # Loaded again by a robot, it is still refused; undone, it comes back.
    agency.load(dict(list(POP.items())[:2]), "2026-02-01T00:00:00+00:00")
    agency.build()
    assert agency.current.id == first.id
    agency.desk.undo(agency.key("rows"), "", "A.")
    assert agency.current.id == short.id
    stopped(agency)


def test_a_first_version_cannot_be_refused(agency: Agency) -> None:
    agency.checks = [{"kind": "rows", "expected": {"commune": 9}}]
    stopped(agency)
    with pytest.raises(QualityError, match="aucune version antérieure"):
        agency.desk.refuse(agency.key("rows"), "incomplet", "A.")
    assert agency.states() == {"rows": "open"}


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_without_a_reason_is_refused(agency: Agency, reason: str) -> None:
    stopped(agency)
    key = agency.key()
    for decide in (agency.desk.accept, agency.desk.refuse, lambda k, r, b: agency.desk.correct(k, "1", r, b)):
        with pytest.raises(QualityError, match="demande un motif"):
            decide(key, reason, "A.")
    assert agency.states() == {"bounds": "open"}


@pytest.mark.parametrize("value", ["", "trois cents", "1e400", "nan", "inf", "1,2,3", "3.001", "--1"])
def test_a_value_that_is_no_figure_of_the_column_is_refused(agency: Agency, value: str) -> None:
    stopped(agency)
    with pytest.raises(QualityError, match="valeur illisible"):
        agency.desk.correct(agency.key(), value, "essai", "A.")


def test_a_correction_names_one_cell(agency: Agency) -> None:
    stopped(agency)
    cell = Cell(source="t/pop", territory="commune:01003", period="2021", column="pop")
    for changed, why in (({"column": "absente"}, "mesure inconnue"), ({"territory": "commune:09999"}, "aucune ligne"),
                         ({"period": "1850"}, "aucune ligne"), ({"dimensions": {"age": "0"}}, "la colonne n'existe pas"),
                         ({"source": "t/absente"}, "mesure inconnue")):  # fmt: skip
        with pytest.raises(QualityError, match=why):
            agency.desk.correct(agency.key(), "1", "essai", "A.", cell.model_copy(update=changed))


def test_a_key_is_known_by_its_first_letters(agency: Agency) -> None:
    stopped(agency)
    assert agency.desk.entry(agency.key()[:6]).anomaly.kind == "bounds"
    for unknown in ("", "zzzz"):
        with pytest.raises(QualityError, match="anomalie inconnue"):
            agency.desk.entry(unknown)


def test_totals_that_contradict_each_other_stop_the_publication(agency: Agency) -> None:
    agency.checks = [{"kind": "conservation", "column": "pop", "parent": "epci", "child": "commune"}]
    agency.build()
    assert agency.states() == {}


def test_checks_changed_are_run_again_without_a_build(agency: Agency) -> None:
    agency.checks = []
    manifest = agency.build()[1]
    agency.checks = [{"kind": "bounds", "column": "pop", "max": 500}]
    assert agency.build()[1] is None
    assert agency.states() == {"bounds": "open"}
    assert agency.releases.current_id() == manifest.id


def test_a_version_of_tomorrow_is_flagged(agency: Agency) -> None:
    agency.checks = []
    agency.load(POP | {"01001": 101}, "2999-01-01T00:30:00+01:00")
    agency.build()
    (found,) = [e.anomaly for e in agency.desk.entries()]
    assert (found.kind, found.severity) == ("clock", "warning")
    assert "2998-12-31 à 23:30 UTC" in found.message, "the moment is said in UTC"
