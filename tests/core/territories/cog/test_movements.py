"""INSEE's file of movements: read row by row, played day after day, refused where it contradicts itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from terril.core.territories.cog import PassageError, Timeline, read_movements, replay

Row = tuple[int, str, str, str, str, str]
HEADS = ("MOD", "DATE_EFF", "TYPECOM_AV", "COM_AV", "TYPECOM_AP", "COM_AP")


def rows(*given: Row) -> list[dict[str, str | None]]:
    return [
        dict(zip(HEADS, map(str, row), strict=True)) | {"LIBELLE_AV": f"Nom-{row[3]}", "LIBELLE_AP": f"Nom-{row[5]}"}
        for row in given
    ]


def com(event: int, day: str, old: str, new: str) -> Row:
    return (event, day, "COM", old, "COM", new)


def played(*given: Row, communes: Sequence[str] = ()) -> Timeline:
    return replay(read_movements(rows(*given)), first=2000, last=2010, communes=communes)


MERGER = (com(33, "2005-01-01", "01001", "01001"), com(33, "2005-01-01", "01002", "01001"),
          (33, "2005-01-01", "COM", "01002", "COMA", "01002"))  # fmt: skip


def test_a_merger_is_seen_by_the_nomenclature_of_the_day_or_of_the_next_year() -> None:
    timeline = played(*MERGER)
    assert timeline.links(2004, 2005).to("01002") == ("01001",)
    later = played(com(31, "2005-03-01", "01001", "01001"), com(31, "2005-03-01", "01002", "01001"))
    assert later.links(2004, 2005).to("01002") == ("01002",)
    assert later.links(2005, 2006).to("01002") == ("01001",)


def test_a_restored_commune_is_found_again() -> None:
    back = (com(21, "2008-01-01", "01001", "01001"), com(21, "2008-01-01", "01001", "01002"),
            (21, "2008-01-01", "COMA", "01002", "COM", "01002"))  # fmt: skip
    timeline = played(*MERGER, *back)
    assert timeline.links(2000, 2010).to("01002") == ("01002",)
    assert timeline.links(2006, 2010).to("01001") == ("01001", "01002")


def test_a_commune_created_out_of_another_was_in_it_before() -> None:
    timeline = played(com(20, "2005-01-01", "01001", "01001"), com(20, "2005-01-01", "01001", "01003"))
    assert timeline.links(2000, 2010).to("01001") == ("01001", "01003")
    assert timeline.links(2010, 2000).to("01003") == ("01001",)


def test_a_suppressed_commune_is_divided_among_those_that_take_it() -> None:
    timeline = played(
        com(30, "2005-01-01", "01001", "01002"), com(30, "2005-01-01", "01001", "01003"),
        com(30, "2005-01-01", "01002", "01002"), com(30, "2005-01-01", "01003", "01003"),
    )  # fmt: skip
    assert timeline.links(2000, 2010).to("01001") == ("01002", "01003")
    assert timeline.links(2000, 2010).ancestors("01002") == ("01001", "01002")


@pytest.mark.parametrize("event", [41, 50])
def test_a_change_of_code_moves_the_whole_commune(event: int) -> None:
    timeline = played(com(event, "2005-01-01", "20001", "2A001"))
    assert timeline.links(2000, 2010).to("20001") == ("2A001",)
    assert timeline.links(2010, 2000).to("2A001") == ("20001",)


def test_a_part_recoded_with_its_commune_is_restored_under_its_new_code() -> None:
    timeline = played(
        com(33, "2002-01-01", "78001", "78001"), com(33, "2002-01-01", "78002", "78001"),
        (33, "2002-01-01", "COM", "78002", "COMA", "78002"),
        com(41, "2004-01-01", "78001", "91001"), (41, "2004-01-01", "COMA", "78002", "COMA", "91002"),
        com(21, "2006-01-01", "91001", "91001"), com(21, "2006-01-01", "91001", "91002"),
    )  # fmt: skip
    assert timeline.links(2000, 2010).to("78002") == ("91002",)
    assert timeline.links(2000, 2010).to("78001") == ("91001",)


@pytest.mark.parametrize("event", [10, 34, 35, 70, 71])
def test_events_that_move_nothing_move_nothing(event: int) -> None:
    timeline = played(
        com(event, "2005-01-01", "01001", "01001"), (event, "2005-01-01", "COMA", "01002", "COMD", "01002")
    )
    assert timeline.links(2000, 2010).to("01001") == ("01001",)


def test_joining_a_commune_that_joins_another_the_same_day_leads_to_the_last() -> None:
    timeline = played(
        com(31, "2005-01-01", "01001", "01002"), com(32, "2005-01-01", "01002", "01003"),
        com(32, "2005-01-01", "01003", "01003"),
    )  # fmt: skip
    assert timeline.links(2000, 2010).ancestors("01003") == ("01001", "01002", "01003")


def test_what_no_row_names_is_the_same_or_unknown_as_the_nomenclature_says() -> None:
    assert played(*MERGER).knowing(["01009"]).links(2000, 2010).to("01009") == ("01009",)
    told = played(*MERGER, communes=["01001", "01005"])
    assert told.links(2000, 2010).to("01005") == ("01005",)
    assert told.knowing(["01009"]).links(2000, 2010).to("01009") == ()


def test_names_are_those_of_the_time() -> None:
    given = rows(com(10, "2005-01-01", "01001", "01001"))
    given[0] |= {"LIBELLE_AV": "Vieux", "LIBELLE_AP": "Neuf"}
    timeline = replay(read_movements(given), first=2000, last=2010)
    assert [timeline.name("01001", year) for year in (2004, 2005)] == ["Vieux", "Neuf"]
    assert timeline.name("99999", 2005) == ""


def test_headers_in_lower_case_and_repeated_rows_are_read() -> None:
    given = [{k.lower(): v for k, v in row.items()} for row in rows(*MERGER, *MERGER)]
    assert len(read_movements(given)) == len(MERGER)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("MOD", "99", "type d’événement inconnu → attendu : 10, 20"),
        ("MOD", "", "type d’événement inconnu"),
        ("DATE_EFF", "01/01/2025", "date illisible → écrire année, mois et jour : 2025-01-01"),
        ("DATE_EFF", "2025-02-30", "date qui n’existe pas"),
        ("TYPECOM_AV", "VILLE", "type de commune inconnu"),
        ("TYPECOM_AP", "", "type de commune inconnu"),
        ("COM_AV", "1001", "code de commune illisible → cinq signes"),
        ("COM_AP", "2C004", "code de commune illisible"),
    ],
)
def test_a_bad_cell_is_refused_with_its_row_field_value_and_remedy(field: str, value: str, told: str) -> None:
    given = rows(*MERGER)
    given[1][field] = value
    with pytest.raises(PassageError) as caught:
        read_movements(given, file="mvt.csv")
    assert str(caught.value).startswith(f"mvt.csv, ligne 2, champ « {field} », valeur « {value} »")
    assert told in str(caught.value)


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(PassageError, match=r"colonne absente : MOD.*COM_AP"):
        read_movements([{"DATE": "2025-01-01", "COM": "01001"}])
    with pytest.raises(PassageError, match="aucun mouvement"):
        read_movements([])


def test_a_circle_is_refused_and_named() -> None:
    with pytest.raises(PassageError) as caught:
        played(
            com(31, "2005-01-01", "01001", "01002"), com(31, "2005-01-01", "01002", "01003"),
            com(31, "2005-01-01", "01003", "01001"),
        )  # fmt: skip
    message = str(caught.value)
    assert "mouvements en boucle le 2005-01-01 : 01001 → 01002 → 01003 → 01001 (lignes 1, 2, 3)" in message


def test_an_impossible_order_is_refused_and_named() -> None:
    with pytest.raises(PassageError, match=r"01002 change le 2006-01-01.*disparu le 2005-01-01.*ligne 2"):
        played(*MERGER, com(10, "2006-01-01", "01002", "01002"))
    with pytest.raises(PassageError, match=r"01002 naît le 2003-01-01.*existe déjà"):
        played(*MERGER, com(20, "2003-01-01", "01001", "01002"), com(10, "2001-01-01", "01002", "01002"))


def test_a_code_that_goes_and_comes_back_is_no_circle() -> None:
    timeline = played(com(50, "2003-01-01", "01001", "01002"), com(50, "2006-01-01", "01002", "01001"))
    assert timeline.links(2000, 2004).to("01001") == ("01002",)
    assert timeline.links(2000, 2010).to("01001") == ("01001",)
