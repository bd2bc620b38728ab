"""Building the territory tables (see docs/architecture.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pyarrow as pa

from terril.core.territories.cog.timeline import Holding, holdings_of
from terril.core.territories.compositions import EpciRow, epci_rows
from terril.core.territories.history import History, Nomenclature, PassageRow, passage_rows
from terril.core.territories.index import COUNTRY, national_memberships
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.territories.passage import Passage
from terril.pipeline.territories.councillors import Counts
from terril.pipeline.territories.registry import UNDATED, VERSIONS, VINTAGE, Registry, zone_of

CENSUS_YEAR = 2023
FIRST_COG = 1943
#: Figures of 2018 are read in the compositions of 1 January 2019, the oldest known; older ones are refused.
FIRST_EPCI = 2018

TERRITORIES = pa.schema(
    [
        ("level", pa.string()), ("code", pa.string()), ("name", pa.string()), ("siren", pa.string()),
        ("epci", pa.string()), ("department", pa.string()), ("region", pa.string()), ("parent", pa.string()),
        ("postal_codes", pa.list_(pa.string())), ("population", pa.int64()), ("area_ha", pa.float64()),
        ("kind", pa.string()), ("zone", pa.string()), ("article", pa.string()),
    ]
)  # fmt: skip
MEMBERSHIPS = pa.schema([(n, pa.string()) for n in ("member_level", "member_code", "level", "code")])
PASSAGE = pa.schema(
    [
        ("old_code", pa.string()), ("cog_from", pa.int16()), ("cog_to", pa.int16()), ("code", pa.string()),
        ("kind", pa.string()), ("targets", pa.int16()), ("since", pa.int16()), ("name", pa.string()),
    ]
)  # fmt: skip
HOLDINGS = pa.schema([("atom", pa.int32()), ("code", pa.string()), ("first", pa.int16()), ("last", pa.int16())])
EPCI_PASSAGE = pa.schema(
    [
        ("old_code", pa.string()), ("cog_from", pa.int16()), ("cog_to", pa.int16()), ("code", pa.string()),
        ("kind", pa.string()),
    ]
)  # fmt: skip
POPULATIONS = pa.schema([("code", pa.string()), ("cog", pa.int16()), ("year", pa.int16()), ("population", pa.int64())])
AREAS = pa.schema([("code", pa.string()), ("cog", pa.int16()), ("area_ha", pa.float64())])
COUNCILLORS = pa.schema(
    [
        ("code", pa.string()), ("cog", pa.int16()), ("councillors", pa.int32()), ("women", pa.int32()),
        ("under_40", pa.int32()), ("over_60", pa.int32()),
    ]
)  # fmt: skip

#: Census year → year of the package, whether it is read from EPCI members, and the COG of its codes.
#: Populations in force in year Y are given in the communes of 1 January Y-1: only the package of that
#: COG, or the EPCI file (whose members are summed by its producer), holds them all. Census 2016 (0.7.0)
#: is left out: joined by code to the next COG, it loses every commune merged on 1 January 2019.
CENSUSES = {
    2018: (2021, True, 2021),
    2019: (2021, False, 2021),
    2020: (2022, False, 2022),
    2021: (2024, True, 2024),
    2022: (2024, False, 2024),
    2023: (2026, False, 2026),
}
_KINDS = {"MET69": "METRO"}
#: INSEE's « type de nom en clair » (``typeLiaison``). 0 and 1 say only « de » or « d’ »: no article.
_ARTICLES = {2: "le", 3: "la", 4: "les", 5: "l’"}
_PART_KINDS = {
    "commune-deleguee": "deleguee",
    "commune-associee": "associee",
    "arrondissement-municipal": "arrondissement",
}

Row = dict[str, Any]


def passage_table(registry: Registry, history: History) -> list[PassageRow]:
    """Rows of passage: communes since 1943, municipal districts, overseas collectivities."""
    rows = _undated(passage_rows(history), history.nomenclatures)
    for r in registry.package(VINTAGE, "communes"):
        if r["type"] == "arrondissement-municipal":
            rows.append(PassageRow(r["code"], FIRST_COG, VINTAGE, r["commune"], "merge", 1, None, r["nom"]))
    for r in registry.communes(VINTAGE):
        if r["zone"] == "com":
            rows.append(PassageRow(r["code"], history.recorded, VINTAGE, r["code"], "same", 1, None, r["nom"]))
    return sorted(rows, key=lambda r: (r.old_code, r.cog_from, r.code))


def holding_rows(registry: Registry, history: History) -> list[Holding]:
    """Which commune held each atom, every year; overseas collectivities since the first yearly nomenclature."""
    rows = holdings_of(history)
    overseas = sorted(r["code"] for r in registry.communes(VINTAGE) if r["zone"] == "com")
    return rows + [
        Holding(atom, code, history.recorded, VINTAGE) for atom, code in enumerate(overseas, len(history.holders))
    ]


def epci_passage_rows(registry: Registry, passage: Passage) -> list[EpciRow]:
    """What each EPCI of the yearly packages is today."""

    def carry(code: str, year: int) -> frozenset[str]:
        return frozenset(c.code for c in passage.carry(code, year))

    compositions = {
        year: {e["code"]: frozenset(m["code"] for m in e["membres"]) for e in registry.package(year, "epci")}
        for year in VERSIONS
    }
    return epci_rows(compositions, carry, FIRST_EPCI)


def _undated(rows: Iterable[PassageRow], nomenclatures: Sequence[Nomenclature]) -> list[PassageRow]:
    """Accept the codes of the later of two nomenclatures from the first year they may have existed."""
    first_known: dict[int, int] = {}
    for before, after in pairwise(nomenclatures):
        first_known[after.year] = before.year + 1
    starts = [(r, first_known.get(r.cog_from, r.cog_from)) for r in rows]
    known = {(r.old_code, r.cog_to + 1) for r, _ in starts}
    return [r if (r.old_code, r.cog_from) in known else r._replace(cog_from=start) for r, start in starts]


def passage_of(rows: Sequence[PassageRow], history: History, names: Mapping[str, str]) -> Passage:
    """The passage these rows make."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return Passage(
        *columns,
        current=VINTAGE,
        names=names,
        created=history.created,
        suppressed=history.suppressed,
        undated=UNDATED,
    )


