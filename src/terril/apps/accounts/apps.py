"""The app as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in, and their tokens."""

    name = "terril.apps.accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        """Listen to what happens at the door."""
        from terril.apps.accounts.signals import connect  # noqa: PLC0415 - models are loaded by now

        connect()
