"""How forms are laid out, whichever page or library draws them."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields one above the other, each with its label, help and faults."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
