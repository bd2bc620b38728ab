"""A small right pack, that each test spoils in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from terril.pipeline.packs.check import Report, check_packs

FILES = {
    "pack.yaml": """
id: base
label: Base
home: bassin
themes:
  - {id: logement, label: Logement}
""",
    "perimeters.yaml": """
perimeters:
  - id: bassin
    label: Bassin
    members: ["epci:200072460", "commune:62119"]
  - id: grand
    label: Grand bassin
    members: ["perimeter:bassin"]
""",
    "sources/rp.yaml": """
id: insee/rp
label: Recensement
producer: INSEE
licence: Licence Ouverte 2.0
vintage: 2021
format: csv
files: ["rp_*.csv"]
geography: {level: commune, column: CODGEO, cog: 2024}
period: {value: 2021}
columns:
  - {name: vacants, source: VAC, unit: logement}
  - {name: ensemble, source: LOG, unit: logement}
  - {name: surface, source: SURF, unit: ha}
  - {name: type, source: TYP, type: text, allowed: [maison, appartement]}
""",
    "facts/chiffres.yaml": """
id: agence/chiffres
label: Chiffres
document: {title: Rapport, producer: Agence, year: 2024}
measures:
  projets: {label: Projets, unit: projet}
values:
  - {measure: projets, territory: "perimeter:bassin", period: 2024, value: 3}
""",
    "indicators/logement/part_vacants.yaml": """
id: logement/part_vacants
label: Part des logements vacants
definition: Vacants rapportés à l'ensemble.
unit: "%"
inputs:
  vacants: {dataset: insee/rp, column: vacants, where: {type: maison}}
  ensemble: {dataset: insee/rp, column: ensemble}
formula: 100 * vacants / ensemble
aggregation: ratio_of_sums
missing: propagate
tests:
  - {territory: "commune:00000", period: 2021, given: {vacants: 8, ensemble: 100}, expect: 8}
""",
    "indicators/logement/projets.yaml": """
id: logement/projets
label: Projets
definition: Projets.
unit: projet
inputs:
  projets: {dataset: agence/chiffres, measure: value, column: projets}
formula: projets
aggregation: none
missing: propagate
""",
}


class Bench:
    """Folder of packs under test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folders: dict[str, Path] = {}

    def pack(self, name: str, files: dict[str, str | bytes]) -> Path:
        """Write a pack."""
        folder = self.root / name
        for path, content in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.lstrip("\n").encode())
        self.folders[name] = folder
        return folder

    def base(self, *changes: tuple[str, str, str], **added: str | bytes) -> Path:
        """Write the right pack with ``(file, old text, new text)`` changes; old must be there."""
        files: dict[str, str | bytes] = dict(FILES)
        for file, old, new in changes:
            text = files[file]
            assert isinstance(text, str)
            assert old in text, f"{old!r} is not in {file}"
            files[file] = text.replace(old, new)
        return self.pack("base", files | added)

    def check(self) -> Report:
        """Report on all packs written."""
        return check_packs(folders=self.folders)

    def texts(self) -> list[str]:
        """Each fault as the user reads it, without the folder of the test."""
        return [str(e).replace(f"{self.root}/", "") for e in self.check().errors]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """An empty folder of packs."""
    return Bench(tmp_path)


@pytest.fixture
def refused(bench: Bench) -> Callable[[str, str, str], str]:
    """The one fault of the right pack, changed in one place."""

    def spoil(file: str, old: str, new: str) -> str:
        bench.base((file, old, new))
        texts = bench.texts()
        assert len(texts) == 1, texts
        return texts[0]

    return spoil
