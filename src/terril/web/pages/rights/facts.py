"""What the forms of agreements and rights have in common: openings, dates, faults told beside their field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from terril.apps.agreements.actions.openings import Opens
from terril.apps.catalogue.models import Record
from terril.core.access import Action
from terril.core.access.permissions import OPENABLE
from terril.core.errors import TerrilError
from terril.core.territories.model import Level
from terril.core.text import NBSP, typeset
from terril.web.pages.accounts.page import written
from terril.web.pages.accounts.views import said

_ACTIONS = [(a.value, a.label.capitalize()) for a in OPENABLE]
_LEVELS = [(str(level), level.label.capitalize()) for level in Level]


class Day(forms.DateField):
    """A day, with the calendar of the browser."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OpeningForm(forms.Form):
    """What is opened of a record.

    Parameters
    ----------
    record : whose masked columns may be shown; without it none is offered.
    """

    actions = forms.MultipleChoiceField(
        label="Ce qui est permis",
        choices=_ACTIONS,
        widget=forms.CheckboxSelectMultiple,
        help_text="Connaître la fiche va de soi. Qui télécharge ou modifie voit aussi les données.",
    )
    levels = forms.MultipleChoiceField(
        label="Niveaux",
        choices=_LEVELS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Aucun coché : tous les niveaux publiés.",
    )
    own = forms.BooleanField(label="Son territoire seulement", required=False)
    unmasked = forms.MultipleChoiceField(
        label="Colonnes masquées à montrer", choices=[], widget=forms.CheckboxSelectMultiple, required=False
    )
    raw = forms.BooleanField(
        label="Chiffres avant secret statistique",
        required=False,
        help_text="À réserver à qui a signé un engagement : ils permettent de reconnaître.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, record: Record | None = None, **told: Any) -> None:
        super().__init__(data, **told)
        if record is None or not record.masked:
            del self.fields["unmasked"]
        else:
            self.fields["unmasked"].choices = [(c, c) for c in record.masked]

    def opens(self) -> Opens:
        """The opening, once the form is valid."""
        told = self.cleaned_data
        return Opens(
            frozenset(Action(a) for a in told["actions"]),
            tuple(told["levels"]),
            told["own"],
            tuple(told.get("unmasked", ())),
            told["raw"],
        )


def faulty(form: forms.Form, error: TerrilError) -> forms.Form:
    """The form with what is wrong, beside the field where there is one."""
    field = error.location.field if error.location else None
    value = error.location.value if error.location else None
    text = said(error)
    if value:
        text = typeset(f"« {value} » : {text}")
    form.add_error(field if field in form.fields else None, text)
    return form


def span(since: date | None, until: date | None) -> str:
    """« du 1 mars 2026 au 31 mars 2027 »; empty where nothing bounds it."""
    if since is None:
        return f"jusqu’au {written(until)}" if until else ""
    return f"du {written(since)} au {written(until)}" if until else f"depuis le {written(since)}"


def joined(*parts: str) -> str:
    """Parts that say something, one after the other."""
    return f"{NBSP}; ".join(p for p in parts if p)
