"""French as people read it, taken out of what is written for machines: templates, code, packs, scripts."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from ruamel.yaml import YAML

from tests.architecture.files import ROOT, SOURCE, shown, tree

#: Attributes that a reader sees or hears.
_SHOWN = {
    "alt",
    "title",
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "placeholder",
    "label",
    "data-label",
}
#: What is quoted to be typed or read by a machine is no French.
_QUOTED = {"code", "kbd", "samp", "pre", "script", "style", "textarea"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_TAG = re.compile(r"{%(.*?)%}|{{(.*?)}}|{#.*?#}", re.DOTALL)
_LITERAL = re.compile(r"\"([^\"]*)\"|'([^']*)'")
#: Keys of packs whose values are names for machines, formulas or addresses.
_MACHINE = {
    "id", "extends", "home", "members", "measures", "same", "different", "kinds", "within", "unit", "formula", "inputs",
    "aggregation", "missing", "weight", "url", "homepage", "address", "files", "columns", "geography", "read", "tests",
    "territory", "kind", "format", "coverage", "flags", "where", "melt", "statuses", "not_applicable", "level", "levels",
    "palette", "direction", "period", "key", "highlights", "siren", "frequency", "empty", "rows", "parts", "dataset",
    "measure", "status", "numerator", "denominator", "column", "parent", "child", "severity", "total", "source",
    "source_column", "indicator", "against",
}  # fmt: skip
#: What stands in a sentence without being French: addresses, commands and keys quoted, options, names of files.
_NOT_FRENCH = re.compile(
    r"https?://\S+|\bterril [a-z]+ --\w+|\bterril (?:build|check|demo|explain|ingest|plan|query|serve)\b|\b[a-z]\w*\([\w, ]*,[\w, ]*\)|[\w-]+-(?=[\s·]|$)|{\w+}|«\s?(?:terril|make|npm|python) [^»]*»|«\s?[a-z][\w.:<>,= -]*\s?»|(?<!\w)--?[a-z][\w-]*|\w*_\w+(?:\.\w+)*|"
    r"[\w-]+(?:[./:@]\w*)*[/:@]\w+(?:[./:@=]\w*)*|\b\w+\.[a-z]\w+(?:\.\w+)*|(?<!\w)\.[a-z]{2,}\b|&\w+;|%[a-zA-Z]|<[^>]*>|\[/?[a-z ]*\]"
)
#: Names of classes and of fonts, beside the words of drawings.
_CLASSES = re.compile(r"[a-z·\s-]+$|\S+$")
#: A word cut short by an ellipsis is not judged.
_WORD = re.compile(r"(?<![\w-])[^\W_]+(?:['’\-–][^\W_]+)*(?![\w…])")


@dataclass(frozen=True, slots=True)
class Text:
    """Some French and where it is written."""

    place: str
    text: str

    def words(self) -> Iterator[str]:
        """Words, apostrophes curled; those with a digit (CO2, 1er, D9) are left out."""
        for word in _WORD.findall(_NOT_FRENCH.sub(" · ", self.text)):
            if not any(c.isdigit() for c in word):
                yield word.replace("'", "’")


class _Reader(HTMLParser):
    """Texts and spoken attributes of a page, code left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[int, str]] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("name") == "description":
            self._add(given.get("content"))
        if tag not in _VOID and (self._quoted or tag in _QUOTED or given.get("lang", "fr") != "fr"):
            self._quoted += 1
        for name in _SHOWN & given.keys():
            self._add(given[name])

    def handle_endtag(self, tag: str) -> None:
        if self._quoted and tag not in _VOID:
            self._quoted -= 1

    def handle_data(self, data: str) -> None:
        if not self._quoted:
            self._add(data)

    def _add(self, text: str | None) -> None:
        if text and text.strip():
            self.texts.append((self.getpos()[0], text))


def of_page(html: str, place: str) -> list[Text]:
    """What a page says."""
    reader = _Reader()
    reader.feed(html)
    return [Text(f"{place}:{line}", text) for line, text in reader.texts]


def of_template(file: Path) -> list[Text]:
    """What a template says of its own, and the texts it hands to what it includes."""
    source = file.read_text(encoding="utf-8")
    handed = [
        Text(f"{shown(file)}:{source.count(chr(10), 0, tag.start()) + 1}", text)
        for tag in _TAG.finditer(source)
        for found in _LITERAL.findall(tag[1] or tag[2] or "")
        if is_text(text := "".join(found))
    ]
    # As many lines as before, so that places stay true; a variable stands for a word of unknown gender.
    bare = _TAG.sub(_blank, source)
    return of_page(bare, shown(file)) + handed


def _blank(tag: re.Match[str]) -> str:
    # What « else » parts is not one word.
    stands = "·" if tag[2] else " / " if re.match(r"\s*el(?:se|if)\b|\s*empty\b", tag[1] or "") else ""
    return stands + "\n" * tag[0].count("\n")


