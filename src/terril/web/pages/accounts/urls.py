"""Addresses of accounts. Those of allauth bear our addresses and its names; what we do not use does not exist."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache

from terril.web.pages.accounts import identity, views


def _private(route: str, view: Callable[..., object], name: str) -> URLPattern:
    """Nothing of an account is kept, by us or by a browser: a form bears the token of who asked for it."""
    return path(f"compte/{route}", never_cache(view), name=name)


_SECOND = "double-authentification/"
urlpatterns = [
    _private("", views.index, "account"),
    _private("nom/", views.rename, "account_rename"),
    _private("sessions/", views.sessions, "account_sessions"),
    _private("sessions/<slug:session>/fermer/", views.close, "account_close_session"),
    _private("donnees/", views.data, "account_data"),
    _private("donnees/donnees.json", views.export, "account_export"),
    _private("effacer/", views.erase, "account_erase"),
    _private("efface/", views.erased, "account_erased"),
    _private("invitation/<str:token>/", views.invitation, "invitation"),
    # Signing in and out.
    _private("connexion/", account.login, "account_login"),
    _private("deconnexion/", account.logout, "account_logout"),
    _private("inactif/", account.account_inactive, "account_inactive"),
    _private("verification/", account.reauthenticate, "account_reauthenticate"),
    # The address.
    _private("adresse/", account.email, "account_email"),
    _private("adresse/a-confirmer/", account.email_verification_sent, "account_email_verification_sent"),
    _private("adresse/confirmer/<str:key>/", account.confirm_email, "account_confirm_email"),
    # The password.
    _private("mot-de-passe/", account.password_change, "account_change_password"),
    _private("mot-de-passe/choisir/", account.password_set, "account_set_password"),
    _private("mot-de-passe/oublie/", account.password_reset, "account_reset_password"),
    _private("mot-de-passe/oublie/envoye/", account.password_reset_done, "account_reset_password_done"),
    _private(
        "mot-de-passe/nouveau/fait/", account.password_reset_from_key_done, "account_reset_password_from_key_done"
    ),
    # Account numbers hold no hyphen: what follows the first one is the key.
    re_path(
        r"^compte/mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        never_cache(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    # The second factor.
    _private(_SECOND, mfa.index, "mfa_index"),
    _private(f"{_SECOND}code/", mfa.authenticate, "mfa_authenticate"),
    _private(f"{_SECOND}verification/", mfa.reauthenticate, "mfa_reauthenticate"),
    _private(f"{_SECOND}activer/", totp.activate_totp, "mfa_activate_totp"),
    _private(f"{_SECOND}retirer/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _private(f"{_SECOND}secours/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _private(f"{_SECOND}secours/nouveaux/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _private(f"{_SECOND}secours/codes.txt", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    # The identity provider, where there is one.
    _private("identite/", social.connections, "socialaccount_connections"),
    _private("identite/annulee/", social.login_cancelled, "socialaccount_login_cancelled"),
    _private("identite/<slug:provider_id>/connexion/", identity.login, "openid_connect_login"),
    _private("identite/<slug:provider_id>/retour/", identity.callback, "openid_connect_callback"),
]
