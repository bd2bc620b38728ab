"""What the values of each column are, from a sample of rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from terril.core.territories.model import Level
from terril.core.text import fold
from terril.ingestion.contract import Gazetteer
from terril.ingestion.recognition import values as v
from terril.ingestion.recognition.model import ColumnGuess, ColumnKind, Confidence

#: Part of the values that must be of a kind.
_MOST = 0.98
_EXAMPLES = 4
_PERSONAL = re.compile(
    r"(^|[^a-z])(nom_?(naissance|usage|famille)|prenom|prenoms|courriel|email|e-mail|mail|telephone|tel|portable"
    r"|date_?naissance|ne_le|nir|proprietaire|contact|signataire|exploitant|pseudonyme|nom_unite_legale"
    r"|sexe_unite_legale)([^a-z]|$)"
)


@dataclass(frozen=True, slots=True)
class Codes:
    """Tells which codes exist."""

    gazetteer: Gazetteer | None = None

    def commune(self, code: str) -> bool:
        """Whether a code is, or was, a commune's."""
        if self.gazetteer is None:
            return bool(v.COMMUNE.match(code))
        return self.gazetteer.passage.nearest_cog(code.upper(), 2025) is not None

    def of(self, level: Level) -> frozenset[str]:
        """Known codes of a level; empty where none is known."""
        return self.gazetteer.known.get(level, frozenset()) if self.gazetteer else frozenset()


