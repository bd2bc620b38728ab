"""What the sentences are made from: plain facts, read and ranked before, from protected cells only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terril.core.indicators.spec import Indicator
from terril.core.periods import Period
from terril.core.standing.slices import Rank, Slice
from terril.core.standing.trends import Trend
from terril.core.status import Status
from terril.core.text import NBSP, NNBSP, typeset
from terril.core.units import COUNTS
from terril.core.wording.french import Named, Noun, definite, lowered, of
from terril.core.wording.quantities import quantity

_FEMININE = frozenset(
    {
        "part", "électricité", "énergie", "surface", "évolution", "variation", "vacance", "récolte", "puissance",
        "population", "mobilité", "distance", "densité", "contribution", "proportion", "moyenne", "médiane", "durée",
        "consommation", "production", "superficie", "longueur", "taille", "somme", "hausse", "baisse", "dépense",
        "émission", "capacité", "fréquentation", "construction", "offre", "demande",
    }
)  # fmt: skip
_MASCULINE = frozenset(
    {
        "taux", "prix", "puits", "carbone", "rapport", "premier", "potentiel", "objectif", "niveau", "neuvième",
        "amiante", "nombre", "revenu", "indice", "volume", "montant", "temps", "solde", "rythme", "effectif", "stock",
        "total", "poids", "écart", "loyer", "coût", "parc",
    }
)  # fmt: skip
#: Singular words that end in s or x.
_INVARIABLE = frozenset({"taux", "prix", "puits", "temps", "poids"})


def _plain(text: str) -> str:
    return text.replace(NBSP, " ").replace(NNBSP, " ")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what proves it: values, set, period, rule. Both are French, typeset, and plain text."""

    text: str
    proof: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An indicator as a sentence names it.

    Parameters
    ----------
    label : as declared: ``Taux de pauvreté``.
    unit, decimals : code of the unit and decimals shown.
    direction : ``higher_is_better``, ``lower_is_better``, or None: then nothing is ever judged.
    additive : a quantity that is larger where the territory is larger.
    """

    label: str
    unit: str
    decimals: int = 0
    direction: str | None = None
    additive: bool = False

    @classmethod
    def of(cls, indicator: Indicator) -> Measure:
        """The measure of a definition."""
        return cls(
            label=indicator.label,
            unit=indicator.unit,
            decimals=indicator.decimals,
            direction=indicator.direction,
            additive=indicator.aggregation == "sum" or indicator.unit in COUNTS,
        )

    @property
    def _head(self) -> str:
        return self.label.split(" ")[0].strip(",").lower()

    @property
    def _many(self) -> bool:
        return self._head[-1:] in ("s", "x") and self._head not in _INVARIABLE

    @property
    def plural(self) -> bool:
        """Whether :attr:`subject` is a plural: ``les logements sociaux``."""
        # Things are not a percentage: « l’indicateur « Entreprises encore actives… » s’élève à 71,7 % ».
        return self._many and self.unit not in ("%", "‰")

    @property
    def feminine(self) -> bool:
        """Whether :attr:`subject` is known to be feminine."""
        return self._head in _FEMININE

    @property
    def subject(self) -> str:
        """``le taux de pauvreté``, ``la part des…``, ``les logements sociaux``; ``l’indicateur « … »`` if in doubt."""
        label = typeset(self.label)
        if self.plural or self._head in _FEMININE or self._head in _MASCULINE:
            return definite(lowered(label), feminine=self.feminine, plural=self.plural)
        return self._quoted

    @property
    def _quoted(self) -> str:
        return f"l’indicateur «{NBSP}{typeset(self.label)}{NBSP}»"

    @property
    def figure(self) -> str:
        """The figure, in the singular: ``le nombre de logements sociaux``, ``l’indicateur « Déchets collectés »``."""
        if self.counted:
            return f"le nombre {of(self.counted)}"
        return self._quoted if self.plural else self.subject

    @property
    def again(self) -> str:
        """What stands for it in a second sentence: ``il``, ``elle``, ``leur nombre``, ``la valeur``."""
        if self.counted:
            return "la population" if self.counted == COUNTS["hab"][1] else "leur nombre"
        return "la valeur" if self.plural else "elle" if self.feminine else "il"

    @property
    def again_feminine(self) -> bool:
        """Gender of :attr:`again`."""
        return self.again in ("la population", "la valeur", "elle")

    @property
    def counted(self) -> str:
        """What a territory « compte »: ``logements sociaux``, ``habitants``; empty when it is no count."""
        if self.unit == "hab" and self._head == "population":
            return COUNTS["hab"][1]
        return lowered(typeset(self.label)) if self.unit in COUNTS and self.plural else ""

    def verb(self, singular: str, plural: str) -> str:
        """The form of a verb that agrees with :attr:`subject`."""
        return plural if self.plural else singular

    def shown(self, value: float | None) -> str:
        """A value with its unit, less what the label already says of it (``pour 1 000 habitants``)."""
        text = quantity(value or 0.0, self.unit, self.decimals)
        for link in (" pour ", " par "):
            tail = f"{link}{text.partition(link)[2]}"
            if tail != link and _plain(tail) in _plain(self.label):
                return text.removesuffix(tail)
        return text

    def judged(self, higher: bool) -> bool | None:
        """Whether more (or less, if not ``higher``) is favourable; None without a declared direction."""
        return None if self.direction is None else (self.direction == "higher_is_better") == higher


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """The set in which a territory is compared: ``36 communes de la CA de Lens - Liévin``.

    Parameters
    ----------
    noun : what its members are.
    within : the territory that holds them, or None for France whole.
    similar : the members are the similar territories, not those of a territory.
    """

    noun: Noun
    within: Named | None = None
    similar: bool = False

    @property
    def place(self) -> str:
        """``communes de la CA de Lens - Liévin``, ``communes comparables``, ``communes de France``."""
        if self.similar:
            return f"{self.noun.plural} comparables"
        return f"{self.noun.plural} {self.within.of if self.within else 'de France'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """The similar territories of a profile, and how their populations move.

    ``annual`` is the median of their rates over the very periods of the territory's trend, in percent a year.
    """

    noun: Noun
    count: int
    annual: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFacts:
    """A territory: its population, how it moves, and how those of similar territories do."""

    territory: Named
    population: float | None = None
    status: Status = Status.OK
    period: Period | None = None
    trend: Trend | None = None
    peers: Peers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the values of a set spread: extremes with who has them, median, and who has none."""

    total: int
    known: int
    secret: int = 0
    low: float | None = None
    lows: tuple[Named, ...] = ()
    high: float | None = None
    highs: tuple[Named, ...] = ()
    median: float | None = None

    @classmethod
    def of(cls, values: Slice, name: Callable[[str], Named]) -> Spread:
        """The spread of a slice; ``name`` gives the name of a code, asked for the extremes only."""
        found = values.extremes()
        secret = values.by_status.get(Status.SECRET, 0)
        if found is None:
            return cls(total=len(values), known=0, secret=secret)
        return cls(
            total=len(values),
            known=values.known,
            secret=secret,
            low=found.low,
            # Beyond two, they are counted rather than named.
            lows=tuple(map(name, found.lows)) if len(found.lows) <= _NAMED else (Named(""),) * len(found.lows),
            high=found.high,
            highs=tuple(map(name, found.highs)) if len(found.highs) <= _NAMED else (Named(""),) * len(found.highs),
            median=values.median(),
        )


