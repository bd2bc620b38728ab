"""Tags: addresses of our files, and charts as they are drawn."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from terril.core.drawing.model import Chart
from terril.web.publication import asset as asset_address

register = template.Library()


@register.simple_tag
def asset(path: str) -> str:
    """Address of one of our files, with its fingerprint."""
    return asset_address(path)


@register.filter
def svg(chart: Chart) -> SafeString:
    """A chart, drawn: core/drawing escapes every text that it writes."""
    return mark_safe(chart.svg())  # noqa: S308 - escaped where it is drawn


@register.filter
def table(chart: Chart) -> object:
    """The table behind a chart."""
    return chart.table()
