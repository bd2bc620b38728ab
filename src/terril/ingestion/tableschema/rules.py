"""The rules of a field, each a mask over an array of distinct texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from terril.core.text import fold
from terril.ingestion.tableschema import coordinates
from terril.ingestion.tableschema.model import FieldRule

#: A mask of faults over distinct texts: boolean, no null.
Mask = Callable[[pa.Array], pa.Array]
#: Texts longer than this are not held against a pattern that Arrow cannot run in linear time.
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code, its words, the remedy of any value and of one value, and its mask of faults."""

    code: str
    message: str
    remedy: str
    mask: Mask
    own: Callable[[str], str] = lambda value: ""
    stops: bool = False


def rules_of(field: FieldRule) -> tuple[Rule, ...]:
    """Rules of a field over its values, absence aside; one that ``stops`` hides the later ones of its cell."""
    return (*_type_rules(field), *_constraints(field))


def _no(array: pa.Array) -> pa.Array:
    return pc.fill_null(pc.invert(array), True)


def _unlike(pattern: str) -> Mask:
    return lambda texts: _no(pc.match_substring_regex(texts, pattern=pattern))


def _each(test: Callable[[str], bool]) -> Mask:
    """A mask from a test of one text: true is a fault."""
    return lambda texts: pa.array([test(t) for t in texts.to_pylist()], pa.bool_())


def _type_rules(field: FieldRule) -> Iterator[Rule]:
    made = _TYPES.get(field.type)
    if made is not None:
        yield from made(field)


def _integer(field: FieldRule) -> Iterator[Rule]:
    yield Rule(
        "type", "un nombre entier est attendu", "écrire des chiffres seuls, sans espace ni unité",
        _unlike(r"^[+-]?\d+$"), _number_remedy, stops=True,
    )  # fmt: skip


def _number(field: FieldRule) -> Iterator[Rule]:
    sign = re.escape(field.decimal)
    group = f"[{re.escape(field.group)}]?" if field.group else ""
    pattern = rf"^[+-]?(?:\d+(?:{group}\d+)*(?:{sign}\d*)?|{sign}\d+)(?:[eE][+-]?\d+)?$|^(?:NaN|-?INF)$"
    yield Rule(
        "type", "un nombre est attendu", "écrire des chiffres, avec un point pour les décimales",
        _unlike(pattern), _number_remedy, stops=True,
    )  # fmt: skip


def _number_remedy(value: str) -> str:
    plain = re.sub("[\\s\u00a0\u202f]", "", value)
    if re.fullmatch(r"[+-]?\d+", plain) and plain != value:
        return f"retirer les espaces : {plain}"
    if re.fullmatch(r"[+-]?\d+,\d+", plain):
        return f"écrire la décimale avec un point : {plain.replace(',', '.')}"
    if re.fullmatch(r"[+-]?\d+\.0+", plain):
        return f"écrire {plain.partition('.')[0]}"
    found = re.match(r"[+-]?\d+(?:[.,]\d+)?(?=[^\d.,])", plain)
    return f"écrire le nombre seul : {found[0].replace(',', '.')}" if found else ""


def _boolean(field: FieldRule) -> Iterator[Rule]:
    words = (*field.true_values, *field.false_values)
    shown = " ou ".join(f"« {w} »" for w in dict.fromkeys((field.true_values[0], field.false_values[0])))
    yes, no = field.true_values[0], field.false_values[0]

    def own(value: str) -> str:
        low = fold(value)
        meant = (
            yes
            if low in ("oui", "vrai", "true", "o", "yes", "1")
            else no
            if low in ("non", "faux", "false", "n", "no", "0")
            else ""
        )
        return f"écrire « {meant} »" if meant else ""

    yield Rule(
        "type", f"{shown} est attendu", f"écrire {shown}",
        lambda texts: _no(pc.is_in(texts, value_set=pa.array(words))), own, stops=True,
    )  # fmt: skip


def _date(field: FieldRule) -> Iterator[Rule]:
    pattern = "%Y-%m-%d" if field.format in ("default", "any") else field.format
    shown = pattern.replace("%Y", "AAAA").replace("%m", "MM").replace("%d", "JJ").replace("%y", "AA")
    yield Rule(
        "type", f"une date est attendue, écrite {shown}", f"écrire la date {shown}",
        _dates(pattern), lambda value: _date_remedy(value, pattern), stops=True,
    )  # fmt: skip


