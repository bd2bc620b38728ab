"""Forms of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from terril.apps.catalogue.actions import EDITABLE
from terril.apps.catalogue.models import HarvestSource, Record
from terril.core.errors import PeriodError, TerritoryError
from terril.core.periods import parse_period
from terril.core.records import Openness
from terril.core.territories.model import TerritoryKey
from terril.core.text import NBSP
from terril.ingestion.harvest import Protocol
from terril.web.pages.sources.freshness import FREQUENCIES

_WEB = re.compile(r"https?://[^\s|]+")
_MOST = 100


class Words(forms.CharField):
    """Words separated by commas, as a list."""

    def prepare_value(self, value: Any) -> Any:
        """As it is typed."""
        return ", ".join(str(v) for v in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        """As it is kept: each once, in order."""
        text = super().to_python(value)
        return list(dict.fromkeys(word for part in text.split(",") if (word := " ".join(part.split())[:100])))[:_MOST]


class Addresses(forms.CharField):
    """Addresses of the Web, one a line, as a list."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """As they are typed."""
        return "\n".join(str(v) for v in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        """As they are kept."""
        lines = [line.strip() for line in super().to_python(value).splitlines() if line.strip()]
        for line in lines:
            if not _WEB.fullmatch(line):
                raise ValidationError(f"«{NBSP}{line[:60]}{NBSP}» n’est pas une adresse du Web (https://…).")
        return lines[:_MOST]


class Links(forms.CharField):
    """Links, one a line: a title, a bar, an address; what else is known of a link is kept."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, known: list[Any], **told: Any) -> None:
        super().__init__(**told)
        self._known = {link.get("address"): link for link in known if isinstance(link, dict)}

    def prepare_value(self, value: Any) -> Any:
        """As they are typed."""
        if not isinstance(value, list):
            return value
        return "\n".join(f"{v.get('title', '')} | {v.get('address', '')}" for v in value if isinstance(v, dict))

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        """As they are kept."""
        found = []
        for line in filter(str.strip, super().to_python(value).splitlines()):
            title, _, address = line.rpartition("|")
            address = address.strip()
            if not _WEB.fullmatch(address):
                raise ValidationError(
                    f"«{NBSP}{line[:60]}{NBSP}» : écrire un titre, une barre |, une adresse https://…"
                )
            found.append({**self._known.get(address, {}), "title": title.strip()[:200] or address, "address": address})
        return found[:_MOST]


class RecordForm(forms.Form):
    """What a record says, for those who answer for it.

    Parameters
    ----------
    record : as it is.
    fields : names of those that may be changed.
    """

    title = forms.CharField(label="Titre", max_length=300)
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Ce que contient la ressource, pour qui, avec quelles limites. Listes et *emphase* sont comprises.",
    )
    producer = forms.CharField(label="Producteur", required=False, max_length=200)
    licence = forms.CharField(
        label="Licence", required=False, max_length=200, help_text="Par exemple : Licence Ouverte 2.0, ODbL 1.0."
    )
    frequency = forms.ChoiceField(
        label="Rythme de parution", required=False, choices=[("", "non dit"), *FREQUENCIES.items()]
    )
    vintage = forms.CharField(label="Millésime", required=False, max_length=200)
    theme = forms.CharField(label="Thème", required=False, max_length=60)
    keywords = Words(label="Mots-clés", required=False, help_text="Séparés par des virgules.")
    territory = forms.CharField(
        label="Territoire", required=False, max_length=60, help_text="Une clé : epci:200072460, commune:62119…"
    )
    begin = forms.CharField(label="Début de la période", required=False, max_length=20)
    end = forms.CharField(label="Fin de la période", required=False, max_length=20)
    provenance = forms.CharField(
        label="Provenance", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    conforms_to = Addresses(
        label="Normes suivies", required=False, help_text="Adresse de chaque schéma, une par ligne."
    )
    openness = forms.ChoiceField(label="Ouverture", choices=[(o.value, o.label) for o in Openness])
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, record: Record, fields: Collection[str]) -> None:
        initial = {name: getattr(record, name) for name in EDITABLE} | {"revision": record.revision}
        super().__init__(data, initial=initial)
        self.fields["links"] = Links(
            record.links, label="Liens", required=False, help_text="Un par ligne : titre | https://adresse"
        )
        kept = (*fields, "revision")
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self.order_fields(kept)

    def clean_territory(self) -> str:
        """A key that can be read."""
        told: str = self.cleaned_data["territory"].strip()
        if told:
            try:
                TerritoryKey.parse(told)
            except TerritoryError as error:
                raise ValidationError(error.message) from error
        return told

    def clean_begin(self) -> str:
        """A period or a day."""
        return _moment(self.cleaned_data["begin"])

    def clean_end(self) -> str:
        """A period or a day."""
        return _moment(self.cleaned_data["end"])

    def facts(self) -> Mapping[str, Any]:
        """Values, once valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


def _moment(text: str) -> str:
    text = text.strip()
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            parse_period(text)
        except PeriodError as error:
            raise ValidationError("Écrire une année (2021), un mois (2021-03) ou un jour (2021-03-31).") from error
    return text


class HarvestForm(forms.ModelForm):
    """Another catalogue to harvest."""

    address = forms.URLField(label="Adresse", max_length=500, assume_scheme="https")
    protocol = forms.ChoiceField(
        label="Protocole", required=False, choices=[("", "à reconnaître"), *((p.value, p.label) for p in Protocol)]
    )

    class Meta:
        model = HarvestSource
        fields = ("label", "address", "protocol", "organisation", "rhythm", "openness", "publishes", "active")

    def __init__(self, *told: Any, organisations: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self.fields["organisation"].queryset = organisations
