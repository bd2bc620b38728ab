"""The form of a tile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from terril.apps.dashboards.models import Icon
from terril.core.packs import Theme
from terril.core.records import Kind, Openness


class TileForm(forms.Form):
    """What a tile says, and where it leads."""

    title = forms.CharField(label="Titre", max_length=80)
    sentence = forms.CharField(
        label="Phrase", max_length=200, required=False, help_text="Ce que l’on y trouve, en une phrase."
    )
    address = forms.CharField(
        label="Adresse",
        max_length=500,
        help_text="Un outil : son adresse https://… Une page du portail : ce qui suit le nom du site, /indicateurs/…",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    theme = forms.ChoiceField(label="Thème", required=False)
    icon = forms.ChoiceField(label="Dessin", widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label="Un outil est",
        choices=[(Kind.MAP.value, "une carte (QGIS, Lizmap…)"), (Kind.SERVICE.value, "un autre service")],
        initial=Kind.MAP.value,
        help_text="Pour un outil seulement : il a sa fiche au catalogue.",
    )
    openness = forms.ChoiceField(
        label="Qui le voit",
        choices=[(o.value, o.label.capitalize()) for o in Openness],
        initial=Openness.OPEN.value,
        help_text="Pour un outil seulement : une page du portail est vue de qui peut la lire.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, themes: Mapping[str, Theme], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", "aucun"), *((t.id, t.label) for t in themes.values())]
        self.fields["icon"].choices = [(icon, _drawn(icon, label)) for icon, label in Icon.choices()]
        self.fields["icon"].initial = "tool"


def _drawn(icon: str, label: str) -> SafeString:
    """A drawing and its name."""
    return format_html("{} {}", render_to_string("applications/icon.html", {"icon": icon}), label)
