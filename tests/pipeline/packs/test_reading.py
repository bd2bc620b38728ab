"""Whatever a file holds, reading it gives data or faults, never an exception."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.pipeline.packs.reading import MAX_BYTES, Document, read_document

WORDS = st.sampled_from(
    [
        "id",
        ": ",
        "\n",
        "  ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "'",
        '"',
        "#",
        "&a ",
        "*a",
        "!x ",
        "|\n",
        ">-\n",
        "? ",
        "%YAML 1.2\n",
        "---\n",
        "...\n",
        "1",
        "01",
        "1e5",
        ".inf",
        "null",
        "2025-01-15",
        "<<",
        "\t",
        "é",
        "\u2028",
        "\x85",
        "0x1F",
        "0o7",
        "-",
        "+",
        "~",
        "true",
        "=",
        "1:2",
        "@",
        "`",
        "\\",
    ]
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file, written over and over."""
    return tmp_path_factory.mktemp("fuzz") / "x.yaml"


@settings(max_examples=400)
@given(content=st.one_of(st.binary(max_size=80), st.lists(WORDS, max_size=25).map(lambda w: "".join(w).encode())))
def test_no_content_makes_the_reader_fail(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    document, errors = read_document(file)
    assert document is not None or errors
    assert all(e.location is not None and e.location.file for e in errors)
    if document is not None:
        json.dumps(document.data).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a: " + "9" * 5000, "nombre illisible"),
        ('a: "\\ud800"', "caractère interdit"),
        ("a: " + "x" * MAX_BYTES, "trop gros"),
    ],
    ids=["number", "surrogate", "size"],
)
def test_values_that_no_definition_holds(file: Path, content: str, sentence: str) -> None:
    file.write_text(content)
    document, errors = read_document(file)
    assert document is None
    assert [sentence in e.message for e in errors] == [True]


def _read(tmp_path: Path, text: str) -> Document:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    document, errors = read_document(file)
    assert errors == []
    assert document is not None
    return document


def test_yaml_1_2_scalars(tmp_path: Path) -> None:
    text = "a: [yes, no, on, true, null, 12, 1.5, 1e3, 012, 2025-01-15, '5', ~]"
    read = _read(tmp_path, text).data["a"]
    assert read == ["yes", "no", "on", True, None, 12, 1.5, 1000.0, "012", "2025-01-15", "5", None]


def test_lines_of_keys_and_items(tmp_path: Path) -> None:
    document = _read(tmp_path, "a: 1\nb:\n  - c: 2\n    d: >-\n      long\n      text\n  - c: 3\n")
    assert document.locate(("b", 0, "d")).line == 4
    assert document.locate(("b", 1, "c")).line == 7
    assert document.locate(("b", 1, "absent")).line == 7, "the nearest enclosing item"
    assert document.locate(("absent",)).line == 1


def test_a_byte_order_mark_is_no_key(tmp_path: Path) -> None:
    assert _read(tmp_path, "\ufeffa: 1").data == {"a": 1}
