"""Whatever the bytes: a version, or one of our errors."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from terril.core.errors import TerrilError
from terril.ingestion.contract import Limits
from terril.pipeline.ingest import ingest_file
from tests.ingestion.builders import COMMUNES, ingestion, source

_HEADER = b"CODGEO;MED;TAUX;NOM\n"
_CELL = st.one_of(
    st.sampled_from([*COMMUNES[:5], "s", "", "so", '"', '"a""b"', "1 234,5", "1e9", "1e-99", "-", "12%", "É", "\x85"]),
    st.text(max_size=8),
    st.integers().map(str),
    st.floats().map(str),
)
_ROWS = st.lists(st.lists(_CELL, min_size=3, max_size=5), max_size=6)
_ENCODING = st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32"])


def _try(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "revenus_2021.csv"
        path.write_bytes(content)
        store = ingestion(Path(folder) / "home", limits=Limits(file_bytes=10**6, row_bytes=2000))
        try:
            outcome = ingest_file(path, source(), store)
        except TerrilError as error:
            assert error.message
            assert store.store.current("essai/revenus") is None
            assert not list(Path(folder).rglob("*.parquet"))
        else:
            assert outcome.version is not None and outcome.version.path.is_file()


@settings(max_examples=150)
@given(st.binary(max_size=400))
@example(b"")
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"PK\x03\x04CODGEO;MED")
def test_any_bytes(content: bytes) -> None:
    _try(content)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_after_a_good_header(content: bytes) -> None:
    _try(_HEADER + content)


@settings(max_examples=150)
@given(_ROWS, _ENCODING, st.sampled_from([";", ",", "\t", "|"]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_near_tables(rows: list[list[str]], encoding: str, delimiter: str, end: str) -> None:
    header = _HEADER.decode().strip().replace(";", delimiter)
    text = end.join([header, *(delimiter.join(r) for r in rows)])
    _try(text.encode(encoding, errors="replace"))
