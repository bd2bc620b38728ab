"""Sentences about several indicators of a territory, or several territories for an indicator."""

from __future__ import annotations

from collections.abc import Sequence

from terril.core.standing.gaps import gap
from terril.core.text import NBSP, NNBSP, format_number, typeset
from terril.core.wording.facts import Compared, ComparisonFacts, Sentence, ThemeFacts, ThemeItem
from terril.core.wording.french import Noun, capitalised, counted, is_plural, listed, of, spelt, that
from terril.core.wording.quantities import points, when

_INDICATOR = Noun("indicateur", "indicateurs")
_TERRITORY = Noun("territoire", "territoires")


def theme(facts: ThemeFacts) -> Sentence:
    """The indicators of a theme: where the territory is alone first or last of its set, else its sides of the median.

    Quantities that grow with the territory (inhabitants, dwellings) are left out where there are rates.
    """
    name, title = facts.territory, f"du thème «{NBSP}{typeset(facts.theme)}{NBSP}»"
    told = [i for i in facts.items if i.value is not None]
    if not told:
        return Sentence(f"{capitalised(name.at)}, aucun indicateur {title} n’est disponible.")
    comparable = [i for i in told if i.rank is not None and i.rank.among > 1]
    ranked = [i for i in comparable if not i.measure.additive] or comparable
    if not ranked:
        return Sentence(_listed(facts, told, title), f"{counted(len(told), _INDICATOR)}, sans comparaison possible.")
    proof = _ranks(facts, ranked)
    highs = [i for i in ranked if i.rank is not None and i.rank.is_highest and i.rank.tied == 1]
    lows = [i for i in ranked if i.rank is not None and i.rank.is_lowest and i.rank.tied == 1]
    if highs or lows:
        return Sentence(_ends(facts, highs, lows, len(ranked), title), proof)
    return Sentence(_sides(facts, ranked, title), proof)


def _ends(facts: ThemeFacts, highs: Sequence[ThemeItem], lows: Sequence[ThemeItem], total: int, title: str) -> str:
    """First, last or both: the indicator is named when it is alone, and one is given as an example otherwise."""
    name = facts.territory
    parts: list[str] = []
    for items, word in ((highs, "élevée"), (lows, "basse")):
        if items:
            parts.append(f"la {'valeur la ' if not parts else ''}plus {word} pour {_which(items)}")
    has = name.verb("a", "ont")
    of_all = f"sur les {total} indicateurs comparables {title}" if total > 1 else f"seul indicateur comparable {title}"
    return f"Parmi les {facts.among.place}, {name.subject} {has} {' et '.join(parts)}, {of_all}."


def _which(items: Sequence[ThemeItem]) -> str:
    first = items[0]
    shown = f"{first.measure.subject} ({first.measure.shown(first.value)})"
    if len(items) == 1:
        return shown
    return f"{counted(len(items), _INDICATOR)}, dont {shown}"


def _listed(facts: ThemeFacts, told: Sequence[ThemeItem], title: str) -> str:
    first = told[0]
    shown = f"{first.measure.subject} ({first.measure.shown(first.value)})"
    numbers = f"{counted(len(told), _INDICATOR)} {title} {'ont' if is_plural(len(told)) else 'a'} une valeur"
    return f"{capitalised(facts.territory.at)}, {numbers}{', dont' if len(told) > 1 else f'{NBSP}:'} {shown}."


def _sides(facts: ThemeFacts, ranked: Sequence[ThemeItem], title: str) -> str:
    """On which side of the median, for how many indicators."""
    name = facts.territory
    signs = [
        0 if (g := gap(i.value, i.median, unit=i.measure.unit, decimals=i.measure.decimals)) is None else g.sign
        for i in ranked
    ]
    start = f"{name.start} {name.verb('est', 'sont')}"
    median = f"de la médiane des {facts.among.place}"
    if len(signs) == 1:
        only = f"{ranked[0].measure.subject} ({ranked[0].measure.shown(ranked[0].value)})"
        return f"{start} {_SIDES[signs[0]]} {median} pour {only}, seul indicateur comparable {title}."
    parts = [(sign, signs.count(sign)) for sign in (1, -1, 0) if sign in signs]
    first, rest = parts[0], parts[1:]
    text = f"{start} {_SIDES[first[0]]} {median} pour {_out_of(first[1], len(signs))} comparables {title}"
    others = [f"{'à son niveau' if sign == 0 else _SIDES[sign]} pour {format_number(n)}" for sign, n in rest]
    return f"{text}{', ' if others else ''}{listed(others)}."


_SIDES = {1: "au-dessus", -1: "au-dessous", 0: "au niveau"}


def _out_of(number: int, total: int) -> str:
    return f"les {total} indicateurs" if number == total else f"{number} des {total} indicateurs"


