"""Reference pages and JSON Schemas, written from the code and the packs.

``python -m terril.pipeline.reference`` rewrites ``docs/reference``, ``docs/erreurs.md`` and
``docs/schemas``; a test checks that what is committed is what would be written.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import terril
from terril.core.errors import TerrilError
from terril.core.indicators.graph import all_sources
from terril.core.indicators.spec import Indicator, Span
from terril.core.packs import Theme
from terril.core.sources import Source
from terril.pipeline.packs import Packs, load_packs
from terril.pipeline.packs.schemas import as_text, schemas

PACKAGE = Path(terril.__file__).resolve().parent
ROOT = PACKAGE.parents[1]
#: Packs whose sources and indicators are documented: those of the project, whoever runs this.
OWN = ("france", "artois")
LAYERS = {
    "core": "le domaine : territoires, périodes, unités, statuts, formules, définitions",
    "engine": "le calcul : SQL, fichiers publiés, requêtes",
    "ingestion": "les formats et l'accès au réseau",
    "pipeline": "paquets, versions, plan, construction, publication",
}
_NOTICE = "<!-- Page écrite par « make docs » : ne pas la modifier à la main. -->\n\n"


def pages() -> dict[str, str]:
    """Every generated file, by its path under ``docs``."""
    folders = {p.parent.name: p.parent for p in (ROOT / "packs").glob("*/pack.yaml")}
    packs = load_packs(OWN, folders=folders)
    found = {f"schemas/{name}": as_text(schema) for name, schema in schemas().items()}
    texts = {
        "erreurs.md": _errors(),
        "reference/index.md": _index(),
        "reference/paquets.md": _keys(),
        "reference/sources.md": _sources(packs),
        "reference/indicateurs.md": _indicators(packs),
    }
    texts |= {f"reference/python/{layer}.md": _api(layer, said) for layer, said in LAYERS.items()}
    return found | {path: _NOTICE + text for path, text in texts.items()}


def write(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write pages under ``folder``; the files that changed."""
    changed = []
    for path, text in texts.items():
        file = folder / path
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        changed.append(file)
    return changed


def _index() -> str:
    layers = "".join(f"- [`terril.{layer}`](python/{layer}.md) : {said}\n" for layer, said in LAYERS.items())
    return (
        "# Référence\n\n"
        "Ces pages sont écrites depuis le code et les paquets.\n\n"
        "- [Sources](sources.md) déclarées par les paquets livrés\n"
        "- [Indicateurs](indicateurs.md), et ceux qui se lisent sans rien charger\n"
        "- [Clés des fichiers d'un paquet](paquets.md)\n"
        "- [Erreurs](../erreurs.md)\n\n"
        "Pour les programmeurs (en anglais) :\n\n" + layers
    )


# Errors


