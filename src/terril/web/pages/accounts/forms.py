"""Forms of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from terril.apps.accounts.models import User


class Name(forms.Form):
    """What one is called."""

    name = forms.CharField(
        label="Prénom et nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class Joining(Name):
    """What opens an account: a name and a password. The address and the role are those of the invitation."""

    password = forms.CharField(
        label="Mot de passe",
        strip=False,
        help_text="Douze caractères au moins : une phrase se retient bien.".replace(" :", "\u00a0:"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *given: Any, email: str = "", **named: Any) -> None:
        super().__init__(*given, **named)
        self._email = email

    def clean(self) -> dict[str, Any]:
        """Refuse a password that is easily guessed."""
        told = super().clean() or {}
        if told.get("password"):
            try:
                validate_password(told["password"], User(email=self._email, name=told.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return told


class Leaving(forms.Form):
    """What confirms that an account is to be erased."""

    sure = forms.BooleanField(label="J’ai compris que mon compte ne pourra pas être rétabli.")
