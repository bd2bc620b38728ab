"""The app as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in, and their tokens."""

    name = "terril.apps.accounts"
    verbose_name = "Comptes"