def _errors() -> str:
    rows = [
        f"| `{code}` | `{name}` | {said} |"
        for code, name, said in sorted(_error_classes(), key=lambda e: (e[1] != "TerrilError", e[0]))
    ]
    head = (
        "# Erreurs\n\n"
        "Toute erreur a un code, un message en français, un endroit (fichier, ligne, champ, valeur)\n"
        "et, quand il est connu, un remède. Avec `--format json`, elle s'écrit "
        "`{code, message, location, hint}`.\n\n"
        "| code | classe | sens (en anglais, tel que dans le code) |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def _error_classes() -> Iterator[tuple[str, str, str]]:
    """Code, name and first sentence of each class of the error tree, found in the source text."""
    family = {"TerrilError"}
    classes = [n for f in _modules(PACKAGE) for n in ast.walk(_tree(f)) if isinstance(n, ast.ClassDef)]
    for _ in range(len(classes)):  # a child may be read before its parent
        grown = family | {c.name for c in classes if family & {ast.unparse(b) for b in c.bases}}
        if grown == family:
            break
        family = grown
    for node in classes:
        if node.name in family:
            values = {ast.unparse(t): s.value for s in node.body if isinstance(s, ast.Assign) for t in s.targets}
            code = ast.literal_eval(values["code"]) if "code" in values else "?"
            yield code, node.name, _summary(ast.get_docstring(node))


def _code(node: ast.ClassDef) -> str:
    assigned = [s for s in node.body if isinstance(s, ast.Assign) and ast.unparse(s.targets[0]) == "code"]
    return str(ast.literal_eval(assigned[0].value)) if assigned else "?"


# Packs


def _keys() -> str:
    parts = [
        "# Clés des fichiers d'un paquet\n\n"
        "Une clé en **gras** est obligatoire. Les schémas JSON sont dans `docs/schemas/` ;\n"
        "voir [écrire une source](../guide/ecrire-une-source.md) pour s'en servir dans un éditeur.\n"
    ]
    for file, schema in schemas().items():
        parts.append(f"\n## {_place(file)}\n\n{_table(schema)}")
        for name, inner in schema.get("$defs", {}).items():
            if "properties" in inner:
                parts.append(f"\n### {name}\n\n{_table(inner)}")
    return "".join(parts)


def _place(schema: str) -> str:
    kind = schema.removesuffix(".schema.json")
    places = {
        "source": "sources/*.yaml",
        "facts": "facts/*.yaml",
        "parameter": "parameters/*.yaml",
        "indicator": "indicators/<thème>/<nom>.yaml",
    }
    return places.get(kind, f"{kind}.yaml")


def _table(schema: Mapping[str, Any]) -> str:
    rows = ["| clé | valeur | sens |\n|---|---|---|\n"]
    for key, property_ in schema["properties"].items():
        name = f"**`{key}`**" if key in schema.get("required", []) else f"`{key}`"
        rows.append(f"| {name} | {_type(property_)} | {property_.get('description', '')} |\n")
    return "".join(rows)


def _type(property_: Mapping[str, Any]) -> str:
    """A type in a few French words."""
    words = {"string": "texte", "number": "nombre", "integer": "entier", "boolean": "oui ou non", "null": ""}
    if "$ref" in property_:
        return str(property_["$ref"]).rpartition("/")[2]
    if "const" in property_:
        return f"`{property_['const']}`"
    if "enum" in property_:
        return ", ".join(f"`{v}`" for v in property_["enum"])
    if "anyOf" in property_:
        return " ou ".join(dict.fromkeys(t for p in property_["anyOf"] if (t := _type(p))))
    kind = property_.get("type")
    if kind == "array":
        return f"liste de : {_type(property_.get('items', {}))}"
    if kind == "object":
        patterns = list(property_.get("patternProperties", {}).values())
        inner = property_.get("additionalProperties") or (patterns[0] if patterns else None)
        return f"nom : {_type(inner)}" if isinstance(inner, dict) else "nom : valeur"
    return words["string"] if isinstance(kind, list) else words.get(str(kind), str(kind or ""))


def _sources(packs: Packs) -> str:
    rows = ["# Sources\n\n| source | producteur | millésime | licence | fichiers |\n|---|---|---|---|---|\n"]
    for id_, source in sorted(packs.sources.items()):
        said = f"{source.producer} | {source.vintage} | {source.licence} | {_files(source)}"
        rows.append(f"| `{id_}`<br>{source.label} | {said} |\n")
    rows.append("\n## Chiffres relevés dans des documents\n\n| faits | document | année | chiffres |\n")
    rows.append("|---|---|---|---|\n")
    for id_, facts in sorted(packs.facts.items()):
        document = f"{facts.document.title}, {facts.document.producer}"
        rows.append(f"| `{id_}`<br>{facts.label} | {document} | {facts.document.year} | {len(facts.values)} |\n")
    return "".join(rows)


def _files(source: Source) -> str:
    if source.bundled:
        return "livrée avec Terril"
    return "<br>".join(f"`{name}`" for name in source.files) or "—"


def _indicators(packs: Packs) -> str:
    shown = [i for i in packs.indicators if is_bundled(packs, i)]
    parts = [
        "# Indicateurs\n\n"
        f"{len(packs.indicators)} indicateurs, dont {len(shown)} se lisent sans rien charger\n"
        "(**✓**) : leurs sources sont livrées avec Terril ou relevées dans des documents. Les autres disent\n"
        "« donnée non chargée » tant que leurs sources ne le sont pas.\n"
    ]
    for theme in packs.themes.values():
        parts.append(_theme(packs, theme, [i for i in packs.indicators.values() if i.theme == theme.id]))
    return "".join(parts)


def _theme(packs: Packs, theme: Theme, indicators: list[Indicator]) -> str:
    if not indicators:
        return ""
    rows = [f"\n## {theme.label}\n\n| | indicateur | unité | sources |\n|---|---|---|---|\n"]
    told: set[str] = set()
    for indicator in sorted(indicators, key=lambda i: i.id):
        family = packs.families.get(indicator.part_of or "")
        if family is not None and family.id in told:
            continue
        told.add(indicator.part_of or "")
        sources = ", ".join(f"`{s}`" for s in all_sources(packs.indicators, indicator.id))
        mark = "**✓**" if is_bundled(packs, indicator.id) else ""
        name = f"`{indicator.id}`<br>{indicator.label}"
        if family is not None:
            name = f"`{family.id}__…`<br>{family.label} ({', '.join(family.category(m) for m in family.members)})"
        rows.append(f"| {mark} | {name} | {indicator.unit or '—'} | {sources} |\n")
    return "".join(rows)


def is_bundled(packs: Packs, indicator: str) -> bool:
    """Whether an indicator shows with no file to load: each input has a bundled source or facts.

    A span never does: it starts long before what travels with Terril.
    """
    if isinstance(packs.indicators[indicator].period, Span):
        return False
    entries = [e for e in packs.indicators[indicator].inputs.values() if e.parameter is None]
    return all(
        is_bundled(packs, e.indicator)
        if e.indicator is not None
        else any(d in packs.facts or packs.sources[d].bundled for d in e.datasets)
        for e in entries
    )


# Python


def _modules(folder: Path) -> list[Path]:
    return sorted(f for f in folder.rglob("*.py") if "__pycache__" not in f.parts)


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _api(layer: str, said: str) -> str:
    parts = [f"# terril.{layer}\n\n{said[0].upper()}{said[1:]}.\n"]
    for file in _modules(PACKAGE / layer):
        name = ".".join(("terril", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        tree = _tree(file)
        documented = [n for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef) and n.name[0] != "_"]
        if not documented and file.name == "__init__.py":
            continue
        parts.append(f"\n## {name}\n\n{ast.get_docstring(tree) or ''}\n")
        parts += [_object(node) for node in documented]
    return "".join(parts)


def _object(node: ast.ClassDef | ast.FunctionDef) -> str:
    signature = f"class {node.name}" if isinstance(node, ast.ClassDef) else f"{node.name}{_signature(node)}"
    text = f"\n### `{signature}`\n\n"
    if doc := ast.get_docstring(node):
        text += f"```text\n{inspect.cleandoc(doc)}\n```\n"
    if isinstance(node, ast.ClassDef):
        methods = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name[0] != "_"]
        text += "".join(f"- `{m.name}{_signature(m)}` : {_summary(ast.get_docstring(m))}\n" for m in methods)
    return text


def _signature(node: ast.FunctionDef) -> str:
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({ast.unparse(node.args)}){returned}"


def _summary(doc: str | None) -> str:
    return (doc or "").strip().split("\n\n")[0].replace("\n", " ")


def main() -> int:
    """Write, and say what changed; 1 when the packs are at fault."""
    try:
        changed = write(ROOT / "docs", pages())
    except TerrilError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{file.relative_to(ROOT)}\n" for file in changed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
