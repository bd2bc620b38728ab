"""Rights act inside the query: every question of a reader, on real files, against the rows kept in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terril.core.access import OPERATOR, PUBLIC, Reading, ReadScope, Window
from terril.core.errors import QueryError
from terril.core.observations import Observation
from terril.core.releases import IndicatorRelease, Manifest, SourceRelease, StoredFile, Use, bucket_of
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.engine.query import Reader

INDICATOR, OTHER = "theme/un", "theme/deux"
KEYS = (
    *(TerritoryKey(Level.COMMUNE, c) for c in ("62001", "62002", "62003")),
    *(TerritoryKey(Level.IRIS, c) for c in ("620010101", "620020101")),
    *(TerritoryKey(Level.EPCI, c) for c in ("200000001", "200000002")),
    TerritoryKey(Level.DEPARTMENT, "62"),
)
PERIODS = ("2020", "2021")
#: Hidden in the public root.
SECRET = {(TerritoryKey(Level.COMMUNE, "62002"), "2021"), (TerritoryKey(Level.EPCI, "200000002"), "2021")}


def row(indicator: str, key: TerritoryKey, period: str, root: str) -> dict[str, Any]:
    secret = (key, period) in SECRET
    value = None if secret and root == "public" else float(1000 * KEYS.index(key) + int(period))
    return {
        "level": str(key.level), "code": key.code, "indicator": indicator, "period": period, "value": value,
        "status": int(Status.SECRET if secret else Status.OK), "numerator": value, "denominator": None,
    }  # fmt: skip


def rows(indicator: str, root: str) -> list[dict[str, Any]]:
    return [row(indicator, key, period, root) for key in KEYS for period in PERIODS]


SCHEMA = pa.schema(
    {"level": pa.string(), "code": pa.string(), "indicator": pa.string(), "period": pa.string(), "value": pa.float64(),
     "status": pa.uint8(), "numerator": pa.float64(), "denominator": pa.float64()}
)  # fmt: skip


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    folder = tmp_path_factory.mktemp("release")
    buckets: dict[str, dict[str, StoredFile]] = {"public": {}, "restricted": {}}
    for root in buckets:
        for indicator in (INDICATOR, OTHER):
            told = sorted(rows(indicator, root), key=lambda r: (r["level"], r["period"], r["code"]))
            path = folder / root / "indicators" / f"{indicator}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(told, SCHEMA).drop_columns(["indicator"]), path)
        held: dict[str, list[dict[str, Any]]] = {}
        for one in (*rows(INDICATOR, root), *rows(OTHER, root)):
            held.setdefault(bucket_of(one["level"], one["code"]), []).append(one)
        for bucket, some in held.items():
            path = folder / root / "territories" / f"{bucket}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(some, SCHEMA), path)
            buckets[root][bucket] = StoredFile(path=f"territories/{bucket}.parquet", rows=len(some), sha256="x")
    return folder, manifest(buckets)


def manifest(buckets: dict[str, dict[str, StoredFile]]) -> Manifest:
    used = {period: (Use(input="a", period=period, source="s/un"),) for period in PERIODS}
    files = {
        i: {r: StoredFile(path=f"indicators/{i}.parquet", rows=16, sha256="x") for r in buckets}
        for i in (INDICATOR, OTHER)
    }
    made = {
        i: IndicatorRelease(id=i, data="d", metadata="m", components={}, periods=used, files=files[i]) for i in files
    }
    source = SourceRelease(
        id="s/un", label="Un", producer="essai", licence="essai", vintage="2021", version="v", files=(), retrieved_at=""
    )
    return Manifest(
        id="essai", created_at="2026-01-01T00:00:00+00:00", vintage=2026, previous=None, engine="e", tables={}, indicators=made, sources={"s/un": source},
        not_computable={"theme/attend": "source non chargée"}, buckets=buckets,
    )  # fmt: skip


@pytest.fixture
def reader(release: tuple[Path, Manifest]) -> Iterator[Any]:
    opened: list[Reader] = []

    def read(scope: ReadScope) -> Reader:
        opened.append(Reader(*release, scope))
        return opened[-1]

    yield read
    for one in opened:
        one.close()


windows = st.builds(
    Window,
    levels=st.none() | st.frozensets(st.sampled_from([Level.COMMUNE, Level.EPCI, Level.IRIS]), max_size=2),
    territories=st.none() | st.frozensets(st.sampled_from(KEYS), max_size=3),
    raw=st.booleans(),
)
scopes = st.lists(windows, max_size=3).map(lambda told: ReadScope("public", "x", readings={INDICATOR: Reading(told)}))


def expected(scope: ReadScope, indicator: str = INDICATOR, **kept: str) -> list[tuple[Any, ...]]:
    """What a scope reads, row by row."""
    found = []
    for key in KEYS:
        if scope.of(indicator).allows(key):
            root = "restricted" if scope.raw_at(indicator, key) else "public"
            found += [row(indicator, key, period, root) for period in PERIODS]
    wanted = (r for r in found if all(r[name] == value for name, value in kept.items()))
    return sorted((r["level"], r["code"], r["period"], r["value"], r["status"]) for r in wanted)


def told(found: list[Observation]) -> list[tuple[Any, ...]]:
    return sorted((str(o.territory.level), o.territory.code, o.period, o.value, int(o.status)) for o in found)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=scopes)
def test_every_question_is_answered_within_the_scope(reader: Any, scope: ReadScope):
    asked = reader(scope)
    assert told(asked.slice(INDICATOR, periods=[])) == expected(scope)
    assert told(asked.slice(INDICATOR)) == expected(scope, period="2021")
    communes = asked.slice(INDICATOR, level=Level.COMMUNE, periods=["2020"])
    assert told(communes) == expected(scope, level="commune", period="2020")
    assert [o.territory.code for o in communes] == sorted(o.territory.code for o in communes)
    arrays = asked.arrays(INDICATOR, level=Level.EPCI, codes=["200000002"], periods=["2021"])
    assert len(arrays["code"]) == len(expected(scope, level="epci", code="200000002", period="2021"))
    counted = {(str(c.level), c.period): (c.told, c.valued) for c in asked.coverage(INDICATOR)}
    for level in {str(k.level) for k in KEYS}:
        for period in PERIODS:
            some = expected(scope, level=level, period=period)
            valued = len([r for r in some if r[3] is not None])
            assert counted.get((level, period)) == ((len(some), valued) if some else None)
    for key in KEYS:
        mine = [o for o in asked.profile(key, every_period=True) if o.indicator == INDICATOR]
        assert told(mine) == expected(scope, level=str(key.level), code=key.code)


def test_what_is_not_opened_beside_is_read_as_before(reader: Any):
    scope = ReadScope("public", "x", readings={INDICATOR: Reading((Window(frozenset({Level.EPCI})),))})
    assert told(reader(scope).slice(OTHER, periods=[])) == expected(PUBLIC, OTHER)
    assert told(reader(OPERATOR).slice(OTHER, periods=[])) == expected(OPERATOR, OTHER)
    assert len(reader(scope).profile(KEYS[0])) == 1


def test_a_secret_is_read_raw_only_where_it_is_opened_raw(reader: Any):
    mine = Window(territories=frozenset({TerritoryKey(Level.COMMUNE, "62002")}), raw=True)
    scope = ReadScope("public", "x", readings={INDICATOR: Reading((Window(), mine))})
    values = {(str(o.territory), o.period): o.value for o in reader(scope).slice(INDICATOR, periods=[])}
    assert len(values) == len(KEYS) * len(PERIODS)
    assert values["commune:62002", "2021"] == 3021.0
    assert values["epci:200000002", "2021"] is None


def test_a_masked_indicator_answers_as_one_that_does_not_exist(reader: Any):
    asked = reader(ReadScope("public", "x", masked=frozenset({INDICATOR})))
    assert asked.indicators() == [OTHER]
    said = set()
    for question in (asked.slice, asked.arrays, asked.coverage, asked.latest, asked.released):
        with pytest.raises(QueryError) as masked:
            question(INDICATOR)
        with pytest.raises(QueryError) as absent:
            question("theme/absent")
        said |= {str(masked.value).replace(INDICATOR, "…"), str(absent.value).replace("theme/absent", "…")}
    with pytest.raises(QueryError) as masked:
        asked.provenance(INDICATOR, "2021")
    said.add(str(masked.value).replace(INDICATOR, "…"))
    assert len(said) == 1
    assert {o.indicator for key in KEYS for o in asked.profile(key, every_period=True)} == {OTHER}


def test_a_waiting_indicator_that_is_masked_does_not_tell_its_reason(reader: Any):
    with pytest.raises(QueryError, match="source non chargée"):
        reader(PUBLIC).released("theme/attend")
    with pytest.raises(QueryError) as masked:
        reader(ReadScope("public", "x", masked=frozenset({"theme/attend"}))).released("theme/attend")
    assert "source non chargée" not in str(masked.value)
