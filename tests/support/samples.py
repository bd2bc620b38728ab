"""The page that says what becomes of every official sample: ``python -m tests.support.samples`` writes it again."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terril.core.errors import IngestError, TerrilError
from terril.core.text import NBSP, NNBSP, typeset
from terril.ingestion.recognition import Confidence, Diagnosis
from terril.ingestion.tableschema import Report, read_schema
from terril.pipeline.importing import ImportDesk
from terril.pipeline.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "data" / "echantillons"
PAGE = ROOT / "docs" / "exemples" / "echantillons.md"
_COMPANIONS = (".dbf", ".shx", ".prj", ".cpg")
_LEVELS = {
    "commune": "communes", "iris": "IRIS", "epci": "intercommunalités", "department": "départements",
    "region": "régions", "mixed": "plusieurs niveaux",
}  # fmt: skip
_HEAD = """# Les échantillons officiels, un par un

Chaque fichier de `../shared/data/echantillons` est passé par le diagnostic, la vérification de schéma et le chargement, sans autre aide
que les schémas nationaux du même dossier. Cette page est écrite par `python -m tests.support.samples` et comparée à chaque test : ce
qu’elle dit est ce que fait Terril.

- **chargé** : une version a été écrite telle que proposée ;
- **à décider** : reconnu, mais refusé au chargement tant qu’une faute n’est pas corrigée ou qu’un choix n’est pas fait ;
- **refusé** : Terril ne lit pas ce fichier, et dit pourquoi.

