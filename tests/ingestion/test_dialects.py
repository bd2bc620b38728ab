"""Delimited text in every French dialect gives the same rows."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from terril.core.errors import IngestError
from terril.ingestion.connectors import open_table
from terril.ingestion.contract import DEFAULT_LIMITS, ROW, Limits
from terril.ingestion.encoding import scan
from tests.ingestion.builders import rows, source, write_csv


def read(path: Path, limits: Limits = DEFAULT_LIMITS, **changes: object) -> dict[str, list[object]]:
    """The whole file, by header."""
    out: dict[str, list[object]] = {}
    with open_table(path, source(**changes), limits) as table:
        for batch in table.batches:
            assert batch.num_rows <= limits.batch_rows
            for name in batch.schema.names:
                out.setdefault(name, []).extend(batch.column(name).to_pylist())
    return out


_EXPECTED = {"CODGEO", "MED", "TAUX", "NOM"}


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    list(product([";", "\t", "|"], ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])),
)
def test_separator_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    found = read(write_csv(tmp_path / "f.csv", rows(), delimiter=delimiter, encoding=encoding))
    assert set(found) == _EXPECTED | {ROW}
    assert found[ROW] == list(range(1, 31))
    assert found["NOM"][2] == "Fée-lès-Bois 2" and found["TAUX"][3] == "3,3"


def test_comma_with_quoted_decimals(tmp_path: Path) -> None:
    lines = [[a, b, f'"{c}"', d] for a, b, c, d in rows()]
    assert read(write_csv(tmp_path / "f.csv", lines, delimiter=","))["TAUX"][3] == "3,3"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends(tmp_path: Path, end: str) -> None:
    path = write_csv(tmp_path / "f.csv", rows())
    path.write_bytes(path.read_bytes().replace(b"\n", end.encode()))
    assert read(path)["MED"][:2] == ["15000", "15097"]


def test_lone_carriage_return_is_a_space(tmp_path: Path) -> None:
    lines = rows()
    lines[5][3] = "Un;\r deux".replace(";", ",")
    found = read(write_csv(tmp_path / "f.csv", lines))
    assert found["NOM"][5] == "Un,  deux" and len(found[ROW]) == 30


def test_preamble_blank_lines_and_quoted_headers(tmp_path: Path) -> None:
    header = ('"CODGEO"', ' "MED"'.strip(), '"Taux"', "nom")
    preamble = "Revenus 2021;;;\nSource : essai\n\n"
    path = write_csv(tmp_path / "f.csv", rows(), header=header, preamble=preamble)
    found = read(path)
    assert found["MED"][0] == "15000" and found["Taux"][3] == "3,3" and found["nom"][0] == "Fée-lès-Bois 0"


def test_headers_repeated_and_empty(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("CODGEO;MED;MED;;TAUX\n99001;1;2;3;4\n")
    with open_table(path, source(), DEFAULT_LIMITS) as table:
        assert table.headers == ("CODGEO", "MED", "MED__2", "__vide__4", "TAUX")
        assert next(table.batches).column("MED").to_pylist() == ["1"]


def test_declared_header_row_and_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("CODGEO,MED,TAUX\nCODGEO|MED|TAUX\n99001|1|2\n")
    found = read(path, read={"header_row": 2, "delimiter": "|"})
    assert found["CODGEO"] == ["99001"]


def test_accents_after_a_long_ascii_start(tmp_path: Path) -> None:
    lines = [["99001", "1", "2", "x" * 60] for _ in range(6000)] + [["99002", "1", "2", "Évin-lès-Œufs"]]
    assert read(write_csv(tmp_path / "f.csv", lines, encoding="cp1252"))["NOM"][-1] == "Évin-lès-Œufs"


def test_small_batches(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", rows())
    assert read(path, Limits(batch_rows=7))[ROW] == list(range(1, 31))


def test_scan_tells_digest_and_size(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", rows())
    found = scan(path, None, DEFAULT_LIMITS)
    assert found.size == path.stat().st_size and len(found.sha256) == 64 and found.encoding == "utf-8"


@pytest.mark.parametrize(("content", "words"), [(b"a;b\n\0\0\0;1\n", "nuls"), (b"%PDF-1.4 x", "PDF")])
def test_not_text(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    with pytest.raises(IngestError, match=words):
        read(path)


def test_unknown_encoding(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="encodage inconnu"):
        read(write_csv(tmp_path / "f.csv", rows()), read={"encoding": "klingon"})


def test_file_too_big(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="plus de"):
        read(write_csv(tmp_path / "f.csv", rows()), Limits(file_bytes=100))


def test_byte_without_meaning_far_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    lines = b"99001;1;2;" + b"x" * 90 + b"\n"
    path.write_bytes(b"CODGEO;MED;TAUX;NOM\n" + lines * 60_000 + b"99002;1;2;\xe9\xe8\xe9\x81\n")
    with pytest.raises(IngestError, match="octets illisibles"):
        read(path)
