"""Letters of an organisation."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from terril.apps.organisations.models import Invitation


def invitation_letter(invitation: Invitation, token: str) -> EmailMessage:
    """The letter that bears the token of an invitation: it is written nowhere else."""
    told = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "address": f"{settings.SITE}/compte/invitation/{token}/",
    }
    subject = f"Invitation à rejoindre {' '.join(invitation.organisation.label.split())}"
    return EmailMessage(subject, render_to_string("organisations/invitation.txt", told), None, [invitation.email])