@dataclass(slots=True)
class Values:
    """The distinct values of one column of a sample, words of absence set apart."""

    name: str
    counts: Counter[str]
    total: int
    words: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Header as hints are looked for."""
        return fold(self.name)

    @property
    def filled(self) -> int:
        """Rows that hold a value."""
        return sum(self.counts.values())

    def share(self, test: Callable[[str], object]) -> float:
        """Part of the rows whose value passes a test."""
        good = sum(count for value, count in self.counts.items() if test(value))
        return good / max(1, self.filled)

    def hinted(self, pattern: str) -> bool:
        """Whether the header has a word."""
        return re.search(pattern, self.key) is not None


def guess_column(name: str, sample: Counter[str], total: int, codes: Codes) -> ColumnGuess:
    """Guess what a column holds.

    Parameters
    ----------
    sample : values of the sampled rows, stripped, with their number; the empty one too.
    total : rows sampled.
    """
    counts = Counter({value: n for value, n in sample.items() if value})
    held = Values(name, counts, total)
    if not counts:
        return ColumnGuess(name, ColumnKind.EMPTY, Confidence.LIKELY, "aucune valeur dans les lignes lues", 0.0)
    _set_words_apart(held)
    kind, confidence, reason = _kind(held, codes)
    if kind in (ColumnKind.TEXT, ColumnKind.CODE):
        held.words = {w: m for w, m in held.words.items() if len(fold(w)) > 1 or m != "secret"}
    return ColumnGuess(
        name, kind, confidence, reason,
        filled=round(sum(counts.values()) / max(1, total), 4),
        examples=tuple(value[:120] for value, _ in held.counts.most_common(_EXAMPLES)),
        missing=held.words,
        personal=_is_personal(kind, held),
    )  # fmt: skip


def _snake(name: str) -> str:
    """``prenomUsuelUniteLegale`` as ``prenom_usuel_unite_legale``."""
    return fold(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name))


def _is_personal(kind: ColumnKind, held: Values) -> bool:
    return kind in (ColumnKind.EMAIL, ColumnKind.PHONE) or (
        not kind.is_number and bool(_PERSONAL.search(_snake(held.name)))
    )


def _set_words_apart(held: Values) -> None:
    """Words in the place of values, unless they are all there is, or one of many short codes."""
    words = {value: meaning for value in held.counts if (meaning := v.missing_meaning(value))}
    rest = Counter({value: n for value, n in held.counts.items() if value not in words})
    single = [w for w in words if len(w) == 1 and w.isalpha()]
    # A lone letter is a word of absence among numbers, a code among letters.
    if rest and single and Values(held.name, rest, held.total).share(v.is_number) < 0.8:
        words = {w: m for w, m in words.items() if w not in single}
        rest = Counter({value: n for value, n in held.counts.items() if value not in words})
    if rest and words:
        held.counts, held.words = rest, words


def _kind(held: Values, codes: Codes) -> tuple[ColumnKind, Confidence, str]:
    for rule in (_coordinates, _territories, _identifiers, _times, _plain, _numbers):
        found = rule(held, codes)
        if found is not None:
            return found
    return ColumnKind.TEXT, Confidence.CERTAIN, "texte libre ou libellés"


_Found = tuple[ColumnKind, Confidence, str] | None


def _coordinates(held: Values, codes: Codes) -> _Found:
    if held.share(v.WKT.match) >= _MOST:
        points = held.share(lambda t: v.WKT.match(t) and "POINT" in t.upper()[:20]) >= _MOST
        return (ColumnKind.POINT if points else ColumnKind.SHAPE), Confidence.CERTAIN, "géométrie écrite en WKT"
    if held.share(v.GEOJSON.match) >= _MOST:
        return ColumnKind.SHAPE, Confidence.CERTAIN, "géométrie écrite en GeoJSON"
    if held.share(v.PAIR.match) >= _MOST and held.share(lambda t: "." in t) > 0.5:
        return ColumnKind.POINT, Confidence.LIKELY, "deux coordonnées dans une cellule"
    if held.share(v.is_number) < _MOST:
        return None
    if held.hinted(r"(^|[^a-z])(lon|long|longitude|lng)([^a-z]|$)|longitude"):
        return ColumnKind.LONGITUDE, Confidence.CERTAIN, "le nom de la colonne le dit"
    if held.hinted(r"(^|[^a-z])(lat|latitude)([^a-z]|$)|latitude"):
        return ColumnKind.LATITUDE, Confidence.CERTAIN, "le nom de la colonne le dit"
    if held.hinted(r"^(x|coord_?x|x_?(l93|lambert.*|wgs84|coord))$"):
        return ColumnKind.LONGITUDE, Confidence.LIKELY, "colonne nommée X"
    if held.hinted(r"^(y|coord_?y|y_?(l93|lambert.*|wgs84|coord))$"):
        return ColumnKind.LATITUDE, Confidence.LIKELY, "colonne nommée Y"
    return None


def _territories(held: Values, codes: Codes) -> _Found:
    found = _nine(held, codes)
    if found is not None:
        return found
    if held.hinted("millesime|annee"):
        return None
    five = held.share(v.COMMUNE.match)
    if five >= 0.95 and held.hinted(r"post|(^|[^a-z])cp([^a-z]|$)"):
        return ColumnKind.POSTAL_CODE, Confidence.LIKELY, "cinq chiffres, et le nom de la colonne"
    hinted = held.hinted(r"insee|codgeo|commune|(^|[^a-z])com([^a-z]|$)|depcom|idcom|numcom|code_?geo|code_?com")
    if five >= 0.95:
        known = held.share(codes.commune)
        if known >= 0.9:
            sure = Confidence.CERTAIN if hinted or len(held.counts) >= 20 else Confidence.LIKELY
            return ColumnKind.COMMUNE, sure, f"{100 * known:.0f} % des codes sont des communes"
        if hinted and known >= 0.5:
            return ColumnKind.COMMUNE, Confidence.DOUBTFUL, f"seuls {100 * known:.0f} % des codes sont des communes"
    if hinted and held.share(lambda t: v.COMMUNE.match(t) or v.SHORT_COMMUNE.match(t)) >= 0.95:
        known = held.share(lambda t: codes.commune(t.zfill(5)))
        if known >= 0.9:
            return ColumnKind.COMMUNE, Confidence.LIKELY, "codes de communes dont le zéro initial est perdu"
    return _short(held, codes)


def _nine(held: Values, codes: Codes) -> _Found:
    if held.hinted("tel|phone|fax"):
        return None
    if held.share(v.IRIS.match) >= 0.95:
        inside = held.share(lambda t: codes.commune(t[:5]))
        epci = held.share(lambda t: t in codes.of(Level.EPCI) or v.luhn(t) if t.isdecimal() else False)
        if held.hinted("iris") or (inside >= 0.9 and epci < 0.5 and len(held.counts) > 1):
            return (
                ColumnKind.IRIS,
                Confidence.CERTAIN if inside >= 0.9 else Confidence.LIKELY,
                "neuf caractères, dont un code commune",
            )
    if held.share(v.NINE.match) < 0.95:
        return None
    known = held.share(lambda t: t in codes.of(Level.EPCI))
    if known >= 0.5 or held.hinted("epci"):
        sure = Confidence.CERTAIN if known >= 0.9 else Confidence.LIKELY
        return ColumnKind.EPCI, sure, f"{100 * known:.0f} % des codes sont des intercommunalités d'aujourd'hui"
    if held.hinted("siren") or held.share(v.luhn) >= 0.9:
        return ColumnKind.SIREN, Confidence.LIKELY, "neuf chiffres, clé de contrôle juste"
    return None


_SHORT = (
    (Level.DEPARTMENT, ColumnKind.DEPARTMENT, r"(^|[^a-z])(dep|dept|iddep|depart)([^a-z]|$)|departement"),
    (Level.REGION, ColumnKind.REGION, r"(^|[^a-z])(reg|idreg|region)([^a-z]|$)|code_?region"),
)


def _short(held: Values, codes: Codes) -> _Found:
    """Departments and regions: short codes, told from numbers by the header."""
    if held.share(lambda t: len(t) <= 3) < 0.95:
        return None
    for level, kind, hint in _SHORT:
        known = codes.of(level)
        if held.hinted(hint) and _known_share(held, known) >= 0.75:
            return kind, Confidence.LIKELY, "codes connus, et le nom de la colonne"
    return None


def _known_share(held: Values, known: frozenset[str]) -> float:
    return held.share(lambda text: text.zfill(2) in known) if known else 1.0


def _identifiers(held: Values, codes: Codes) -> _Found:
    if held.share(v.FOURTEEN.match) >= _MOST and (held.hinted("siret") or held.share(v.luhn) >= 0.9):
        return ColumnKind.SIRET, Confidence.CERTAIN, "quatorze chiffres"
    for kind, pattern in ((ColumnKind.EMAIL, v.EMAIL), (ColumnKind.URL, v.URL)):
        if held.share(pattern.match) >= 0.9:
            return kind, Confidence.CERTAIN, "la forme des valeurs le dit"
    if held.hinted("telephone") and held.share(lambda t: t.lstrip("+").replace(" ", "").isdecimal()) >= 0.9:
        return ColumnKind.PHONE, Confidence.LIKELY, "le nom de la colonne le dit"
    if held.share(v.PHONE.match) >= 0.9 and (held.hinted("tel|phone|portable") or held.share(lambda t: " " in t) > 0.5):
        return ColumnKind.PHONE, Confidence.LIKELY, "la forme des valeurs le dit"
    return None


def _times(held: Values, codes: Codes) -> _Found:
    hinted = held.hinted(
        r"(^|[^a-z])(an|annee|year|millesime|mois|date|periode|period|dtreffre|time)([^a-z]|$)|annee|date|periode|mois"
    )
    if held.share(v.ISO_DATE.match) >= _MOST or held.share(v.FRENCH_DATE.match) >= _MOST:
        return ColumnKind.DATE, Confidence.CERTAIN, "des jours écrits de la même façon"
    if hinted and held.share(v.COMPACT_DATE.match) >= _MOST:
        return ColumnKind.DATE, Confidence.LIKELY, "des jours en huit chiffres"
    dashed = held.share(lambda t: v.PERIOD.match(t) and not t.isdecimal())
    if dashed >= _MOST or (hinted and held.share(v.PERIOD.match) >= _MOST):
        return (
            ColumnKind.PERIOD,
            Confidence.CERTAIN if dashed >= _MOST else Confidence.LIKELY,
            "des mois ou des trimestres",
        )
    if held.share(v.YEAR.match) >= _MOST and (hinted or (len(held.counts) <= 3 and held.filled > 20)):
        return ColumnKind.YEAR, Confidence.CERTAIN if hinted else Confidence.DOUBTFUL, "des années"
    return None


def _plain(held: Values, codes: Codes) -> _Found:
    if v.are_booleans(set(held.counts)):
        return ColumnKind.BOOLEAN, Confidence.CERTAIN, "deux mots, oui ou non"
    zeros = held.share(lambda t: len(t) > 1 and t[0] == "0" and t.isdecimal())
    if zeros > 0.05 and held.share(str.isalnum) >= _MOST:
        return ColumnKind.CODE, Confidence.LIKELY, "des codes : des zéros au début ne sont pas d'un nombre"
    return None


def _numbers(held: Values, codes: Codes) -> _Found:
    share = held.share(v.is_number)
    if share < 0.95:
        return None
    sure = Confidence.CERTAIN if share == 1 else Confidence.LIKELY
    reason = (
        "toutes les valeurs sont des nombres" if share == 1 else f"{100 * share:.0f} % des valeurs sont des nombres"
    )
    whole = held.share(v.INTEGER.match) >= share
    return (ColumnKind.INTEGER if whole else ColumnKind.DECIMAL), sure, reason


def decimal_sign(samples: Mapping[str, Counter[str]], guesses: tuple[ColumnGuess, ...]) -> str | None:
    """``,`` or ``.`` where columns of numbers have one; None where none has, or both."""
    signs: Counter[str] = Counter()
    for guess in guesses:
        if guess.kind in (ColumnKind.DECIMAL, ColumnKind.LONGITUDE, ColumnKind.LATITUDE):
            for text, count in samples[guess.name].items():
                if v.is_number(text):
                    signs[","] += count * ("," in text)
                    signs["."] += count * ("." in text)
    comma, point = signs[","], signs["."]
    if not comma and not point:
        return None
    return "," if comma > 10 * point else "." if point > 10 * comma else None
