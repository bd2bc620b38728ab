"""From records of events to rows of passage, on invented communes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from terril.core.territories.history import History, Nomenclature, PassageRow, Record, cog_year, passage_rows


def commune(code: str, start: str | None = None, end: str | None = None, **values: str) -> Record:
    return Record(f"COM-{code}@{start or '1943-01-01'}", "COM", code, f"Nom-{code}", start, end, **values)


def part(kind: str, code: str, start: str, pole: str, end: str | None = None, **values: str) -> Record:
    return Record(f"{kind}-{code}@{start}", kind, code, f"Nom-{code}", start, end, pole=pole, **values)


def rows(records: Sequence[Record], *nomenclatures: Nomenclature, **known: int) -> list[PassageRow]:
    return passage_rows(History(records, nomenclatures, known={f"{k[1:]}": v for k, v in known.items()}))


def of(found: Sequence[PassageRow], code: str) -> list[tuple[object, ...]]:
    return [tuple(r)[1:7] for r in found if r.old_code == code]


def year(number: int, *codes: str, **links: dict[str, str]) -> Nomenclature:
    return Nomenclature(number, {c: f"Nom-{c}" for c in codes}, links.get("parts", {}), links.get("former", {}))


@pytest.mark.parametrize(
    ("day", "cog"), [("1996-01-01", 1996), ("1990-12-10", 1991), ("1967-12-31", 1968), ("2000-01-02", 2001)]
)
def test_an_event_is_seen_by_the_next_first_of_january(day: str, cog: int) -> None:
    assert cog_year(day) == cog


def test_a_commune_that_nothing_happened_to_stays_the_same() -> None:
    assert of(rows([commune("A")], year(2019, "A")), "A") == [(1943, 2019, "A", "same", 1, None)]


def merged() -> list[Record]:
    """B joins A on 10 December 1990: both become parts of a new A."""
    return [
        commune("A", None, "1990-12-10", successor="COMP-A@1990-12-10"),
        commune("B", None, "1990-12-10", successor="COMA-B@1990-12-10"),
        commune("A", "1990-12-10"),
        part("COMP", "A", "1990-12-10", "COM-A@1990-12-10"),
        part("COMA", "B", "1990-12-10", "COM-A@1990-12-10"),
    ]


def test_a_merger_leads_both_communes_to_the_one() -> None:
    found = rows(merged(), year(2019, "A", parts={"B": "A"}))
    assert of(found, "A") == [(1943, 1990, "A", "merge", 1, 1990), (1991, 2019, "A", "same", 1, None)]
    assert of(found, "B") == [(1943, 1990, "A", "merge", 1, 1990)]


def test_a_merger_undone_splits_the_years_between() -> None:
    group = commune("A", "1990-12-10", "2008-01-01")
    records = [
        merged()[0],
        merged()[1],
        group,
        part("COMP", "A", "1990-12-10", group.id, "2008-01-01", successor="COM-A@2008-01-01"),
        part("COMA", "B", "1990-12-10", group.id, "2008-01-01", successor="COM-B@2008-01-01"),
        commune("A", "2008-01-01"),
        commune("B", "2008-01-01"),
    ]
    found = rows(records, year(2019, "A", "B"))
    assert of(found, "A") == [
        (1943, 1990, "A", "same", 1, None),
        (1991, 2007, "A", "split", 2, 2008),
        (1991, 2007, "B", "split", 2, 2008),
        (2008, 2019, "A", "same", 1, None),
    ]
    assert of(found, "B") == [(1943, 1990, "B", "same", 1, None), (2008, 2019, "B", "same", 1, None)]


def test_a_change_of_department_recodes() -> None:
    records = [commune("20A", None, "1976-01-01", successor="COM-2AA@1976-01-01"), commune("2AA", "1976-01-01")]
    found = rows(records, year(2019, "2AA"))
    assert of(found, "20A") == [(1943, 1975, "2AA", "recode", 1, 1976)]


def test_a_part_absorbed_long_ago_follows_what_absorbed_it() -> None:
    # B is a part of A; A joins C after the record: B has no entry of its own in the nomenclatures.
    found = rows([*merged(), commune("C")], year(2019, "A", "C"), year(2020, "C", parts={"A": "C"}))
    assert of(found, "B") == [(1943, 1990, "C", "merge", 1, 2020)]


def test_chief_town_change_moves_everything() -> None:
    found = rows(merged(), year(2019, "A"), year(2020, "B", parts={"A": "B", "B": "B"}))
    assert of(found, "A")[-1] == (1991, 2019, "B", "recode", 1, 2020)
    assert of(found, "B")[-1] == (2020, 2020, "B", "same", 1, None)


def test_a_part_restored_from_its_mother_is_a_split() -> None:
    found = rows(merged(), year(2019, "A", parts={"B": "A"}), year(2020, "A", "B"))
    assert of(found, "A") == [
        (1943, 1990, "A", "same", 1, None),
        (1991, 2019, "A", "split", 2, 2020),
        (1991, 2019, "B", "split", 2, 2020),
        (2020, 2020, "A", "same", 1, None),
    ]


def test_a_former_code_alone_says_where_a_commune_went() -> None:
    found = rows([commune("A"), commune("B")], year(2019, "A", "B"), year(2020, "A", former={"B": "A"}))
    assert of(found, "B") == [(1943, 2019, "A", "merge", 1, 2020)]


def test_between_distant_nomenclatures_a_change_is_dated_late_unless_known() -> None:
    nomenclatures = (year(2019, "A", parts={"B": "A"}), year(2021, "A", "B"))
    assert of(rows(merged(), *nomenclatures), "A")[1][:2] == (1991, 2020)
    assert of(rows(merged(), *nomenclatures, _B=2020), "A")[1][:2] == (1991, 2019)


def test_creations_and_suppressions_without_kin_are_listed_not_guessed() -> None:
    created = Record("COM-N@1977-02-19", "COM", "N", "Neuve", "1977-02-19", began="création")
    gone = Record("COM-S@1943-01-01", "COM", "S", "Supprimée", None, "1965-01-01", ended="suppression")
    history = History([commune("A"), created, gone], [year(2019, "A", "N")])
    found = passage_rows(history)
    assert history.created == {"N": 1978}
    assert history.suppressed == {"S": 1964}
    assert of(found, "S") == []
    assert of(found, "N") == [(1978, 2019, "N", "same", 1, None)]


def test_a_circle_of_poles_leads_nowhere_instead_of_looping() -> None:
    records = [
        part("COMP", "A", "1990-01-01", "COMP-B@1990-01-01"),
        part("COMP", "B", "1990-01-01", "COMP-A@1990-01-01"),
        commune("C"),
    ]
    assert {r.old_code for r in rows(records, year(2019, "C"), year(2020, "C"))} == {"C"}


def test_names_are_those_of_the_time() -> None:
    renamed = [
        Record("1", "COM", "A", "Hénin", None, "1971-01-01", "2", None),
        Record("2", "COM", "A", "Hénin-Neuf", "1971-01-01"),
        *merged()[1:2],
        *merged()[4:],
    ]
    renamed[-1] = part("COMA", "B", "1990-12-10", "2")
    found = [r for r in rows(renamed, year(2019, "A")) if r.old_code == "A"]
    assert [(r.cog_to, r.name) for r in found] == [(1990, "Hénin-Neuf"), (2019, "Hénin-Neuf")]
