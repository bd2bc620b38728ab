"""Carrying tables on an invented history: quantities, ratios, medians, classes, shapes, and the account of it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from terril.core.status import Status
from terril.core.territories.cog import (
    EQUAL,
    Additive,
    Carried,
    Geometric,
    Kind,
    Median,
    Numbers,
    PassageError,
    Ratio,
    Timeline,
    Typology,
    Weights,
    carry,
)  # fmt: skip
from tests.core.territories.cog.invented import invented

CODES = ["01001", "01002", "01003", "01004", "20005", "01006"]
POP = [1000, 300, 200, 50, 10, 80]


def plain(text: object) -> str:
    """French spaces made plain."""
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


def counted(timeline: Timeline, codes: list[str], values: object, start: int, end: int, **options: object) -> Carried:
    return carry(codes, {"pop": values}, [Additive("pop")], timeline, start, end, **options)  # type: ignore[arg-type]


def test_quantities_are_summed_and_everything_is_accounted_for(timeline: Timeline) -> None:
    found = counted(timeline, CODES, POP, 2001, 2005)
    assert [(c, found.value(c, "pop")) for c in found.codes] == [
        ("01001", 1500), ("01004", 50), ("01006", 80), ("2A005", 10),
    ]  # fmt: skip
    assert found.kinds == (Kind.MERGED, Kind.SAME, Kind.SAME, Kind.RENAMED)
    assert found.report.counts == {Kind.SAME: 2, Kind.RENAMED: 1, Kind.MERGED: 3, Kind.SPLIT: 0, Kind.REFUSED: 0}
    assert found.report.totals["pop"].conserved
    assert "pop : 1 640 avant, 1 640 après, conservé" in plain(found.report)


def test_a_split_is_refused_by_name_or_divided_and_said_estimated(timeline: Timeline) -> None:
    refused = counted(timeline, ["01004", "01006"], [5, 81], 2005, 2006)
    assert refused.value("01006", "pop") is None
    assert "rien ne dit comment la partager" in refused.report.of_kind(Kind.REFUSED)[0].reason
    assert refused.report.totals["pop"].refused == 81
    shared = counted(timeline, ["01004", "01006"], [5, 81], 2005, 2006, weights=EQUAL)
    assert [shared.value(c, "pop") for c in shared.codes] == [5, 41, 40]
    assert [shared.status(c, "pop") for c in shared.codes] == [Status.OK, Status.ESTIMATED, Status.ESTIMATED]
    assert {e.method for e in shared.report.estimates} == {"partage selon parts égales"}


@pytest.mark.parametrize(
    ("of", "parts"),
    [
        ({"01006": 3, "01007": 1}, (61, 20)),
        ({("01006", "01006"): 0, ("01006", "01007"): 1}, (0, 81)),
        ({"01006": 3}, None),
        ({"01006": 0, "01007": 0}, None),
        ({"01006": -1, "01007": 2}, None),
        ({"01006": float("nan"), "01007": 2}, None),
    ],
)
def test_weights_are_those_declared_or_the_split_is_refused(
    timeline: Timeline, of: dict[object, float], parts: tuple[int, int] | None
) -> None:
    found = counted(timeline, ["01006"], [81], 2005, 2006, weights=Weights("la population", of))
    if parts is None:
        assert "la population inconnue" in plain(found.report.fates[0].reason)
    else:
        assert (found.value("01006", "pop"), found.value("01007", "pop")) == parts


def test_a_negative_quantity_is_divided_exactly(timeline: Timeline) -> None:
    found = counted(timeline, ["01006"], [Decimal("-0.3")], 2005, 2006, weights=EQUAL)
    assert sorted(found.value(c, "pop") for c in found.codes) == [Decimal("-0.2"), Decimal("-0.1")]


def test_a_merger_of_which_a_part_is_not_in_the_table_is_refused_by_name(timeline: Timeline) -> None:
    found = counted(timeline, ["01001", "01003", "01004"], [1000, 200, 50], 2001, 2005)
    assert found.value("01001", "pop") is None
    assert [f.code for f in found.report.of_kind(Kind.REFUSED)] == ["01001", "01003"]
    assert "incomplète : il y manque 01002" in plain(found.report.fates[0].reason)
    nil = counted(timeline, ["01001", "01003", "01004"], [1000, 200, 50], 2001, 2005, absent="zero")
    assert nil.value("01001", "pop") == 1200


def test_codes_that_are_none_that_year_are_refused_and_told_where_they_read(timeline: Timeline) -> None:
    found = counted(timeline, ["01003", "01009", "99999", "", "01004"], [1, 2, 3, 4, 5], 2005, 2010)
    assert [plain(f.reason) for f in found.report.of_kind(Kind.REFUSED)] == [
        "01003 n’existe plus au 1er janvier 2005, devenue 01001 ; elle se lit au COG 2004",
        "01009 n’existe plus au 1er janvier 2005 ; elle se lit au COG 2003",
        "99999 n’est le code d’aucune commune, aucune année connue",
        "code absent",
    ]
    assert found.report.totals["pop"].refused == 10
    gone = counted(timeline, ["01009"], [1], 2003, 2010)
    assert "supprimée avant 2010 sans commune d’accueil" in gone.report.fates[0].reason
    unborn = counted(timeline, ["01008"], [1], 2010, 2003)
    assert "n’existait pas en 2003 : créée depuis" in plain(unborn.report.fates[0].reason)
    assert gone.codes == unborn.codes == ()


def test_districts_stand_for_their_commune_once(timeline: Timeline) -> None:
    found = counted(timeline, ["75101", "75102"], [3, 4], 2000, 2010)
    assert (found.value("75056", "pop"), found.report.counts[Kind.MERGED]) == (7, 2)
    both = counted(timeline, ["75056", "75101", "75102"], [7, 3, 4], 2000, 2010)
    assert (both.value("75056", "pop"), both.report.counts[Kind.REFUSED]) == (7, 2)
    assert "qui est aussi dans le fichier" in both.report.fates[0].reason
    partial = counted(timeline, ["75101"], [3], 2000, 2010)
    assert partial.value("75056", "pop") is None


def test_a_commune_twice_is_refused_with_its_rows(timeline: Timeline) -> None:
    with pytest.raises(PassageError, match="commune en double : 01004 aux lignes 1, 3"):
        counted(timeline, ["01004", "01001", "1004"], [1, 2, 3], 2000, 2010)


def test_short_and_lower_case_codes_are_read(timeline: Timeline) -> None:
    found = counted(timeline, [" 1004", "2a005", "1006.0"], [1, 2, 3], 2010, 2002, absent="zero")
    assert found.codes == ("01004", "01006", "2A005")


def test_a_secret_part_makes_the_sum_secret_and_is_withheld_not_lost(timeline: Timeline) -> None:
    values = Numbers.of(POP, [Status.OK, Status.SECRET, Status.OK, Status.OK, Status.OK, Status.OK])
    found = counted(timeline, CODES, values, 2001, 2005)
    assert found.status("01001", "pop") == Status.SECRET
    assert found.value("01001", "pop") is None
    total = found.report.totals["pop"]
    assert (total.withheld, total.unreadable, total.balanced) == (1200, 1, True)
    assert "1 200 dans des valeurs secrètes" in plain(found.report)


def test_a_ratio_is_recomputed_never_averaged(timeline: Timeline) -> None:
    codes = ["01001", "01002", "01003", "01004"]
    columns = {"n": [10, 50, 0, 1], "d": [100, 100, 0, 0], "taux": [Decimal("10.00"), Decimal("50"), None, None]}
    measures = [Additive("n"), Additive("d"), Ratio("taux", "n", "d", factor=100)]
    found = carry(codes, columns, measures, timeline, 2000, 2005)
    assert (found.value("01001", "taux"), found.status("01001", "taux")) == (Decimal("30"), Status.OK)
    bare = carry(codes, {k: columns[k] for k in "nd"}, measures, timeline, 2000, 2005)
    assert (bare.value("01001", "taux"), bare.status("01004", "taux")) == (30, Status.NOT_APPLICABLE)
    with pytest.raises(PassageError, match="taux se calcule depuis n, qui n’est pas déclarée additive"):
        carry(codes, columns, [Ratio("taux", "n", "d"), Additive("d")], timeline, 2000, 2005)


def test_a_ratio_that_is_not_that_of_its_parts_is_refused(timeline: Timeline) -> None:
    codes = ["01001", "01002", "01003", "01004", "01006", "75056", "20005"]
    columns = {"n": [1, 2, 3, 4, 5, 6, 7], "d": [10] * 7, "taux": [10, 20, 30, 40, 50, 60, 70]}
    measures = [Additive("n"), Additive("d"), Ratio("taux", "n", "d")]
    with pytest.raises(PassageError, match=r"écrire taux=100\*n/d"):
        carry(codes, columns, measures, timeline, 2000, 2001)


def test_a_median_is_not_available_or_estimated_and_marked(timeline: Timeline) -> None:
    columns = {"pop": POP, "med": [20000, 24000, 21000, 19000, 18000, 17000]}
    refused = carry(CODES, columns, [Additive("pop"), Median("med")], timeline, 2001, 2005)
    assert (refused.value("01001", "med"), refused.status("01001", "med")) == (None, Status.MISSING)
    assert refused.value("01004", "med") == 19000
    assert [e.code for e in refused.report.unavailable] == ["01001"]
    allowed = carry(CODES, columns, [Additive("pop"), Median("med", "pop")], timeline, 2001, 2005)
    assert (allowed.value("01001", "med"), allowed.status("01001", "med")) == (20933, Status.ESTIMATED)
    assert allowed.report.estimates[0].method == "moyenne pondérée par pop"


def test_a_median_of_a_secret_part_is_secret(timeline: Timeline) -> None:
    med = Numbers.of([1, 2, 3, 4, 5, 6], [Status.SECRET, *[Status.OK] * 5])
    for measure in (Median("med"), Median("med", "pop")):
        found = carry(CODES, {"pop": POP, "med": med}, [Additive("pop"), measure], timeline, 2001, 2005)
        assert found.status("01001", "med") == Status.SECRET


@pytest.mark.parametrize(
    ("classes", "measure", "value", "status"),
    [
        (["A", "A", "A"], Typology("zone"), "A", Status.OK),
        (["A", "B", "B"], Typology("zone"), None, Status.MISSING),
        (["A", "B", "B"], Typology("zone", "largest", "pop"), "A", Status.ESTIMATED),
        (["C", "B", "A"], Typology("zone", "list"), "A | B | C", Status.OK),
        (["A", None, "A"], Typology("zone", "list"), None, Status.MISSING),
    ],
)
def test_a_class_is_kept_where_unanimous_else_as_declared(
    timeline: Timeline, classes: list[str | None], measure: Typology, value: str | None, status: Status
) -> None:
    columns = {"pop": POP, "zone": [*classes, "Z", "Z", "Z"]}
    found = carry(CODES, columns, [Additive("pop"), measure], timeline, 2001, 2005)
    assert (found.value("01001", "zone"), found.status("01001", "zone")) == (value, status)
    assert found.value("2A005", "zone") == "Z"


def test_a_class_of_a_part_is_estimated(timeline: Timeline) -> None:
    found = carry(["01006"], {"zone": ["A"]}, [Typology("zone")], timeline, 2005, 2006, weights=EQUAL)
    assert (found.value("01007", "zone"), found.status("01007", "zone")) == ("A", Status.ESTIMATED)


def test_shapes_are_united_and_never_divided(timeline: Timeline) -> None:
    shapes = [frozenset({c}) for c in CODES]
    union = Geometric("contour", lambda found: frozenset().union(*found))
    found = carry(CODES, {"contour": shapes}, [union], timeline, 2001, 2006, weights=EQUAL)
    assert found.value("01001", "contour") == {"01001", "01002", "01003"}
    assert found.value("01004", "contour") == {"01004"}
    assert (found.value("01007", "contour"), found.status("01007", "contour")) == (None, Status.MISSING)


@pytest.mark.parametrize(
    ("columns", "measures", "told"),
    [
        ({"pop": [1]}, [Additive("population")], "colonne absente : population.*trouvées : pop"),
        ({"pop": [1]}, [Additive("pop"), Median("pop")], "deux fois : pop"),
        ({"pop": [1], "z": ["A"]}, [Typology("z", "largest")], "laquelle est la plus grande"),
        ({"pop": [1, 2]}, [Additive("pop")], "2 valeurs pour 1 communes"),
        ({"pop": ["abc"]}, [Additive("pop")], "ligne 1, valeur « abc » : nombre illisible"),
        ({"pop": [True]}, [Additive("pop")], "nombre illisible"),
        ({"pop": [float("inf")]}, [Additive("pop")], "décimaux"),
    ],
)
def test_what_cannot_be_computed_is_refused(
    timeline: Timeline, columns: dict[str, list[object]], measures: list[Additive], told: str
) -> None:
    with pytest.raises(PassageError, match=told):
        carry(["01004"], columns, measures, timeline, 2000, 2010)


def test_an_undated_year_is_read_as_the_nomenclature_that_refuses_fewest() -> None:
    undated = invented(undated={2004: (2003, 2005)})
    after = counted(undated, ["01001", "01004"], [1200, 50], 2004, 2007)
    assert (after.value("01001", "pop"), after.report.counts[Kind.REFUSED]) == (1200, 0)
    assert "2004 ne sont pas datés : les codes sont lus au COG 2005" in plain(after.report)
    before = counted(undated, ["01001", "01003"], [1000, 200], 2004, 2007)
    assert (before.value("01001", "pop"), before.report.notes) == (1200, ())


def test_the_report_is_the_same_in_words_rows_and_json(timeline: Timeline) -> None:
    report = counted(timeline, [*CODES, "99999"], [*POP, 1], 2001, 2005).report
    told = report.as_dict()
    assert sum(told["counts"].values()) == told["rows"] == 7
    assert told["totals"]["pop"] == {
        "before": "1641", "after": "1640", "refused": "1", "withheld": "0", "unreadable": 0, "conserved": False,
    }  # fmt: skip
    assert [r["code"] for r in report.as_rows()] == [f.code for f in report.fates]
    assert {"outcome": "renamed", "targets": "2A005"}.items() <= report.as_rows()[3].items()
    assert "… et 2 de plus" in "\n".join(report.lines(listed=1))


def test_numbers_are_exact_whatever_they_come_as() -> None:
    assert Numbers.of(np.array([0.1, 0.25, np.nan])).scale == 2
    assert Numbers.of([0.1, None, 3]).at(0) == Decimal("0.1")
    assert Numbers.of([Decimal("1E+3"), Decimal("0.001")]).total() == Decimal("1000.001")
    with pytest.raises(PassageError, match="virgule flottante"):
        Numbers.of(np.array([1 / 3]))
    huge = Numbers.of([2**62, 2**62, 2**62]).roomy()
    assert huge.total() == 3 * 2**62
    assert Numbers.of([2**70]).total() == 2**70
