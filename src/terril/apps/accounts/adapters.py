"""What allauth asks of us: who may create an account, where one goes next, how secrets are kept."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from terril.apps.accounts import identity, welcome
from terril.apps.accounts.post import post
from terril.core.text import typeset


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation; links of messages lead to the declared address of the portal, no other."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est désactivé.",
        "email_password_mismatch": "L’adresse ou le mot de passe ne convient pas.",
        "incorrect_password": "Le mot de passe ne convient pas.",
        "incorrect_code": "Ce code ne convient pas.",
        "too_many_login_attempts": typeset("Trop d'essais manqués : attendre cinq minutes, puis recommencer."),
        "rate_limited": typeset("Trop de demandes : attendre un moment, puis recommencer."),
        "enter_current_password": "Le mot de passe actuel ne convient pas.",
        "email_taken": "Cette adresse ne peut pas être utilisée.",
        "same_as_current": "La nouvelle adresse est la même que l’actuelle.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody creates an account unasked."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only a page of this site, as this visitor reaches it, is gone to next."""
        return bool(url) and url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Never the host that the request names: whoever asks would choose where the secret goes."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE}{path.replace('UID-KEY', key)}"

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The same, for the confirmation of an address."""
        return f"{settings.SITE}{reverse('account_confirm_email', args=[emailconfirmation.key])}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sent aside: how long a mail server takes would say which addresses have an account."""
        message: EmailMessage = self.render_mail(template_prefix, email, {**context, "site": settings.SITE})
        post(message)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account."""
        return reverse("account")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The identity provider closes its own session too, then leads back."""
        return identity.end_of_session(request) or "/"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted with the key of the portal: a copy of the database does not open them."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Ce code ne convient pas.",
        "unverified_email": "Confirmer d’abord son adresse électronique.",
        "add_email_blocked": typeset(
            "L'adresse ne se change pas sous double authentification : la retirer, changer l'adresse, puis la remettre."
        ),
    }

    def encrypt(self, text: str) -> str:
        """As kept."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """As used."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(f"terril.mfa:{settings.SECRET_KEY}".encode()).digest()))


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """An identity provider opens accounts that exist, that an invitation awaits, or that an organisation may want."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whether someone awaits this person: an invitation to their address, or the organisation of their SIRET."""
        email = sociallogin.user.email
        if not email or EmailAddress.objects.filter(email__iexact=email).exists():
            return False
        verified = any(address.verified for address in sociallogin.email_addresses)
        return welcome.awaited(email if verified else "", sociallogin.account.extra_data)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse an answer that was made for another question, or too weakly proved.

        Raises
        ------
        OAuth2Error
            If the nonce or the level of assurance is not the one asked for.
        """
        told = sociallogin.account.extra_data
        if not told.get("nonce") or told["nonce"] != sociallogin.state.get("nonce"):
            raise OAuth2Error("nonce")
        levels = sociallogin.provider.app.settings.get("levels") or ()
        if levels and told.get("acr") not in levels:
            raise OAuth2Error("acr")

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """The name as one field."""
        user = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        user.name = " ".join(filter(None, (data.get("first_name"), data.get("last_name"))))[:120]
        return user
