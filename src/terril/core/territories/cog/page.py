"""The passage of a nation as a page to read, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from terril.core.territories.cog.links import Kind
from terril.core.territories.cog.national import COUNTED, Named, NationalReport, Step
from terril.core.text import NBSP, format_number

_HEADS = ("recodées", "réunies", "en", "partagées", "rétablies", "créées", "supprimées")
_LARGEST_PARTS = 6


def national_page(report: NationalReport, *, yearly: bool = True) -> str:
    """The report in French; ``yearly`` adds a row a year to the decades."""
    start, end = report.start, report.end
    lines = [f"# Les communes de {start} à {end}", "", *_summary(report), "", "## Par décennie", ""]
    lines += _steps([(_years(max(decade, start + 1), step.year), step) for decade, step in report.decades()])
    lines += [
        "",
        "*Réunies* compte les communes d’avant, *en* celles qu’elles forment ; *rétablies* compte les codes qui "
        "reparaissent quand une commune est *partagée*. Un événement compte au premier COG qui le voit, celui du 1er "
        "janvier suivant.",
        "",
        *_cautions(report),
        "",
    ]
    lines += _departments(report)
    lines += ["## Les plus grandes réunions", ""]
    lines += _table(
        ("code", f"en {end}", "communes", f"en {start}"),
        ((n.code, n.name, str(len(n.others)), _named(n)) for n in report.largest),
    )
    lines += _lists(report)
    if yearly:
        lines += ["", "## Année par année", ""]
        lines += _steps([(str(s.year), s) for s in report.steps if any(getattr(s, name) for name in COUNTED)])
    return "\n".join(lines) + "\n"


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _summary(report: NationalReport) -> list[str]:
    counts = report.counts
    before, after = format_number(report.before), format_number(report.after)
    kept = format_number(100 * counts[Kind.SAME] / report.before, 1)
    lead = (
        f"Des **{before}** communes du 1er janvier {report.start}, **{format_number(counts[Kind.SAME])}** "
        f"({kept}{NBSP}%) sont les mêmes au 1er janvier {report.end}, où la France en compte **{after}**. "
        f"Les autres{NBSP}:"
    )
    told = {
        Kind.RENAMED: ("a changé", "ont changé", "de code, sans changer de territoire"),
        Kind.MERGED: ("est réunie", "sont réunies", "à d’autres"),
        Kind.SPLIT: ("est partagée", "sont partagées", f"entre plusieurs communes de {report.end}"),
        Kind.REFUSED: ("ne mène", "ne mènent", "à aucune commune connue"),
    }
    items = [
        f"- **{format_number(counts[kind])}** {one if counts[kind] < 2 else many} {rest}"
        for kind, (one, many, rest) in told.items()
    ]
    return [lead, "", *(f"{item}{NBSP};" for item in items[:-1]), f"{items[-1]}."]


def _cautions(report: NationalReport) -> list[str]:
    overseas = "Les collectivités d’outre-mer ne sont pas comptées."
    if not report.undated:
        return [overseas]
    years = ", ".join(map(str, report.undated))
    after = ", ".join(str(year + 1) for year in report.undated)
    return [
        f"{overseas} Les changements du COG {years} ne sont pas datés, à une exception près{NBSP}: ils comptent au "
        f"COG {after}."
    ]


def _departments(report: NationalReport) -> list[str]:
    if not report.departments:
        return []
    rows = ((old, new, format_number(n)) for (old, new), n in report.departments.items())
    return ["## Changements de département", "", *_table(("de", "à", "communes"), rows), ""]


def _lists(report: NationalReport) -> list[str]:
    start, end = report.start, report.end
    out = ["", "## Ce qui se refuse ou s’estime", ""]
    out += _list(
        f"Partagées{NBSP}: leurs quantités se refusent, ou se partagent selon un poids déclaré et sont dites estimées",
        (f"{n.code} {n.name} → {_named(n)}" for n in report.split),
    )
    out += _list(
        f"Supprimées sans que l’historique nomme leur héritière{NBSP}: leurs quantités se refusent, par leur nom",
        (f"{n.code} {n.name}".strip() for n in report.suppressed),
    )
    out += _list(
        f"Créées sans que l’historique nomme leur mère{NBSP}: avant leur création, rien ne leur est attribué",
        (f"{n.code} {n.name}".strip() for n in report.created),
    )
    return out[:-1] if len(out) > 3 else [*out, f"Rien entre {start} et {end}."]


def _list(title: str, items: Iterable[str]) -> list[str]:
    found = [f"- {item}" for item in items]
    return [f"{title} ({len(found)}).", "", *found, ""] if found else []


def _named(found: Named) -> str:
    shown = [f"{code} {name}".strip() for code, name in found.others[:_LARGEST_PARTS]]
    more = len(found.others) - len(shown)
    return ", ".join(shown) + (f" et {more} autres" if more else "")


def _steps(steps: Sequence[tuple[str, Step]]) -> list[str]:
    rows = ((label, *(format_number(getattr(s, n)) for n in COUNTED), format_number(s.communes)) for label, s in steps)
    return _table(("COG", *_HEADS, "communes"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]
