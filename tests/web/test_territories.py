"""Profiles of territories: the same figures as the command line, a helpful 404, redirections."""

from __future__ import annotations

import csv
import io
import re

import pytest

from terril.core.text import NNBSP
from tests.support.command import Command
from tests.web.outline import outline


@pytest.mark.parametrize(
    "address",
    [
        "/territoires/",
        "/territoires/commune/62119/",
        "/territoires/epci/200072460/",
        "/territoires/perimeter/pma/",
        "/territoires/department/62/",
        "/territoires/region/32/",
        "/territoires/country/FR/",
        "/territoires/group/villages_artois/",
        "/territoires/commune/97411/",
        "/territoires/commune/98735/",
    ],
)
def test_a_profile_has_one_title_unique_ids_and_no_inline_style(client, address):
    response = client.get(address)
    assert response.status_code == 200
    page = outline(response)
    assert page.tags.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert [link for link in page.links if link.startswith("#") and link[1:] not in page.ids] == []
    assert [a for a in page.attributes if a[0] == "style" or a[0].startswith("on")] == []


def test_the_profile_says_what_the_command_says(client, demo):
    page = outline(client.get("/territoires/commune/62119/"))
    (found,) = Command(demo).observations("demographie/population", "-t", "commune:62119", "--as", "public")
    assert f"{found['value']:,.0f}".replace(",", NNBSP) in page.text
    assert "/indicateurs/demographie/population/?territoire=commune:62119" in page.links


@pytest.mark.reference_data
def test_every_figure_of_a_profile_equals_the_query(open_site, loaded):
    client = open_site(loaded)
    rows = list(csv.DictReader(io.StringIO(client.get("/territoires/commune/62119/donnees.csv").content.decode())))
    latest = {}
    for row in rows:
        latest[row["indicateur"]] = row
    told = Command(loaded).observations("--territory", "commune:62119", "--as", "public")
    valued = {o["indicator"]: o for o in told if o["value"] is not None}
    assert len(valued) >= 20
    page = outline(client.get("/territoires/commune/62119/"))
    for identifier, observation in valued.items():
        assert float(latest[identifier]["valeur"]) == pytest.approx(observation["value"], rel=1e-12)
        assert f"/indicateurs/{identifier}/?territoire=commune:62119" in page.links


def test_an_unknown_commune_is_told_with_suggestions(client):
    response = client.get("/territoires/commune/99999/")
    assert response.status_code == 404
    assert "Commune inconnue" in outline(response).text
    near = outline(client.get("/territoires/commune/62118999/"))
    assert "Chercher par le nom" in near.text
    close = outline(client.get("/territoires/commune/6211/"))
    assert any(re.match(r"/territoires/commune/62\d+/", link) for link in close.links)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/territoires/commune/62461/", "/territoires/commune/62447/?ancien=commune:62461"),
        ("/territoires/commune_deleguee/62461/", "/territoires/commune/62447/?ancien=commune_deleguee:62461"),
    ],
)
def test_a_former_commune_leads_to_what_it_became(client, old, new):
    response = client.get(old)
    assert response.status_code == 301
    assert response["Location"] == new
    assert client.get(new).status_code == 200


@pytest.mark.parametrize(
    "address", ["/territoires/planete/1/", "/territoires/iris/621190101/", "/territoires/commune/62119"]
)
def test_other_addresses_lead_somewhere(client, address):
    response = client.get(address)
    assert response.status_code in (301, 404)
    if response.status_code == 404:
        assert "Chercher par le nom" in outline(response).text


def test_markup_in_an_address_is_text(client):
    response = client.get("/territoires/commune/62119/", {"ancien": "<script>alert(1)</script>"})
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("form", ["csv", "xlsx", "zip", "json"])
def test_a_profile_can_be_taken_away(client, form):
    response = client.get(f"/territoires/commune/62119/donnees.{form}")
    assert response.status_code == 200
    assert f"62119.{form}" in response["Content-Disposition"]
    assert client.get("/territoires/commune/62119/donnees.exe").status_code == 404
