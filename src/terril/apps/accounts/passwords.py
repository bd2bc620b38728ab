"""Passwords that people here would guess first: Django's list of common ones is in English."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

from terril.core.text import fold

_GUESSED = frozenset(
    {
        "motdepasse", "monmotdepasse", "azerty", "azertyuiop", "qwerty", "qwertyuiop", "bonjour", "soleil", "doudou",
        "loulou", "chouchou", "marseille", "agence", "agenceurbanisme", "urbanisme", "terril", "administrateur",
        "admin", "bienvenue", "jetaime", "artois", "bethune", "lens", "password",
    }
)  # fmt: skip


class FrenchPasswordValidator:
    """Refuse a word that everybody tries, whatever figures are put around it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse it.

        Raises
        ------
        ValidationError
            If only that word, or one letter, is left without figures and signs.
        """
        letters = re.sub(r"[^a-z]", "", fold(password))
        if letters in _GUESSED or len(set(password)) < 4:
            raise ValidationError("Ce mot de passe se devine : une phrase se retient mieux.".replace(" :", "\u00a0:"))

    def get_help_text(self) -> str:
        """What is asked."""
        return "Ni un mot que tout le monde essaie, ni une suite."
