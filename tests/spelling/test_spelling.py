"""Every French word that people read is spelt as the dictionary has it."""

from __future__ import annotations

import pytest

from tests.architecture.files import ROOT, SOURCE, python_files, text_files
from tests.spelling import speller, texts
from tests.spelling.texts import Text

dictionary = pytest.mark.skipif(not speller.is_here(), reason=speller.ABSENT)


def _read(files, reader) -> list[Text]:
    return [text for file in files for text in reader(file)]


@dictionary
@pytest.mark.parametrize(
    ("files", "reader", "least"),
    [
        pytest.param(texts.templates, texts.of_template, 20, id="templates"),
        pytest.param(python_files, texts.of_module, 300, id="messages"),
        pytest.param(texts.packs, texts.of_pack, 1000, id="packs"),
        pytest.param(texts.scripts, texts.of_script, 1, id="scripts"),
    ],
)
def test_no_word_is_misspelt(files, reader, least):
    read = _read(files(), reader)
    assert len(read) >= least, "too little was read to prove anything"
    faults = speller.unknown(read)
    assert not faults, "\n" + "\n".join(faults)


@dictionary
def test_our_list_holds_only_what_is_needed():
    words = [word for word, _ in speller.lines()]
    assert words == sorted(set(words), key=speller.order)
    assert [word for word, meaning in speller.lines() if not meaning.strip()] == []
    known = [w for w in words if speller.dictionary().lookup(w) or w in speller.names()]
    assert known == [], "the dictionary has them"


def test_our_list_holds_only_what_is_written():
    read = (SOURCE, ROOT / "packs", ROOT / "frontend" / "src")
    written = "\n".join(
        f.read_text(encoding="utf-8") for f in text_files() if any(folder in f.parents for folder in read)
    ).casefold()
    assert [word for word in speller.ours() if word.casefold() not in written] == []


@dictionary
@pytest.mark.parametrize(
    "word", ["logements", "l’habitat", "qu’Hénin-Beaumont", "l’ADEME", "Béthune-Bruay", "aujourd’hui"]
)
def test_known_words(word):
    assert speller.is_known(word)


@dictionary
@pytest.mark.parametrize(
    "word", ["logementss", "intercommunalitee", "l’habitatt", "Hénin-Beaumomt", "buissonants", "developpement"]
)
def test_misspelt_words(word):
    assert not speller.is_known(word)


def _words(text: str) -> list[str]:
    return list(Text("", text).words())


def test_words_of_a_sentence():
    assert _words("L'eau, l’air et 25 000 habitants en 1er rang (CO2) : aujourd'hui.") == [
        "L’eau", "l’air", "et", "habitants", "en", "rang", "aujourd’hui",
    ]  # fmt: skip
    assert _words("lancer « terril ingest --from DOSSIER », voir https://exemple.fr/page et read.crs") == [
        "lancer",
        "voir",
        "et",
    ]


def test_texts_of_a_template(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "shown", lambda file: file.name)
    file = tmp_path / "essai.html"
    file.write_text(
        '{% extends "base.html" %}\n<p title="Un titre">Voici {{ nombre }} <kbd>terril demo</kbd> mots</p>\n'
        '{% include "part.html" with label="Un libellé" %}<img alt="Une image"><style>p {}</style>',
        encoding="utf-8",
    )
    read = {(t.place, t.text.strip()) for t in texts.of_template(file)}
    assert {
        ("essai.html:2", "Un titre"),
        ("essai.html:2", "mots"),
        ("essai.html:3", "Un libellé"),
        ("essai.html:3", "Une image"),
    } <= read
    assert not any("terril demo" in text or "p {}" in text for _, text in read)


def test_texts_of_a_module(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "SOURCE", tmp_path)
    monkeypatch.setattr(texts, "shown", lambda file: file.name)
    file = tmp_path / "engine" / "essai.py"
    file.parent.mkdir()
    file.write_text(
        '"""Doc of it."""\nNAME = "pas montré"\nraise StoreError("fichier absent", hint=f"charger {x} d\'abord")\n',
        encoding="utf-8",
    )
    assert [t.text for t in texts.of_module(file)] == ["fichier absent", "charger · d'abord"]
