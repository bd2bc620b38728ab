"""Which territories, which year of their nomenclature, which period: told from columns already guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from terril.core.territories.cog import Guess, guess_vintage
from terril.core.territories.cog.timeline import Timeline
from terril.core.territories.model import Level
from terril.core.text import fold
from terril.ingestion.recognition.model import ColumnGuess, ColumnKind, Confidence, Territory, Told, Vintage

_ORDER = (
    (ColumnKind.IRIS, Level.IRIS),
    (ColumnKind.COMMUNE, Level.COMMUNE),
    (ColumnKind.EPCI, Level.EPCI),
    (ColumnKind.DEPARTMENT, Level.DEPARTMENT),
    (ColumnKind.REGION, Level.REGION),
)
#: Words by which producers name levels in a column beside the codes (Melodi's ``GEO_OBJECT`` first).
LEVEL_WORDS = {
    "com": Level.COMMUNE, "commune": Level.COMMUNE, "epci": Level.EPCI, "dep": Level.DEPARTMENT,
    "departement": Level.DEPARTMENT, "reg": Level.REGION, "region": Level.REGION, "iris": Level.IRIS,
}  # fmt: skip
_PERIOD_NAMES = {"annee", "an", "year", "periode", "period", "time_period", "date", "millesime", "mois"}
#: Years read alike past which the year itself is not known.
_ALIKE = 3
_YEARS = re.compile(r"^(|.*?\D)((?:19|20)\d\d)$")
_NAME_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?![\da-z])", re.IGNORECASE)
_NAMED_YEAR = re.compile(r"(?:codgeo|cog|geo)_?(?:20)?(\d\d)$")


def find_territory(guesses: Sequence[ColumnGuess], samples: Mapping[str, Counter[str]]) -> Territory | None:
    """The column that says which territory a row is about, and its level; None where no column does."""
    mixed = _mixed(guesses, samples)
    if mixed is not None:
        return mixed
    for kind, level in _ORDER:
        found = [g for g in guesses if g.kind is kind]
        if found:
            best = max(found, key=lambda g: (_plainness(g), g.filled))
            more = f" ; {len(found)} colonnes de ce genre" if len(found) > 1 else ""
            return Territory(str(level), best.name, best.confidence, f"{best.reason}{more}")
    return None


def _plainness(guess: ColumnGuess) -> int:
    """How little a header qualifies what it names: ``code_commune`` before ``ancien_code_commune``."""
    key = fold(guess.name)
    return -sum(word in key for word in ("ancien", "old", "naissance", "arrivee", "siege", "deleg", "_d", "_g"))


def _mixed(guesses: Sequence[ColumnGuess], samples: Mapping[str, Counter[str]]) -> Territory | None:
    """Codes of several levels, a column beside telling which: INSEE's ``GEO`` and ``GEO_OBJECT``."""
    by_key = {g.name.upper(): g.name for g in guesses}
    if "GEO" not in by_key or "GEO_OBJECT" not in by_key:
        return None
    column = by_key["GEO_OBJECT"]
    words = [w for w in samples[column] if w]
    levels = {w: str(LEVEL_WORDS[fold(w)]) for w in words if fold(w) in LEVEL_WORDS}
    if not levels:
        reason = f"niveaux de l'Insee sans équivalent ici : {', '.join(sorted(words)[:6])}"
        return Territory("", by_key["GEO"], Confidence.DOUBTFUL, reason, level_column=column)
    left = len(words) - len(levels)
    reason = "colonnes GEO et GEO_OBJECT de l'Insee" + (f" ; {left} autres niveaux laissés de côté" if left else "")
    return Territory("mixed", by_key["GEO"], Confidence.CERTAIN, reason, column, levels)


def tell_vintage(codes: Sequence[str], header: str, timeline: Timeline) -> Vintage | None:
    """Year of the nomenclature of commune or IRIS codes; None where no year can be told."""
    guess = guess_vintage(codes, timeline)
    if guess.likely is None or guess.first is None or guess.last is None:
        return None
    year, reason = guess.likely, _reason(guess)
    score = guess.score
    named = _NAMED_YEAR.search(fold(header))
    if named and guess.by_year and guess.by_year.get(2000 + int(named[1]), 0) > 0.05 * guess.by_year[guess.likely]:
        year, score = 2000 + int(named[1]), max(score, 0.95)
        reason = f"le nom de la colonne, « {header} », le dit ; {reason}"
    if guess.last - guess.first > _ALIKE and not named:
        score, reason = min(score, 0.8), f"{reason} ; entre ces années, le choix ne change rien à la lecture"
    sure = Confidence.CERTAIN if score >= 0.9 else Confidence.LIKELY if score >= 0.6 else Confidence.DOUBTFUL
    return Vintage(
        year, min(guess.first, year), max(guess.last, year), sure, reason, (*guess.never, *(guess.outside or {}))[:20]
    )


def _reason(guess: Guess) -> str:
    parts = [f"{guess.valid} codes sur {guess.codes} sont des communes de {guess.likely}"]
    if guess.first != guess.last:
        parts.append(f"la liste se lit de même de {guess.first} à {guess.last}")
    if guess.after is not None and guess.after.strangers:
        parts.append(f"après {guess.likely}, {', '.join(guess.after.strangers[:3])} n'en sont plus")
    if guess.before is not None and guess.before.strangers:
        parts.append(f"avant, {', '.join(guess.before.strangers[:3])} n'en étaient pas")
    return " ; ".join(parts)


def find_period(guesses: Sequence[ColumnGuess], file: str) -> Told | None:
    """Where the period is: a column, columns a year, or the name of the file; None where nothing says it.

    ``value`` is ``column:NAME``, ``columns:PREFIX`` or ``value:YEAR``.
    """
    for kind in (ColumnKind.PERIOD, ColumnKind.YEAR):
        found = [g for g in guesses if g.kind is kind and g.confidence is not Confidence.DOUBTFUL]
        if len(found) == 1:
            return Told(f"column:{found[0].name}", found[0].confidence, f"colonne « {found[0].name} » : {kind.label}")
        exact = [g for g in found if fold(g.name) in _PERIOD_NAMES]
        if len(exact) == 1:
            return Told(f"column:{exact[0].name}", Confidence.LIKELY, f"colonne « {exact[0].name} », parmi d'autres")
        if found:
            names = ", ".join(f"« {g.name} »" for g in found[:4])
            return Told(f"column:{found[0].name}", Confidence.DOUBTFUL, f"plusieurs colonnes peuvent la dire : {names}")
    prefixes = Counter(m[1] for g in guesses if (m := _YEARS.match(g.name)))
    if prefixes and prefixes.most_common(1)[0][1] >= 3:
        prefix, count = prefixes.most_common(1)[0]
        return Told(f"columns:{prefix}", Confidence.LIKELY, f"{count} colonnes « {prefix}AAAA » : une par année")
    years = sorted(set(_NAME_YEAR.findall(file)))
    if len(years) == 1:
        return Told(f"value:{years[0]}", Confidence.DOUBTFUL, "une année dans le nom du fichier")
    return None
