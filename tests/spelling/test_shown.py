"""Pages as they are shown: spelling and typography of what code, packs and figures make together."""

from __future__ import annotations

import pytest

from tests.spelling import speller, texts
from tests.spelling.typography import faults
from tests.support.addresses import STATES, State
from tests.support.live import Site

#: What a reader typed is shown as typed.
READ = [pytest.param(s, id=s.name) for s in STATES if s.name != "markup searched"]


@pytest.fixture(scope="module")
def said(site: Site, demo: Site):
    """Texts of a state, asked for once."""
    kept: dict[str, list[texts.Text]] = {}

    def of(state: State) -> list[texts.Text]:
        if state.name not in kept:
            answer = (demo if state.demo else site).ask(state.path)
            kept[state.name] = texts.of_page(answer.text, state.path[:40])
        return kept[state.name]

    return of


@pytest.mark.skipif(not speller.is_here(), reason=speller.ABSENT)
@pytest.mark.parametrize("state", READ)
def test_spelling(said, state):
    found = speller.unknown(said(state))
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("state", READ)
def test_typography(said, state):
    found = sorted({fault for text in said(state) for fault in faults(text.text)})
    assert not found, "\n" + "\n".join(found[:20])


@pytest.mark.parametrize(
    "text",
    ["l'eau", "Voici : rien", "Quoi ?", "« mot »", "12 %", "25 000 habitants", "voir...", "-3", "2.75 m", "2ème", "1e rang",
     "la ville de Le Touquet", "la ville de Arras", "Population : None", "soit ()", "fin..", "dit , puis"],
)  # fmt: skip
def test_faults_are_found(text):
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    ["l’eau", "Voici\u00a0: rien", "Quoi\u202f?", "«\u00a0mot\u00a0»", "12\u00a0%", "25\u202f000 habitants", "voir…", "\u22123",
     "2,75 m", "2e et 1er rangs", "la ville du Touquet", "de onze à douze", "à 12:30", "Licence Ouverte 2.0", "le code 62119 001"],
)  # fmt: skip
def test_what_is_right_is_left_alone(text):
    assert faults(text) == []
