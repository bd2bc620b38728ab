"""Files by territory, put together from those of the release before: the same bytes as from nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from terril.core.access import OPERATOR
from terril.core.releases import Manifest
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.engine import buckets
from terril.engine.query import Reader
from tests.pipeline.test_build import ROWS, Place, indicator


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "kept").mkdir()
    found = Place(tmp_path / "kept")
    found.indicators["d/triple"] = indicator("d/triple", formula="3 * p")
    # The only one of its level: its bucket comes and goes with it.
    found.indicators["d/country"] = indicator("d/country", levels=["country"])
    for other in ("d/pop", "d/double", "d/triple"):
        found.indicators[other] = found.indicators[other].model_copy(update={"levels": (Level.COMMUNE, Level.EPCI)})
    return found


def _build(place: Place) -> Manifest:
    _, manifest = place.builder().build(place.indicators, {"t/pop": place.version.source})
    assert manifest is not None
    return manifest


def _bytes(place: Place, manifest: Manifest) -> dict[str, bytes]:
    folder = place.store.path(manifest.id)
    found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.glob("*/territories/*")}
    assert set(found) == {f"{root}/{f.path}" for root, files in manifest.buckets.items() for f in files.values()}
    return found


def _formula(place: Place) -> None:
    place.indicators["d/triple"] = indicator("d/triple", formula="3 * p + p", levels=["commune", "epci"])


def _added(place: Place) -> None:
    place.indicators["d/new"] = indicator("d/new", formula="5 * p", levels=["department"])


def _removed(place: Place) -> None:
    del place.indicators["d/country"]


def _secret(place: Place) -> None:
    place.load("v2", [{**ROWS[0], "pop": Status.SECRET}, *ROWS[1:]])


def _both(place: Place) -> None:
    _formula(place)
    _removed(place)
    _added(place)


@pytest.mark.parametrize("change", [_formula, _added, _removed, _secret, _both])
def test_the_same_bytes_as_from_nothing(place, tmp_path, change):
    _build(place)
    change(place)
    after = _bytes(place, _build(place))
    (tmp_path / "new").mkdir()
    afresh = Place(tmp_path / "new")
    afresh.indicators, afresh.version = place.indicators, place.version
    assert after == _bytes(afresh, _build(afresh))
    assert ("restricted/territories/country.parquet" in after) == ("d/country" in place.indicators)


def test_only_what_changed_is_dealt_again(place, monkeypatch):
    _build(place)
    dealt: list[list[str]] = []
    deal = buckets._deal

    def spied(workshop, files, folder):
        dealt.append(sorted(files))
        deal(workshop, files, folder)

    monkeypatch.setattr(buckets, "_deal", spied)
    _formula(place)
    manifest = _build(place)
    assert dealt == [["d/triple"]]
    reader = Reader(place.store.path(manifest.id), manifest, OPERATOR)
    found = {o.indicator: o.value for o in reader.profile(TerritoryKey(Level.EPCI, "x"))}
    reader.close()
    assert found == {"d/pop": 600.0, "d/double": 1200.0, "d/triple": 2400.0}


def test_a_full_build_trusts_no_file_of_before(place):
    first = _build(place)
    whole = _bytes(place, first)
    for path in (place.store.path(first.id)).glob("*/territories/*"):
        path.write_bytes(b"damaged")
    _, manifest = place.builder().build(place.indicators, {"t/pop": place.version.source}, full=True)
    assert manifest is not None and _bytes(place, manifest) == whole