_NAMED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewFacts:
    """An indicator in a set of territories, none selected.

    ``whole`` and ``trend`` are those of the territory that holds them, where it has an observation.
    """

    measure: Measure
    period: Period
    among: Among
    spread: Spread
    whole: float | None = None
    trend: Trend | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingFacts:
    """An indicator for one territory: value, rank in a set, median of that set, trend."""

    measure: Measure
    territory: Named
    period: Period
    value: float | None
    status: Status = Status.OK
    among: Among | None = None
    rank: Rank | None = None
    median: float | None = None
    trend: Trend | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeItem:
    """One indicator of a theme for one territory."""

    measure: Measure
    value: float | None = None
    rank: Rank | None = None
    median: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFacts:
    """The indicators of a theme for one territory, each ranked in the same set."""

    theme: str
    territory: Named
    among: Among
    items: tuple[ThemeItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One of the territories compared."""

    territory: Named
    value: float | None
    status: Status = Status.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonFacts:
    """Two to eight territories and one indicator."""

    measure: Measure
    period: Period
    items: tuple[Compared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """The perimeter shown first."""

    perimeter: Named
    population: float | None = None
    period: Period | None = None
    epcis: int = 0
    communes: int = 0
    trend: Trend | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesFacts:
    """Declared sources; the late ones are among the loaded."""

    loaded: int
    late: int
    not_loaded: int
