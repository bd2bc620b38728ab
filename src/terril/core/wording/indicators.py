"""Sentences about one indicator: in a set of territories, and for one of them."""

from __future__ import annotations

from terril.core.standing.gaps import gap
from terril.core.standing.slices import Rank
from terril.core.standing.trends import STABLE, Move, Trend
from terril.core.status import Status
from terril.core.text import NBSP, NNBSP, format_number
from terril.core.wording.facts import Among, Measure, OverviewFacts, Sentence, Spread, StandingFacts
from terril.core.wording.french import Named, capitalised, counted, is_plural, listed, ordinal
from terril.core.wording.quantities import annual, change_of, gap_of, points, quantity, when, years_of

_STATUS_NOTES = {Status.ESTIMATED: " (valeur estimée)", Status.PROVISIONAL: " (valeur provisoire)"}


def overview(facts: OverviewFacts) -> Sentence:
    """An indicator in a set, no territory selected: range, median, who stands at the ends, trend of the whole."""
    measure, spread, among = facts.measure, facts.spread, facts.among
    if spread.known == 0:
        return _nothing(facts)
    where = among.within.at if among.within else "en France"
    known = counted(spread.known, among.noun)
    proof = f"{capitalised(when(facts.period))}, {known} {_having(spread.known)} une valeur{_without(spread)}."
    if spread.known == 1 or spread.low == spread.high:
        text = _uniform(facts, where)
    elif facts.whole is not None and is_plural(facts.whole) and measure.counted and among.within:
        text = _whole(facts, facts.whole, among.within)
    else:
        many = bool(measure.counted)
        subject = measure.figure if many else measure.subject
        verb = "va" if many else measure.verb("va", "vont")
        text = f"{capitalised(where)}, {subject} {verb} {_range(facts, bare=many)} {when(facts.period)}."
    if spread.median is not None and spread.known > 1:
        proof += f" Médiane{NBSP}: {measure.shown(spread.median)}."
    return _with_trend(Sentence(text, proof), measure, facts.trend, among.within)


def _whole(facts: OverviewFacts, whole: float, name: Named) -> str:
    compte, people = name.verb("compte", "comptent"), _count(facts.measure, whole, short=True)
    range_ = f"{_range(facts, bare=True)} selon les {facts.among.noun.plural}"
    return f"{name.start} {compte} {people} {when(facts.period)}{NBSP}: {range_}."


def _range(facts: OverviewFacts, *, bare: bool = False) -> str:
    """``de 8 % (Beaurains) à 32 % (Lens)``; without units where a noun stands before (``bare``)."""
    spread = facts.spread
    ends = ((spread.low, spread.lows), (spread.high, spread.highs))
    low, high = (_end(value, names, facts, bare=bare) for value, names in ends)
    return f"de {low} à {high}"


def _having(known: int) -> str:
    return "ont" if is_plural(known) else "a"


def _without(spread: Spread) -> str:
    none = spread.total - spread.known
    if not none:
        return ""
    hidden = f", dont {counted(spread.secret)} par secret statistique" if 0 < spread.secret < none else ""
    reason = " (secret statistique)" if spread.secret == none else hidden
    return f"{NNBSP}; {counted(none)} n’en {'ont' if is_plural(none) else 'a'} pas{reason}"


def _nothing(facts: OverviewFacts) -> Sentence:
    spread, subject = facts.spread, capitalised(facts.measure.subject)
    among = f"les {facts.among.place}"
    if spread.total and spread.secret == spread.total:
        text = f"Pour {among}, toutes les valeurs {when(facts.period)} sont couvertes par le secret statistique."
        return Sentence(
            text, f"{subject}{NBSP}: {counted(spread.secret)} valeurs secrètes sur {counted(spread.total)}."
        )
    text = f"Pour {among}, aucune valeur n’est disponible {when(facts.period)}."
    return Sentence(text, f"{subject}{NBSP}: aucune valeur sur {counted(spread.total, facts.among.noun)}.")


def _uniform(facts: OverviewFacts, where: str) -> str:
    measure, spread, noun = facts.measure, facts.spread, facts.among.noun
    value = measure.shown(spread.low or 0.0)
    if spread.known == 1:
        only = "une seule" if noun.feminine else "un seul"
        name = spread.lows[0].subject
        return (
            f"{capitalised(where)}, {only} {noun.singular} a une valeur {when(facts.period)}{NBSP}: {name} ({value})."
        )
    same = f"{measure.verb('est', 'sont')} partout de même valeur {when(facts.period)}{NBSP}: {value}"
    return f"{capitalised(where)}, {measure.subject} {same}."


def _end(value: float | None, names: tuple[Named, ...], facts: OverviewFacts, *, bare: bool = False) -> str:
    """One end of the range: ``8 % (Beaurains)``, ``0 (14 communes)``."""
    shown = value or 0.0
    measure = facts.measure
    text = format_number(shown, measure.decimals) if bare else measure.shown(shown)
    who = listed([n.alone for n in names]) if len(names) <= 2 else counted(len(names), facts.among.noun)
    return f"{text} ({who})"


def _count(measure: Measure, value: float, *, short: bool = False) -> str:
    """``5 432 logements sociaux``, ``1,2 million d’habitants``."""
    if measure.counted == "habitants":
        return quantity(value, "hab", short=short)
    return f"{format_number(value, measure.decimals)}{NBSP}{measure.counted}"


