"""From folders to :class:`Packs`: every file read, every fault said, nothing half loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from terril.core.errors import Location, PackError
from terril.core.indicators.breakdown import Breakdown, bears_placeholder, member_data
from terril.core.indicators.spec import Indicator
from terril.core.nomenclatures.spec import NomenclaturePassage
from terril.core.packs import Group, Organisation, Pack, Perimeter, Similarity, Synonyms, Theme
from terril.core.parameters import Parameter
from terril.core.sources import Facts, Source
from terril.core.spec import Spec
from terril.pipeline.packs.locate import MANIFEST, locate_packs
from terril.pipeline.packs.messages import nearest, refusals
from terril.pipeline.packs.model import Definition, LoadedPack, Packs, PacksError, unique_key
from terril.pipeline.packs.passages import with_rows
from terril.pipeline.packs.reading import Cache, Document, shown
from terril.pipeline.packs.references import check_references

#: Lists of a pack, each in a file of its name or under the same key of ``pack.yaml``.
LISTS: Mapping[str, tuple[str, type[Spec]]] = {
    "themes": ("theme", Theme),
    "perimeters": ("perimeter", Perimeter),
    "groups": ("group", Group),
    "similar": ("similar", Similarity),
    "organisations": ("organisation", Organisation),
    "synonyms": ("synonyms", Synonyms),
}
#: Folders of a pack, one definition a file.
FOLDERS: Mapping[str, tuple[str, type[Spec]]] = {
    "sources": ("source", Source),
    "facts": ("facts", Facts),
    "parameters": ("parameter", Parameter),
    "passages": ("passage", NomenclaturePassage),
    "indicators": ("indicator", Indicator),
}

#: Identifier of the manifest that stands for one that could not be read.
_STAND_IN = "illisible"


def load_packs(
    names: Sequence[str] | None = None,
    *,
    folders: Mapping[str, Path] | None = None,
    cache: Path | None = None,
) -> Packs:
    """Packs merged in extension order.

    Parameters
    ----------
    names : packs wanted, with those they extend; all that can be found when None.
    folders : where packs are; :func:`locate_packs` when None.
    cache : file that keeps what was read, for the next command.

    Raises
    ------
    PacksError
        All the faults found, not only the first.
    """
    packs, errors = read_packs(names, folders=folders, cache=cache)
    if errors:
        raise PacksError(errors)
    return packs


def read_packs(
    names: Sequence[str] | None = None,
    *,
    folders: Mapping[str, Path] | None = None,
    cache: Path | None = None,
) -> tuple[Packs, list[PackError]]:
    """The same, with the faults beside what could be read."""
    try:
        known = locate_packs() if folders is None else dict(folders)
    except PackError as error:
        return Packs(), [error]
    kept = Cache(cache)
    loader = _Loader(known, kept)
    loader.order(list(known) if names is None else list(names))
    definitions = [d for name in loader.manifests for d in loader.definitions(name)]
    packs = loader.merge(definitions)
    kept.save()
    return packs, [*loader.errors, *check_references(packs)]


class _Loader:
    def __init__(self, folders: Mapping[str, Path], cache: Cache) -> None:
        self.folders = folders
        self.cache = cache
        self.manifests: dict[str, LoadedPack] = {}
        self.documents: dict[str, Document] = {}
        self.errors: list[PackError] = []
        self.faulty: set[str] = set()

    # Manifests

    def order(self, names: Sequence[str]) -> None:
        """Read manifests, parents before those that extend them."""
        for name in names:
            self._visit(name, (), None)

    def _visit(self, name: str, chain: tuple[str, ...], asked: Location | None) -> None:
        if name in chain:
            circle = " → ".join((*chain[chain.index(name) :], name))
            message = f"des paquets s'étendent en rond : {circle}"
            self.errors.append(PackError(message, location=asked, hint="retirer l'un des « extends »"))
            return
        if name in self.manifests:
            return
        if name not in self.folders:
            hint = nearest(name, sorted(self.folders), "paquets trouvés") + " ; TERRIL_PACKS ajoute des dossiers"
            self.errors.append(PackError(f"paquet introuvable « {name} »", location=asked, hint=hint))
            return
        document, manifest = self._manifest(name)
        if document is None or manifest is None:
            return
        for i, parent in enumerate(manifest.extends):
            self._visit(parent, (*chain, name), document.locate(("extends", i), field="extends"))
        parents = [self.manifests[p] for p in manifest.extends if p in self.manifests]
        ancestors = frozenset(a for p in parents for a in (p.name, *p.ancestors))
        self.documents[name] = document
        self.manifests[name] = LoadedPack(name, self.folders[name], manifest, ancestors)

    def _manifest(self, name: str) -> tuple[Document | None, Pack | None]:
        document = self._read(self.folders[name] / MANIFEST)
        if document is None or not self._is_mapping(document):
            return None, None
        for key in FOLDERS.keys() & document.data.keys():
            message = f"« {key} » n'a pas sa place dans {MANIFEST}"
            self.errors.append(document.fault(message, key, hint=f"un fichier par définition, dans {key}/"))
        header = {k: v for k, v in document.data.items() if k not in LISTS and k not in FOLDERS}
        manifest = self._validate(Pack, Document(document.file, header, document.lines), ())
        if not isinstance(manifest, Pack):
            # The rest of the pack is read all the same, so that every fault is said at once.
            extends = header.get("extends")
            parents = tuple(p for p in extends if p in self.folders) if isinstance(extends, list) else ()
            return document, Pack(id=_STAND_IN, label=name, extends=parents)
        if manifest.id != name:
            message = f"le paquet « {manifest.id} » est dans un dossier nommé « {name} »"
            self.errors.append(document.fault(message, "id", hint="donner le même nom au dossier et au paquet"))
        return document, manifest

    # Definitions

    def definitions(self, name: str) -> Iterator[Definition]:
        """Definitions of one pack: lists, then one-definition files."""
        folder = self.folders[name]
        manifest = self.documents[name]
        for key in LISTS:
            if key in manifest.data:
                yield from self._list(name, key, manifest)
            file = folder / f"{key}.yaml"
            if file.is_file() and (document := self._read(file)) and self._is_mapping(document, only=key):
                yield from self._list(name, key, document)
        for key, (kind, model) in FOLDERS.items():
            pattern = "**/*.yaml" if key == "indicators" else "*.yaml"
            for file in sorted((folder / key).glob(pattern)):
                if (document := self._read(file)) is None or not self._is_mapping(document):
                    continue
                for value in self._read_as(model, kind, document, file, folder / key):
                    yield Definition(kind, _identifier(value), value, name, document)
        self._refuse_strays(folder)

    def _read_as(self, model: type[Spec], kind: str, document: Document, file: Path, root: Path) -> list[Spec]:
        """What a file declares: one object, or one indicator for each category of a breakdown."""
        if model is Indicator and not self._is_at_its_place(document, file, root):
            return []
        if model is Indicator and document.data.get("breakdown") is not None:
            return self._family(document)
        for key in ("part_of", "category") if model is Indicator else ():
            if key in document.data:
                hint = "l'écrire par « breakdown » : les catégories en sont faites à la lecture"
                self.errors.append(document.fault(f"« {key} » ne s'écrit pas", key, hint=hint))
        value = self._validate(model, document, ())
        if isinstance(value, NomenclaturePassage) and value.table is not None:
            value = self._tabled(value, document, root)
        if value is None:
            self._blame(kind, document.data)
        return [] if value is None else [value]

    def _tabled(self, passage: NomenclaturePassage, document: Document, folder: Path) -> Spec | None:
        whole = with_rows(document, folder, passage)
        if isinstance(whole, PackError):
            self.errors.append(whole)
            return None
        return self._validate(NomenclaturePassage, whole, ())

    def _family(self, document: Document) -> list[Spec]:
        """The ordinary indicators of a breakdown, in the order of its categories."""
        breakdown = self._validate(Breakdown, document, ("breakdown",))
        if not isinstance(breakdown, Breakdown):
            self._blame("indicator", document.data)
            return []
        if not bears_placeholder(document.data.get("inputs")):
            hint = "écrire « {category} » dans « where » ou « column » d'une entrée au moins"
            message = "aucune entrée ne dépend de la catégorie : elles auraient toutes la même valeur"
            self.errors.append(document.fault(message, "inputs", hint=hint))
            self._blame("indicator", document.data)
            return []
        found: list[Spec] = []
        for category in breakdown.categories:
            member = Document(document.file, member_data(document.data, breakdown, category), document.lines)
            value = self._validate(Indicator, member, ())
            if value is None:
                self._blame("indicator", document.data)
                return []  # the other categories are refused for the same reason
            found.append(value)
        return found

    def _list(self, pack: str, key: str, document: Document) -> Iterator[Definition]:
        kind, model = LISTS[key]
        items = document.data[key]
        if not isinstance(items, list):
            hint = "écrire un élément par tiret « - »"
            self.errors.append(document.fault(f"« {key} » est une liste", key, hint=hint))
            return
        for i in range(len(items)):
            value = self._validate(model, document, (key, i))
            if value is None:
                self._blame(kind, items[i])
            else:
                yield Definition(kind, _identifier(value), value, pack, document, (key, i))

    def _is_at_its_place(self, document: Document, file: Path, root: Path) -> bool:
        expected = file.relative_to(root).with_suffix("").as_posix()
        given = document.data.get("id")
        if not isinstance(given, str) or given == expected:
            return True
        message = f"l'indicateur « {given} » est dans le fichier {file.relative_to(root)}"
        hint = f"écrire « id: {expected} » ou déplacer le fichier en {given}.yaml"
        self.errors.append(document.fault(message, "id", hint=hint))
        return False

    def _refuse_strays(self, folder: Path) -> None:
        """A definition that would be silently ignored is a fault."""
        for file in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
            part = file.relative_to(folder).parts
            in_lists = len(part) == 1 and (file.stem in LISTS or file.name == MANIFEST)
            in_folders = part[0] in FOLDERS and (len(part) == 2 or part[0] == "indicators")
            if file.suffix == ".yaml" and (in_lists or in_folders):
                continue
            known = [MANIFEST, *(f"{k}.yaml" for k in LISTS), *(f"{k}/" for k in FOLDERS)]
            hint = nearest(file.name, known, "un paquet contient")
            where = Location(file=shown(file))
            self.errors.append(PackError("fichier qui n'est lu par personne", location=where, hint=hint))

    # Reading

    def _read(self, file: Path) -> Document | None:
        document, errors = self.cache.read(file)
        self.errors += errors
        return document

    def _is_mapping(self, document: Document, only: str | None = None) -> bool:
        if not isinstance(document.data, dict):
            hint = "commencer par « id: » ou par le nom de la liste"
            self.errors.append(document.fault("le fichier n'est pas un ensemble clé : valeur", hint=hint))
            return False
        unknown = [k for k in document.data if only is not None and k != only]
        for key in unknown:
            hint = f"ce fichier n'a qu'une clé, « {only} »"
            self.errors.append(document.fault(f"clé inconnue « {key} »", key, hint=hint))
        if only is not None and only not in document.data and not unknown:
            self.errors.append(document.fault(f"il manque la clé « {only} »"))
        return only is None or only in document.data

    def _validate(self, model: type[Spec], document: Document, base: tuple[str | int, ...]) -> Spec | None:
        data: Any = document.data
        for key in base:
            data = data[key]
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.errors += refusals(error, model, document, base)
            return None

    def _blame(self, kind: str, data: Any) -> None:
        """Remember what was refused, so that those who cite it are not refused as well."""
        identifier = data.get("level" if kind == "similar" else "id") if isinstance(data, dict) else None
        if isinstance(identifier, str):
            self.faulty.add(unique_key(kind, identifier))

    # Merging

    def merge(self, definitions: Sequence[Definition]) -> Packs:
        """One object an identifier; only a pack that extends the first declarer may replace it."""
        kept: dict[str, Definition] = {}
        for definition in definitions:
            first = kept.get(definition.key)
            if first is not None and not self._replaces(definition, first):
                other = f"l'autre est {first.locate('id')}"
                hint = f"{other} ; seul un paquet qui étend « {first.pack} » peut le remplacer"
                self.errors.append(definition.fault(f"« {definition.id} » est défini deux fois", "id", hint=hint))
                continue
            kept[definition.key] = definition
        return _packs(self.manifests, kept, frozenset(self.faulty))

    def _replaces(self, definition: Definition, first: Definition) -> bool:
        same = definition.kind == first.kind or {definition.kind, first.kind} == {"source", "facts"}
        return same and first.pack in self.manifests[definition.pack].ancestors


def _identifier(value: Spec) -> str:
    return str(getattr(value, "level" if isinstance(value, Similarity) else "id"))


def _packs(manifests: dict[str, LoadedPack], definitions: dict[str, Definition], faulty: frozenset[str]) -> Packs:
    by_kind: dict[str, dict[str, Any]] = {}
    for definition in definitions.values():
        by_kind.setdefault(definition.kind, {})[definition.id] = definition.value
    homes = [p.manifest.home for p in manifests.values() if p.manifest.home]
    highlights = [p.manifest.highlights for p in manifests.values() if p.manifest.highlights]
    return Packs(
        packs=manifests,
        sources=by_kind.get("source", {}),
        facts=by_kind.get("facts", {}),
        indicators=by_kind.get("indicator", {}),
        perimeters=by_kind.get("perimeter", {}),
        groups=by_kind.get("group", {}),
        similar=by_kind.get("similar", {}),
        organisations=by_kind.get("organisation", {}),
        synonyms=by_kind.get("synonyms", {}),
        themes=by_kind.get("theme", {}),
        parameters=by_kind.get("parameter", {}),
        passages=by_kind.get("passage", {}),
        where={key: d.locate("id") for key, d in definitions.items()},
        owner={key: d.pack for key, d in definitions.items()},
        home=homes[-1] if homes else None,
        highlights=highlights[-1] if highlights else (),
        definitions=definitions,
        faulty=faulty,
    )
