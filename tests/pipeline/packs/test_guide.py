"""The guide tells the truth: its examples make a pack that passes the check, its commands exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from terril.cli.app import app

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "guide"
PAGES = [ROOT / "README.md", ROOT / "LISEZMOI.md", ROOT / "CONTRIBUTING.md", *sorted(GUIDE.glob("*.md"))]
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def _block(page: str, start: str) -> str:
    (found,) = [b for b in _blocks(GUIDE / page, "yaml") if b.startswith(start)]
    return found


def test_the_examples_of_the_guide_make_a_right_pack(bench) -> None:
    bench.pack(
        "agence",
        {
            "pack.yaml": "id: agence\nlabel: Agence\nhome: mon_perimetre\nthemes: [{id: logement, label: Logement}]\n",
            "sources/logements.yaml": _block("ecrire-une-source.md", "id: producteur"),
            "facts/energie.yaml": _block("ecrire-une-source.md", "id: agence/energie"),
            "indicators/logement/part_vacants.yaml": _block("ecrire-un-indicateur.md", "id:"),
            "perimeters.yaml": _block("perimetres-et-groupes.md", "perimeters:"),
            "groups.yaml": _block("perimetres-et-groupes.md", "groups:"),
        },
    )
    report = bench.check()
    assert [str(e) for e in report.errors] == []
    assert report.counts["tests"] == 1


def test_the_fragments_of_the_guide_complete_a_right_source(bench) -> None:
    source = "id: a/b\nlabel: B\nproducer: A\nlicence: L\nvintage: 2021\nformat: csv\n"
    geography = "geography: {level: commune, column: CODGEO, cog: 2024}\n"
    melted = _block("ecrire-une-source.md", "period: {melted")
    secret = _block("secret-statistique.md", "secrecy:").replace("menages", "vacants").replace("mediane", "ensemble")
    columns = "period: {value: 2021}\ncolumns: [{name: vacants, source: V}, {name: ensemble, source: E}]\n"
    bench.pack(
        "agence",
        {
            "pack.yaml": "id: agence\nlabel: Agence\n",
            "sources/melted.yaml": source + geography + melted,
            "sources/secret.yaml": source.replace("a/b", "a/c") + geography + columns + secret,
        },
    )
    assert bench.texts() == []


def test_the_checks_of_the_guide_complete_a_right_source_and_a_right_indicator(bench) -> None:
    totals, of_source, of_indicator = (b for b in _blocks(GUIDE / "qualite.md", "yaml"))
    source = "id: a/b\nlabel: B\nproducer: A\nlicence: L\nvintage: 2021\nformat: vector\n"
    source += "geography: {level: commune, column: CODGEO, cog: 2024}\nperiod: {value: 2021}\ncolumns:\n"
    source += "".join(f"  - {{name: {name}, source: {name}}}\n" for name in ("ensemble", "hommes", "femmes"))
    source += "  - {name: age, source: age, type: text}\nkey: [age]\n"
    indicator = "id: t/part\nlabel: Part\ndefinition: D\nunit: ''\naggregation: sum\nmissing: propagate\n"
    indicator += "inputs: {a: {dataset: a/b, column: hommes}}\nformula: a\n"
    bench.pack(
        "agence",
        {
            "pack.yaml": "id: agence\nlabel: Agence\nthemes: [{id: t, label: T}]\n",
            "sources/b.yaml": source
            + totals
            + of_source.replace("insee/population_reference", "a/b").replace(
                "source_column: population", "source_column: femmes"
            ),
            "indicators/t/part.yaml": indicator + of_indicator,
        },
    )
    assert bench.texts() == []


def test_the_fragments_of_an_indicator_complete_right_definitions(bench) -> None:
    blocks = [b for b in _blocks(GUIDE / "ecrire-un-indicateur.md", "yaml") if b.startswith("# ")]
    (parameter,) = [b for b in blocks if b.startswith("# parameters/")]
    files = {
        "pack.yaml": "id: agence\nlabel: Agence\nthemes: [{id: logement, label: Logement}]\n",
        "sources/logements.yaml": _block("ecrire-une-source.md", "id: producteur"),
        "parameters/prix.yaml": parameter,
    }
    for i, block in enumerate(b for b in blocks if b is not parameter):
        head = f"id: logement/exemple_{i}\nlabel: Exemple\ndefinition: Exemple.\nmissing: propagate\n"
        files[f"indicators/logement/exemple_{i}.yaml"] = head + block
    bench.pack("agence", files)
    report = bench.check()
    assert [str(e) for e in report.errors] == []
    assert report.counts["indicators"] == len(blocks)  # one is the parameter, and the breakdown has two categories


def _written() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [line for block in _blocks(page, "sh") for line in block.replace("\\\n", " ").splitlines()]
        lines += re.findall(r"`((?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?terril [^`]+)`", text)
        for line in lines:
            command = re.sub(r"\s+#.*", "", line.strip())
            if m := re.match(r"(?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?terril (.*)", command):
                found.append((page.name, m[1]))
    return found


@pytest.mark.parametrize(("page", "text"), sorted(set(_written())))
def test_a_command_that_is_documented_exists(page: str, text: str) -> None:
    words = shlex.split(text)
    if words[0] == "COMMANDE":
        return
    assert words[0] in COMMANDS, page
    command = COMMANDS[words[0]]
    if len(words) > 1 and words[1] in getattr(command, "commands", {}):
        command = command.commands[words[1]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {w for w in words if w.startswith("-")} - {"--help"} <= known, page


def test_every_command_is_documented() -> None:
    text = (GUIDE / "ligne-de-commande.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`{name}" not in text] == []
