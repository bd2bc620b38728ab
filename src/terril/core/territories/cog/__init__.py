"""From any nomenclature of communes to any other: what COGugaison does in R.

>>> way = timeline.links(2021, 2026)                       # which commune leads to which
>>> carried = carry(codes, {"pop": pop}, [Additive("pop")], timeline, 2021, 2026)
>>> print(carried.report)                                  # same, renamed, merged, split, estimated, refused
>>> guess_vintage(codes, timeline).likely                  # 2021
"""

from terril.core.territories.cog.carry import Carried, Things, carry
from terril.core.territories.cog.columns import Additive, Geometric, Median, Numbers, Ratio, Typology
from terril.core.territories.cog.errors import PassageError
from terril.core.territories.cog.links import Kind, Links
from terril.core.territories.cog.movements import Movement, read_movements
from terril.core.territories.cog.national import NationalReport, national_report
from terril.core.territories.cog.replay import replay
from terril.core.territories.cog.report import Report
from terril.core.territories.cog.route import EQUAL, Weights
from terril.core.territories.cog.story import Story, story
from terril.core.territories.cog.timeline import Holding, Timeline, holdings_of
from terril.core.territories.cog.vintage import Guess, guess_vintage
from terril.core.territories.cog.words import tell

__all__ = [
    "EQUAL", "Additive", "Carried", "Geometric", "Guess", "Holding", "Kind", "Links", "Median", "Movement",
    "NationalReport", "Numbers", "PassageError", "Ratio", "Report", "Story", "Things", "Timeline", "Typology",
    "Weights", "carry", "guess_vintage", "holdings_of", "national_report", "read_movements", "replay", "story", "tell",
]  # fmt: skip
