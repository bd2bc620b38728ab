"""An explanation read as a page of a method note: what is measured, how, from what, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from terril.core.indicators.formula import YEARS, Formula, parse_formula
from terril.core.indicators.spec import Indicator, Input
from terril.core.indicators.trace import TraceNode
from terril.core.periods import parse_period
from terril.core.sources import Source
from terril.core.status import Status
from terril.core.territories.model import Territory
from terril.core.text import NBSP, NNBSP, format_number, typeset
from terril.core.units import parse_unit
from terril.core.wording.facts import Measure
from terril.core.wording.formulas import conversions, formula_text
from terril.core.wording.french import capitalised, counted, listed, named
from terril.core.wording.quantities import quantity, when

_LABELS = {s.word: s.label for s in Status}
_AGGREGATIONS = {
    "sum": "C’est la somme des valeurs des membres.",
    "ratio_of_sums": "C’est un rapport de sommes{nbsp}: chaque entrée est d’abord additionnée sur tous les membres, "
    "puis le rapport est calculé une seule fois. Les rapports des membres ne sont jamais moyennés.",
    "weighted_mean": "C’est la moyenne des valeurs des membres, pondérée par « {weight} ».",
    "recount": "C’est un nouveau décompte sur les lignes de tous les membres.",
    "none": "Le producteur publie ce niveau{nbsp}: rien n’est additionné ni moyenné pour l’obtenir.",
}
_STATUS_NOTES = {
    Status.ESTIMATED.word: " (valeur estimée)",
    Status.PROVISIONAL.word: " (valeur provisoire)",
    Status.SECRET.word: " (valeur secrète, cachée au public)",
}
#: Stories of communes told one by one; beyond, they are counted.
_STORIES = 6


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the note.

    Parameters
    ----------
    heading : its title.
    paragraphs : whole sentences.
    items : lines of a list, after the paragraphs.
    """

    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A method note: plain French text, typeset.

    Parameters
    ----------
    title : indicator, territory, period.
    figure : the figure in one sentence, or why there is none.
    sections : the parts, in reading order.
    """

    title: str
    figure: str
    sections: tuple[Section, ...]


def method_note(trace: TraceNode, indicator: Indicator, territory: Territory, sources: Mapping[str, Source]) -> Note:
    """The note of one figure.

    Parameters
    ----------
    trace : its explanation, whose ``details`` give the period and the release.
    indicator : its definition.
    territory : the territory it is about.
    sources : definitions of the sources, for the rule of a secret.
    """
    period = str(trace.details["période"])
    found = (
        Section("Ce que mesure l’indicateur", (typeset(indicator.definition.strip()),)),
        _calculation(trace, indicator, sources),
        _data(trace),
        _standing(trace, indicator, sources),
        _cautions(trace, indicator),
    )
    name = named(territory)
    return Note(
        title=f"{typeset(indicator.label)}{NBSP}— {name.alone}, {parse_period(period).label}",
        figure=_figure(trace, indicator, territory, period),
        sections=tuple(s for s in found if s.paragraphs or s.items),
    )


def reason(trace: TraceNode, indicator: Indicator) -> str:
    """Why a figure is not plainly published, in one sentence; empty where it is."""
    status = trace.status
    if status in (None, Status.OK.word):
        return ""
    word = _LABELS.get(status or "", "")
    if status == indicator.status:
        return f"Ce chiffre est «{NBSP}{word}{NBSP}»{NBSP}: la définition de l’indicateur le veut, et dit pourquoi."
    blamed = [child for child in trace.walk() if child.kind == "input" and child.status == status]
    if not blamed:
        return f"Ce chiffre est «{NBSP}{word}{NBSP}»."
    labels = list(dict.fromkeys(typeset(child.label) for child in blamed))
    names = ", ".join(f"«{NBSP}{label}{NBSP}»" for label in labels)
    stories = [typeset(str(n.details["passage"])) for child in blamed for n in child.walk() if "passage" in n.details]
    absent = [typeset(row.label) for child in blamed for row in child.children if row.kind == "note" and row.status]
    told = list(dict.fromkeys([*stories, *absent]))
    rest = f" Et {counted(len(told) - _STORIES)} autres." if len(told) > _STORIES else ""
    because = "".join(f" {capitalised(t)}." for t in told[:_STORIES]) + rest
    several = "les entrées" if len(labels) > 1 else "l’entrée"
    return f"Ce chiffre est «{NBSP}{word}{NBSP}» comme {several} {names}.{because}"


def _figure(trace: TraceNode, indicator: Indicator, territory: Territory, period: str) -> str:
    measure, name = Measure.of(indicator), named(territory)
    moment = when(parse_period(period))
    if trace.value is None:
        word = _LABELS[trace.status or Status.MISSING.word]
        return f"{capitalised(moment)}, {name.subject} {name.verb('n’a', 'n’ont')} pas de valeur montrée{NBSP}: {word}."
    verb = measure.verb("est de", "sont de")
    kept = f"{capitalised(name.at)}, {measure.subject} {verb} {measure.shown(trace.value)}"
    return f"{kept}{_STATUS_NOTES.get(trace.status or '', '')} {moment}."


def _inputs(trace: TraceNode) -> Iterator[TraceNode]:
    """Inputs of the formula of an observation: those of its parents are in their own explanation."""
    for child in trace.children:
        if child.kind == "formula":
            yield from (n for n in child.children if n.kind == "input")


def _calculation(trace: TraceNode, indicator: Indicator, sources: Mapping[str, Source]) -> Section:
    formula = parse_formula(indicator.formula)
    inputs = list(_inputs(trace))
    known = _figures(formula, inputs)
    lone = formula_text(formula) in indicator.inputs
    paragraphs = [] if lone else [f"Formule{NBSP}: {formula_text(formula)}."]
    if not lone and trace.value is not None and all(name in known for name in formula.names if name != YEARS):
        result = quantity(trace.value, indicator.unit, indicator.decimals)
        paragraphs.append(f"Avec ses chiffres{NBSP}: {formula_text(formula, known)} = {result}.")
    summed = any("territoires membres" in n.details for n in inputs)
    published = all(indicator.inputs[n.label].measure == "value" and n.details.get("lignes") == 1 for n in inputs)
    if summed or (indicator.aggregation == "none" and published):
        paragraphs.append(_AGGREGATIONS[indicator.aggregation].format(nbsp=NBSP, weight=indicator.weight))
    if indicator.method:
        paragraphs.append(typeset(indicator.method.strip()))
    observed = str(trace.details["période"])
    items = tuple(_entry(n, indicator.inputs[n.label], sources, observed) for n in inputs)
    return Section("Comment il est calculé", tuple(paragraphs), items)


def _figures(formula: Formula, inputs: list[TraceNode]) -> dict[str | tuple[str, str], str]:
    """Texts of the inputs that have a value, and of those that the formula converts."""
    known = {n.label: n for n in inputs if n.value is not None}
    found: dict[str | tuple[str, str], str] = {
        name: format_number(n.value, _decimals(n.value)) for name, n in known.items() if n.value is not None
    }
    for name, unit in conversions(formula):
        if name in known and (value := known[name].value) is not None:
            converted = value * parse_unit(known[name].unit).scale / parse_unit(unit).scale
            found[name, unit] = quantity(converted, unit, _decimals(converted))
    return found


def _entry(node: TraceNode, entry: Input, sources: Mapping[str, Source], observed: str) -> str:
    """One input in words: what is read, how much, over which rows."""
    value = "" if node.value is None else f" = {quantity(node.value, node.unit, _decimals(node.value))}"
    status = "" if node.status in (None, Status.OK.word) else f" ({_LABELS[node.status or '']})"
    start = f"{node.label}{value}{status}{NBSP}: "
    if entry.indicator is not None:
        child = next((c for c in node.children if c.kind == "observation"), None)
        read = f" de {child.details['période']}" if child is not None else ""
        label = str(child.details["indicateur"]) if child is not None else entry.indicator
        return f"{start}l’indicateur «{NBSP}{typeset(label)}{NBSP}»{read}."
    if entry.parameter is not None:
        parameter = next((typeset(c.label) for c in node.children if c.kind == "parameter"), entry.parameter)
        return f"{start}paramètre national «{NBSP}{parameter}{NBSP}», période lue {node.details['période lue']}."
    used = next((str(c.details["identifiant"]) for c in node.children if c.kind == "source"), None)
    rows = int(node.details.get("lignes", 0))
    text = start + _reading(entry, sources.get(used or ""), rows)
    if "période lue" in node.details:
        read = str(node.details["période lue"])
        text += f", période lue {read}" + (f" (observation de {observed})" if read != observed else "")
    if rows > 1:
        text += f", {counted(rows)} lignes"
    if "territoires membres" in node.details:
        text += f" pour {counted(int(node.details['territoires membres']))} territoires membres"
    return f"{text}."


def _reading(entry: Input, source: Source | None, rows: int) -> str:
    """What an input reads, columns said by their labels."""

    def label(column: str) -> str:
        measure = source.measure(column) if source is not None else None
        return f"«{NBSP}{typeset(measure.label)}{NBSP}»" if measure is not None and measure.label else column

    if entry.measure == "count":
        text = "nombre de lignes"
    else:
        joined = entry.merged is not None and rows > 1
        verb = (
            "moyenne pondérée de" if joined else _VERBS.get(entry.measure) or ("somme de" if rows > 1 else "valeur de")
        )
        text = f"{verb} {label(str(entry.column))}"
    text += f" × {label(entry.times)}" if entry.times else ""
    text += f" ÷ {label(entry.over)}" if entry.over else ""
    text += f" × {format_number(entry.factor, _decimals(entry.factor))}" if entry.factor != 1 else ""
    kept = [f"{d} = {v if isinstance(v, str) else ', '.join(v)}" for d, v in entry.where.items()]
    return f"{text} où {' et '.join(kept)}" if kept else text


_VERBS = {"value": "valeur publiée de", "median": "médiane de", "quantile": "quantile de"}


def _data(trace: TraceNode) -> Section:
    found: dict[str, TraceNode] = {}
    for node in trace.walk():
        if node.kind == "source":
            found.setdefault(f"{node.details['identifiant']} {node.details['millésime']}", node)
    items = tuple(_source(node) for node in found.values())
    release = trace.details.get("publication")
    cited = (f"Chiffre lu dans la publication {release}.",) if release else ()
    return Section("D’où viennent les données", cited, items)


def _source(node: TraceNode) -> str:
    told = node.details
    licence = str(told["licence"])
    said = licence if licence.startswith("Licence") else f"licence {licence}"
    parts = [f"{typeset(node.label)}{NBSP}: millésime {told['millésime']}", said]
    if "fichiers" in told:
        parts.append(f"fichier {told['fichiers']}")
    if "COG" in told:
        parts.append(f"codes des communes au 1er janvier {told['COG']}")
    parts.append(f"version {told['version']}, chargée le {_day(str(told['chargé le']))}")
    return f"{NNBSP}; ".join(parts) + "."


def _standing(trace: TraceNode, indicator: Indicator, sources: Mapping[str, Source]) -> Section:
    """What the status is worth, and the changes of communes that the figure went through."""
    paragraphs = [reason(trace, indicator)] if reason(trace, indicator) else [_PUBLISHED]
    if trace.status == Status.SECRET.word:
        paragraphs += _rules(trace, sources)
    paragraphs += list(dict.fromkeys(str(n.details["estimation"]) for n in trace.walk() if "estimation" in n.details))
    stories = list(dict.fromkeys(typeset(str(n.details["passage"])) for n in trace.walk() if "passage" in n.details))
    carried = [s for s in stories if s not in paragraphs[0]]
    if carried:
        shown = listed(carried[:_STORIES])
        rest = f" et {counted(len(carried) - _STORIES)} autres changements" if len(carried) > _STORIES else ""
        paragraphs.append(f"Communes passées à la géographie d’aujourd’hui{NBSP}: {shown}{rest}.")
    return Section("Ce que vaut ce chiffre", tuple(paragraphs))


_PUBLISHED = f"Chiffre publié{NBSP}: rien n’y est estimé, provisoire ni caché."


def _rules(trace: TraceNode, sources: Mapping[str, Source]) -> list[str]:
    """The rule of each secret source, as its producer words it."""
    used = dict.fromkeys(str(n.details["identifiant"]) for n in trace.walk() if n.kind == "source")
    ruled = [(sources[s].label, sources[s].secrecy.rule) for s in used if s in sources and sources[s].secrecy.rule]
    return [f"Règle de «{NBSP}{typeset(label)}{NBSP}»{NBSP}: {typeset(rule.strip())}" for label, rule in ruled]


def _cautions(trace: TraceNode, indicator: Indicator) -> Section:
    paragraphs = [typeset(indicator.caution.strip())] if indicator.caution else []
    if indicator.valid_on:
        paragraphs.append(f"Définition relue le {indicator.valid_on}.")
    items = tuple(
        f"{typeset(r.title)}{NBSP}: {r.url}" if r.url else f"{typeset(r.title)}." for r in indicator.references
    )
    return Section("Précautions et références", tuple(paragraphs), items)


def _day(moment: str) -> str:
    """``24 novembre 2026`` from an ISO moment."""
    month, day = moment[:7], int(moment[8:10])
    return f"{'1er' if day == 1 else day} {parse_period(month).label}"


def _decimals(value: float) -> int:
    return 0 if float(value).is_integer() else 2
