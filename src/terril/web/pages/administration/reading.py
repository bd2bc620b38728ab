"""How often pages are read: sums of a day, nothing of who reads."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from terril.apps.usage import queries
from terril.apps.usage.kinds import KINDS
from terril.core.drawing import Bar, BarChart, Frame
from terril.core.text import NBSP, format_number
from terril.protocols.exports.delimited import neutral
from terril.web import addresses
from terril.web.access import administrator_required
from terril.web.pages.accounts.page import written
from terril.web.pages.administration.forms import Span

_SOURCE = "compteurs de ce portail"


def _span(request: HttpRequest) -> tuple[Span, str, date, date]:
    """The form, the kind of page, and the days; what it cannot be is its default."""
    form = Span({"kind": request.GET.get("kind", ""), "days": request.GET.get("days") or "30"})
    form.is_valid()
    today = timezone.localdate()
    days = int(form.cleaned_data.get("days") or 30)
    return form, form.cleaned_data.get("kind") or "", today - timedelta(days=days - 1), today


@never_cache
@administrator_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The most read, and each day."""
    form, kind, since, until = _span(request)
    days = queries.by_day(since, until, kind)
    subjects = queries.by_subject(since, until, kind)
    total = sum(days.values())
    context = {
        "form": form,
        "sentence": f"{format_number(total)}{NBSP}lecture{'s' if total > 1 else ''} depuis le {written(since)}.",
        "chart": _drawn(subjects, since) if subjects else None,
        "subjects": [{**row, "n": format_number(row["n"])} for row in subjects],
        "days": [(written(day), format_number(number)) for day, number in sorted(days.items(), reverse=True)],
        "file": addresses.with_query(
            "/administration/frequentation/frequentation.csv", {"kind": kind, "days": request.GET.get("days")}
        ),
    }
    return render(request, "administration/usage.html", context)


def _drawn(subjects: list[dict[str, object]], since: date) -> BarChart:
    """Readings by kind of page; by subject, where one kind was asked for."""
    sums: dict[str, int] = {}
    alone = len({row["kind"] for row in subjects}) == 1
    for row in subjects:
        name = str(row["subject"] or row["label"]) if alone else str(row["label"])
        sums[name] = sums.get(name, 0) + int(str(row["n"]))
    most = sorted(sums.items(), key=lambda one: -one[1])[:12]
    frame = Frame(
        title=f"Lectures depuis le {written(since)}",
        description=f"{most[0][0]} vient en tête, avec {format_number(most[0][1])} lectures.",
        unit="lectures",
        source=_SOURCE,
        id="frequentation",
    )
    return BarChart(frame, tuple(Bar(name, float(number)) for name, number in most))


@never_cache
@administrator_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Every counter of the days chosen."""
    _, kind, since, until = _span(request)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("jour", "page", "sujet", "lectures"))
    for count in queries.counted(since, until, kind).order_by("day", "kind", "subject"):
        writer.writerow((count.day, KINDS.get(count.kind, count.kind), neutral(count.subject), count.number))
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="frequentation.csv"'
    return response