"""
_ROWS = "| fichier | reconnu comme | écriture | territoire, période | schéma national | verdict |\n|---|---|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class _Line:
    folder: str
    cells: tuple[str, ...]
    verdict: str


def page(samples: Path, desk: ImportDesk) -> str:
    """The page, from what a desk makes of every file of a folder."""
    for path in sorted(samples.rglob("*.json")):
        if "schema" in path.name:
            desk.schemas.add(path)
    lines = [_line(path, samples, desk, number) for number, path in enumerate(_files(samples))]
    counts = {v: sum(line.verdict == v for line in lines) for v in ("chargé", "à décider", "refusé", "schéma")}
    out = [
        _HEAD,
        f"**{len(lines)} fichiers ou groupes de fichiers** : ",
        f"{counts['chargé']} chargés, {counts['à décider']} à décider, ",
    ]
    out.append(
        f"{counts['schéma']} schémas rangés dans la bibliothèque, {counts['refusé']} refusé{'s' * (counts['refusé'] > 1)}.\n"
    )
    for folder in dict.fromkeys(line.folder for line in lines):
        out.append(f"\n## {folder or 'À la racine'}\n\n{_ROWS}")
        out += ["| " + " | ".join(line.cells) + " |\n" for line in lines if line.folder == folder]
    return "".join(out)


def _files(samples: Path) -> Iterator[Path]:
    """Every file, the parts of a shapefile with the shapefile."""
    for path in sorted(p for p in samples.rglob("*") if p.is_file()):
        if path.suffix not in _COMPANIONS or not path.with_suffix(".shp").exists():
            yield path


def _line(path: Path, samples: Path, desk: ImportDesk, number: int) -> _Line:
    folder = path.relative_to(samples).parent.as_posix().removeprefix(".")
    told = desk.diagnose(path)
    name = f"`{path.name}`" + "".join(f" `{Path(c).suffix}`" for c in told.companions)
    if told.refused is not None:
        if path.suffix == ".json" and "schéma" in told.refused.message:
            return _Line(folder, (name, *_of_schema(path)), "schéma")
        reason = f"**refusé**{NBSP}: {_clean(told.refused.message)} → {_clean(told.refused.hint)}"
        return _Line(folder, (name, "—", "—", "—", "—", reason), "refusé")
    verdict, outcome = _loaded(path, told, desk, number)
    cells = (name, _kind(told), _writing(told), _geography(told), _schema(told, desk.check(path, told)), outcome)
    return _Line(folder, cells, verdict)


def _of_schema(path: Path) -> tuple[str, ...]:
    schema = read_schema(path)
    misplaced = (
        f", {_plural(len(schema.faults), 'contrainte')} hors de sa place, appliquée quand même" if schema.faults else ""
    )
    kind = "schéma de GeoJSON (JSON Schema)" if schema.features else "schéma de table (Table Schema)"
    return (
        kind,
        "JSON",
        "—",
        _clean(f"{schema.title} : {len(schema.fields)} champs{misplaced}"),
        "**schéma** rangé dans la bibliothèque",
    )


def _loaded(path: Path, told: Diagnosis, desk: ImportDesk, number: int) -> tuple[str, str]:
    try:
        plan = desk.suggest(path, told, f"echantillons/fichier_{number}")
        outcome = desk.load(path, plan)
    except IngestError as error:
        where = f" (ligne {error.location.row})" if error.location and error.location.row else ""
        return "à décider", f"**à décider**{NBSP}: {_clean(error.message)}{where} → {_clean(error.hint or '')}"
    what = "table" if plan.kind == "table" else "chiffres de territoires"
    left = outcome.rows_read - outcome.rows_kept
    aside = f", {_count(left)} laissées de côté" if left else ""
    dropped = [c for c in plan.columns if c.role == "personal"]
    personal = f" ; {_plural(len(dropped), 'colonne')} de côté, car personnelles" if dropped else ""
    doubt = (
        " ; à vérifier : en-têtes incertains"
        if told.header_row and told.header_row.confidence is Confidence.DOUBTFUL
        else ""
    )
    return "chargé", _clean(f"**chargé** : {what}, {_plural(outcome.rows_kept, 'ligne')}{aside}{personal}{doubt}")


def _plural(number: int, word: str) -> str:
    return f"{_count(number)} {word}{'s' * (number > 1)}"


def _count(number: int) -> str:
    return f"{number:,}".replace(",", NNBSP)


def _kind(told: Diagnosis) -> str:
    parts = [
        told.format.value if told.format else "",
        f"{_plural(told.rows or 0, 'ligne')}, {_plural(len(told.columns), 'colonne')}",
    ]
    if told.geometry:
        parts.append(told.geometry.value)
    return _clean(" ; ".join(parts))


def _writing(told: Diagnosis) -> str:
    parts = [told.encoding.value if told.encoding else ""]
    if told.separator and len(told.separator.value) == 1:
        parts.append(f"séparateur `{told.separator.value}`" if told.separator.value != "|" else "séparateur barre")
    if told.layer and len(told.layers) > 1:
        parts.append(f"feuille « {told.layer.value} »")
    if told.header_row and told.header_row.confidence.value == "incertain":
        parts.append("en-têtes incertains")
    if told.crs:
        parts.append(told.crs.value)
    return _clean(", ".join(p for p in parts if p) or "—")


def _geography(told: Diagnosis) -> str:
    parts = []
    if told.territory:
        parts.append(
            f"{_LEVELS.get(told.territory.level, 'niveau non retenu')} (`{told.territory.column}`, {told.territory.confidence.value})"
        )
    if told.vintage:
        span = (
            f"{told.vintage.first}–{told.vintage.last}"
            if told.vintage.first != told.vintage.last
            else f"{told.vintage.year}"
        )
        parts.append(f"COG {span} ({told.vintage.confidence.value})")
    if told.period:
        origin, _, value = told.period.value.partition(":")
        parts.append(f"période {value if origin == 'value' else f'`{value}`'} ({told.period.confidence.value})")
    return _clean(" ; ".join(parts) or "—")


def _schema(told: Diagnosis, report: Report | None) -> str:
    if report is None or told.schema is None:
        return "—"
    if report.ok:
        return _clean(f"{report.schema} : conforme")
    faults = [f"{g.message.split(' : ')[0]} (`{g.column}`)" for g in report.groups if g.severity == "error"]
    return _clean(f"{report.schema} : {_plural(report.faults, 'faute')} : " + " ; ".join(faults[:8]))


def _clean(text: str) -> str:
    """A text that stands in a cell."""
    return typeset(" ".join(text.replace("|", "/").split()))


def main() -> None:
    """Write the page again."""
    with tempfile.TemporaryDirectory() as home:
        text = page(SAMPLES, ImportDesk(Workspace(Path(home))))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except TerrilError as error:
        sys.exit(str(error))
