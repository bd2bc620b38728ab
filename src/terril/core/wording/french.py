"""Grammar: articles, elision, prepositions, ordinals, plurals, and the names of territories in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.territories.model import Level, Territory
from terril.core.text import NBSP, fold, format_number, typeset

#: Germanic names of the East and names of the Pacific, whose h is aspirated.
_ASPIRATED_END = re.compile(
    r"(heim|w[ie]ll?er|bach|dorf|berg|wihr|statt|stett|house|hausen|ingen|rod|feld(en)?|thal)\b"
)
_ASPIRATED_START = re.compile(r"haut(?!mont\b)|(ham|hem|hao|halle)\b|hiva|huahine|hikueru|hitiaa|houailou|hienghene")
_ASPIRATED = frozenset(
    {
        "haguenau", "hameau", "houilles", "houdan", "honfleur", "houlgate", "huningue", "hoerdt", "hoedic", "hatten",
        "havre", "haye", "haie", "hague", "houssaye",
    }
)  # fmt: skip
_Y_ELIDED = re.compile(r"y([^aeiouy]|[eé](?!nne\b)|$)")
_ARTICLE_NAME = re.compile(r"^(Les|Le|La|L['’]|Aux|Los|Las) ?(?=[A-ZÀ-ÖØ-ÝŒ])")
_CONTRACTED_OF = {"le": "du", "les": "des"}
_CONTRACTED_TO = {"le": "au", "les": "aux"}
_NUMBERS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize",
)  # fmt: skip


# -- words --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Noun:
    """A common noun and its gender."""

    singular: str
    plural: str
    feminine: bool = False


#: What the territories of a level are called.
LEVEL_NOUNS = {
    Level.COUNTRY: Noun("pays", "pays"),
    Level.REGION: Noun("région", "régions", True),
    Level.DEPARTMENT: Noun("département", "départements"),
    Level.EPCI: Noun("intercommunalité", "intercommunalités", True),
    Level.COMMUNE: Noun("commune", "communes", True),
    Level.COMMUNE_DELEGUEE: Noun("commune déléguée", "communes déléguées", True),
    Level.IRIS: Noun("IRIS", "IRIS"),
    Level.PERIMETER: Noun("périmètre", "périmètres"),
    Level.GROUP: Noun("groupe de comparaison", "groupes de comparaison"),
}


def elides(word: str) -> bool:
    """Whether ``de``, ``le``, ``la``, ``que`` lose their vowel before this word.

    An initial h is mute unless the name is known to be aspirated: ``d’Hénin-Beaumont``, ``de Haguenau``.
    """
    text = fold(word).lstrip("« \u00a0")
    if text[:1] == "h":
        head = re.split(r"[\s-]", text)[0]
        return not (head in _ASPIRATED or _ASPIRATED_START.match(text) or _ASPIRATED_END.search(text))
    if text[:1] == "y":
        return bool(_Y_ELIDED.match(text))
    return text[:1] in set("aeiou") and not re.match(r"(onz|oui\b|ouistreham\b)", text)


def of(word: str, article: str = "") -> str:
    """``de Béthune``, ``d’Arras``, ``du Pas-de-Calais``, ``de la Somme``, ``de l’Artois``, ``des Landes``."""
    if article in _CONTRACTED_OF:
        return f"{_CONTRACTED_OF[article]} {word}"
    if article:
        return f"de {joined(article, word)}"
    return f"d’{word}" if elides(word) else f"de {word}"


def of_phrase(phrase: str) -> str:
    """``de`` before a phrase that has its article: ``le taux`` → ``du taux``, ``la médiane`` → ``de la médiane``."""
    for article, contracted in _CONTRACTED_OF.items():
        if phrase.startswith(f"{article} "):
            return f"{contracted}{phrase[len(article) :]}"
    return of(phrase)


def to(word: str, article: str = "") -> str:
    """``à Béthune``, ``au Havre``, ``aux Ulis``, ``à l’Artois``, ``à la Somme``."""
    if article in _CONTRACTED_TO:
        return f"{_CONTRACTED_TO[article]} {word}"
    return f"à {joined(article, word)}"


def joined(article: str, word: str) -> str:
    """An article and its noun: ``l’Artois``, ``la Somme``, ``Béthune``; elided as the word asks."""
    if article in ("le", "la") and elides(word):
        article = "l’"
    return f"{article}{word}" if article.endswith("’") else f"{article} {word}".strip()


def definite(noun: str, *, feminine: bool = False, plural: bool = False) -> str:
    """The noun with its definite article."""
    return joined("les" if plural else "la" if feminine else "le", noun)


def that(word: str) -> str:
    """``que`` before a word: ``qu’Arras``, ``que Lens``."""
    return f"qu’{word}" if elides(word) else f"que {word}"


def capitalised(text: str) -> str:
    """The text with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """A label inside a sentence: ``Taux de pauvreté`` → ``taux de pauvreté``; acronyms stay (``QPV``, ``D9``)."""
    if len(text) > 1 and (text[1].isupper() or text[1].isdigit()):
        return text
    return text[:1].lower() + text[1:]


