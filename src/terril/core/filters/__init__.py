"""Filters: what a question keeps of a collection, read from CQL2 and free of any engine."""

from terril.core.filters.nodes import Condition, FilterError
from terril.core.filters.structured import parse_json
from terril.core.filters.text import parse_text

__all__ = ["Condition", "FilterError", "parse_json", "parse_text"]
