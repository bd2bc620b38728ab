"""The form of a token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from terril.apps.organisations.models import Organisation
from terril.apps.tokens.actions import LONGEST


class NewToken(forms.Form):
    """What a token is for, how long it lasts, in whose name it reads."""

    label = forms.CharField(label="Nom", max_length=80, help_text="À quoi il sert : « QGIS du bureau ».")
    expires = forms.DateField(
        label="Dernier jour",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Dans un an au plus. Un jeton court se renouvelle sans peine ; un jeton perdu dure ce qu’il dure.",
    )
    organisation = forms.ChoiceField(
        label="Au nom de",
        required=False,
        help_text="Restreint à une organisation, il n’a que les droits qu’elle donne.",
    )

    def __init__(self, organisations: Sequence[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [
            ("", "toutes mes organisations"),
            *((o.pk, o.label) for o in organisations),
        ]
        today = timezone.localdate()
        last = today + timedelta(days=LONGEST)
        self.fields["expires"].initial = today + timedelta(days=90)
        self.fields["expires"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}
