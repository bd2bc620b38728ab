"""Forms of organisations."""

from __future__ import annotations

from typing import Any

from django import forms

from terril.apps.organisations.models import Membership, Organisation
from terril.apps.organisations.queries import members
from terril.core.access import Role

#: Not a role: the person is not welcomed.
REFUSED = "refused"
_ROLES = [(role.value, role.label.capitalize()) for role in Role]


class Invited(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label="Adresse électronique", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label="Rôle", choices=_ROLES)


class Chosen(forms.Form):
    """The role of a member."""

    role = forms.ChoiceField(label="Rôle", choices=_ROLES)


class Welcomed(forms.Form):
    """Whether a person is welcomed, as what."""

    role = forms.ChoiceField(label="Accueillir comme", choices=[*_ROLES, (REFUSED, "Ne pas accueillir")])


class Named(forms.Form):
    """Name of a team."""

    label = forms.CharField(label="Nom de l’équipe", max_length=120)


class Members(forms.ModelMultipleChoiceField):
    """Members of one organisation, by name."""

    def label_from_instance(self, obj: Membership) -> str:
        """Their name."""
        return str(obj.user)


class Composed(forms.Form):
    """Who is in a team."""

    def __init__(self, organisation: Organisation, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["members"] = Members(
            members(organisation), label="Membres", required=False, widget=forms.CheckboxSelectMultiple
        )
