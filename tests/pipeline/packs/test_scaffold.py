"""A new pack passes the check; the schemas published for editors are those of the models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from terril.core.errors import PackError, StoreError
from terril.core.packs import Pack
from terril.pipeline.packs import locate_packs
from terril.pipeline.packs.check import check_packs
from terril.pipeline.packs.descriptions import KEYS, description
from terril.pipeline.packs.loader import FOLDERS
from terril.pipeline.packs.scaffold import SCHEMAS, new_pack
from terril.pipeline.packs.schemas import as_text, schemas

ROOT = Path(__file__).parents[3]


def test_a_new_pack_passes_the_check(tmp_path: Path) -> None:
    folder = new_pack("mon_agence", tmp_path)
    report = check_packs(["mon_agence"], folders=locate_packs() | {"mon_agence": folder})
    assert [str(e) for e in report.errors] == []
    assert report.counts["tests"] >= 1


def test_a_new_pack_finds_its_schemas(tmp_path: Path) -> None:
    folder = new_pack("mon_agence", tmp_path)
    files = sorted(folder.rglob("*.yaml"))
    assert len(files) == 4
    for file in files:
        named = re.search(r"\$schema=(\S+)", file.read_text())
        assert named, file
        assert (file.parent / named[1]).resolve().parent == (folder / SCHEMAS).resolve()
        assert (file.parent / named[1]).is_file()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "ici").mkdir()
    with pytest.raises(PackError, match="il y a déjà quelque chose"):
        new_pack("ici", tmp_path)
    assert list((tmp_path / "ici").iterdir()) == []


@pytest.mark.parametrize("name", ["Mon agence", "../ailleurs", "", "1er", "é"])
def test_a_name_that_no_pack_can_bear(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match="nom de paquet non admis"):
        new_pack(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="le paquet ne peut être écrit"):
        new_pack("ici", tmp_path / "file")


def test_published_schemas_are_up_to_date() -> None:
    published = {f.name: f.read_text(encoding="utf-8") for f in (ROOT / "docs" / "schemas").glob("*.json")}
    assert published == {name: as_text(schema) for name, schema in schemas().items()}, "run: make docs"


def test_schemas_allow_every_key_of_the_packs_of_the_checkout() -> None:
    known = schemas()
    for file in sorted((ROOT / "packs").rglob("*.yaml")):
        kind = {"sources": "source", "facts": "facts", "passages": "passage"}.get(file.parent.name, file.stem)
        kind = "indicator" if "indicators" in file.parts else kind
        schema = known[f"{kind}.schema.json"]
        keys = set(YAML(typ="safe", pure=True).load(file))
        assert keys <= set(schema["properties"]), file
        assert set(schema.get("required", [])) <= keys, file


def test_a_year_written_as_a_number_is_not_underlined() -> None:
    vintage = schemas()["source.schema.json"]["properties"]["vintage"]
    assert vintage["type"] == ["string", "number"]


def test_every_key_is_explained_and_nothing_else() -> None:
    explained = {
        f"{name}.{key}"
        for model in _models(Pack)
        for name, keys in [(model.__name__, model.model_fields)]
        for key in keys
        if name != "Pack" or key not in FOLDERS
    }
    assert sorted(k for k in explained if description(*k.split(".")) is None) == []
    shared = {k.split(".")[1] for k in explained}
    stale = [k for k in KEYS if (k.startswith("*.") and k[2:] not in shared) or (k[0] != "*" and k not in explained)]
    assert stale == []


def _models(start: type[BaseModel]) -> set[type[BaseModel]]:
    """The model and every model in it."""
    found, waiting = set(), [start]
    while waiting:
        model = waiting.pop()
        if isinstance(model, type) and issubclass(model, BaseModel) and model not in found:
            found.add(model)
            waiting += [f.annotation for f in model.model_fields.values()]
        waiting += get_args(model)
    return found
