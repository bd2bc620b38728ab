"""What happens at the door is written in the audit: who came in, who was refused, what protects the account."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from django.contrib.auth import signals as auth
from django.http import HttpRequest
from django.utils import timezone

from terril.apps.accounts.actions import keep_session
from terril.apps.accounts.devices import device_of
from terril.apps.accounts.models import User
from terril.apps.accounts.queries import find
from terril.apps.accounts.sessions import DEVICE, OPENED
from terril.apps.audit.actions import SYSTEM, actor_of, note


def _came_in(request: HttpRequest | None, user: User, **_: Any) -> None:
    if request is not None:
        request.session[OPENED] = timezone.now().isoformat()
        request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    note("account.signed_in", user, actor_of(user))


def _was_refused(credentials: dict[str, Any], **_: Any) -> None:
    # Written for addresses without an account too, without the address: the answer takes as long.
    note("account.refused", find(credentials.get("email") or "") or User(), SYSTEM)


def _password(request: HttpRequest, user: User, **_: Any) -> None:
    note("account.password_changed", user, actor_of(user))
    keep_session(user, request.session.session_key if request.user.is_authenticated else None)


def _address(user: User, **_: Any) -> None:
    note("account.address_changed", user, actor_of(user))


def _factor(act: str) -> Any:
    def noted(user: User, authenticator: Authenticator, **_: Any) -> None:
        if authenticator.type == Authenticator.Type.TOTP:
            note(act, user, actor_of(user))

    return noted


_ADDED = _factor("account.second_factor_added")
_REMOVED = _factor("account.second_factor_removed")


def _code_refused(user: User, **_: Any) -> None:
    note("account.refused", user, SYSTEM, factor="second")


def _linked(sociallogin: Any, **_: Any) -> None:
    note("account.identity_linked", sociallogin.user, actor_of(sociallogin.user))


def _unlinked(socialaccount: Any, **_: Any) -> None:
    note("account.identity_unlinked", socialaccount.user, actor_of(socialaccount.user))


_HEARD = (
    (auth.user_logged_in, _came_in),
    (auth.user_login_failed, _was_refused),
    (account.password_changed, _password),
    (account.password_set, _password),
    (account.password_reset, _password),
    (account.email_changed, _address),
    (factors.authenticator_added, _ADDED),
    (factors.authenticator_removed, _REMOVED),
    (factors.authentication_failed, _code_refused),
    (social.social_account_added, _linked),
    (social.social_account_removed, _unlinked),
)


def connect() -> None:
    """Listen."""
    for place, (signal, heard) in enumerate(_HEARD):
        signal.connect(heard, dispatch_uid=f"accounts-{place}")
