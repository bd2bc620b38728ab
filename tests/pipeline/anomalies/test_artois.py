"""What the declared checks find in the real files of the Artois: known, said, and no more."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from terril.pipeline.anomalies.register import Findings, Register

pytestmark = pytest.mark.reference_data


@pytest.fixture(scope="module")
def findings(artois_home: Path) -> Findings:
    found = Register(artois_home).read()
    assert found is not None
    return found


def test_nothing_stops_the_publication(findings: Findings) -> None:
    assert not findings.stopped
    assert [a.message for a in findings.anomalies if a.severity == "error"] == []


def test_sales_that_count_twice_are_told(findings: Findings) -> None:
    found = [a for a in findings.anomalies if a.subject == "dgfip/dvf_communes"]
    assert len(found) == 36
    # A sale of a house with a flat is in both parts: never the other way.
    assert all(a.value is not None and a.other is not None and 0 < a.other - a.value <= 3 for a in found)


def test_two_schools_stand_outside_their_commune(findings: Findings) -> None:
    found = {a.detail: a.value for a in findings.anomalies if a.kind == "geometry"}
    assert found.keys() == {"0623019V", "0623821S"}
    assert found["0623019V"] == pytest.approx(1231, abs=2)


def test_populations_of_two_files_agree_and_few_communes_jump(findings: Findings) -> None:
    kinds = Counter((a.subject, a.kind) for a in findings.anomalies)
    assert kinds["insee/population_municipale", "agreement"] == 0
    assert kinds["demographie/population", "continuity"] <= 10
    assert kinds["demographie/population", "conservation"] == 0
