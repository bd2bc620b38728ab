"""YAML made plain data that still knows its lines; nothing is executed, nothing is guessed twice."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from terril.core.errors import Location, PackError

_TAG = "tag:yaml.org,2002:"
_SEPARATOR = "\t"
#: A definition is written by hand: past this size it is something else.
MAX_BYTES = 5_000_000
#: Changes when what is written in the cache changes.
_CACHE_FORMAT = 2
Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A definition file, as plain data.

    Parameters
    ----------
    file : path shown to the reader, relative to the working folder when it lies inside.
    data : mappings, lists, texts, numbers.
    lines : 1-based line of each key and item, by its path.
    """

    file: str
    data: Any
    lines: dict[str, int]

    def locate(self, path: Sequence[str | int] = (), field: str | None = None) -> Location:
        """Line of ``path``, or of the nearest enclosing key."""
        kept = [str(p) for p in path]
        while kept:
            line = self.lines.get(_SEPARATOR.join(kept))
            if line is not None:
                return Location(file=self.file, line=line, field=field)
            kept.pop()
        return Location(file=self.file, line=1, field=field)

    def fault(self, message: str, *path: str | int, hint: str | None = None) -> PackError:
        """An error at the line of ``path``."""
        field = next((str(p) for p in reversed(path) if isinstance(p, str)), None)
        return PackError(message, location=self.locate(path, field), hint=hint)


@dataclass
class Cache:
    """Documents already read, kept beside the data so that each command need not read YAML again.

    An entry stands as long as its file has the same size, modification and change times: a time
    that is set back, as an archive does, is seen by the other. ``file`` None reads everything.
    """

    file: Path | None = None
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)
    _changed: bool = False

    def __post_init__(self) -> None:
        if self.file is None or not self.file.is_file():
            return
        try:
            stored = json.loads(self.file.read_bytes())
        except (OSError, ValueError):
            return  # a cache that cannot be read is rebuilt: it holds nothing else
        if isinstance(stored, dict) and stored.get("format") == _CACHE_FORMAT:
            self._known = stored["documents"]

    def read(self, file: Path) -> tuple[Document | None, list[PackError]]:
        """The document, from the cache when its file did not change; faulty files are never kept."""
        state = file.stat()
        stamp = [state.st_mtime_ns, state.st_ctime_ns, state.st_size]
        known = self._known.get(str(file))
        if known is not None and known["stamp"] == stamp:
            return Document(shown(file), known["data"], known["lines"]), []
        document, errors = read_document(file)
        if document is not None and not errors:
            self._known[str(file)] = {"stamp": stamp, "data": document.data, "lines": document.lines}
            self._changed = True
        return document, errors

    def save(self) -> None:
        """Write what was learnt, atomically. A folder that cannot be written costs time, no more."""
        if self.file is None or not self._changed:
            return
        content = json.dumps({"format": _CACHE_FORMAT, "documents": self._known}, ensure_ascii=False)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self.file.parent, delete=False, encoding="utf-8") as part:
                part.write(content)
            Path(part.name).replace(self.file)
        except OSError:
            self._changed = False


def shown(file: Path) -> str:
    """Path as the reader would type it: relative when inside the working folder."""
    try:
        return file.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(file)


