"""Forms of agreements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from terril.apps.agreements.actions.agreements import Facts
from terril.apps.agreements.models import Agreement
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation
from terril.web.pages.rights.facts import Day, OpeningForm


class AgreementForm(forms.Form):
    """What an agreement says.

    Parameters
    ----------
    keepers : organisations that may keep it, where it is new.
    agreement : the one that is changed.
    """

    keeper = forms.ChoiceField(label="Tenue par", choices=[])
    label = forms.CharField(label="Titre", max_length=200)
    reference = forms.CharField(
        label="Référence", max_length=100, required=False, help_text="Numéro de délibération ou de dossier."
    )
    purposes = forms.CharField(
        label="Finalités", widget=forms.Textarea, help_text="À quoi les données partagées peuvent servir."
    )
    begins = Day(label="Début")
    ends = Day(label="Fin", required=False, help_text="Sans date, elle court jusqu’à ce qu’on la termine.")
    parties = forms.MultipleChoiceField(
        label="Parties", choices=[], widget=forms.CheckboxSelectMultiple, required=False,
        help_text="Chaque partie signe ensuite par son gestionnaire.",
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        keepers: Iterable[Organisation] = (),
        agreement: Agreement | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(agreement))
        self.fields["keeper"].choices = [(o.pk, o.label) for o in keepers]
        if agreement is not None:
            del self.fields["keeper"]
        active = Organisation.objects.filter(is_active=True).order_by("label", "pk")
        self.fields["parties"].choices = [(o.pk, o.label) for o in active]

    def facts(self) -> Facts:
        """The agreement, once the form is valid."""
        told = self.cleaned_data
        return Facts(
            told["label"], told["purposes"], told["begins"], told["ends"], told["reference"], frozenset(told["parties"])
        )


def _initial(agreement: Agreement | None) -> dict[str, Any]:
    if agreement is None:
        return {}
    names = ("label", "reference", "purposes", "begins", "ends", "revision")
    parties = list(agreement.parties.values_list("organisation_id", flat=True))
    return {name: getattr(agreement, name) for name in names} | {"parties": parties}


class ClauseForm(OpeningForm):
    """What an agreement opens of a record that one answers for."""

    record = forms.ModelChoiceField(label="Fiche", queryset=Record.objects.none(), to_field_name="pk")
    field_order = ("record",)

    def __init__(self, data: Mapping[str, Any] | None, records: Any) -> None:
        super().__init__(data)
        self.fields["record"].queryset = records


class TermsForm(forms.Form):
    """A version of terms of use."""

    text = forms.CharField(
        label="Texte des conditions",
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Chaque membre des parties devra les accepter de nouveau ; d’ici là la convention ne lui ouvre rien.",
    )