def standing(facts: StandingFacts) -> Sentence:
    """An indicator for one territory: value, rank in its set, gap to the median of that set, trend."""
    measure, name, rank = facts.measure, facts.territory, facts.rank
    if facts.value is None:
        return _unavailable(facts)
    text = _value(facts)
    proof = f"{capitalised(name.subject)}{NBSP}: {measure.shown(facts.value)}"
    proof += f" {when(facts.period)}"
    if rank is not None and facts.among is not None:
        text += f"{NBSP}: {_placed(measure, rank, facts.among)}"
    if rank is not None and facts.among is not None and rank.among > 1:
        # A tie is for those who share a value; the rank counts from the highest.
        place = rank.text_among(facts.among.noun, detail=False)
        proof += f"{NNBSP}; {place}, de la plus haute valeur à la plus basse"
        proof += f"{NNBSP}; {counted(rank.unranked)} sans valeur" if rank.unranked else ""
        found = gap(facts.value, facts.median, unit=measure.unit, decimals=measure.decimals)
        if found is not None and rank.among > 2 and rank.tied < rank.among:
            text += f", {gap_of(found, measure.unit, measure.decimals)}"
            proof += f"{NNBSP}; médiane{NBSP}: {measure.shown(found.reference)}"
    return _with_trend(Sentence(f"{text}.", f"{proof}."), measure, facts.trend)


def _value(facts: StandingFacts) -> str:
    measure, name, value = facts.measure, facts.territory, facts.value or 0.0
    after = f"{_STATUS_NOTES.get(facts.status, '')} {when(facts.period)}"
    if measure.counted and is_plural(value):
        return f"{name.start} {name.verb('compte', 'comptent')} {_count(measure, value)}{after}"
    start = capitalised(name.at)
    if measure.counted:
        return f"{start}, {measure.figure} est de {format_number(value, measure.decimals)}{after}"
    verb = measure.verb("s’élève à", "s’élèvent à") if value > 0 else measure.verb("est de", "sont de")
    return f"{start}, {measure.subject} {verb} {measure.shown(value)}{after}"


def _unavailable(facts: StandingFacts) -> Sentence:
    """Why there is no value: of the figure, not of the things it counts (schools may well be « disponibles »)."""
    start, period = f"{capitalised(facts.territory.at)}, {facts.measure.figure}", when(facts.period)
    if facts.status == Status.NOT_APPLICABLE:
        return Sentence(f"{start} est sans objet {period}.", "Sans objet, d’après le producteur.")
    if facts.status == Status.SECRET:
        text = f"{start} relève du secret statistique {period}."
        return Sentence(text, "La valeur existe mais n’est pas publiée.")
    return Sentence(f"{start} n’est pas disponible {period}.", "La valeur n’est pas connue.")


def _placed(measure: Measure, rank: Rank, among: Among) -> str:
    """Where a value stands, never leaving in doubt from which end it is counted."""
    noun, count = among.noun, counted(rank.among)
    if rank.among == 1:
        return f"la seule valeur connue des {among.place}"
    others = f"des {count} {among.place}{' dont la valeur est connue' if rank.unranked else ''}"
    if rank.tied == rank.among:
        return f"la même valeur pour {'toutes' if noun.feminine else 'tous'} les {among.place}"
    top = rank.position <= rank.from_bottom
    word, place = ("élevée", rank.position) if top else ("basse", rank.from_bottom)
    value = "la valeur" if place == 1 else f"la {ordinal(place)} valeur"
    judged = measure.judged(top) if place == 1 else None
    note = "" if judged is None else f" ({'la plus' if judged else 'la moins'} favorable)"
    shared = ", ex æquo," if rank.tied > 1 else ""
    return f"{value} la plus {word}{note}{shared} {others}"


def _with_trend(sentence: Sentence, measure: Measure, trend: Trend | None, whole: Named | None = None) -> Sentence:
    """The sentence, and a second one for the trend where there is one."""
    if trend is None:
        return sentence
    inside = f" pour l’ensemble {whole.of}" if whole is not None else ""
    span = capitalised(years_of(trend))
    text = f"{span}, {measure.again} {_moved(measure, trend)}{inside}{_sense(measure, trend)}."
    low, high = (measure.shown(p.value) for p in (trend.first, trend.last))
    unit = f"{NBSP}point" if trend.points else f"{NBSP}%"
    rule = f"stable{NBSP}: moins de {format_number(STABLE, 2)}{unit} par an"
    proof = f"{span}{NBSP}: de {low} à {high}, soit {change_of(trend, measure.unit, measure.decimals)} ({rule})."
    return Sentence(f"{sentence.text} {text}", f"{sentence.proof} {proof}".strip())


def _moved(measure: Measure, trend: Trend) -> str:
    if trend.move == Move.STABLE:
        return f"est resté{'e' if measure.again_feminine else ''} stable"
    verb = "a augmenté" if trend.move == Move.UP else "a baissé"
    if trend.points:
        return f"{verb} de {points(trend.change)}"
    if trend.annual is not None:
        return f"{verb} de {annual(abs(trend.annual)).lstrip('+')}"
    return f"{verb} de {measure.shown(abs(trend.change))}"


def _sense(measure: Measure, trend: Trend) -> str:
    judged = None if trend.move == Move.STABLE else measure.judged(trend.move == Move.UP)
    return "" if judged is None else f", dans le sens {'favorable' if judged else 'défavorable'}"
