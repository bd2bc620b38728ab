"""Words of French texts, their stems, and the words that mean the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.catalogue.thesaurus import Thesaurus
from terril.core.catalogue.words import stem, stems, words


def test_words_are_folded_and_idle_ones_left_out():
    assert words("L’Évolution des friches, à Œuvy-l’Étang (2021)") == ["evolution", "friches", "oeuvy", "etang", "2021"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("friche", "Friches"), ("activité", "activités"), ("cheval", "chevaux"), ("économique", "ECONOMIQUES")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str):
    assert stems(one) == stems(other) != []


def test_numbers_and_short_words_are_kept_whole():
    assert [stem(w) for w in ("2021", "zae", "n2000")] == ["2021", "zae", "n2000"]


@settings(max_examples=60)
@given(st.text())
def test_any_text_gives_words_that_a_question_may_hold(text: str):
    assert all(w.isascii() and w.isalnum() and w == w.lower() for w in [*words(text), *stems(text)])


GROUPS = [("zae", "zone d’activité économique"), ("logement social", "hlm"), ("hlm", "organisme bailleur")]


def test_a_phrase_leads_to_its_other_ways():
    (term,) = Thesaurus(GROUPS).terms(words("zones d’activités économiques"))
    assert term.options == (("zon", "activit", "econom"), ("zae",))
    assert term.words == ("zones", "activites", "economiques")


def test_the_longest_phrase_is_known_first_and_the_rest_stays():
    terms = Thesaurus(GROUPS).terms(words("logement social vacant"))
    assert [t.words for t in terms] == [("logement", "social"), ("vacant",)]
    assert ("hlm",) in terms[0].options


def test_a_word_of_two_groups_leads_to_both():
    (term,) = Thesaurus(GROUPS).terms(["hlm"])
    assert set(term.options) == {("hlm",), ("log", "social"), tuple(stems("organisme bailleur"))}


def test_without_groups_words_stand_alone():
    assert [t.options for t in Thesaurus().terms(["eau", "potable"])] == [(("eau",),), ((stem("potable"),),)]
