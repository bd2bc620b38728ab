"""The OGC services through the site: what each person is told, and what nobody else is."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from terril.apps.agreements import scopes
from terril.apps.agreements.models import Clause
from terril.apps.agreements.queries import rights_changed
from terril.apps.organisations.models import Organisation
from terril.pipeline.datasets import DatasetStore
from terril.web import portal
from terril.web.pages.ogc import collections
from tests.support.live import LEFT
from tests.support.people import People, load_rows, settle, token

#: Addresses that say what there is.
TELLING = (
    "", "?f=html", "openapi", "api", "conformance", "collections", "tileMatrixSets", "collections/catalogue",
    "collections/catalogue/items", "collections/catalogue/items?q=essai", "collections/catalogue/queryables",
    "collections/catalogue/schema", "collections/communes/queryables",
)  # fmt: skip
#: Addresses of what a collection holds.
HOLDING = ("", "/items", "/items/1", "/queryables", "/schema", "/tiles")

Open = Callable[..., Client]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, demo_home: Path) -> Path:
    """The demonstration, and rows of each record of the people."""
    folder = tmp_path_factory.mktemp("ogc") / "home"
    shutil.copytree(demo_home, folder, ignore=LEFT)
    load_rows(folder)
    return folder


@pytest.fixture(scope="module")
def opened(home: Path) -> Iterator[None]:
    """The portal of the demonstration, read once for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRIL_HOME", str(home))
        portal.forget()
        yield
    portal.forget()


@pytest.fixture
def people(opened: None, db: None, settings: Any) -> People:
    # Nobody types a password here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Another test had other people under the same numbers.
    scopes.forget()
    collections.forget()
    caches["pages"].clear()
    return settle()


