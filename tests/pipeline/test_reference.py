"""Reference pages: what is bundled, how types are said, what is rewritten."""

from __future__ import annotations

import pytest

from terril.core.indicators.spec import Indicator
from terril.core.sources import Facts, Source
from terril.pipeline import reference
from terril.pipeline.packs import Packs, load_packs

BASE = {"label": "x", "producer": "x", "licence": "x", "vintage": 2021, "format": "csv",
        "geography": {"level": "commune", "column": "c", "cog": 2024}, "period": {"value": 2021},
        "columns": [{"name": "n", "source": "n"}]}  # fmt: skip
FACTS = {
    "id": "d/facts",
    "label": "x",
    "document": {"title": "x", "producer": "x", "year": 2024},
    "measures": {"n": {"label": "n"}},
    "values": [],
}


def _indicator(name: str, **inputs: dict[str, object]) -> Indicator:
    stated = {"unit": "", "aggregation": "sum", "missing": "propagate"}
    written = {"id": f"t/{name}", "label": name, "definition": "x", "formula": " + ".join(inputs), "inputs": inputs}
    return Indicator.model_validate(stated | written)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The pages of the checkout."""
    return reference.pages()


@pytest.fixture
def packs() -> Packs:
    """One bundled source, one to load, one facts file, and indicators on each."""
    bundled = Source.model_validate(BASE | {"id": "d/bundled", "bundled": "area.parquet"})
    loaded = Source.model_validate(BASE | {"id": "d/loaded"})
    indicators = [
        _indicator("carried", a={"dataset": "d/bundled", "column": "n"}),
        _indicator("told", a={"dataset": "d/facts", "column": "n"}),
        _indicator("waiting", a={"dataset": "d/loaded", "column": "n"}),
        _indicator("either", a={"dataset": ["d/loaded", "d/bundled"], "column": "n"}),
        _indicator("half", a={"dataset": "d/bundled", "column": "n"}, b={"dataset": "d/loaded", "column": "n"}),
        _indicator("child", a={"indicator": "t/carried"}, b={"indicator": "t/told"}),
        _indicator("orphan", a={"indicator": "t/waiting"}),
    ]
    return Packs(
        sources={s.id: s for s in (bundled, loaded)},
        facts={"d/facts": Facts.model_validate(FACTS)},
        indicators={i.id: i for i in indicators},
    )


def test_an_indicator_shows_with_nothing_to_load_when_every_part_does(packs: Packs) -> None:
    shown = {i for i in packs.indicators if reference.is_bundled(packs, i)}
    assert shown == {"t/carried", "t/told", "t/either", "t/child"}


def test_only_what_changed_is_rewritten(tmp_path) -> None:
    texts = {"index.md": "a", "deep/er/page.md": "b"}
    assert [f.read_text() for f in reference.write(tmp_path, texts)] == ["a", "b"]
    assert reference.write(tmp_path, texts) == []
    assert [f.name for f in reference.write(tmp_path, texts | {"index.md": "c"})] == ["index.md"]


def test_every_key_of_a_pack_has_its_row_and_its_meaning(pages: dict[str, str]) -> None:
    page = pages["reference/paquets.md"]
    assert "| **`formula`** | texte |" in page
    assert "`sum`, `ratio_of_sums`" in page
    assert "| `aggregation`" not in page, "a key without default is in bold"
    assert "|  |\n" not in page, "a key without meaning"


def test_every_source_and_indicator_has_its_row(pages: dict[str, str]) -> None:
    packs = load_packs(reference.OWN)
    rows = {f"{i.part_of}__…" if i.part_of else name for name, i in packs.indicators.items()}
    assert [row for row in rows if f"`{row}`<br>" not in pages["reference/indicateurs.md"]] == []
    assert [s for s in [*packs.sources, *packs.facts] if f"`{s}`<br>" not in pages["reference/sources.md"]] == []


def test_a_fault_of_the_packs_is_told(monkeypatch, capsys) -> None:
    monkeypatch.setattr(reference, "OWN", ("absent",))
    assert reference.main() == 1
    assert "paquet introuvable « absent »" in capsys.readouterr().err
