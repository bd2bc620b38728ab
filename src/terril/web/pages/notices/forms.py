"""The form of what one receives by e-mail."""

from __future__ import annotations

from django import forms

from terril.apps.notices.kinds import KINDS


class Choice(forms.Form):
    """Kinds of notices that are sent by e-mail."""

    mailed = forms.MultipleChoiceField(
        label="Recevoir aussi par courriel",
        choices=[(kind, f"{label[0].upper()}{label[1:]}") for kind, label in KINDS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
