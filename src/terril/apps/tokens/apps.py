"""The app as Django knows it."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """Tokens of machines, and quotas."""

    name = "terril.apps.tokens"
    verbose_name = "Jetons"

    def ready(self) -> None:
        """Listen to accounts."""
        from terril.apps.tokens.signals import connect  # noqa: PLC0415 - models are loaded by now

        connect()
