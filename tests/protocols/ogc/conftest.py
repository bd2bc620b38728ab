"""The service over the country of squares, called as the portal calls it, and served on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from terril.core.access import PUBLIC, ReadScope
from terril.core.features import Collection
from terril.core.records import Agent, Distribution, Extent, Kind, Record
from terril.engine.features import Features, FeatureStore
from terril.protocols.ogc import Answer, Listed, TileSet, View, answer
from tests.support.features import Country, collections

RECORDS = (
    Record(
        identifier="insee/logement", kind=Kind.DATASET, title="Logements", description="Résidences et vacance.",
        address="https://donnees.exemple.fr/sources/insee/logement/", producer=Agent(name="Insee"),
        licence="Licence Ouverte 2.0", modified="2025-06-01", keywords=("logement",),
        extent=Extent(bbox=(1.0, 49.0, 3.0, 51.0), begin="2021-01-01", end="2021-12-31"),
        distributions=(Distribution(title="CSV", address="https://donnees.exemple.fr/x.csv", media_type="text/csv"),),
    ),
    Record(
        identifier="logement/vacants", kind=Kind.INDICATOR, title="Part des logements vacants", description="",
        address="https://donnees.exemple.fr/indicateurs/logement/vacants/", producer=Agent(name="Agence"),
    ),
)  # fmt: skip


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeatureStore]:
    opened = Country(tmp_path_factory.mktemp("ogc")).store()
    yield opened
    opened.close()


@pytest.fixture
def view(store: FeatureStore) -> Callable[..., View]:
    """What a scope sees, or what some collections make."""

    def make(scope: ReadScope = PUBLIC, *granted: Collection, base: str = "https://donnees.exemple.fr/ogc") -> View:
        reader = Features(store, scope, granted or collections())
        template = base.removesuffix("/ogc") + "/tuiles/2025/{z}/{x}/{y}"
        return View(
            reader=reader, base=base, fingerprint=scope.fingerprint + "".join(c.id for c in granted), title="Données",
            catalogue=Listed(RECORDS), pages={"/": "https://donnees.exemple.fr/services/"},
            tiles=TileSet(template=template, zooms=(3, 11), layers={"communes": "commune"}),
        )  # fmt: skip

    return make


Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def ask(view: Callable[..., View]) -> Ask:
    """Status and document of a request."""

    def get(path: str, seen: View | None = None, **query: str) -> tuple[int, Any]:
        found = answer(seen or view(), "GET", path, {k.replace("_", "-"): v for k, v in query.items()})
        return found.status, json.loads(found.body)

    return get


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def served(view: Callable[..., View]) -> Iterator[str]:
    """Address of the service on the loopback."""
    seen: dict[str, View] = {}

    def application(environ: Mapping[str, Any], start: Callable[..., Any]) -> list[bytes]:
        query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        path = environ["PATH_INFO"].encode("latin-1").decode()
        found: Answer = answer(seen["it"], environ["REQUEST_METHOD"], path.removeprefix("/ogc"), query, {})
        start(f"{found.status} OK", [*found.headers.items(), ("Content-Length", str(len(found.body)))])
        return [found.body]

    server: WSGIServer = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    base = f"http://127.0.0.1:{server.server_port}/ogc"
    seen["it"] = view(base=base)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield base
    server.shutdown()
    thread.join()
    server.server_close()