def read_document(file: Path) -> tuple[Document | None, list[PackError]]:
    """Read one YAML 1.2 file; every fault is returned, none is raised."""
    name = shown(file)
    try:
        if file.stat().st_size > MAX_BYTES:
            hint = f"{MAX_BYTES // 1_000_000} Mo au plus : des données se chargent, elles ne se déclarent pas"
            return None, [PackError("fichier de définition trop gros", location=Location(file=name), hint=hint)]
        text = file.read_bytes().decode("utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("error", YAMLWarning)
            node = YAML(typ="safe", pure=True).compose(text)
    except (UnicodeDecodeError, YAMLError, YAMLWarning, RecursionError, OSError) as error:
        return None, [_unreadable(name, error)]
    if node is None:
        return None, [PackError("fichier vide", location=Location(file=name), hint="le compléter ou le supprimer")]
    reader = _Reader(name)
    data = reader.plain(node, ())
    return (Document(name, data, reader.lines) if reader.whole else None), reader.errors


def _unreadable(name: str, error: Exception) -> PackError:
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        where = Location(file=name, line=line)
        return PackError("le fichier n'est pas en UTF-8", location=where, hint="l'enregistrer en UTF-8")
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        where = Location(file=name, line=mark.line + 1 if mark else None, column=mark.column + 1 if mark else None)
        return PackError(f"YAML illisible : {_syntax(error.problem or '')}", location=where, hint=_SYNTAX_HINT)
    if isinstance(error, YAMLWarning):
        hint = "retirer les ancres (&) et les alias (*) : chaque définition se lit seule"
        return PackError("YAML ambigu", location=Location(file=name), hint=hint)
    if isinstance(error, RecursionError):
        return PackError("YAML trop imbriqué", location=Location(file=name), hint="aplatir le fichier")
    if isinstance(error, OSError):
        why = error.strerror or "erreur de lecture"
        return PackError(f"fichier illisible : {why}", location=Location(file=name), hint="vérifier ses droits")
    return PackError("caractère interdit dans un fichier YAML", location=Location(file=name), hint=_SYNTAX_HINT)


#: Half of a character, which no file can hold.
_SURROGATE = re.compile("[\ud800-\udfff]")
_SYNTAX_HINT = (
    "vérifier l'alignement (espaces, jamais de tabulation) et mettre entre guillemets un texte "
    "qui contient « : », « # », « % » ou une accolade"
)
_SYNTAX = {
    "mapping values are not allowed": "un « : » de trop sur la ligne",
    "could not find expected ':'": "il manque un « : » après la clé",
    "found character '\\t'": "une tabulation sert de retrait",
    "cannot start any token": "un caractère ne peut commencer une valeur (guillemets nécessaires)",
    "expected <block end>": "le retrait de la ligne ne correspond à rien",
    "expected ',' or": "il manque une virgule, une accolade ou un crochet fermant",
    "unexpected end of stream": "un guillemet, une accolade ou un crochet n'est pas fermé",
    "expected a single document": "un seul document par fichier (« --- » de trop)",
    "but found another document": "un seul document par fichier (« --- » de trop)",
    "undefined alias": "un alias (*) n'est pas défini",
}


def _syntax(problem: str) -> str:
    return next((french for english, french in _SYNTAX.items() if english in problem), problem)


class _Reader:
    """Nodes made plain data, with the line of each key."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self.errors: list[PackError] = []
        #: False when a value had to be left out: what is left cannot be judged.
        self.whole = True
        self._seen: set[int] = set()
        self._scalars = YAML(typ="safe", pure=True).constructor

    def plain(self, node: Node, path: Path_) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(_SEPARATOR.join(str(p) for p in path), line)
        if id(node) in self._seen:
            self._refuse("les alias YAML (*) ne sont pas admis", line, "écrire la valeur en toutes lettres")
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(cast(ScalarNode, node), line)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if not key or key == "<<":
                self._refuse("clé YAML illisible", line, "une clé est un simple mot")
                continue
            if key in result:
                first = self.lines[_SEPARATOR.join(str(p) for p in (*path, key))]
                self._refuse(
                    f"clé « {key} » écrite deux fois",
                    line,
                    f"elle l'est déjà ligne {first} : en garder une",
                    key,
                )
                continue
            self.lines[_SEPARATOR.join(str(p) for p in (*path, key))] = line
            result[key] = self.plain(value_node, (*path, key))
        return result

    def _scalar(self, node: ScalarNode, line: int) -> Any:
        kind = str(node.tag).removeprefix(_TAG)
        text = str(node.value)
        if _SURROGATE.search(text):
            self._refuse("caractère interdit", line, "retirer la séquence « \\uD8… »")
            return None
        if kind in ("str", "timestamp") or (
            kind == "int" and len(text) > 1 and text.startswith("0") and text.isdigit()
        ):
            return text  # a date is a text here, and « 01 » is a code, not the number one
        if kind in ("int", "float", "bool", "null"):
            try:
                return getattr(self._scalars, f"construct_yaml_{kind}")(node)
            except ValueError:
                self._refuse("nombre illisible", line, "le mettre entre guillemets si c'est un texte")
                return None
        self._refuse(f"étiquette YAML « {node.tag} » non admise", line, "retirer ce qui suit le « ! »")
        return None

    def _refuse(self, message: str, line: int, hint: str, key: str | None = None) -> None:
        self.whole = self.whole and key is not None
        where = Location(file=self.file, line=line, field=key)
        self.errors.append(PackError(message, location=where, hint=hint))
