"""Records in a list: a line each, drawn once as long as the record does not change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from terril.apps.catalogue.actions import WORDS
from terril.apps.catalogue.models import Record, State
from terril.apps.catalogue.search.ask import Found
from terril.apps.catalogue.search.recent import Recent
from terril.apps.catalogue.workflow import in_force
from terril.core.records import Kind, Openness
from terril.web.components.figures import said
from terril.web.pages.catalogue.words import period_text, territory_label, theme_label
from terril.web.portal import Portal

_CUT = 220
_FIELDS = (
    "pk", "kind", "identifier", "title", "description", "producer", "vintage", "theme", "territory", "begin", "end",
    "openness", "state", "embargo",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A record in a list: the same for all who may know of it.

    Parameters
    ----------
    facts : producer, vintage, territory, theme, openness.
    markup : the whole line as HTML: twenty of them cost a template as much as the search.
    """

    title: str
    href: str
    what: str
    facts: str
    markup: SafeString


#: By release, record and moment of its last change.
_KEPT: Recent[Line] = Recent(8192)


def lines_of(portal: Portal, found: Found) -> tuple[Line, ...]:
    """A line for each record shown."""
    keys = {pk: (portal.release, pk, stamp) for pk, stamp in zip(found.pks, found.stamps, strict=True)}
    lines = {pk: line for pk, key in keys.items() if (line := _KEPT.get(key)) is not None}
    absent = [pk for pk in found.pks if pk not in lines]
    if absent:
        now = timezone.now()
        for told in Record.objects.filter(pk__in=absent).order_by().values(*_FIELDS):
            line = _line(portal, told, in_force(told["state"], told["embargo"], now))
            lines[told["pk"]] = line
            if told["state"] != State.EMBARGO:
                # An embargo ends without any change of the record.
                _KEPT.put(keys[told["pk"]], line)
    # One that went away since the search was read is not shown.
    return tuple(lines[pk] for pk in found.pks if pk in lines)


def _line(portal: Portal, told: Mapping[str, Any], state: State) -> Line:
    theme = theme_label(portal.workspace, told["theme"]) if told["theme"] else ""
    where = territory_label(portal.workspace, told["territory"]) if told["territory"] else ""
    openness = Openness(told["openness"]).label
    when = said(told["vintage"]) or period_text(told["begin"], told["end"])
    title, what = said(told["title"]), Kind(told["kind"]).label
    href = f"/catalogue/{WORDS[told['kind']]}/{told['identifier']}/"
    facts = " · ".join(text for text in (said(told["producer"]), when, where, theme, openness) if text)
    shown = "" if state is State.PUBLISHED else state.label
    return Line(title, href, what, facts, _markup(title, href, what, facts, shown, cut(said(told["description"]))))


def _markup(title: str, href: str, what: str, facts: str, state: str, text: str) -> SafeString:
    waiting = f' <span class="state waiting">{escape(state)}</span>' if state else ""
    told = f"<p>{escape(text)}</p>" if text else ""
    drawn = (
        f'<li><p class="eyebrow">{escape(what)}{waiting}</p><h2><a href="{escape(href)}">{escape(title)}</a></h2>'
        f'{told}<p class="muted small">{escape(facts)}</p></li>'
    )
    return mark_safe(drawn)  # noqa: S308 - each text is escaped above


def cut(text: str, size: int = _CUT) -> str:
    """The start of a text, at a word."""
    text = " ".join(text.split(" "))
    return text if len(text) <= size else text[: size - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
