"""Packs are found, merged in extension order, and read again only when a file changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from terril.core.errors import PackError
from terril.pipeline.packs import PacksError, load_packs, locate_packs, read_packs
from terril.pipeline.packs.check import check_packs

CHILD = {
    "pack.yaml": "id: child\nlabel: Enfant\nextends: [base]\nhome: voisin\n",
    "perimeters.yaml": """
perimeters:
  - id: voisin
    label: Voisin
    members: ["perimeter:bassin"]
  - id: grand
    label: Grand bassin, vu d'ici
    members: ["perimeter:voisin"]
""",
}


# Located


def test_the_packs_of_the_checkout_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERRIL_PACKS", raising=False)
    assert {"france", "artois"} <= set(locate_packs())


def test_terril_packs_adds_a_pack_or_a_folder_of_packs(bench, tmp_path, monkeypatch) -> None:
    bench.base()
    alone = bench.pack("france", {"pack.yaml": "id: france\nlabel: Une autre\n"})
    monkeypatch.setenv("TERRIL_PACKS", str(tmp_path))
    assert locate_packs()["base"] == (tmp_path / "base").resolve()
    monkeypatch.setenv("TERRIL_PACKS", os.pathsep.join(["", str(alone)]))
    found = locate_packs()
    assert found["france"] == alone.resolve(), "a pack named in TERRIL_PACKS comes before one of the same name"
    assert "base" not in found


def test_a_folder_that_does_not_exist_is_an_error(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TERRIL_PACKS", str(tmp_path / "nowhere"))
    with pytest.raises(PackError, match=r"nowhere : dossier absent.*new-pack nowhere"):
        locate_packs()
    assert "dossier absent" in str(check_packs().errors[0])


def test_a_folder_without_pack_is_an_error(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TERRIL_PACKS", str(tmp_path))
    with pytest.raises(PackError, match=r"aucun paquet.*pack\.yaml"):
        locate_packs()


# Merged


def test_an_extending_pack_comes_after_and_replaces(bench) -> None:
    bench.pack("child", CHILD)
    bench.base()
    packs = load_packs(folders=bench.folders)
    assert list(packs.packs) == ["base", "child"]
    assert packs.home == "voisin"
    assert packs.perimeters["grand"].label == "Grand bassin, vu d'ici"
    assert packs.owner["perimeter:grand"] == "child"
    assert packs.where["perimeter:grand"].line == 5
    assert packs.where["logement/part_vacants"].line == 1
    assert packs.visible("child") == {"base", "child"}


def test_only_what_is_asked_and_what_it_extends_is_read(bench) -> None:
    bench.base()
    bench.pack("child", CHILD)
    assert list(load_packs(["base"], folders=bench.folders).packs) == ["base"]
    assert list(load_packs(["child"], folders=bench.folders).packs) == ["base", "child"]


def test_packs_that_do_not_extend_each_other_may_not_replace(bench) -> None:
    bench.base()
    bench.pack("child", CHILD | {"pack.yaml": "id: child\nlabel: Enfant\n"})
    texts = bench.texts()
    assert texts == [
        "child/perimeters.yaml:5, champ « id » : « grand » est défini deux fois → l'autre est base/perimeters.yaml:5 ; "
        "seul un paquet qui étend « base » peut le remplacer"
    ]


def test_what_a_pack_does_not_extend_it_does_not_see(bench) -> None:
    bench.base()
    indicator = """
