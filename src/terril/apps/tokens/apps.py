"""The app as Django knows it."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """Tokens of machines, and quotas."""

    name = "terril.apps.tokens"
    verbose_name = "Jetons"
