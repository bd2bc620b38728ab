"""Publications kept, what each changed, and lineage drawn on the pages of sources and indicators."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from terril.pipeline.releases import ReleaseStore
from terril.pipeline.workspace import Workspace
from tests.support.command import Command
from tests.support.live import LEFT
from tests.web.outline import outline

#: Bytes that a page may weigh as it travels.
BUDGET = 150_000
PACK = "id: essai\nlabel: Essai\nextends: [france]\n"
INDICATOR = """
id: demographie/population_double
label: Deux fois la population
definition: essai
unit: hab
inputs: {p: {indicator: demographie/population}}
formula: 2 * p
aggregation: sum
missing: propagate
"""


@pytest.fixture(scope="module")
def home(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, then a release with one indicator more."""
    folder = tmp_path_factory.mktemp("publications")
    found = folder / "home"
    shutil.copytree(demo, found, ignore=LEFT)
    pack = folder / "essai"
    (pack / "indicators" / "demographie").mkdir(parents=True)
    (pack / "pack.yaml").write_text(PACK)
    (pack / "indicators" / "demographie" / "population_double.yaml").write_text(INDICATOR)
    Command(found, pack)("build")
    return found


@pytest.fixture
def visitor(home: Path, open_site):
    return open_site(home)


def test_publications_are_listed_newest_first_with_what_changed(visitor, home):
    page = outline(visitor.get("/publications/"))
    ids = ReleaseStore(home).ids()
    links = [h for h in page.links if h.startswith("/publications/2")]
    assert links[:2] == [f"/publications/{r}/" for r in reversed(ids)][:2]
    assert "en vigueur" in page.text and "ancienne" in page.text
    assert "1\u00a0nouvel indicateur" in page.text.replace("&nbsp;", "\u00a0")


def test_a_publication_says_in_words_then_lists_what_it_changed(visitor, home):
    answer = visitor.get(f"/publications/{ReleaseStore(home).current_id()}/")
    text = outline(answer).text
    assert "est nouveau" in text and "Nouveaux indicateurs" in text
    assert "demographie/population_double" in text
    assert len(gzip.compress(answer.content)) < BUDGET


def test_the_oldest_kept_says_that_there_is_nothing_before(visitor, home):
    page = outline(visitor.get(f"/publications/{ReleaseStore(home).ids()[0]}/"))
    assert "rien à quoi la comparer" in page.text


def test_a_publication_that_is_not_kept_is_followed_by_those_that_are(visitor, home):
    answer = visitor.get("/publications/20200101T000000000000-0000/")
    assert answer.status_code == 404
    assert f"/publications/{ReleaseStore(home).current_id()}/" in outline(answer).links


def test_the_first_page_leads_to_publications(visitor, home):
    assert {"/publications/", f"/publications/{ReleaseStore(home).current_id()}/"} <= set(
        outline(visitor.get("/")).links
    )


def test_what_a_source_feeds_is_drawn_in_two_sizes_with_its_table(client):
    answer = client.get("/sources/insee/population_reference/")
    text = answer.content.decode()
    assert text.count('class="chart chart-lineage') == 2
    page = outline(answer)
    assert "Ce que cette source alimente" in page.text
    assert {"/indicateurs/demographie/population/", "/indicateurs/demographie/", "/territoires/"} <= set(page.links)
    assert "Thème" in page.text and len(gzip.compress(answer.content)) < BUDGET


def test_a_source_to_load_feeds_nothing_yet(client):
    assert "chart-lineage" not in client.get("/sources/insee/filosofi_communes/").content.decode()


def test_where_an_indicator_comes_from_and_what_it_serves_is_drawn(client):
    answer = client.get("/indicateurs/demographie/densite/")
    page = outline(answer)
    assert "D’où vient cet indicateur" in page.text
    assert "/sources/insee/population_reference/" in page.links
    assert len(gzip.compress(answer.content)) < BUDGET
    parent = outline(client.get("/indicateurs/demographie/population/")).text
    assert "Il sert à calculer" in parent and "Densité de population" in parent


def test_every_source_and_indicator_of_the_demonstration_can_be_drawn(client, demo):
    for source in Workspace(demo).sources:
        assert client.get(f"/sources/{source}/").status_code == 200
