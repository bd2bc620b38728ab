"""Forms of the administration."""

from __future__ import annotations

from typing import Any

from django import forms

from terril.apps.audit.acts import ACTS
from terril.apps.organisations.models import Organisation
from terril.apps.usage.kinds import KINDS
from terril.core.packs import ORGANISATION_KINDS


class Founded(forms.Form):
    """An organisation to create."""

    id = forms.SlugField(
        label="Identifiant", max_length=60, help_text="Il figure dans les adresses et ne change plus : « cabbalr »."
    )
    label = forms.CharField(label="Nom", max_length=200)
    kind = forms.ChoiceField(label="Nature", choices=list(ORGANISATION_KINDS.items()))
    siren = forms.RegexField(
        label="SIREN",
        regex=r"^\d{9}$",
        required=False,
        error_messages={"invalid": "Neuf chiffres, sans espace."},
        help_text="Il reconnaît qui se connecte par un fournisseur d’identité.",
    )
    territory = forms.RegexField(
        label="Territoire",
        regex=r"^[a-z]+:[0-9A-Za-z_]+$",
        required=False,
        max_length=60,
        error_messages={"invalid": "Niveau et code : epci:200072460."},
        help_text="Niveau et code : epci:200072460.",
    )


class Acts(forms.Form):
    """What is looked for in the audit."""

    #: Every field narrows what is shown: none needs to be said optional.
    filters = True

    act = forms.ChoiceField(label="Acte", required=False)
    actor = forms.CharField(
        label="Auteur", required=False, max_length=60, help_text="Comme le journal l’écrit : « user:12 »."
    )
    organisation = forms.ChoiceField(label="Organisation", required=False)
    since = forms.DateField(label="Depuis le", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Jusqu’au", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        families = {act.partition(".")[0] for act in ACTS}
        groups = [(f, [(a, label) for a, label in ACTS.items() if a.startswith(f"{f}.")]) for f in sorted(families)]
        self.fields["act"].choices = [("", "Tous"), *groups]
        found = Organisation.objects.order_by("label", "pk").values_list("pk", "label")
        self.fields["organisation"].choices = [("", "Toutes"), *found]


class Span(forms.Form):
    """Which pages, over which days."""

    filters = True

    kind = forms.ChoiceField(label="Pages", required=False, choices=[("", "Toutes"), *KINDS.items()])
    days = forms.ChoiceField(
        label="Durée", required=False, choices=[("30", "30 jours"), ("90", "90 jours"), ("365", "un an")]
    )
