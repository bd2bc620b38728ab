"""Every page is valid HTML, by html-validate."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.files import ROOT
from tests.support.addresses import HTML, MATRIX, MEMBERS_STATES, STATES, State
from tests.support.live import Rights, Site

VALIDATOR = ROOT / "frontend" / "node_modules" / ".bin" / "html-validate"
ABSENT = "html-validate absent : lancer « make setup » (npm ci --prefix frontend)"
RULES = Path(__file__).with_name("htmlvalidate.json")

#: Fragments are read too: a list item is put in a page by a script.
FRAGMENTS = tuple(State(a.path, a.path) for a in MATRIX if a.type == HTML and "suggestions" in a.pattern)


def file_name(state: State) -> str:
    return re.sub(r"\W+", "-", state.name).strip("-")[:80] + ("-demo" if state.demo else "") + ".html"


def validate(folder: Path) -> dict[str, list[str]]:
    """Faults of the pages of a folder, by name of file."""
    if not VALIDATOR.exists() or shutil.which("node") is None:
        pytest.skip(ABSENT)
    command = [str(VALIDATOR), "--config", str(RULES), "--formatter", "json", "--max-warnings", "0", f"{folder}/*.html"]
    report = folder / "report.json"
    # To a file: Node cuts short what it writes to a pipe when it ends.
    with report.open("wb") as said:
        ended = subprocess.run(
            command, stdout=said, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT / "frontend"
        )
    assert ended.returncode in (0, 1), ended.stderr
    return {
        Path(result["filePath"]).name: [
            f"{m['line']}:{m['column']} {m['ruleId']}: {m['message']} {m.get('selector') or ''}"
            for m in result["messages"]
        ]
        for result in json.loads(report.read_text(encoding="utf-8"))
    }


@pytest.fixture(scope="module")
def findings(site: Site, demo: Site, rights: Rights, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Faults of every page: the validator starts once."""
    folder = tmp_path_factory.mktemp("pages")
    for state in STATES:
        answer = (demo if state.demo else site).ask(state.path)
        (folder / file_name(state)).write_bytes(answer.body)
    for state in MEMBERS_STATES:
        (folder / file_name(state)).write_bytes(rights.ask(state.path, state.reader).body)
    for state in FRAGMENTS:
        listed = '<!DOCTYPE html>\n<html lang="fr"><head><title>Liste</title></head><body><ul role="listbox" aria-label="Propositions">'
        (folder / file_name(state)).write_text(
            listed + site.ask(state.path).text + "</ul></body></html>\n", encoding="utf-8"
        )
    return validate(folder)


@pytest.mark.parametrize("state", [pytest.param(s, id=s.name) for s in (*STATES, *MEMBERS_STATES, *FRAGMENTS)])
def test_the_page_is_valid(findings, state):
    assert findings.get(file_name(state), []) == []


def test_the_validator_finds_faults(tmp_path):
    text = '<!DOCTYPE html>\n<html><head><title>A</title></head><body><p id="a"><div id="a" style="top:0"></p></body></html>'
    (tmp_path / "faulty.html").write_text(text, encoding="utf-8")
    (found,) = validate(tmp_path).values()
    assert {fault.split()[1] for fault in found} >= {"no-dup-id:", "element-required-attributes:", "no-inline-style:"}