def population_rows(registry: Registry) -> list[Row]:
    """Municipal populations of each census year, in the codes of their COG."""
    rows: list[Row] = []
    for year, (package, members, cog) in CENSUSES.items():
        if members:
            found = {
                m["code"]: m["populationMunicipale"] for e in registry.package(package, "epci") for m in e["membres"]
            }
        else:
            found = {r["code"]: r.get("population") for r in registry.communes(package)}
        rows += [
            {"code": code, "cog": cog, "year": year, "population": population}
            for code, population in found.items()
            if population is not None and zone_of(code) != "com"
        ]
    return sorted(rows, key=lambda r: (r["code"], r["cog"], r["year"]))


def territory_rows(registry: Registry, areas: Mapping[tuple[str, str], float]) -> list[Row]:
    """Every national territory of the current vintage."""
    members = {m["code"]: e["code"] for e in registry.package(VINTAGE, "epci") for m in e["membres"]}
    communes = [_commune(r, members) for r in registry.communes(VINTAGE)]
    national = [c for c in communes if c["zone"] != "com"]
    rows = [*communes, *_parts(registry)]
    rows += _epcis(registry, national)
    for level, name in (("department", "departements"), ("region", "regions")):
        sums = _sums(national, level)
        rows += [
            _row(level, r["code"], r["nom"], region=r.get("region"), population=sums[r["code"]], kind=level)
            | {"zone": zone_of(r["chefLieu"]), "article": _ARTICLES.get(r["typeLiaison"], "")}
            for r in registry.package(VINTAGE, name)
            if r["zone"] != "com"
        ]
    total = sum(c["population"] for c in national)
    rows.append(_row("country", COUNTRY, "France", population=total, kind="country", article="la"))
    for row in rows:
        row["area_ha"] = areas.get((row["level"], row["code"]))
    return sorted(rows, key=lambda r: (r["level"], r["code"]))


def _row(level: str, code: str, name: str, **values: Any) -> Row:
    return dict.fromkeys(TERRITORIES.names) | {
        "level": level, "code": code, "name": name, "postal_codes": [], "kind": "", "zone": "metro", "article": "",
        **values,
    }  # fmt: skip


def _commune(r: Row, members: Mapping[str, str]) -> Row:
    overseas = r["zone"] == "com"
    return _row(
        "commune",
        r["code"],
        r["nom"],
        siren=r.get("siren"),
        epci=members.get(r["code"]),
        department=None if overseas else r["departement"],
        region=None if overseas else r["region"],
        postal_codes=sorted(r.get("codesPostaux", ())),
        population=r.get("population"),
        kind="commune",
        zone=r["zone"],
    )


def _parts(registry: Registry) -> list[Row]:
    return [
        _row(
            "commune_deleguee",
            r["code"],
            r["nom"],
            department=r["departement"],
            region=r["region"],
            parent=r.get("chefLieu") or r["commune"],
            postal_codes=sorted(r.get("codesPostaux", ())),
            population=r.get("population"),
            kind=_PART_KINDS[r["type"]],
            zone=zone_of(r["code"]),
        )
        for r in registry.package(VINTAGE, "communes")
        if r["type"] in _PART_KINDS
    ]


def _sums(communes: Iterable[Row], level: str) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for commune in communes:
        sums[commune[level]] += commune["population"]
    return sums


def _epcis(registry: Registry, communes: Sequence[Row]) -> list[Row]:
    """EPCI; an EPCI that crosses departments bears the code of the one where most of its people live."""
    held: dict[str, list[Row]] = defaultdict(list)
    for commune in communes:
        held[commune["epci"]].append(commune)
    rows = []
    for e in registry.package(VINTAGE, "epci"):
        own = held[e["code"]]
        main = {
            level: max(sorted(sums), key=sums.__getitem__)
            for level in ("department", "region")
            for sums in [_sums(own, level)]
        }
        rows.append(
            _row(
                "epci",
                e["code"],
                e["nom"],
                siren=e["code"],
                population=sum(c["population"] for c in own),
                kind=_KINDS.get(e["type"], e["type"]),
                zone=own[0]["zone"],
                **main,
            )
        )
    return rows


def membership_rows(territories: Iterable[Row]) -> list[Row]:
    """Each commune, EPCI, department and region to every national territory that holds it, itself included."""
    rows = sorted(set(national_memberships(_territory(row) for row in territories)))
    return [dict(zip(MEMBERSHIPS.names, row, strict=True)) for row in rows]


def _territory(row: Row) -> Territory:
    values = {name: row[name] for name in ("epci", "department", "region", "zone")}
    return Territory(TerritoryKey(Level(row["level"]), row["code"]), row["name"], **values)


def councillor_rows(counts: Mapping[str, Counts]) -> list[Row]:
    """Councillors of each commune."""
    return [
        {
            "code": code,
            "cog": VINTAGE,
            "councillors": c.councillors,
            "women": c.women,
            "under_40": c.under_40,
            "over_60": c.over_60,
        }
        for code, c in sorted(counts.items())
    ]
