"""Why a figure is calculated again: the first cause, and the indicators it came through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from terril.core.releases import Manifest, SourceRelease
from terril.core.text import NBSP, typeset

_PARENT = "indicateur "
#: What is said of a component, by the first word of its name; ``{}`` is the rest of the name.
_WORDS = {
    "moteur": "nouvelle manière de calculer (moteur)",
    "formule": "formule modifiée",
    "définition": "définition modifiée ({})",
    "source": "source {} : nouvelle version",
    "règles": "règles de lecture {} modifiées",
    "secret": "secret statistique de {} : d’autres cellules sont masquées",
    "table": "table {} modifiée",
    "paramètre": "paramètre {} modifié",
    "passage": "passage {} modifié",
    "nomenclature": "nomenclature {} modifiée",
    "rupture": "rupture de série {} modifiée",
    "ruptures": "ruptures de série {} modifiées",
    "décisions": "décisions {} modifiées (anomalies relues)",
    "correction": "correction {} modifiée",
    "corrections": "corrections {} modifiées",
    "indicateur": "indicateur {} recalculé",
}
_NEW = {"source": "source {} : chargée ou lue pour la première fois", "indicateur": "indicateur {} : nouveau"}
_GONE = {"source": "source {} : n’est plus lue", "indicateur": "indicateur {} : n’est plus lu"}
_FIELDS = {
    "inputs": "entrées", "numerator": "numérateur", "denominator": "dénominateur", "weight": "pondération",
    "aggregation": "agrégation", "missing": "valeurs absentes", "levels": "niveaux", "status": "statut",
    "period": "période",
}  # fmt: skip
#: Words of a source that pages show, and what they are called.
_SAID = {"label": "libellé", "producer": "producteur", "licence": "licence", "vintage": "millésime"}


@dataclass(frozen=True, slots=True)
class Cause:
    """A component of a fingerprint that differs.

    Parameters
    ----------
    component : its name, as in :func:`terril.core.indicators.fingerprint.components`.
    change : ``changed``, ``added`` or ``removed``.
    through : indicators between the cause and what is calculated again, the nearest to the cause first.
    """

    component: str
    change: str = "changed"
    through: tuple[str, ...] = ()


def differing(
    old: Mapping[str, str], new: Mapping[str, str], known: Mapping[str, tuple[Cause, ...]]
) -> tuple[Cause, ...]:
    """First causes of what differs between the components of an indicator, sorted.

    Parameters
    ----------
    old, new : components before and after.
    known : causes of the indicators already looked at, parents before children: that of a parent stands for it.
    """
    found: dict[str, Cause] = {}
    for component in sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k)):
        change = "added" if component not in old else "removed" if component not in new else "changed"
        for cause in _first(component, change, known):
            kept = found.get(cause.component)
            if kept is None or len(cause.through) < len(kept.through):
                found[cause.component] = cause
    # The rules of a source newly read, or read no more, say nothing that the source does not.
    told = [c.component for c in found.values() if c.change != "changed" and c.component.startswith("source ")]
    rules = {f"règles de {component.removeprefix('source ')}" for component in told}
    return tuple(found[name] for name in sorted(found) if name not in rules)


def _first(component: str, change: str, known: Mapping[str, tuple[Cause, ...]]) -> Iterable[Cause]:
    parent = component.removeprefix(_PARENT) if component.startswith(_PARENT) else None
    above = known.get(parent, ()) if parent is not None and change == "changed" else ()
    if parent is None or not above:
        return (Cause(component, change),)
    return (replace(cause, through=(*cause.through, parent)) for cause in above)


def between(before: Manifest, after: Manifest) -> dict[str, tuple[Cause, ...]]:
    """First causes of every indicator of a release whose data differ from those of another."""
    found: dict[str, tuple[Cause, ...]] = {}

    def look(identifier: str, above: frozenset[str]) -> None:
        old, new = before.indicators.get(identifier), after.indicators.get(identifier)
        if identifier in found or identifier in above or old is None or new is None or old.data == new.data:
            return
        for parent in (c.removeprefix(_PARENT) for c in new.components if c.startswith(_PARENT)):
            look(parent, above | {identifier})
        found[identifier] = differing(old.components, new.components, found)

    for identifier in sorted(after.indicators):
        look(identifier, frozenset())
    return found


def component_words(component: str, change: str = "changed") -> str:
    """What the change of a component of a fingerprint is, in French.

    >>> component_words("source insee/rp_logement")
    'source insee/rp_logement\\xa0: nouvelle version'
    """
    kind, _, rest = component.partition(" ")
    if kind == "définition":
        rest = _FIELDS.get(rest.removeprefix(": "), rest.removeprefix(": "))
    words = {"added": _NEW, "removed": _GONE}.get(change, {})
    pattern = words.get(kind) or _WORDS.get(kind, f"{kind} {{}} : changement")
    return typeset(" ".join(pattern.replace("{}", rest).split()))


def cause_words(cause: Cause, sources: Mapping[str, SourceRelease] | None = None) -> str:
    """A cause in one line: what changed first, from which file, and through which indicators.

    Parameters
    ----------
    sources : what the release says of each source, for the name of its files.
    """
    kind, _, rest = cause.component.partition(" ")
    text = component_words(cause.component, cause.change)
    source = (sources or {}).get(rest) if kind == "source" and cause.change != "removed" else None
    if source is not None and source.files:
        more = f" et {len(source.files) - 1} autres" if len(source.files) > 1 else ""
        text += f" ({', '.join(filter(None, (f'{source.files[0]}{more}', source.note)))})"
    return f"{text}, par {', '.join(cause.through)}" if cause.through else text


def relabelled(
    old: Mapping[str, SourceRelease], new: Mapping[str, SourceRelease], read: Iterable[str]
) -> tuple[str, ...]:
    """Which sources, among those read, are now told otherwise, in French."""
    found = []
    for identifier in read:
        before, after = old.get(identifier), new.get(identifier)
        if before is not None and after is not None:
            fields = [word for name, word in _SAID.items() if getattr(before, name) != getattr(after, name)]
            if fields:
                found.append(f"source {identifier}{NBSP}: {', '.join(fields)}")
    return tuple(found)
