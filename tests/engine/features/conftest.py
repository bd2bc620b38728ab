"""The country of squares, and its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terril.core.access import PUBLIC, ReadScope
from terril.core.features import Collection
from terril.engine.features import Features, FeatureStore
from tests.support.features import Country, collections


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeatureStore]:
    opened = Country(tmp_path_factory.mktemp("country")).store()
    yield opened
    opened.close()


@pytest.fixture
def reader(store: FeatureStore) -> Callable[..., Features]:
    """A reader of everything for a scope, or of some collections."""

    def read(scope: ReadScope = PUBLIC, *granted: Collection) -> Features:
        return Features(store, scope, granted or collections())

    return read


@pytest.fixture
def country(tmp_path: Path) -> Country:
    return Country(tmp_path)
