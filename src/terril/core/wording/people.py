"""Sentences about inhabitants: a territory beside similar ones, the perimeter shown first."""

from __future__ import annotations

from terril.core.standing.trends import STABLE, Move, Trend
from terril.core.status import Status
from terril.core.territories.model import Level
from terril.core.text import NBSP, NNBSP, format_number
from terril.core.wording.facts import HomeFacts, Peers, ProfileFacts, Sentence
from terril.core.wording.french import LEVEL_NOUNS, Named, capitalised, counted, definite, listed, spelt
from terril.core.wording.quantities import annual, quantity, signed, when, years_of

_LIMIT = f"moins de {format_number(STABLE, 2)}{NBSP}%"
_VERBS = {Move.UP: ("gagne", "gagnent"), Move.DOWN: ("perd", "perdent")}
_GOES = {Move.UP: "augmente", Move.DOWN: "diminue"}


def profile(facts: ProfileFacts) -> Sentence:
    """A territory: its population trend beside that of the similar territories."""
    trend = facts.trend
    if trend is None or trend.annual is None:
        return _population(facts)
    rule = f"Stable{NBSP}: {_LIMIT} par an."
    peers = facts.peers
    if peers is None or peers.annual is None:
        return Sentence(_alone(facts.territory, trend), f"{_rate(trend)}, {_counts(trend)}. {rule}")
    median = _similar(peers)
    proof = f"{_rate(trend)}, contre {signed(peers.annual, 1)}{NBSP}% pour {median}. {rule}"
    return Sentence(_beside(facts.territory, trend, peers), capitalised(proof))


def _population(facts: ProfileFacts) -> Sentence:
    name, period = facts.territory, facts.period
    if facts.population is None or period is None:
        reason = "est couverte par le secret statistique" if facts.status == Status.SECRET else "n’est pas disponible"
        return Sentence(f"La population {name.of} {reason}.")
    if facts.population == 0:
        return Sentence(f"{name.start} ne {name.verb('compte', 'comptent')} aucun habitant {when(period)}.")
    people = quantity(facts.population, "hab", short=True)
    exact = quantity(facts.population, "hab")
    text = f"{name.start} {name.verb('compte', 'comptent')} {people} {when(period)}."
    return Sentence(text, f"{exact} {when(period)}{NNBSP}; pas de série comparable pour dire une évolution.")


def _rate(trend: Trend) -> str:
    estimated = " (d’après une valeur estimée)" if trend.estimated else ""
    return f"{annual(trend.annual or 0.0)} {years_of(trend)}{estimated}"


def _counts(trend: Trend) -> str:
    return f"de {format_number(trend.first.value)} à {quantity(trend.last.value, 'hab')}"


def _similar(peers: Peers) -> str:
    if peers.count == 1:
        return f"{definite(peers.noun.singular, feminine=peers.noun.feminine)} semblable"
    return f"la médiane des {spelt(peers.count)} {peers.noun.plural} semblables"


def _alone(name: Named, trend: Trend) -> str:
    if trend.move == Move.STABLE:
        return f"La population {name.of} est stable {years_of(trend)}."
    return f"{name.start} {name.verb(*_VERBS[trend.move])} des habitants{NBSP}: {_rate(trend)}."


def _beside(name: Named, trend: Trend, peers: Peers) -> str:
    others = f"les {peers.noun.plural} comparables"
    theirs = f"celle des {peers.noun.plural} comparables"
    rate, median = round(trend.annual or 0.0, 1), round(peers.annual or 0.0, 1)
    mine = trend.move
    move = Move.STABLE if abs(peers.annual or 0.0) < STABLE else Move.UP if median > 0 else Move.DOWN
    if mine == Move.STABLE:
        if move == Move.STABLE:
            return f"La population {name.of} est stable, comme {theirs}."
        return f"La population {name.of} est stable, tandis que {theirs} {_GOES[move]}."
    verb = f"{name.start} {name.verb(*_VERBS[mine])} des habitants"
    if move == Move.STABLE:
        return f"{verb}, tandis que la population des {peers.noun.plural} comparables est stable."
    if move != mine:
        return f"{verb}, tandis que {others} en {_VERBS[move][1]}."
    if rate == median:
        return f"{verb} au même rythme que {others}."
    return f"{verb} {'plus' if abs(rate) > abs(median) else 'moins'} vite que {others}."


_GOES = {Move.UP: "augmente", Move.DOWN: "diminue"}


def home(facts: HomeFacts) -> Sentence:
    """The perimeter: inhabitants, intermunicipalities, communes, trend."""
    name = facts.perimeter
    numbers = ((facts.epcis, LEVEL_NOUNS[Level.EPCI]), (facts.communes, LEVEL_NOUNS[Level.COMMUNE]))
    parts = [counted(n, noun) for n, noun in numbers if n]
    held = listed(parts)
    if facts.population is None or facts.period is None:
        text = f"{name.start} {name.verb('réunit', 'réunissent')} {held or 'des territoires'}."
        return Sentence(text, "Population non disponible.")
    people = quantity(facts.population, "hab", short=True)
    inside = f", dans {held}" if held else ""
    text = f"{name.start} {name.verb('compte', 'comptent')} {people} {when(facts.period)}{inside}"
    proof = f"{quantity(facts.population, 'hab')} {when(facts.period)}"
    trend = facts.trend
    if trend is not None and trend.annual is not None:
        text += f"{NNBSP}; {_their(name, trend)}"
        proof += f"{NNBSP}; {_rate(trend)}. Stable{NBSP}: {_LIMIT} par an"
    return Sentence(f"{text}.", f"{proof}.")


def _their(name: Named, trend: Trend) -> str:
    theirs = f"{name.verb('sa', 'leur')} population"
    if trend.move == Move.STABLE:
        return f"{theirs} est stable depuis {trend.first.period.label}"
    rate = annual(abs(trend.annual or 0.0)).lstrip("+")
    return f"{theirs} {_GOES[trend.move]} de {rate} depuis {trend.first.period.label}"
