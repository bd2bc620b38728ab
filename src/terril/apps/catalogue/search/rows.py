"""A record as it is searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast

from terril.apps.catalogue.models import Record
from terril.apps.catalogue.search.file import Row
from terril.core.catalogue.words import stem, words
from terril.core.text import search_key

_FIELDS = (
    "pk", "kind", "identifier", "title", "description", "producer", "licence", "frequency", "theme", "keywords",
    "territory", "west", "south", "east", "north", "begin", "end", "columns", "vintage", "openness", "state",
    "embargo", "modified", "steward__label",
)  # fmt: skip
_CHUNK = 500
#: Texts longer than this add no word worth finding.
_LONGEST = 20_000


def stamps() -> dict[int, str]:
    """When each record of the state was last changed, as text: only compared."""
    return dict(Record.objects.order_by().values_list("pk", Cast("modified", CharField())))


def rows(keys: Sequence[int], themes: Mapping[str, str]) -> Iterator[Row]:
    """Rows of some records.

    Parameters
    ----------
    themes : label of each theme, whose words find its records too.
    """
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        found = Record.objects.filter(pk__in=chunk).order_by().annotate(stamp=Cast("modified", CharField()))
        for told in found.values(*_FIELDS, "stamp"):
            yield _row(told, themes.get(told["theme"], ""))


def _row(told: Mapping[str, Any], theme: str) -> Row:
    embargo = told["embargo"].timestamp() if told["embargo"] is not None else None
    facts = (
        told["pk"], told["stamp"], told["kind"], told["theme"], told["producer"], told["licence"],
         told["openness"], told["frequency"], told["state"], embargo, told["territory"],
        told["west"], told["south"], told["east"], told["north"], _year(told["begin"]), _year(told["end"]),
        told["modified"].timestamp(), search_key(told["title"]),
    )  # fmt: skip
    return Row(facts, _words(told, theme))


def _words(told: Mapping[str, Any], theme: str) -> tuple[str, ...]:
    keywords = [
        *told["keywords"], theme, told["producer"], told["steward__label"] or "", told["vintage"],
        told["identifier"].replace("_", " "),
    ]  # fmt: skip
    columns = [f"{c.get('label') or ''} {c.get('name') or ''}" for c in told["columns"] if isinstance(c, dict)]
    title, second = words(told["title"]), words(" ".join(str(k) for k in keywords))
    third = words(" ".join([told["description"], *columns])[:_LONGEST])
    return (
        " ".join(map(stem, title)),
        " ".join(map(stem, second)),
        " ".join(map(stem, third)),
        " ".join(title),
        # Each once: only whether a word starts so is asked of them.
        " ".join(dict.fromkeys([*second, *third])),
    )


def _year(text: str) -> int | None:
    """Year of a period or of a date: ``2021``, ``2021-Q3``, ``1968/2022``."""
    start = text[:4]
    return int(start) if start.isdecimal() and len(start) == 4 else None
