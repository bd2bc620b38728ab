"""Questions that cannot be answered as asked: each gets an answer that helps."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.browser.planner import plain
from tests.support.live import Answer, Site

POPULATION = "/indicateurs/demographie/population/"
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def said(answer: Answer) -> str:
    """What the main part of a page says."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return plain(re.sub(r"<[^>]+>", " ", main)).replace("&nbsp;", " ").replace("&#8239;", " ")


def links(answer: Answer) -> list[str]:
    return re.findall(r'href="(/[^"]*)"', answer.text.partition("<main")[2].partition("</main>")[0])


def test_an_unknown_territory_is_followed_by_suggestions(demo: Site):
    answer = demo.ask("/territoires/commune/99999/")
    assert answer.status == 404
    assert "commune inconnue" in said(answer).lower()
    assert "99999" in said(answer)
    assert {"/territoires/", "/indicateurs/"} <= set(links(answer))
    near = demo.ask("/territoires/commune/62999/")
    assert near.status == 404
    assert [link for link in links(near) if re.match(r"/territoires/commune/62\w+/$", link)], "no suggestion"


def test_a_name_in_place_of_a_code_is_understood(demo: Site):
    answer = demo.ask("/territoires/commune/bethune/")
    assert answer.status in (301, 302, 404)
    assert "/territoires/commune/62119/" in [*links(answer), answer.headers.get("location", "")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Merged into Hesdin-la-Forêt in 2025; Fauquembergues and others under a code of their own before.
        ("/territoires/commune/62461/", "/territoires/commune/62447/"),
        ("/territoires/commune/62461/donnees.csv", "/territoires/commune/62447/donnees.csv"),
    ],
)
def test_an_address_of_last_year_leads_to_what_it_became(demo: Site, old: str, new: str):
    answer = demo.ask(old)
    assert answer.status == 301
    assert answer.headers["location"].startswith(new)
    after = demo.ask(answer.headers["location"])
    assert after.status == 200
    if not new.endswith("csv"):
        assert "62461" in said(after), "the reader is not told why they are here"


def test_an_indicator_without_data_at_that_level(demo: Site):
    answer = demo.ask(f"{POPULATION}?niveau=iris")
    assert answer.status == 200
    assert "n’est pas observé à ce niveau" in said(answer)


def test_an_indicator_without_data_in_that_perimeter(demo: Site):
    answer = demo.ask("/indicateurs/energie/consommation/?niveau=commune&dans=department:2A")
    assert answer.status == 200
    assert re.search("n’est pas observé|Aucune valeur", said(answer))


@pytest.mark.parametrize("period", ["1850", "hier", "2021-13", "9" * 300])
def test_a_period_not_available(demo: Site, period: str):
    answer = demo.ask(f"{POPULATION}?periode={period}")
    assert answer.status == 200
    assert "Période non disponible" in said(answer)
    assert "2023" in said(answer)


@pytest.mark.parametrize(
    "query",
    ["niveau=lune", "dans=perimeter:absent", "dans=commune", "territoire=commune:99999", "methode=astrologie", "classes=99",
     "classes=-1", "classes=quatre", "page=0", "page=99999", "page=un", "niveau=commune&niveau=epci", "inconnu=1", "dans=%00"],
)  # fmt: skip
def test_a_choice_that_does_not_exist_is_mended(demo: Site, query: str):
    answer = demo.ask(f"{POPULATION}?{query}")
    assert answer.status in (200, 404)
    assert "<h1>" in answer.text


def test_sixty_territories_to_compare(demo: Site):
    asked = "&".join(f"t=commune:{code}" for code in range(62001, 62100) if code not in (62044,))
    answer = demo.ask(f"/comparer/?{asked}")
    assert answer.status == 200
    assert re.search(r"\bhuit\b|\b8\b", said(answer))
    assert len(re.findall('aria-label="Retirer ', answer.text)) == 8
    assert len(answer.body) < 600_000


@pytest.mark.parametrize(
    "query",
    ["t=commune:99999", "t=n%27importe+quoi", "t=", "t=commune:62119&t=commune:62119", "t=%00", f"t={'a' * 3000}"],
)
def test_territories_that_cannot_be_compared(demo: Site, query: str):
    answer = demo.ask(f"/comparer/?{query}")
    assert answer.status == 200
    assert answer.text.count('aria-label="Retirer Béthune') <= 1


@pytest.mark.parametrize(
    "path",
    ["/rechercher/?q={}", "/rechercher/suggestions/?q={}", "/comparer/?t={}", POPULATION + "?periode={}", POPULATION + "?dans={}",
     POPULATION + "?territoire={}", POPULATION + "?niveau={}", POPULATION + "?methode={}", "/sources/?etat={}",
     "/territoires/commune/62447/?ancien={}", "/indicateurs/demographie/?territoire={}", "/{}/", "/territoires/commune/{}/",
     POPULATION + "explication/?territoire={}&periode={}", "/embed/indicateurs/demographie/population/carte/?dans={}"],
)  # fmt: skip
def test_markup_in_a_question_is_only_text(demo: Site, path: str):
    answer = demo.ask(path.replace("{}", quote(MARKUP, safe="")))
    assert answer.status in (200, 404)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert 'onerror=alert(2)>"' not in answer.text


@pytest.mark.parametrize(
    "path", ["/rechercher/?q=", "/rechercher/suggestions/?q=", "/territoires/commune/", POPULATION + "?dans="]
)
def test_very_long_questions(demo: Site, path: str):
    answer = demo.ask(path + "é%20".replace("é", "%C3%A9") * 400)
    assert answer.status in (200, 404)
    assert len(answer.body) < 400_000


@pytest.mark.parametrize(
    "text", ["", "%20", "a", "%27", "%22", "*", "AND%20OR", "%25", "l%27", "62", "NEAR(", "%F0%9F%97%BA"]
)
def test_odd_searches_find_something_or_say_so(demo: Site, text: str):
    answer = demo.ask(f"/rechercher/?q={text}")
    assert answer.status == 200
    assert "<h1>" in answer.text
    assert demo.ask(f"/rechercher/suggestions/?q={text}").status == 200


def test_the_longest_names_are_whole(demo: Site):
    answer = demo.ask("/territoires/commune/51513/")
    assert "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson" in said(answer)
    assert "<title>Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson" in answer.text


def test_a_source_not_loaded_shows_no_figure(demo: Site):
    answer = demo.ask("/indicateurs/revenus/revenu_median/")
    assert answer.status == 200
    text = said(answer)
    assert "donnée non chargée" in text.lower() or "attend" in text.lower()
    assert "terril ingest" in text
    assert not re.search(r"\d €", text)


@pytest.mark.parametrize(
    "path", ["/indicateurs/demographie/populaton/", "/indicateurs/demografie/", "/sources/insee/filosofi/"]
)
def test_a_name_nearly_right_is_followed_by_a_suggestion(demo: Site, path: str):
    answer = demo.ask(path)
    assert answer.status == 404
    assert [link for link in links(answer) if link.startswith(path.split("/")[1].join("//")) and link.count("/") > 2]


@pytest.mark.parametrize(
    "path",
    [
        "/tuiles/2026/0/0/0.mvt",
        "/tuiles/2026/8/999999/999999.mvt",
        "/tuiles/1999/8/129/86.mvt",
        "/tuiles/2026/8/0/0.mvt",
    ],
)
def test_tiles_outside_france_or_time(demo: Site, path: str):
    assert demo.ask(path).status in (200, 204, 404)
