"""People, records, and the catalogue as each knows it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest

from terril.apps.agreements.queries import subject_of
from terril.apps.catalogue.models import Record
from terril.apps.catalogue.search.ask import Catalogue, Found, Question
from terril.apps.catalogue.search.ground import Ground
from terril.core.access import ANYONE
from terril.core.catalogue.thesaurus import Thesaurus
from terril.core.territories.index import Territories
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.publishing.boxes import Box
from tests.support.people import People, settle

Find = Callable[..., Found]


COMMUNES = {"62001": "e1", "62002": "e1", "62003": "e2"}


def invented() -> Territories:
    """Three communes, two EPCI, a department."""
    places = [
        Territory(TerritoryKey(Level.COMMUNE, code), f"Commune {code}", epci=epci, department="62", kind="commune")
        for code, epci in COMMUNES.items()
    ]
    places += [Territory(TerritoryKey(Level.EPCI, e), e, kind="CC") for e in ("e1", "e2")]
    places += [Territory(TerritoryKey(Level.DEPARTMENT, "62"), "Département", kind="department")]
    return Territories(places, vintage=2026, census_year=2023)


class Squares:
    """Boxes of the invented country: its communes are squares of a degree, from west to east."""

    def around(self, communes: Collection[str]) -> Box | None:
        """The box of some communes."""
        west = [float(code[-1]) for code in communes if code in COMMUNES]
        return (min(west), 50.0, max(west) + 1, 51.0) if west else None


@pytest.fixture
def people(db: None) -> People:
    return settle()


@pytest.fixture
def record(db: None) -> Callable[..., Record]:
    """Makes an open, published record."""

    def made(identifier: str, **facts: Any) -> Record:
        told = {"kind": "dataset", "title": identifier, "openness": "open", "state": "published", **facts}
        return Record.objects.create(identifier=f"essai/{identifier}", **told)

    return made


@pytest.fixture
def find(db: None, tmp_path: Path) -> Find:
    """Asks the catalogue, in the name of an account or of anyone; answers titles in order and what was found."""
    ground = Ground(invented(), Squares())  # type: ignore[arg-type]
    thesaurus = Thesaurus([("friche", "site délaissé"), ("zae", "zone d’activité économique")])

    def asked(text: str = "", user: Any = None, **question: Any) -> Found:
        subject = subject_of(user) if user is not None else ANYONE
        return Catalogue(subject, ground, thesaurus).find(Question(text=text, **question))

    return asked
