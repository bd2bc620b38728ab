"""Secrecy patterns on the invented country: what is hidden, what is published, and that nothing tells the hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from terril.core.errors import SecrecyError
from terril.core.indicators.expansion import Expanded
from terril.core.secrecy.model import Protection
from terril.core.status import Status
from terril.engine.protection import apply
from terril.engine.protection.apply import Pattern, install, protect_sheets, sheets_of
from terril.engine.protection.audit import audit_sheets, shown_cells
from terril.engine.protection.known import Ledger
from terril.engine.protection.readings import protected_keys, read_of
from tests.support.country import Bench, Row

#: EPCI x holds A, B (01) and D (02); y holds C (01) and E (02).
FIRMS = [
    {"code": "01001", "ca": 500, "n": 30},
    {"code": "01002", "ca": 400, "n": 20},
    {"code": "01003", "ca": 70, "n": 2},
    {"code": "02001", "ca": 300, "n": 15},
    {"code": "02002", "ca": 200, "n": 12},
]
RULE = {"minimum_count": {"count": "n", "below": 3, "measures": ["ca"]}}
CA = {"inputs": {"p": {"dataset": "t/ca", "column": "ca"}}, "formula": "p", "unit": "EUR"}
UNITS = {"ca": "EUR", "n": "etablissement", "part": "%"}


def computed(bench: Bench, definitions: Mapping[str, Mapping[str, Any]], ledger: Ledger | None = None) -> Pattern:
    """Define indicators, protect their source, compute them."""
    for identifier, given in definitions.items():
        found = bench.expand(identifier, **given)
        assert isinstance(found, Expanded), found
        bench.expanded[identifier] = found
    source = bench.sources["t/ca"]
    wanted = read_of(source, bench.indicators)
    sheets = tuple(sheets_of(bench.workshop, source.id, wanted))
    pattern = protect_sheets(source.id, sheets, ledger or Ledger())
    install(bench.workshop, pattern, protected_keys(source, wanted))
    files = {}
    for identifier in definitions:
        bench.workshop.observe(bench.expanded[identifier], {r: bench.folder / r for r in ("public", "restricted")})
        files[identifier] = bench.folder / "public" / "indicators" / f"{identifier}.parquet"
    seen = shown_cells(bench.workshop.connection, bench.expanded, files, source.id)
    found_by_attack = audit_sheets(source.id, sheets, seen, ledger or Ledger())
    assert found_by_attack.leaks == ()
    return pattern


def shown(rows: list[Row]) -> dict[str, float | None]:
    """Figures of the public root by territory."""
    return {f"{r['level']}:{r['code']}": r["value"] for r in rows}


def test_a_sum_is_judged_by_the_rule_and_hidden_only_to_protect_its_parts(bench, at):
    bench.source("t/ca", FIRMS, secrecy=RULE, units=UNITS)
    pattern = computed(bench, {"d/ca": CA})
    public = shown(bench.read("d/ca", "public"))
    assert public["commune:01003"] is None
    assert public["country:FR"] == 1470
    # y = C + E and 01 = A + B + C: one more of each is hidden.
    assert public["epci:y"] is None or public["commune:02002"] is None
    assert public["department:01"] is None or None in (public["commune:01001"], public["commune:01002"])
    assert pattern.count("primary") == 1
    assert at(bench.read("d/ca"), "commune", "01003")["value"] == 70
    assert at(bench.read("d/ca"), "commune", "01003")["status"] == Status.SECRET


def test_the_rule_is_judged_on_the_sum_and_small_sums_are_hidden_too(bench):
    few = [{**row, "n": 1} for row in FIRMS]
    bench.source("t/ca", few, secrecy={"minimum_count": {"count": "n", "below": 3, "measures": ["ca"]}}, units=UNITS)
    computed(bench, {"d/ca": CA})
    public = shown(bench.read("d/ca", "public"))
    # Two firms in y and in 02, three in x and in 01: x tells y, and 01 tells 02.
    assert [k for k, v in public.items() if v is not None] == ["country:FR", "perimeter:both"]


def test_a_territory_without_any_unit_hides_nothing(bench):
    empty = [{**row, "ca": 0, "n": 0} if row["code"] == "01003" else row for row in FIRMS]
    bench.source("t/ca", empty, secrecy=RULE, units=UNITS)
    pattern = computed(bench, {"d/ca": CA})
    assert pattern.cells.num_rows == 0
    assert shown(bench.read("d/ca", "public"))["epci:y"] == 200


def test_what_the_producer_hides_is_never_completed_by_subtraction(bench, at):
    flagged = [{**row, "ca": Status.SECRET} if row["code"] == "01003" else row for row in FIRMS]
    bench.source("t/ca", flagged, secrecy=RULE, units=UNITS)
    computed(bench, {"d/ca": CA})
    rows = bench.read("d/ca")
    for level, code in (("commune", "01003"), ("epci", "y"), ("department", "01"), ("country", "FR")):
        assert (at(rows, level, code)["value"], at(rows, level, code)["status"]) == (None, Status.SECRET)
    assert at(rows, "epci", "x")["value"] == 1200


def test_a_total_published_by_the_producer_does_not_tell_a_part_that_it_hides(bench):
    rows = [{**row, "h": Status.SECRET if row["code"] == "01003" else row["ca"] - 10, "f": 10} for row in FIRMS]
    bench.source(
        "t/ca", rows, units=UNITS | {"h": "EUR", "f": "EUR"},
        secrecy={"minimum_count": {"count": "n", "below": 1, "measures": ["h", "f", "ca"]}},
        totals=[{"total": "ca", "parts": ["h", "f"]}],
    )  # fmt: skip
    one = {c: {**CA, "inputs": {"p": {"dataset": "t/ca", "column": c}}} for c in ("ca", "h", "f")}
    computed(bench, {f"d/{c}": given for c, given in one.items()})
    public = {c: shown(bench.read(f"d/{c}", "public")) for c in one}
    assert public["h"]["commune:01003"] is None
    assert None in (public["ca"]["commune:01003"], public["f"]["commune:01003"])


SECTORS = [
    {"code": code, "secteur": sector, "ca": ca, "n": n}
    for code, values in {
        "01001": ((200, 12), (300, 18)), "01002": ((150, 8), (250, 12)), "01003": ((30, 1), (140, 6)),
        "02001": ((120, 7), (180, 8)), "02002": ((90, 5), (110, 7)),
    }.items()
    for sector, (ca, n) in zip("ab", values, strict=True)
]  # fmt: skip


def by_sector(*kept: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"dataset": "t/ca", "column": "ca"}
    return {**CA, "inputs": {"p": entry | ({"where": {"secteur": list(kept)}} if kept else {})}}


def test_a_breakdown_does_not_tell_what_its_total_hides(bench):
    bench.source("t/ca", SECTORS, dims=("secteur",), secrecy=RULE, units=UNITS)
    computed(bench, {"d/ca": by_sector(), "d/a": by_sector("a"), "d/b": by_sector("b")})
    public = {i: shown(bench.read(f"d/{i}", "public"))["commune:01003"] for i in ("ca", "a", "b")}
    assert public["a"] is None
    assert None in (public["ca"], public["b"])


def test_two_filters_that_differ_by_a_small_group_do_not_tell_it(bench):
    rows = SECTORS + [{"code": r["code"], "secteur": "c", "ca": 50, "n": 9} for r in FIRMS]
    bench.source("t/ca", rows, dims=("secteur",), secrecy=RULE, units=UNITS)
    computed(bench, {"d/abc": by_sector(), "d/bc": by_sector("b", "c")})
    wide, narrow = (shown(bench.read(f"d/{i}", "public"))["commune:01003"] for i in ("abc", "bc"))
    # Nobody publishes sector a of C, one firm: the difference would.
    assert None in (wide, narrow)


def test_a_ratio_is_hidden_where_its_numerator_is_and_its_own_parts_with_it(bench, at):
    bench.source("t/ca", FIRMS, secrecy=RULE, units=UNITS)
    ratio = {
        "inputs": {"a": {"dataset": "t/ca", "column": "ca"}, "b": {"dataset": "t/ca", "column": "n"}},
        "formula": "a / b", "unit": "EUR/etablissement", "aggregation": "ratio_of_sums", "numerator": "a", "denominator": "b",
    }  # fmt: skip
    computed(bench, {"d/par": ratio})
    hidden = at(bench.read("d/par", "public"), "commune", "01003")
    assert (hidden["value"], hidden["numerator"], hidden["denominator"]) == (None, None, None)
    assert hidden["status"] == Status.SECRET
    assert shown(bench.read("d/par", "public"))["country:FR"] == 1470 / 79


def test_an_indicator_of_an_indicator_is_hidden_with_it(bench, at):
    bench.source("t/ca", FIRMS, secrecy=RULE, units=UNITS)
    double = {"inputs": {"p": {"indicator": "d/ca"}}, "formula": "2 * p", "unit": "EUR"}
    computed(bench, {"d/ca": CA, "d/double": double})
    assert at(bench.read("d/double", "public"), "commune", "01003")["value"] is None
    assert at(bench.read("d/double"), "commune", "01003")["status"] == Status.SECRET


def test_a_contributor_that_makes_nearly_all_of_it_hides_the_sum(bench):
    rows = [{**row, "top": 460 if row["code"] == "01001" else row["ca"] / 4} for row in FIRMS]
    rule = {"dominance": {"largest": "top", "share": 0.85, "measures": ["ca"]}}
    bench.source("t/ca", rows, secrecy=rule, units=UNITS | {"top": "EUR"})
    pattern = computed(bench, {"d/ca": CA})
    public = shown(bench.read("d/ca", "public"))
    assert public["commune:01001"] is None
    # 460 of 970: nobody dominates the department.
    assert pattern.count("primary") == 1


def test_rows_of_a_register_are_their_own_units(bench):
    firms = [{"code": r["code"], "ca": round(r["ca"] / r["n"], 2)} for r in FIRMS for _ in range(r["n"])]
    bench.source("t/ca", firms, rows="micro", secrecy={"minimum_count": {"below": 3, "measures": ["ca"]}}, units=UNITS)
    count = {"inputs": {"p": {"dataset": "t/ca", "measure": "count", "unit": ""}}, "formula": "p", "unit": "",
             "aggregation": "recount"}  # fmt: skip
    pattern = computed(bench, {"d/ca": CA, "d/n": count})
    assert shown(bench.read("d/n", "public"))["commune:01003"] is None
    assert shown(bench.read("d/ca", "public"))["commune:01003"] is None
    assert pattern.count("primary") == 2


def test_everyone_in_the_same_case_is_hidden(bench):
    rows = [{**row, "total": row["ca"] + (0 if row["code"] == "02002" else 100)} for row in FIRMS]
    rule = {"homogeneous": {"total": "total", "measures": ["ca"]}}
    bench.source("t/ca", rows, secrecy=rule, units=UNITS | {"total": "EUR"})
    computed(bench, {"d/ca": CA})
    assert shown(bench.read("d/ca", "public"))["commune:02002"] is None


def test_a_figure_that_nothing_sums_is_hidden_by_its_rule_alone(bench):
    bench.source("t/ca", [{**r, "mediane": 20} for r in FIRMS], units=UNITS | {"mediane": "EUR"},
                 secrecy={"minimum_count": {"count": "n", "below": 13, "measures": ["mediane"]}})  # fmt: skip
    entry = {"m": {"dataset": "t/ca", "measure": "value", "column": "mediane"}}
    computed(bench, {"d/m": {"inputs": entry, "formula": "m", "unit": "EUR", "aggregation": "none"}})
    public = shown(bench.read("d/m", "public"))
    assert [k for k, v in public.items() if v is None] == ["commune:01003", "commune:02002"]


def test_a_rolling_mean_is_hidden_where_one_of_its_periods_is(bench, at):
    years = [{**row, "period": p} for row in FIRMS for p in ("2019", "2020", "2021")]
    for row in years:
        row["n"] = 9 if row["code"] == "01003" and row["period"] != "2020" else row["n"]
    bench.source("t/ca", years, secrecy=RULE, units=UNITS)
    mean = {"inputs": {"p": {"dataset": "t/ca", "column": "ca", "rolling": 2}}, "formula": "p", "unit": "EUR"}
    computed(bench, {"d/mean": mean})
    rows = bench.read("d/mean", "public")
    for period in ("2020", "2021"):
        assert at(rows, "commune", "01003", period)["status"] == Status.SECRET


def test_a_source_of_epci_is_protected_from_its_own_level(bench):
    bench.source("t/ca", [{"code": "x", "ca": 900, "n": 40}, {"code": "y", "ca": 70, "n": 2}], level="epci",
                 secrecy=RULE, units=UNITS)  # fmt: skip
    pattern = computed(bench, {"d/ca": CA})
    kinds = {(r["level"], r["code"]): r["kind"] for r in pattern.cells.to_pylist()}
    assert kinds[("epci", "y")] == "primary"
    assert ("epci", "x") in kinds or {("perimeter", "both"), ("country", "FR")} <= set(kinds)


def test_rules_that_cannot_be_satisfied_name_the_cells(bench, monkeypatch):
    bench.source("t/ca", FIRMS, secrecy=RULE, units=UNITS)

    def powerless(table, **_):
        return Protection(table.hidden, table.hidden & False, False, 0.0, tuple(np.flatnonzero(table.primary)))

    monkeypatch.setattr(apply, "protect", powerless)
    with pytest.raises(SecrecyError, match=r"règles de secret de t/ca .* ca, commune:01003, 2021") as caught:
        computed(bench, {"d/ca": CA})
    assert "secrecy" in caught.value.hint


def test_negative_figures_fall_back_on_hiding_whatever_holds_a_secret(bench):
    rows = [{**row, "ca": -5 if row["code"] == "01001" else row["ca"]} for row in FIRMS]
    bench.source("t/ca", rows, secrecy=RULE, units=UNITS)
    computed(bench, {"d/ca": CA})
    public = shown(bench.read("d/ca", "public"))
    assert {k for k, v in public.items() if v is None} == {
        "commune:01003", "epci:y", "department:01", "perimeter:both", "country:FR"
    }  # fmt: skip
