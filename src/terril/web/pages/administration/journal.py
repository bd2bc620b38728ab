"""The audit, read and exported by an administrator."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from terril.apps.accounts.queries import called
from terril.apps.audit.acts import ACTS
from terril.apps.audit.models import Entry
from terril.apps.audit.queries import Asked, entries
from terril.protocols.exports.delimited import neutral
from terril.web import addresses
from terril.web.access import administrator_required
from terril.web.pages.accounts.page import written
from terril.web.pages.administration.forms import Acts

_A_PAGE = 100
_COLUMNS = ("date", "acte", "libelle", "auteur", "organisation", "nature", "objet", "nom", "detail")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, as read."""

    at: str
    act: str
    actor: str
    who: str
    organisation: str
    what: str
    detail: str


@never_cache
@administrator_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Entries, the latest first, as looked for."""
    form = Acts(request.GET)
    page = Paginator(entries(_asked(form)), _A_PAGE).get_page(request.GET.get("page"))
    names = called(e.actor for e in page)
    kept = {name: request.GET.get(name, "").replace("\0", "") for name in form.fields}
    context = {
        "form": form,
        "lines": [_line(e, names) for e in page],
        "file": addresses.with_query("/administration/journal/journal.csv", kept),
        "page": {
            "earlier": _page(kept, page.previous_page_number()) if page.has_previous() else "",
            "later": _page(kept, page.next_page_number()) if page.has_next() else "",
            "shown": f"{page.start_index()} à {page.end_index()} sur {page.paginator.count}",
        },
    }
    return render(request, "administration/journal.html", context)


def _asked(form: Acts) -> Asked:
    """What the form says; what it cannot be is not looked for."""
    form.is_valid()
    return Asked(**{name: value for name, value in form.cleaned_data.items() if value})


def _page(kept: dict[str, str], number: int) -> str:
    return addresses.with_query("/administration/journal/", {**kept, "page": number})


def _line(entry: Entry, names: dict[str, str]) -> Line:
    return Line(
        written(entry.at),
        ACTS.get(entry.act, entry.act),
        entry.actor,
        names[entry.actor],
        entry.organisation,
        entry.label,
        ", ".join(f"{name} : {value}".replace(" :", "\u00a0:") for name, value in entry.detail.items()),
    )


class _Echo(io.StringIO):
    """Gives each row back as it is written."""

    def write(self, text: str) -> Any:
        return text


@never_cache
@administrator_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file; no cell starts a formula."""
    found = entries(_asked(Acts(request.GET)))
    response = StreamingHttpResponse(_rows(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return response


def _rows(found: Any) -> Iterator[str]:
    writer: Any = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(_COLUMNS)
    for e in found.iterator(chunk_size=2000):
        detail = json.dumps(e.detail, ensure_ascii=False) if e.detail else ""
        told = (e.act, ACTS.get(e.act, ""), e.actor, e.organisation, e.kind, e.target, e.label, detail)
        yield writer.writerow([e.at.isoformat(), *(neutral(str(value)) for value in told)])
