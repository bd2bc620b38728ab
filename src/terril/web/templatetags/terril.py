"""Tags: addresses of our files, and charts as they are drawn."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from terril.core.drawing import Sparkline
from terril.core.drawing.model import Chart
from terril.core.drawing.sheet import Drawing
from terril.web.publication import asset as asset_address

register = template.Library()


@register.simple_tag
def asset(path: str) -> str:
    """Address of one of our files, with its fingerprint."""
    return asset_address(path)


@register.filter
def svg(chart: Drawing | Sparkline) -> SafeString:
    """A chart, drawn for wide and narrow columns: core/drawing escapes every text that it writes."""
    drawn = chart.pair() if isinstance(chart, Drawing) else chart.svg()
    return mark_safe(drawn)  # noqa: S308 - escaped where it is drawn


@register.filter
def table(chart: Chart) -> object:
    """The table behind a chart."""
    return chart.table()
