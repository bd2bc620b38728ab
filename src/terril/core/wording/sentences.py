"""The first sentence of each page, computed, with its proof: ``Sentence(text, proof)``.

No cause is ever given, and no judgement unless the indicator declares a direction. A comparison is
made on values rounded as they are shown, so that the reader can check it by eye.
"""

from __future__ import annotations

from terril.core.text import NBSP, NNBSP
from terril.core.wording.facts import Sentence, SourcesFacts
from terril.core.wording.french import Noun, counted, is_plural
from terril.core.wording.indicators import overview, standing
from terril.core.wording.people import home, profile
from terril.core.wording.sets import comparison, theme

__all__ = ["comparison", "home", "overview", "profile", "sources", "standing", "theme"]

_SOURCE = Noun("source", "sources", True)


def sources(facts: SourcesFacts) -> Sentence:
    """How many sources are loaded, late, not loaded."""
    total = facts.loaded + facts.not_loaded
    if not total:
        return Sentence("Aucune source n’est déclarée.")
    late = _late(facts)
    numbers = f"{counted(facts.loaded)} avec des données, {counted(facts.not_loaded)} sans"
    proof = f"{counted(total, _SOURCE)}{NBSP}: {numbers}."
    if not facts.not_loaded:
        every = f"Les {counted(total)} sources déclarées sont chargées"
        start = "La source déclarée est chargée" if total == 1 else every
        return Sentence(f"{start}{late}.", proof)
    if not facts.loaded:
        waiting = "La source déclarée n’est pas chargée" if total == 1 else "Aucune des sources déclarées n’est chargée"
        return Sentence(f"{waiting}.", proof)
    done = f"{counted(facts.loaded)} {'sont chargées' if is_plural(facts.loaded) else 'est chargée'}"
    rest = f"{counted(facts.not_loaded)} ne {'le sont' if is_plural(facts.not_loaded) else 'l’est'} pas"
    return Sentence(f"Sur {counted(total)} sources déclarées, {done}{late}{NNBSP}; {rest}.", proof)


def _late(facts: SourcesFacts) -> str:
    if not facts.late:
        return ""
    if facts.late == facts.loaded:
        their = "toutes en retard sur leur" if is_plural(facts.late) else "en retard sur son"
        return f", {their} rythme de parution"
    their = "leur" if is_plural(facts.late) else "son"
    return f", dont {counted(facts.late)} en retard sur {their} rythme de parution"