def _dates(pattern: str) -> Mask:
    def is_wrong(text: str) -> bool:
        try:
            return datetime.strptime(text, pattern).strftime(pattern) != text
        except ValueError:
            return True

    def mask(texts: pa.Array) -> pa.Array:
        if pattern == "%Y":
            return _no(pc.match_substring_regex(texts, pattern=r"^\d{4}$"))
        shaped = pc.match_substring_regex(texts, pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")
        if pattern != "%Y-%m-%d" or not pc.all(shaped, min_count=0).as_py():
            return _each(is_wrong)(texts)
        # Every month has twenty-eight days: the others are looked at one by one.
        return _no(shaped)

    return mask


def _date_remedy(value: str, pattern: str) -> str:
    for other in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        try:
            return f"écrire {datetime.strptime(value, other).strftime(pattern)}"
        except ValueError:
            # Not written this way: the next one is tried.
            continue
    return ""


def _shaped(pattern: str, message: str, remedy: str) -> Callable[[FieldRule], Iterator[Rule]]:
    def made(field: FieldRule) -> Iterator[Rule]:
        yield Rule("type", message, remedy, _unlike(pattern), stops=True)

    return made


def _geopoint(field: FieldRule) -> Iterator[Rule]:
    form = {"array": "[longitude, latitude]", "object": '{"lon": …, "lat": …}'}.get(field.format, "longitude, latitude")
    yield Rule(
        "type", f"un point est attendu, écrit {form}", f"écrire {form}, avec des points décimaux",
        _each(lambda t: coordinates.point_of(t, field.format) is None), stops=True,
    )  # fmt: skip
    yield from _placed(lambda text: coordinates.point_of(text, field.format))


def _geojson(field: FieldRule) -> Iterator[Rule]:
    yield Rule(
        "type", "une géométrie GeoJSON est attendue",
        'écrire {"type": "Polygon", "coordinates": […]} ; vérifier les crochets',
        _each(lambda t: coordinates.first_position(t) is None), stops=True,
    )  # fmt: skip
    yield from _placed(coordinates.first_position)


def _placed(position: Callable[[str], tuple[float, float] | None]) -> Iterator[Rule]:
    """Where coordinates lie: Lambert-93 in the place of degrees, and the two swapped."""

    def of(test: Callable[[float, float], bool]) -> Mask:
        return _each(lambda text: (found := position(text)) is not None and test(*found))

    yield Rule(
        "lambert", "coordonnées en Lambert-93 : un GeoJSON et un point s'écrivent en longitude et latitude (WGS 84)",
        "convertir en EPSG:4326 avant d'exporter", of(coordinates.is_projected), stops=True,
    )  # fmt: skip
    yield Rule(
        "swapped",
        "latitude et longitude interverties",
        "écrire la longitude d'abord",
        of(coordinates.is_swapped),
        stops=True,
    )
    yield Rule(
        "outside", "coordonnées hors de la Terre", "vérifier les coordonnées : -180 à 180, puis -90 à 90",
        of(lambda x, y: abs(x) > 180 or abs(y) > 90), stops=True,
    )  # fmt: skip


def _json(kind: type, message: str) -> Callable[[FieldRule], Iterator[Rule]]:
    def is_wrong(text: str) -> bool:
        try:
            return not isinstance(json.loads(text), kind)
        except (ValueError, RecursionError):
            return True

    def made(field: FieldRule) -> Iterator[Rule]:
        yield Rule("type", message, "vérifier les crochets et les guillemets", _each(is_wrong), stops=True)

    return made


def _string(field: FieldRule) -> Iterator[Rule]:
    patterns = {
        "email": (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "une adresse électronique est attendue"),
        "uri": (r"^[a-zA-Z][a-zA-Z0-9+.-]*:\S+$", "une adresse complète est attendue, avec https://"),
        "uuid": (r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$", "un identifiant UUID est attendu"),
    }
    if field.format in patterns:
        pattern, message = patterns[field.format]
        yield Rule("type", message, "corriger la valeur", _unlike(pattern), stops=True)


_TYPES: dict[str, Callable[[FieldRule], Iterator[Rule]]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "year": _shaped(r"^\d{4}$", "une année est attendue", "écrire quatre chiffres"),
    "yearmonth": _shaped(r"^\d{4}-(?:0[1-9]|1[0-2])$", "un mois est attendu, écrit AAAA-MM", "écrire AAAA-MM"),
    "time": _shaped(r"^\d\d:\d\d(?::\d\d)?$", "une heure est attendue, écrite HH:MM:SS", "écrire HH:MM:SS"),
    "datetime": _shaped(
        r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$",
        "une date et une heure sont attendues, écrites AAAA-MM-JJTHH:MM:SS", "écrire AAAA-MM-JJTHH:MM:SS",
    ),
    "geopoint": _geopoint,
    "geojson": _geojson,
    "array": _json(list, "une liste JSON est attendue"),
    "object": _json(dict, "un objet JSON est attendu"),
}  # fmt: skip


def _constraints(field: FieldRule) -> Iterator[Rule]:
    if field.enum:
        yield _enum(field)
    if field.pattern:
        example = f", par exemple « {field.example[:60]} »" if field.example else ""
        yield Rule(
            "pattern", f"la forme attendue n'est pas respectée{example}", _described(field), _pattern(field.pattern)
        )
    if field.minimum:
        yield Rule(
            "minimum", f"{field.minimum} au moins", "vérifier la valeur", _bound(field, field.minimum, below=True)
        )
    if field.maximum:
        yield Rule(
            "maximum", f"{field.maximum} au plus", "vérifier la valeur", _bound(field, field.maximum, below=False)
        )
    if field.min_length is not None:
        yield Rule(
            "min_length", f"{field.min_length} caractères au moins", "compléter la valeur",
            lambda texts: pc.less(pc.utf8_length(texts), field.min_length),
        )  # fmt: skip
    if field.max_length is not None:
        yield Rule(
            "max_length", f"{field.max_length} caractères au plus", "abréger la valeur",
            lambda texts: pc.greater(pc.utf8_length(texts), field.max_length),
        )  # fmt: skip


def _described(field: FieldRule) -> str:
    return field.description[:200] or "voir la documentation du schéma"


def _enum(field: FieldRule) -> Rule:
    folded = {fold(word): word for word in field.enum}
    shown = ", ".join(f"« {w} »" for w in field.enum[:6]) + (
        f" et {len(field.enum) - 6} autres" if len(field.enum) > 6 else ""
    )

    def own(value: str) -> str:
        if fold(value.strip()) in folded:
            return f"écrire « {folded[fold(value.strip())]} »"
        near = get_close_matches(fold(value), list(folded), n=1, cutoff=0.6)
        begun = [w for key, w in folded.items() if len(value) > 3 and key.startswith(fold(value))]
        meant = folded[near[0]] if near else begun[0] if begun else ""
        return f"valeur proche admise : « {meant} »" if meant else ""

    mask: Mask = lambda texts: _no(pc.is_in(texts, value_set=pa.array(field.enum, pa.string())))  # noqa: E731
    return Rule("enum", f"valeur hors de la liste : {shown}", "choisir une valeur de la liste", mask, own)


def _pattern(pattern: str) -> Mask:
    """The whole text must answer; RE2 where it can, as it takes no more time than the text is long."""
    whole = f"^(?:{pattern})$"
    compiled = re.compile(whole)

    def mask(texts: pa.Array) -> pa.Array:
        try:
            return _no(pc.match_substring_regex(texts, pattern=whole))
        except pa.ArrowInvalid:
            # Back-references, which the official schemas use, are beyond RE2.
            return _each(lambda t: len(t) > _LONGEST or compiled.match(t) is None)(texts)

    return mask


def _bound(field: FieldRule, limit: str, *, below: bool) -> Mask:
    compare = pc.less if below else pc.greater
    if field.type not in ("integer", "number", "year"):
        # ISO dates and times sort as texts.
        return lambda texts: compare(texts, limit)
    bound = float(limit)

    def mask(texts: pa.Array) -> pa.Array:
        plain = pc.replace_substring(texts, pattern=field.decimal, replacement=".")
        number = pc.match_substring_regex(plain, pattern=r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
        values = pc.cast(pc.if_else(number, plain, pa.scalar(None, pa.string())), pa.float64())
        return pc.fill_null(compare(values, bound), False)

    return mask


def fits(field: FieldRule, texts: pa.Array) -> Any:
    """Part of distinct texts that fit every rule of a field, 0 to 1."""
    if not len(texts):
        return 1.0
    wrong = pa.array([False] * len(texts), pa.bool_())
    for rule in rules_of(field):
        wrong = pc.or_(wrong, rule.mask(texts))
    return 1.0 - float(pc.mean(wrong.cast(pa.float64())).as_py())
