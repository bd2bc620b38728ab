"""Where a territory stands: rank, gap, trend. Everything here reads protected cells only."""

from terril.core.standing.gaps import Gap, gap
from terril.core.standing.slices import Extremes, Rank, Ranked, Slice
from terril.core.standing.trends import Move, Point, Trend, median_annual, trend

__all__ = ["Extremes", "Gap", "Move", "Point", "Rank", "Ranked", "Slice", "Trend", "gap", "median_annual", "trend"]
