"""Territories side by side."""

from __future__ import annotations

import csv
import io

import pytest

from tests.web.outline import outline

BETHUNE, LENS, HENIN = "commune:62119", "commune:62498", "commune:62427"


def test_three_territories(client):
    page = outline(client.get("/comparer/", {"t": [BETHUNE, LENS, HENIN]}))
    for name in ("Béthune", "Lens", "Hénin-Beaumont"):
        assert name in page.text
    assert f"/comparer/?t={LENS}&t={HENIN}" in page.links


def test_a_name_is_enough(client):
    response = client.get("/comparer/", {"t": [BETHUNE, "lens"]})
    assert response.status_code == 302
    assert response["Location"] == f"/comparer/?t={BETHUNE}&t={LENS}"
    assert ("aria-label", "Retirer Lens") in outline(client.get(response["Location"])).attributes


@pytest.mark.parametrize("asked", [[], [BETHUNE], ["commune:99999"], ["zzzzqqq"], ["", " "]])
def test_fewer_than_two_is_said(client, asked):
    response = client.get("/comparer/", {"t": asked})
    assert response.status_code == 200
    assert "Ajouter" in outline(response).text


def test_sixty_territories_are_brought_to_eight(client):
    asked = [f"commune:62{n:03}" for n in range(3, 63)]
    page = outline(client.get("/comparer/", {"t": asked}))
    assert "60 territoires demandés" in page.text
    assert sum(1 for name, value in page.attributes if name == "aria-label" and value.startswith("Retirer")) == 8


def test_the_file_has_a_column_a_territory(client):
    response = client.get("/comparer/donnees.csv", {"t": [BETHUNE, LENS]})
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert {r["territoire"] for r in rows} == {BETHUNE, LENS}
    assert client.get("/comparer/donnees.csv").status_code == 404