id: ici/projets
label: Projets
definition: Projets.
unit: projet
inputs: {projets: {dataset: agence/chiffres, measure: value, column: projets}}
formula: projets
aggregation: none
missing: propagate
"""
    manifest = "id: child\nlabel: Enfant\nthemes: [{id: ici, label: Ici}]\n"
    bench.pack("child", {"pack.yaml": manifest, "indicators/ici/projets.yaml": indicator})
    (told,) = bench.texts()
    assert "source inconnue « agence/chiffres » → le paquet « base » le déclare : ajouter « extends: [base] »" in told


def test_a_missing_parent_pack_is_an_error(bench) -> None:
    bench.pack("child", {"pack.yaml": "id: child\nlabel: Enfant\nextends: [bas]\n"})
    bench.base()
    (told,) = bench.texts()
    assert told.startswith("child/pack.yaml:3, champ « extends » : paquet introuvable « bas » → écrire « base » ?")


def test_packs_extending_in_a_circle_are_an_error(bench) -> None:
    bench.pack("un", {"pack.yaml": "id: un\nlabel: Un\nextends: [deux]\n"})
    bench.pack("deux", {"pack.yaml": "id: deux\nlabel: Deux\nextends: [un]\n"})
    (told,) = bench.texts()
    assert "s'étendent en rond : un → deux → un" in told


def test_a_pack_bears_the_name_of_its_folder(bench) -> None:
    bench.pack("ici", {"pack.yaml": "id: la\nlabel: Là\n"})
    (told,) = bench.texts()
    assert "le paquet « la » est dans un dossier nommé « ici »" in told


def test_a_pack_whose_manifest_is_wrong_is_read_all_the_same(bench) -> None:
    bench.base(("pack.yaml", "label: Base\n", "lable: Base\n"), ("perimeters.yaml", "commune:62119", "62119"))
    texts = bench.texts()
    assert len(texts) == 2
    assert "écrire « label » ?" in texts[0]
    assert "« 62119 »" in texts[1]


def test_loading_raises_every_fault_together(bench) -> None:
    bench.base(("pack.yaml", "label: Base", "label: 3"), ("perimeters.yaml", "commune:62119", "62119"))
    with pytest.raises(PacksError) as caught:
        load_packs(folders=bench.folders)
    assert len(caught.value.errors) == 2
    assert "2 erreurs dans les paquets" in str(caught.value)
    assert len(caught.value.as_dict()["errors"]) == 2


def test_facts_read_as_sources(bench) -> None:
    bench.base()
    datasets = load_packs(folders=bench.folders).datasets(cog=2025)
    assert sorted(datasets) == ["agence/chiffres", "insee/rp"]
    assert datasets["agence/chiffres"].geography.cog == 2025


def test_codes_and_dates_stay_text(bench) -> None:
    bench.base(("sources/rp.yaml", "period: {value: 2021}", "missing: [01, 1.5, null]\nperiod: {value: 2021}"))
    (told,) = bench.texts()
    assert "missing" in told, "null is no text"
    bench.base(("sources/rp.yaml", "period: {value: 2021}", "missing: [01, 2025-01-15]\nperiod: {value: 2021}"))
    assert load_packs(folders=bench.folders).sources["insee/rp"].missing == ("01", "2025-01-15")


def test_several_values_of_a_dimension_stay_several(bench) -> None:
    part = "indicators/logement/part_vacants.yaml"
    bench.base((part, "type: maison", "type: [maison, appartement]"))
    where = load_packs(folders=bench.folders).indicators["logement/part_vacants"].inputs["vacants"].where
    assert where == {"type": ("maison", "appartement")}


# Cached


def test_the_cache_changes_nothing_but_time(bench, tmp_path) -> None:
    bench.base()
    cache = tmp_path / "cache" / "packs.json"
    fresh = load_packs(folders=bench.folders)
    first = load_packs(folders=bench.folders, cache=cache)
    again = load_packs(folders=bench.folders, cache=cache)
    assert fresh == first == again
    assert len(json.loads(cache.read_text())["documents"]) == 6


def test_a_changed_file_is_read_again_even_with_its_time_and_size_unchanged(bench, tmp_path) -> None:
    folder = bench.base()
    cache = tmp_path / "packs.json"
    load_packs(folders=bench.folders, cache=cache)
    file = folder / "pack.yaml"
    before = file.stat()
    file.write_text(file.read_text().replace("label: Base", "label: Neuf"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert load_packs(folders=bench.folders, cache=cache).packs["base"].manifest.label == "Neuf"


def test_a_refused_file_is_never_cached(bench, tmp_path) -> None:
    bench.base(("pack.yaml", "label: Base", "label: Base\nlabel: Base"))
    cache = tmp_path / "packs.json"
    for _ in range(2):
        assert len(read_packs(folders=bench.folders, cache=cache)[1]) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"format": 0}', b"\xff"])
def test_a_spoilt_cache_is_rebuilt(bench, tmp_path: Path, content: bytes) -> None:
    bench.base()
    cache = tmp_path / "packs.json"
    cache.write_bytes(content)
    assert load_packs(folders=bench.folders, cache=cache).home == "bassin"
    assert json.loads(cache.read_text())["documents"]


def test_a_cache_that_cannot_be_written_stops_nothing(bench, tmp_path) -> None:
    bench.base()
    (tmp_path / "file").write_text("not a folder")
    assert load_packs(folders=bench.folders, cache=tmp_path / "file" / "packs.json").home == "bassin"