def _ranks(facts: ThemeFacts, ranked: Sequence[ThemeItem]) -> str:
    noun = facts.among.noun
    lines = [
        f"{i.measure.subject}{NBSP}: {i.measure.shown(i.value)}, {i.rank.text_among(noun, detail=False)}"
        for i in ranked
        if i.rank is not None
    ]
    return f"{capitalised(f'{NNBSP}; '.join(lines))}." if lines else ""


# -- territories side by side -------------------------------------------------------------------------


def comparison(facts: ComparisonFacts) -> Sentence:
    """Two to eight territories: who has the highest value, who the lowest, and how far apart."""
    valued = sorted((i for i in facts.items if i.value is not None), key=lambda i: -(i.value or 0.0))
    proof = _values(facts, valued)
    total, period = f"{spelt(len(facts.items))} {_TERRITORY.plural} comparés", when(facts.period)
    if not valued:
        return Sentence(f"Aucun des {total} n’a de valeur {period}.", proof)
    if len(valued) == 1:
        only = valued[0]
        if len(facts.items) == 1:
            return Sentence(f"{_whose(facts, only)} {period}.", proof)
        text = f"Des {total}, un seul a une valeur {period}{NBSP}: {only.territory.subject} ({_of(facts, only)})."
        return Sentence(text, proof)
    shown = {i: round(i.value or 0.0, facts.measure.decimals) + 0.0 for i in valued}
    highs = [i for i in valued if shown[i] == shown[valued[0]]]
    lows = [i for i in valued if shown[i] == shown[valued[-1]]]
    if len(highs) == len(valued):
        same = f"ont la même valeur {period} pour {facts.measure.subject}{NBSP}: {_of(facts, highs[0])}"
        text = f"{capitalised(_names([i for i in facts.items if i.value is not None]))} {same}."
    elif len(valued) == len(facts.items) == 2:
        text = _two(facts, valued[0], valued[1])
    elif facts.measure.counted:
        text = f"Des {total}, {_most(facts, highs, lows, period)}."
    else:
        best = f"{_have(highs)} la valeur la plus élevée {period} pour {facts.measure.subject} ({_of(facts, highs[0])})"
        text = f"Des {total}, {best}, {_names(lows)} la plus basse ({_of(facts, lows[0])})."
    return Sentence(text, proof)


def _most(facts: ComparisonFacts, highs: Sequence[Compared], lows: Sequence[Compared], period: str) -> str:
    """``Arras compte le plus d’habitants en 2023 (42 875), Béthune le moins (25 224)``."""
    many = len(highs) > 1 or highs[0].territory.plural
    most = f"{_names(highs)} {'comptent' if many else 'compte'} le plus {of(facts.measure.counted)} {period}"
    high, low = (format_number(i[0].value or 0.0, facts.measure.decimals) for i in (highs, lows))
    return f"{most} ({high}), {_names(lows)} le moins ({low})"


def _whose(facts: ComparisonFacts, item: Compared) -> str:
    measure = facts.measure
    return f"{capitalised(item.territory.at)}, {measure.subject} {measure.verb('est de', 'sont de')} {_of(facts, item)}"


def _of(facts: ComparisonFacts, item: Compared) -> str:
    return facts.measure.shown(item.value)


def _names(items: Sequence[Compared]) -> str:
    return listed([i.territory.subject for i in items])


def _have(items: Sequence[Compared]) -> str:
    many = len(items) > 1 or items[0].territory.plural
    return f"{_names(items)} {'ont' if many else 'a'}"


def _two(facts: ComparisonFacts, high: Compared, low: Compared) -> str:
    measure, period = facts.measure, when(facts.period)
    one, two = high.territory, low.territory
    if measure.counted and is_plural(high.value or 0.0):
        more = f"{one.start} {one.verb('compte', 'comptent')} plus {of(measure.counted)}"
        shown = (format_number(i.value or 0.0, measure.decimals) for i in (high, low))
        return f"{more} {that(two.subject)} {period}{NBSP}: {next(shown)} contre {next(shown)}."
    found = gap(high.value, low.value, unit=measure.unit, decimals=measure.decimals)
    apart = f", soit {points(found.difference, measure.decimals)} d’écart" if found is not None and found.points else ""
    if measure.plural:
        start = f"Pour {measure.subject}, {one.subject} {one.verb('a', 'ont')} la valeur la plus élevée {period}"
        return f"{start}{NBSP}: {_of(facts, high)}, contre {_of(facts, low)} {two.at}{apart}."
    higher = f"est plus {'élevée' if measure.feminine else 'élevé'}"
    where = f"{one.at} ({_of(facts, high)}) {that(two.at)} ({_of(facts, low)})"
    return f"{capitalised(measure.subject)} {higher} {where} {period}{apart}."


def _values(facts: ComparisonFacts, valued: Sequence[Compared]) -> str:
    shown = [f"{i.territory.subject}{NBSP}: {_of(facts, i)}" for i in valued]
    others = [f"{i.territory.subject}{NBSP}: {i.status.label}" for i in facts.items if i.value is None]
    return f"{capitalised(f'{NNBSP}; '.join([*shown, *others]))}."