def is_text(value: str) -> bool:
    """Whether a literal is meant for people: several words, an accent, or a capital then small letters."""
    if re.search(r"[<>=_;]\S|[{}]|^[@/.]|\)\s\w+\(|^[\w.-]+/|^\W*$|::|SELECT |^[A-Z][a-z]+(-[A-Z][a-z]+)+$", value):
        return False
    words = re.findall(r"[^\W\d_]{2,}", value)
    return (len(words) > 1 and " " in value.strip()) or any(not w.isascii() or w.istitle() for w in words)


def of_module(file: Path) -> list[Text]:
    """Literals of a module meant for people: those of pages and sentences, elsewhere those of errors."""
    parsed = tree(file)
    speaks = any(part in file.relative_to(SOURCE).parts for part in ("web", "core"))
    spoken = [parsed] if speaks else [n for n in ast.walk(parsed) if isinstance(n, ast.Call) and _is_error(n.func)]
    silent = _documentation(parsed)
    names = {getattr(n, "id", getattr(n, "name", "")) for n in ast.walk(parsed)}
    drawn = "drawing" in file.parts
    found = {
        (node.lineno, text): Text(f"{shown(file)}:{node.lineno}", text)
        for root in spoken
        for node in ast.walk(root)
        if id(node) not in silent
        and is_text(text := _said(node))
        and text not in names
        and not (drawn and _CLASSES.match(text))
    }
    return list(found.values())


def _said(node: ast.AST) -> str:
    """What a literal says, variables left blank; empty for what is no literal."""
    if isinstance(node, ast.JoinedStr):
        return "·".join(str(v.value) for v in node.values if isinstance(v, ast.Constant))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_error(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return str(name).endswith("Error") and not hasattr(builtins, str(name))


def _is_ours_to_read(called: ast.expr) -> bool:
    # An error of Python's own is for who writes code.
    name = str(getattr(called, "id", ""))
    return name == "TypeVar" or (name.endswith("Error") and hasattr(builtins, name))


def _of_re(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and getattr(called.value, "id", "") == "re"


def _documentation(parsed: ast.Module) -> set[int]:
    """Docstrings, keys, what is compared, patterns handed to ``re``: no reader sees them."""
    silent = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            # Read as a whole.
            silent |= {id(part) for part in node.values}
        elif isinstance(node, ast.Subscript):
            silent |= {id(k) for k in ast.walk(node.slice)}
        elif isinstance(node, ast.Compare):
            silent |= {id(k) for part in (node.left, *node.comparators) for k in ast.walk(part)}
        elif isinstance(node, ast.Call) and (_of_re(node.func) or _is_ours_to_read(node.func)):
            silent |= {id(k) for k in ast.walk(node)}
    return silent


def of_script(file: Path) -> list[Text]:
    """Literals of a TypeScript module meant for people: those with an accent or an apostrophe of ours."""
    bare = re.sub(
        r"/\*.*?\*/|(?<!:)//[^\n]*",
        lambda m: "\n" * m[0].count("\n"),
        file.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    found = []
    for m in re.finditer(r"\"([^\"\n]*)\"|`([^`]*)`", bare):
        text = re.sub(r"\$\{[^}]*\}", "·", m[1] or m[2] or "")
        if re.search(r"[à-ÿœ’«\u00a0\u202f]", text) and not re.search(r"[<>{}=]", text):
            found.append(Text(f"{shown(file)}:{bare.count(chr(10), 0, m.start()) + 1}", text))
    return found


def of_pack(file: Path) -> list[Text]:
    """Labels, definitions, cautions, methods, questions, notes, titles… of a file of a pack."""
    return list(_values(YAML(typ="safe").load(file), shown(file)))


def _values(node: object, place: str, key: str = "") -> Iterator[Text]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name not in _MACHINE:
                yield from _values(value, f"{place}#{name}", str(name))
            elif name in {"columns", "inputs"} and isinstance(value, list | dict):
                yield from _labels(value, f"{place}#{name}")
    elif isinstance(node, list):
        for value in node:
            yield from _values(value, place, key)
    elif isinstance(node, str) and key:
        yield Text(place, node)


def _labels(node: object, place: str) -> Iterator[Text]:
    # Columns are names for machines, save what is shown of them.
    children: Iterable[object] = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict):
        yield from (Text(f"{place}#{k}", v) for k in ("label", "note", "caution") if isinstance(v := node.get(k), str))
    for child in children:
        yield from _labels(child, place)


def templates() -> list[Path]:
    return sorted((SOURCE / "web").rglob("*.html"))


def packs() -> list[Path]:
    return sorted((ROOT / "packs").rglob("*.yaml"))


def scripts() -> list[Path]:
    return [f for f in sorted((ROOT / "frontend").rglob("*.ts")) if "node_modules" not in f.parts]
