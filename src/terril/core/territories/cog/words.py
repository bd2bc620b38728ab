"""A guess of vintage, told in French: what, how sure, and why."""

from __future__ import annotations

from collections.abc import Sequence

from terril.core.territories.cog.timeline import Timeline
from terril.core.territories.cog.vintage import Guess, Witnesses
from terril.core.text import NBSP, format_number

#: Score from which each word is said.
_SURE = ((0.95, "presque sûr"), (0.8, "probable"), (0.5, "incertain"), (0.0, "très incertain"))
_NAMED = 4
_OTHERS = {
    "department": "Ce sont des codes de départements",
    "epci": "Ce sont des numéros SIREN, comme ceux des EPCI",
    "unknown": "Aucun de ces codes n’est celui d’une commune, aucune année connue",
}
_NO_YEAR = {
    "department": "ils ne changent presque jamais, aucun millésime n’en est déduit.",
    "epci": "leur millésime ne se lit pas dans leurs codes, mais dans leur composition.",
    "unknown": "vérifier la colonne choisie, ou les zéros de tête.",
}


def tell(guess: Guess, timeline: Timeline) -> list[str]:
    """Sentences of a guess, the first being the answer."""
    if guess.likely is None or guess.first is None or guess.last is None:
        return [f"{_OTHERS[guess.level]}{NBSP}: {_NO_YEAR[guess.level]}", *_writing(guess)]
    years = f"COG {guess.first}" if guess.first == guess.last else f"COG {guess.first} à {guess.last}"
    sure = next(word for least, word in _SURE if guess.score >= least)
    likely = "" if guess.first == guess.last else f"{NBSP}; {guess.likely} le plus vraisemblable"
    out = [f"{years}{likely}. Résultat {sure} (sûreté {format_number(guess.score, 2)} sur 1)."]
    count = f"{format_number(guess.valid)} commune" + ("s" if guess.valid > 1 else "")
    total = format_number(len(timeline.communes(guess.likely)))
    out.append(f"{count} du COG {guess.likely} sur {total}{_extent(guess)}.")
    out += [_witness(w, guess.likely, timeline) for w in (guess.after, guess.before) if w is not None]
    if guess.outside:
        out.append(_outside(guess, timeline))
    if guess.never:
        out.append(f"Codes d’aucune commune, aucune année{NBSP}: {_list(guess.never)}.")
    return out + _writing(guess)


def _extent(guess: Guess) -> str:
    if guess.share > 0.99:
        return ""
    low = f"{NBSP}: extrait partiel, dont l’année se lit moins bien" if guess.share < 0.5 else ""
    return low or f"{NBSP}: liste incomplète"


def _witness(witnesses: Witnesses, likely: int, timeline: Timeline) -> str:
    when = f"En {witnesses.year}"
    told = []
    if witnesses.strangers:
        named = [_named(code, likely, timeline) for code in witnesses.strangers[:_NAMED]]
        verb = "n’existe plus" if witnesses.year > likely else "n’existe pas encore"
        many = "n’existent plus" if witnesses.year > likely else "n’existent pas encore"
        told.append(f"{_list(named, len(witnesses.strangers))} {verb if len(witnesses.strangers) == 1 else many}")
    if witnesses.expected:
        named = [_named(code, witnesses.year, timeline) for code in witnesses.expected[:_NAMED]]
        one = len(witnesses.expected) == 1
        wanting = "serait attendue, et manque" if one else "seraient attendues, et manquent"
        told.append(f"{_list(named, len(witnesses.expected))} {wanting}")
    return f"{when}, {f'{NBSP}; '.join(told) or 'les mêmes codes couvriraient un autre territoire'}."


def _outside(guess: Guess, timeline: Timeline) -> str:
    found = dict(guess.outside or {})
    named = [f"{_named(code, near, timeline)} (COG {near})" for code, near in list(found.items())[:_NAMED]]
    likely = guess.likely or timeline.last
    places = {t for code, near in found.items() for t in timeline.links(near, likely).to(code)}
    told = f"Mélange d’années, ou communes déléguées données pour des communes{NBSP}: {_list(named, len(found))} "
    told += "n’est pas" if len(found) == 1 else "ne sont pas"
    holders = sorted(places)[:_NAMED]
    return (
        told + f" du COG {likely}" + (f", où leur territoire est à {_list(holders, len(places))}." if holders else ".")
    )


def _writing(guess: Guess) -> list[str]:
    out = ["Codes d’IRIS, lus par les cinq premiers signes de leur commune."] if guess.level == "iris" else []
    for number, one, many in (
        (guess.districts, "arrondissement municipal", "arrondissements municipaux"),
        (guess.duplicates, "code présent plusieurs fois", "codes présents plusieurs fois"),
        (
            guess.repaired,
            "code réécrit (zéro de tête, casse, espaces)",
            "codes réécrits (zéro de tête, casse, espaces)",
        ),
    ):
        if number:
            out.append(f"{format_number(number)} {one if number == 1 else many}.")
    return out


def _named(code: str, year: int, timeline: Timeline) -> str:
    return f"{code} {timeline.name(code, year)}".strip()


def _list(items: Sequence[str], total: int | None = None) -> str:
    count = len(items) if total is None else total
    shown = list(items[:_NAMED])
    if count > len(shown):
        return ", ".join(shown) + f" et {format_number(count - len(shown))} autres"
    return " et ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
