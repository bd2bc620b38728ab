"""Forms of contribution."""

from __future__ import annotations

from typing import Any

from django import forms

from terril.core.records import Openness
from terril.core.text import NBSP

FREQUENCIES = {
    "": "Non précisée", "continuous": "En continu", "monthly": "Mensuelle", "quarterly": "Trimestrielle",
    "annual": "Annuelle", "multiannual": "Pluriannuelle", "once": "Une fois",
}  # fmt: skip


class Files(forms.FileInput):
    """A file, or several together."""

    allow_multiple_selected = True


class Dropping(forms.Form):
    """What is dropped, in whose name."""

    organisation = forms.ChoiceField(label="Au nom de")
    files = forms.FileField(label="Fichier", widget=Files)

    def __init__(self, homes: list[tuple[str, str]], limit: str, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["organisation"].choices = homes
        self.fields["files"].help_text = (
            f"{limit} au plus. CSV, classeur, GeoJSON, GeoPackage, Parquet, GTFS, ou leur archive .zip{NBSP}; d’un "
            "shapefile, choisir ensemble le .shp, le .shx, le .dbf et le .prj."
        )


class Draft(forms.Form):
    """What a new record says."""

    title = forms.CharField(label="Titre", max_length=300)
    slug = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,58}$", label="Identifiant", max_length=59,
        help_text="Des minuscules sans accent, des chiffres et des tirets bas. Il ne change plus ensuite.",
        error_messages={"invalid": "Des minuscules sans accent, des chiffres et des tirets bas."},
    )  # fmt: skip
    description = forms.CharField(label="Description", widget=forms.Textarea, required=False, max_length=20_000)
    producer = forms.CharField(label="Producteur", max_length=200)
    licence = forms.CharField(label="Licence", max_length=200, required=False)
    vintage = forms.CharField(
        label="Millésime", max_length=200, required=False, help_text="L’année ou la période que disent les données."
    )
    frequency = forms.ChoiceField(label="Mise à jour", choices=list(FREQUENCIES.items()), required=False)
    openness = forms.ChoiceField(
        label="Ouverture", choices=[(o.value, o.label.capitalize()) for o in Openness],
        initial=Openness.ORGANISATIONS.value,
        help_text="La fiche reste un brouillon, vu de votre organisation seule, jusqu’à ce que son référent la publie.",
    )  # fmt: skip


class Aim(forms.Form):
    """The record that a version is of."""

    record = forms.ChoiceField(label="Fiche à mettre à jour")

    def __init__(self, records: list[tuple[str, str]], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["record"].choices = [("", "Choisir une fiche"), *records]


class Reason(forms.Form):
    """Why a correction is proposed, in whose name."""

    organisation = forms.ChoiceField(label="Au nom de")
    reason = forms.CharField(
        label="Motif", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text="Ce qui fait dire que la donnée est fausse, et d’où vient la bonne.",
    )  # fmt: skip

    def __init__(self, homes: list[tuple[str, str]], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["organisation"].choices = homes


class Texts(forms.Form):
    """One text a column or a field, whatever their names."""

    def __init__(self, told: dict[str, str], labels: dict[str, str], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.names = {f"v-{i}": name for i, name in enumerate(told)}
        for key, name in self.names.items():
            long = len(told[name]) > 80 or name in ("description", "provenance")
            self.fields[key] = forms.CharField(
                label=labels.get(name) or name, required=False, initial=told[name], max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput,
            )  # fmt: skip

    @property
    def told(self) -> dict[str, str]:
        """What was typed, by name."""
        return {name: self.cleaned_data[key] for key, name in self.names.items() if key in self.cleaned_data}