def ordinal(number: int, *, feminine: bool = False) -> str:
    """``1er``, ``1re``, ``2e``, ``1 234e``."""
    if number == 1:
        return "1re" if feminine else "1er"
    return f"{format_number(number)}e"


def is_plural(value: float) -> bool:
    """Whether a quantity calls for the plural: from two on, whatever the sign (``1,9 million``, ``2 millions``)."""
    return abs(value) >= 2


def counted(number: int, noun: Noun | None = None) -> str:
    """``87``, ``1 commune``, ``34 969 communes``, ``aucune commune``."""
    if noun is None:
        return format_number(number)
    if number == 0:
        return f"aucun{'e' if noun.feminine else ''} {noun.singular}"
    return f"{format_number(number)}{NBSP}{noun.plural if is_plural(number) else noun.singular}"


def spelt(number: int, *, feminine: bool = False) -> str:
    """A small number in letters, up to sixteen: ``dix``, ``une``; digits beyond."""
    if number == 1 and feminine:
        return "une"
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else format_number(number)


def listed(words: Sequence[str], last: str = "et") -> str:
    """``Lens``, ``Lens et Liévin``, ``Lens, Liévin et Arras``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


# -- names of territories -----------------------------------------------------------------------------

#: Called with an article though the registry links them by « de » or « d’ » alone.
_SUBJECT_ARTICLES = {
    "Bretagne": "la", "Normandie": "la", "Corse": "la", "Bourgogne-Franche-Comté": "la", "Île-de-France": "l’",
    "Occitanie": "l’", "Eure-et-Loir": "l’", "Ille-et-Vilaine": "l’", "Indre-et-Loire": "l’", "Loir-et-Cher": "le",
    "Maine-et-Loire": "le", "Meurthe-et-Moselle": "la", "Saône-et-Loire": "la", "Seine-et-Marne": "la",
}  # fmt: skip
#: Departments one lives « en » rather than « dans la ».
_WITH_EN = frozenset(
    {
        "Ardèche", "Charente", "Corrèze", "Dordogne", "Gironde", "Guadeloupe", "Guyane", "Isère", "Lozère",
        "Martinique", "Mayenne", "Moselle", "Savoie", "Vendée", "Centre-Val de Loire",
    }
)  # fmt: skip
_ISLANDS = frozenset({"La Réunion", "Mayotte", "Paris"})


@dataclass(frozen=True, slots=True)
class Named:
    """A territory as it is named in a sentence.

    Parameters
    ----------
    name : its name, typeset, without the article in front.
    article : ``le``, ``la``, ``les``, ``l’`` or nothing, as used after « de » and « à ».
    subject_article : the one used when it is the subject (``la Bretagne``, though ``de Bretagne``).
    place : how one says « in it »: ``à``, ``dans``, or ``en``.
    plural : whether verbs agree in the plural.
    commune : a commune's article belongs to its name and keeps its capital.
    """

    name: str
    article: str = ""
    subject_article: str = ""
    place: str = "à"
    plural: bool = False
    commune: bool = False

    @property
    def subject(self) -> str:
        """``Béthune``, ``Le Havre``, ``l’Artois``, ``la CA de Lens - Liévin``, ``les Hauts-de-France``."""
        if self.commune and self.article:
            return joined(capitalised(self.article), self.name)
        return joined(self.subject_article or self.article, self.name)

    @property
    def alone(self) -> str:
        """The name by itself, in brackets or in a list: ``Le Havre``, ``CA de Lens - Liévin``, ``Somme``."""
        return self.subject if self.commune else self.name

    @property
    def start(self) -> str:
        """The subject at the start of a sentence."""
        return capitalised(self.subject)

    @property
    def of(self) -> str:
        """``de Béthune``, ``du Havre``, ``de La Rochelle``, ``des Hauts-de-France``, ``de l’Artois``."""
        if self.commune and self.article not in _CONTRACTED_OF:
            # « de La Rochelle », « de L’Escale »: the article keeps its capital, and does not elide « de ».
            return f"de {self.subject}" if self.article else of(self.name)
        return of(self.name, self.article)

    @property
    def at(self) -> str:
        """``à Béthune``, ``au Havre``, ``à La Rochelle``, ``dans la Somme``, ``en Bretagne``."""
        if self.place == "en":
            return f"en {self.name}"
        if self.place == "dans":
            return f"dans {self.subject}"
        if self.commune and self.article not in _CONTRACTED_TO:
            return f"à {self.subject}"
        return to(self.name, self.article)

    @property
    def that(self) -> str:
        """After a comparative: ``que Lens``, ``qu’Arras``, ``que la Somme``."""
        return that(self.subject)

    def verb(self, singular: str, plural: str) -> str:
        """The form of a verb that agrees."""
        return plural if self.plural else singular


def named(territory: Territory) -> Named:
    """How a territory is named in a sentence, by its level, its declared article, or its own name."""
    name, level = typeset(territory.name), territory.key.level
    if level in (Level.COMMUNE, Level.COMMUNE_DELEGUEE, Level.IRIS):
        return _commune(name)
    if level == Level.EPCI:
        return _epci(name, territory.article)
    if level == Level.GROUP:
        return Named(lowered(name), territory.article or "les", place="dans", plural=territory.article in ("", "les"))
    if level in (Level.DEPARTMENT, Level.REGION, Level.COUNTRY):
        return _large(name, territory.article, level)
    if not territory.article:
        return Named(f"périmètre {name}", "le", place="dans")
    return Named(name, territory.article, place="dans", plural=territory.article == "les")


def _commune(name: str) -> Named:
    found = _ARTICLE_NAME.match(name)
    # « Aux Marais », « Los Masos »: not an article of today's French, the name is kept whole.
    if found is None or found[1] in ("Aux", "Los", "Las"):
        return Named(name, commune=True)
    return Named(name[found.end() :], found[1].lower().replace("'", "’"), commune=True)


def _epci(name: str, article: str) -> Named:
    head = name.split(" ")[0]
    if not article and head in ("CA", "CC", "CU", "Métropole", "Communauté"):
        article = "la"
    elif not article and head == "Eurométropole":
        article = "l’"
    # « à Metz Métropole », but « dans la CA de Lens - Liévin ».
    return Named(name, article, place="dans" if article else "à", plural=article == "les")


def _large(name: str, article: str, level: Level) -> Named:
    plural = article == "les"
    subject = article or _SUBJECT_ARTICLES.get(name, "")
    if name in _ISLANDS:
        return Named(name, article, subject)
    feminine = subject == "la" or (subject == "l’" and level == Level.REGION)
    compound = "-" in name or level != Level.DEPARTMENT
    en = name in _WITH_EN or ("-et-" in name and not article) or (feminine and compound) or not subject
    return Named(name, article, subject, "en" if en and not plural else "dans", plural)
