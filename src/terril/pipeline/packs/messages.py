"""Refusals of pydantic, said in French, at the line of the offending key, with a remedy."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from terril.core.errors import PackError
from terril.pipeline.packs.reading import Document

_PATTERNS = {
    "^[a-z0-9_]+/[a-z0-9_]+$": "écrire « domaine/nom » en minuscules sans accent, chiffres et tirets bas",
    "^[a-z][a-z0-9_]*$": "écrire un nom en minuscules sans accent, chiffres et tirets bas",
}
_EXPECTED = {
    "string": "un texte", "int": "un nombre entier", "float": "un nombre", "bool": "true ou false",
    "tuple": "une liste", "list": "une liste", "dict": "un ensemble clé : valeur",
    "model": "un ensemble clé : valeur", "model_attributes": "un ensemble clé : valeur",
    "decimal": "un nombre", "finite": "un nombre fini",
}  # fmt: skip

#: Likeness from which a known word is offered for an unknown one.
_NEAR = 0.6


def nearest(word: str, known: Sequence[str], intro: str) -> str:
    """« écrire « x » ? », when a known word is near; the list of known words otherwise."""
    near = get_close_matches(word, known, n=1, cutoff=_NEAR)
    if near:
        return f"écrire « {near[0]} » ?"
    shown = ", ".join(list(known)[:30]) + (", …" if len(known) > 30 else "")
    return f"{intro} : {shown or 'rien'}"


def refusals(
    error: ValidationError, model: type[BaseModel], document: Document, base: Sequence[str | int] = ()
) -> list[PackError]:
    """Each refusal as an error at its line, one for each place.

    Parameters
    ----------
    error : what pydantic refused.
    model : the model that was asked for.
    document, base : the file, and the path of the object in it.
    """
    data: Any = document.data
    for key in base:
        data = data[key]
    by_place: dict[tuple[str | int, ...], ErrorDetails] = {}
    for detail in error.errors():
        place = _place(detail["loc"], data, whole=detail["type"] in ("extra_forbidden", "missing"))
        kept = by_place.get(place)
        # A union refuses once for each branch: what is wrong inside a branch says more than « not a list ».
        if kept is None or kept["type"].endswith("_type"):
            by_place[place] = detail
    misspelt = {_meant(place, model) for place, d in by_place.items() if d["type"] == "extra_forbidden"}
    return [
        _french(detail, place, model, document, (*base, *place))
        for place, detail in by_place.items()
        if detail["type"] != "missing" or place not in misspelt
    ]


def _meant(place: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str | int, ...] | None:
    """The place that a misspelt key was meant for, which must not be said missing as well."""
    near = get_close_matches(str(place[-1]), _keys_at(model, place[:-1]), n=1, cutoff=_NEAR)
    return (*place[:-1], near[0]) if near else None


def _place(loc: Sequence[str | int], data: Any, *, whole: bool) -> tuple[str | int, ...]:
    """The part of pydantic's path that exists in the file (unions add branch names to it)."""
    place: list[str | int] = []
    for i, key in enumerate(loc):
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            if not (whole and i == len(loc) - 1):
                continue
        place.append(key)
    return tuple(place)


def _french(
    detail: ErrorDetails,
    place: tuple[str | int, ...],
    model: type[BaseModel],
    document: Document,
    path: Sequence[str | int],
) -> PackError:
    name = next((str(p) for p in reversed(place) if isinstance(p, str)), None)
    message, hint = _sentence(detail, name, _keys_at(model, place[:-1]))
    value = detail["input"]
    location = document.locate(path, field=name)
    if isinstance(value, str | int | float | bool) and detail["type"] not in ("missing", "extra_forbidden"):
        location = type(location)(file=location.file, line=location.line, field=name, value=str(value))
    return PackError(message, location=location, hint=hint)


def _sentence(detail: ErrorDetails, name: str | None, keys: Sequence[str]) -> tuple[str, str | None]:
    kind, ctx = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"clé inconnue « {name} »", nearest(name or "", keys, "clés possibles")
    if kind == "missing":
        return f"il manque la clé « {name} »", "l'ajouter, voir docs/reference"
    if kind == "value_error":
        return str(ctx.get("error", detail["msg"])), None
    if kind in ("literal_error", "enum"):
        choices = [c.strip("'") for c in str(ctx["expected"]).replace(" or ", ", ").split(", ")]
        return "valeur hors de la liste admise", nearest(str(detail["input"]), choices, "valeurs possibles")
    if kind == "string_pattern_mismatch":
        return "écriture non admise", _PATTERNS.get(ctx["pattern"], f"motif attendu : {ctx['pattern']}")
    if kind in ("greater_than_equal", "greater_than"):
        return "valeur trop petite", f"au moins {ctx.get('ge', ctx.get('gt'))}"
    if kind in ("less_than_equal", "less_than"):
        return "valeur trop grande", f"au plus {ctx.get('le', ctx.get('lt'))}"
    if kind == "too_short":
        return "liste trop courte", f"au moins {ctx['min_length']} élément(s)"
    stem = kind.removesuffix("_type").removesuffix("_parsing").removesuffix("_number").removesuffix("_from_float")
    if stem in _EXPECTED:
        return "valeur d'un autre genre que celui attendu", f"écrire {_EXPECTED[stem]}"
    return f"valeur refusée ({detail['msg']})", None


def _keys_at(model: Any, place: Sequence[str | int]) -> list[str]:
    """Keys known at this place of a model, for the remedy of an unknown one."""
    candidates: list[Any] = [model]
    for key in place:
        candidates = [inner for c in candidates for inner in _inside(c, key)]
    found = [c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)]
    return list(dict.fromkeys(name for c in found for name in c.model_fields))


def _inside(annotation: Any, key: str | int) -> list[Any]:
    """Types that may stand under ``key`` of a value of this type, unions opened."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(str(key))
        return _branches(field.annotation) if field else []
    arguments = get_args(annotation)
    if get_origin(annotation) in (dict, Mapping) and len(arguments) == 2:
        return _branches(arguments[1])
    if get_origin(annotation) in (tuple, list) and arguments:
        return _branches(arguments[0])
    return []


def _branches(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _branches(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [b for a in get_args(annotation) for b in _branches(a)]
    return [annotation]
