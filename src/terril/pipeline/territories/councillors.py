"""Municipal councillors, as counts. Names and dates of birth are read and never kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

#: First round of the 2026 municipal elections: the day on which ages are counted.
COUNTED_ON = date(2026, 3, 15)


@dataclass(slots=True)
class Counts:
    """Councillors of a commune."""

    councillors: int = 0
    women: int = 0
    under_40: int = 0
    over_60: int = 0


def count_councillors(
    communes: Iterable[Mapping[str, str]], councillors: Iterable[Mapping[str, str]], on: date = COUNTED_ON
) -> dict[str, Counts]:
    """Count the councillors of each commune: all, women, under 40, aged 60 or more on the day ``on``."""
    code_of = {row["id"]: row["code"] for row in communes if row["type"] == "COM"}
    counts: dict[str, Counts] = defaultdict(Counts)
    # ISO dates compare as text: no date object is built from a person's birth.
    born_after_40 = f"{on.year - 40}-{on:%m-%d}"
    born_until_60 = f"{on.year - 60}-{on:%m-%d}"
    for row in councillors:
        code = code_of.get(row["commune_id"])
        if code is None:
            continue
        count, born = counts[code], row["date_naissance"]
        count.councillors += 1
        count.women += row["sexe"] == "F"
        count.under_40 += born[:1].isdigit() and born > born_after_40
        count.over_60 += born[:1].isdigit() and born <= born_until_60
    return dict(sorted(counts.items()))