@pytest.fixture
def browser(people: People) -> Open:
    """A browser in which somebody is signed in, or nobody; or a program that shows a token."""

    def opened(name: str = "", authorization: str = "") -> Client:
        headers = {"host": "localhost"} | ({"authorization": authorization} if authorization else {})
        client = Client(headers=headers, raise_request_exception=True)
        if name:
            client.force_login(getattr(people, name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return opened


def known(client: Client) -> set[str]:
    """Datasets of the people in the list of collections, by openness."""
    listed = client.get("/ogc/collections").json()["collections"]
    return {c["id"].removeprefix("donnees.essai.") for c in listed if c["id"].startswith("donnees.essai.")}


def recorded(client: Client) -> set[str]:
    """The same among records."""
    found = client.get("/ogc/collections/catalogue/items?limit=1000").json()
    start = "dataset.essai."
    assert found["numberMatched"] == len(found["features"])
    return {f["id"].removeprefix(start) for f in found["features"] if f["id"].startswith(start)}


# -- who sees what --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "records"),
    [
        ("", {"open"}, {"open"}),
        ("alice", {"open", "members", "organisations"}, {"open", "members", "organisations"}),
        ("bob", {"open", "members"}, {"open", "members", "organisations"}),
        ("claire", {"open", "members", "organisations", "confidential"},
         {"open", "members", "organisations", "confidential"}),
        # An administrator knows of every record, and reads no data by that.
        ("david", {"open"}, {"open"}),
    ],
)  # fmt: skip
def test_each_is_told_of_what_they_may_read(browser: Open, name: str, rows: set[str], records: set[str]) -> None:
    client = browser(name)
    assert known(client) == rows
    assert recorded(client) == records
    for openness in ("open", "members", "organisations", "confidential"):
        status = 200 if openness in rows else 404
        for part in ("", "/items", "/queryables", "/schema", "/items/1"):
            address = f"/ogc/collections/donnees.essai.{openness}{part}"
            assert client.get(address).status_code == status, address
        record = client.get(f"/ogc/collections/catalogue/items/dataset.essai.{openness}")
        assert record.status_code == (200 if openness in records else 404)


def test_a_visitor_is_told_nothing_of_what_is_closed(browser: Open) -> None:
    client = browser()
    for path in TELLING:
        answer = client.get(f"/ogc/{path}")
        assert answer.status_code == 200, path
        for secret in (b"essai.organisations", b"essai/organisations", b"Essai organisations", b"onfidential",
                       b"essai.members", b"Essai members"):  # fmt: skip
            assert secret not in answer.content, (path, secret)


def test_a_member_is_told_nothing_of_what_is_closed_to_them(browser: Open) -> None:
    client = browser("bob")
    for path in TELLING:
        content = client.get(f"/ogc/{path}").content
        assert b"onfidential" not in content, path
        # Bob knows of the record, in which he may ask for the rows; they are no collection of his.
        assert b"donnees.essai.organisations" not in content, path


def test_what_is_closed_answers_as_what_is_not(browser: Open) -> None:
    client = browser()
    for part in HOLDING:
        closed = client.get(f"/ogc/collections/donnees.essai.confidential{part}")
        absent = client.get(f"/ogc/collections/donnees.essai.nowhere{part}")
        assert (closed.status_code, absent.status_code) == (404, 404), part
        assert closed.content.replace(b"confidential", b"nowhere") == absent.content
        assert closed.json()["code"] == "NotFound"


def test_a_masked_column_is_nowhere(browser: Open, people: People) -> None:
    record = people.records["members"]
    record.masked = ["surface"]
    record.save()
    address = "/ogc/collections/donnees.essai.members"
    alice, claire = browser("alice"), browser("claire")
    for part in ("", "/items", "/queryables", "/schema", "/items/1"):
        assert b"surface" not in alice.get(address + part).content, part
    assert b"surface" in claire.get(f"{address}/queryables").content
    for query in ("filter=surface>1", "surface=1.5", "sortby=surface", "properties=surface"):
        assert alice.get(f"{address}/items?{query}").status_code == 400, query
        assert claire.get(f"{address}/items?{query}").status_code == 200, query


def test_rows_stop_at_the_territory_that_an_agreement_opens(browser: Open, people: People) -> None:
    Organisation.objects.filter(pk="cabbalr").update(territory="epci:200072460")
    clause = Clause.objects.get(record=people.records["organisations"])
    clause.rows = Clause.Rows.OWN
    clause.save()
    address = "/ogc/collections/donnees.essai.organisations/items"
    # These rows do not say their territory: none is known to be Alice's.
    assert browser("alice").get(address).json()["numberMatched"] == 0
    assert browser("claire").get(address).json()["numberMatched"] == 3


def test_a_right_withdrawn_is_withdrawn_at_the_next_question(browser: Open, people: People) -> None:
    client = browser("alice")
    address = "/ogc/collections/donnees.essai.organisations/items"
    before = client.get(address)
    assert before.json()["numberMatched"] == 3 and known(client) >= {"organisations"}
    people.agreement.standing = "suspended"
    people.agreement.save()
    kept = client.get(address, headers={"if-none-match": before["ETag"]})
    assert kept.status_code == 404
    assert known(client) == {"open", "members"}
    people.agreement.standing = "signed"
    people.agreement.save()
    assert client.get(address).json()["numberMatched"] == 3


def test_what_is_closed_to_all_is_closed_at_the_next_question(browser: Open, people: People) -> None:
    client, record = browser(), people.records["open"]
    assert known(client) == {"open"}
    record.openness = "confidential"
    record.save()
    assert known(client) == set() and recorded(client) == set()
    assert client.get("/ogc/collections/donnees.essai.open/items").status_code == 404


def test_a_version_loaded_or_destroyed_elsewhere_is_seen_at_once(browser: Open, home: Path) -> None:
    client, store = browser(), DatasetStore(home)
    version = store.current("essai/open")
    assert version is not None and known(client) == {"open"}
    pointer = home / "datasets" / "essai" / "open" / "current"
    pointer.unlink()
    assert known(client) == set()
    store.use(version)
    assert known(client) == {"open"}


def test_bulk_changes_are_seen_once_they_are_said(browser: Open, people: People) -> None:
    client = browser("alice")
    assert known(client) == {"open", "members", "organisations"}
    type(people.records["members"]).objects.filter(identifier="essai/members").update(state="draft")
    rights_changed()
    assert known(client) == {"open", "organisations"}


# -- tokens ---------------------------------------------------------------------------------------


def _basic(secret: str, user: str = "qgis") -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def test_a_token_reads_what_its_owner_reads(browser: Open, people: People) -> None:
    secret = token(people.alice)
    for shown in (f"Bearer {secret}", _basic(secret), _basic(secret, "n’importe qui")):
        client = browser(authorization=shown)
        assert known(client) == {"open", "members", "organisations"}
        answer = client.get("/ogc/collections/donnees.essai.organisations/items")
        assert answer.json()["numberMatched"] == 3
        assert "Access-Control-Allow-Origin" not in answer
        assert "private" in answer["Cache-Control"]
        assert not answer.cookies


@pytest.mark.parametrize("secret", ["terril_nothing", "x"])
def test_a_token_that_is_none_opens_no_door(browser: Open, people: People, secret: str) -> None:
    for path in ("", "collections", "collections/communes/items", "openapi"):
        answer = browser(authorization=f"Bearer {secret}").get(f"/ogc/{path}")
        assert answer.status_code == 401
        assert "Bearer" in answer["WWW-Authenticate"] and "Basic" in answer["WWW-Authenticate"]
        assert "json" in answer["Content-Type"] and answer.json()["code"]
        assert "Location" not in answer


def test_a_secret_in_the_address_is_refused(browser: Open, people: People) -> None:
    secret = token(people.alice)
    for query in (f"token={secret}", f"jeton={secret}", f"filter={secret}"):
        answer = browser().get(f"/ogc/collections?{query}")
        assert answer.status_code == 400
        assert secret.encode() not in answer.content


def test_maps_have_a_quota_of_their_own(browser: Open, settings: Any) -> None:
    settings.QUOTA_MAPS = 3
    client = browser()
    codes = [client.get("/ogc/collections").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    answer = client.get("/ogc/collections/communes/items?bbox=2,50,3,51")
    assert answer.status_code == 429 and answer["RateLimit-Remaining"] == "0"
    assert client.get("/ogc/").status_code == 200


# -- how it is answered ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/ogc", "/ogc/", "/ogc/collections", "/ogc/collections/communes/items", "/ogc/nowhere"]
)
def test_it_is_only_read(browser: Open, path: str) -> None:
    for name in ("", "claire"):
        client = browser(name)
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(client, method)(path)
            assert answer.status_code == 405
            assert answer["Allow"] == "GET, HEAD, OPTIONS"
            assert answer.json()["code"] == "MethodNotAllowed"
        assert client.options(path).status_code == 204
    token_shown = browser(authorization="Bearer terril_x")
    assert token_shown.post(path).status_code in (401, 405)


def test_programs_get_json_and_people_a_page(browser: Open) -> None:
    client = browser()
    for path in ("/ogc", "/ogc/"):
        assert client.get(path)["Content-Type"] == "application/json"
        page = client.get(path, headers={"accept": "text/html,application/xhtml+xml"})
        assert page.status_code == 200 and page["Content-Type"].startswith("text/html")
        assert "accept" in page["Vary"]
        # What one read is not what the next reads.
        assert client.get(path)["Content-Type"] == "application/json"
    assert client.get("/ogc/?f=html")["Content-Type"].startswith("text/html")
    led = client.get("/ogc/collections", headers={"accept": "text/html"})
    assert (led.status_code, led["Location"]) == (303, "http://localhost/ogc/?f=html#collections")
    places = client.get("/ogc/collections/indicateurs.demographie.population", headers={"accept": "text/html"})
    assert places["Location"] == "http://localhost/indicateurs/demographie/population/"
    assert client.get("/ogc/collections?f=json", headers={"accept": "text/html"}).json()["collections"]


def test_the_page_says_the_address_and_what_may_be_read(browser: Open) -> None:
    visitor, alice = browser().get("/ogc/?f=html"), browser("alice").get("/ogc/?f=html")
    for page in (visitor, alice):
        assert "http://localhost/ogc" in page.content.decode()
        assert "donnees.essai.open" in page.content.decode()
        assert not page.cookies
    assert "Se connecter" in visitor.content.decode() and "donnees.essai.organisations" not in visitor.content.decode()
    assert "/compte/jetons/" in alice.content.decode() and "donnees.essai.organisations" in alice.content.decode()


def test_links_are_under_the_address_that_was_reached(browser: Open) -> None:
    for host in ("localhost", "127.0.0.1:8000"):
        document = browser().get("/ogc/collections", headers={"host": host}).content.decode()
        addresses = [link["href"] for c in json.loads(document)["collections"] for link in c["links"]]
        assert addresses and all(a.startswith(f"http://{host}/ogc") for a in addresses)


def test_every_link_of_the_list_leads_somewhere(browser: Open) -> None:
    client = browser("alice")
    asked = set()
    for found in client.get("/ogc/collections").json()["collections"]:
        for link in found["links"]:
            if found["id"].startswith(("donnees.", "communes", "catalogue", "indicateurs.demographie")):
                asked.add(link["href"].removeprefix("http://localhost"))
    assert len(asked) > 10
    for path in asked:
        assert client.get(path).status_code == 200, path


def test_no_collection_is_listed_that_has_nothing_to_read(browser: Open) -> None:
    client = browser()
    for found in client.get("/ogc/collections").json()["collections"]:
        answer = client.get(f"/ogc/collections/{found['id']}/items?limit=1")
        assert answer.status_code == 200, found["id"]


def test_who_may_keep_an_answer(browser: Open) -> None:
    address = "/ogc/collections/communes/items?limit=2"
    visitor, alice = browser().get(address), browser("alice").get(address)
    assert visitor["Cache-Control"] == "no-cache" and visitor["Access-Control-Allow-Origin"] == "*"
    assert visitor["X-Content-Type-Options"] == "nosniff" and not visitor.cookies
    assert "private" in alice["Cache-Control"] and "Access-Control-Allow-Origin" not in alice
    for answer in (visitor, alice):
        assert {"accept", "authorization", "cookie"} <= set(answer["Vary"].lower().split(", "))
    again = browser().get(address, headers={"if-none-match": visitor["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", visitor["ETag"])
    assert len(caches["pages"]._cache) == 0, "boxes of maps would drive the pages out"


def test_answers_travel_compressed(browser: Open) -> None:
    address = "/ogc/collections/communes/items?limit=50"
    plain, packed = browser().get(address), browser().get(address, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip" and int(packed["Content-Length"]) < len(plain.content) / 2
    assert packed["ETag"] == plain["ETag"]


def test_head_says_what_get_would(browser: Open) -> None:
    client, address = browser(), "/ogc/collections/communes"
    asked, told = client.head(address), client.get(address)
    assert asked.status_code == 200 and not asked.content
    assert {asked[n] for n in ("ETag", "Content-Type")} == {told[n] for n in ("ETag", "Content-Type")}


@pytest.mark.parametrize(
    "path",
    ["collections/communes/items?bbox=nan,0,1,1", "collections/communes/items?limit=-1", "collections?f=xml",
     "collections/communes/items?filter=nom+LIKE", "collections/communes/items?filter=%00", "collections/%00/items",
     "collections/communes/items?crs=EPSG:9", "collections/catalogue/items?datetime=hier", "collections/communes/items/%FF",
     "collections/catalogue/items/" + "a." * 300, "%2e%2e/%2e%2e/etc/passwd", "collections/catalogue/items?ids=,,.,x"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_json(browser: Open, path: str) -> None:
    answer = browser("alice").get(f"/ogc/{path}")
    assert answer.status_code in (200, 400, 404), answer.content
    assert "json" in answer["Content-Type"]
    if answer.status_code != 200:
        assert {"code", "description"} <= set(answer.json())


def test_before_the_first_publication(monkeypatch: pytest.MonkeyPatch, people: People) -> None:
    monkeypatch.setattr(portal, "current_release", lambda: None)
    answer = Client(headers={"host": "localhost"}).get("/ogc/collections")
    assert answer.status_code == 503 and "terril " not in answer.json()["description"] + answer.json()["hint"]


# -- records --------------------------------------------------------------------------------------


def ids(client: Client, query: str) -> list[str]:
    """Records that answer."""
    return [f["id"] for f in client.get(f"/ogc/collections/catalogue/items?{query}").json()["features"]]


def test_records_are_searched(browser: Open, people: People) -> None:
    record = people.records["open"]
    record.begin, record.end = "2020-01-01", "2021-12-31"
    record.west, record.south, record.east, record.north = 2.0, 50.0, 3.0, 51.0
    record.save()
    client, one = browser(), "dataset.essai.open"
    assert ids(client, "q=invente+essais") == [one], "accents and plurals are forgiven"
    assert ids(client, "q=inventx") == [], "what was not asked is not answered"
    assert ids(client, f"ids={one},dataset.essai.confidential,nothing") == [one]
    assert one in ids(client, "type=dataset&limit=1000") and one not in ids(client, "type=map")
    for days, there in (("2021-06-01", True), ("2019-01-01/2019-12-31", False), ("2021/..", True), ("../2019", False)):
        assert (one in ids(client, f"datetime={days}&ids={one}")) is there, days
    for box, there in (("2.5,50.5,2.6,50.6", True), ("5,45,6,46", False), ("170,50,2.5,51", True)):
        assert (one in ids(client, f"bbox={box}&ids={one}")) is there, box
    whole = ids(client, "limit=1000")
    pages = [ids(client, f"limit=3&offset={n}") for n in range(0, len(whole), 3)]
    assert [i for page in pages for i in page] == whole and len(set(whole)) == len(whole)


def test_a_record_leads_to_its_page(browser: Open) -> None:
    found = browser().get("/ogc/collections/catalogue/items/dataset.essai.open").json()
    assert "http://localhost/catalogue/donnees/essai/open/" in [link["href"] for link in found["links"]]
    assert found["properties"]["title"] == "Essai open"


def test_tokens_of_past_days_are_refused(browser: Open, people: People) -> None:
    secret = token(people.alice)
    people.alice.tokens.update(expires=date.today() - timedelta(days=1))
    assert browser(authorization=f"Bearer {secret}").get("/ogc/collections").status_code == 401
