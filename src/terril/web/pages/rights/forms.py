"""Forms of rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from terril.apps.accounts.models import User
from terril.apps.agreements.actions.grants import Decided, Whom
from terril.apps.agreements.actions.openness import Facts
from terril.apps.agreements.actions.undertakings import TEXT
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation, Team
from terril.core.records import Openness
from terril.web.pages.rights.facts import Day, OpeningForm

_OPENNESS = [(o.value, o.label.capitalize()) for o in Openness]


class GrantForm(OpeningForm):
    """What the steward grants or refuses, to whom."""

    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.none(), required=False, empty_label="–"
    )
    team = forms.ModelChoiceField(label="ou équipe", queryset=Team.objects.none(), required=False, empty_label="–")
    email = forms.EmailField(
        label="ou personne", required=False, help_text="Adresse électronique de son compte.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    denies = forms.ChoiceField(
        label="Décision", choices=[("", "Accorder"), ("1", "Refuser")], required=False,
        help_text="Un refus l’emporte sur toute ouverture, conventions comprises.",
    )  # fmt: skip
    since = Day(label="À partir du", required=False)
    until = Day(label="Jusqu’au", required=False)
    reason = forms.CharField(label="Motif", max_length=500)
    field_order = ("denies", "organisation", "team", "email", "reason", "since", "until")

    def __init__(self, data: Mapping[str, Any] | None, record: Record) -> None:
        super().__init__(data, record, prefix="acces")
        self.fields["organisation"].queryset = Organisation.objects.filter(is_active=True).order_by("label", "pk")
        teams = Team.objects.filter(organisation__is_active=True).select_related("organisation")
        self.fields["team"].queryset = teams.order_by("organisation__label", "label")
        self.fields["team"].label_from_instance = lambda team: f"{team.organisation} : {team.label}"

    def clean_email(self) -> User | None:
        """The account of an address."""
        return account_of(self.cleaned_data["email"])

    def whom(self) -> Whom:
        """To whom, once the form is valid."""
        told = self.cleaned_data
        return Whom(told["organisation"], told["team"], told["email"])

    def decided(self) -> Decided:
        """What, once the form is valid."""
        told = self.cleaned_data
        return Decided(self.opens(), told["reason"], told["since"], told["until"], told["denies"] == "1")


def account_of(email: str) -> User | None:
    """The account of an address; none where none is told.

    Raises
    ------
    ValidationError
        If no account that is open has it.
    """
    if not email:
        return None
    found = User.objects.filter(email=email.lower(), is_active=True).first()
    if found is None:
        raise forms.ValidationError("Aucun compte ouvert n’a cette adresse.")
    return found


class OpennessForm(forms.Form):
    """To whom a record is open before any agreement is read."""

    openness = forms.ChoiceField(label="Ouverture", choices=_OPENNESS)
    restricted = forms.BooleanField(
        label="Fichier à accès encadré", required=False,
        help_text="Rien ne s’ouvre sans un engagement signé, en plus de la convention ou de l’autorisation.",
    )  # fmt: skip
    masked = forms.MultipleChoiceField(
        label="Colonnes masquées", choices=[], widget=forms.CheckboxSelectMultiple, required=False,
        help_text="Elles-mêmes et les indicateurs qu’elles portent ne se montrent qu’à qui une ouverture les démasque.",
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, record: Record) -> None:
        told = {name: getattr(record, name) for name in ("openness", "restricted", "masked", "revision")}
        super().__init__(data, initial=told, prefix="ouverture")
        names = [str(c.get("name")) for c in record.columns if c.get("name")]
        self.fields["masked"].choices = [(n, n) for n in names]
        if not names:
            del self.fields["masked"]

    def facts(self) -> Facts:
        """What is decided, once the form is valid."""
        told = self.cleaned_data
        return Facts(Openness(told["openness"]), tuple(told.get("masked", ())), told["restricted"])


class UndertakingForm(forms.Form):
    """Who may sign an undertaking, until when."""

    person = forms.EmailField(
        label="Personne", help_text="Adresse électronique de son compte.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    organisation = forms.ModelChoiceField(label="Pour l’organisation", queryset=Organisation.objects.none())
    destroy_by = Day(label="À détruire au plus tard le")
    text = forms.CharField(label="Texte à signer", widget=forms.Textarea(attrs={"rows": 9}), initial=TEXT)

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, prefix="engagement")
        self.fields["organisation"].queryset = Organisation.objects.filter(is_active=True).order_by("label", "pk")

    def clean_person(self) -> User | None:
        """The account of an address."""
        return account_of(self.cleaned_data["person"])


class AnswerForm(OpeningForm):
    """What the steward answers to a request."""

    until = Day(label="Jusqu’au", required=False)
    answer = forms.CharField(
        label="Réponse", widget=forms.Textarea, required=False, help_text="Nécessaire pour refuser."
    )

    def __init__(self, data: Mapping[str, Any] | None, record: Record, number: int, action: str) -> None:
        super().__init__(data, record, prefix=f"demande{number}", initial={"actions": [action]})
