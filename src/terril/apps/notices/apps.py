"""The app as Django knows it."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What people are told, in the page and by e-mail."""

    name = "terril.apps.notices"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Listen to accounts."""
        from terril.apps.notices.signals import connect  # noqa: PLC0415 - models are loaded by now

        connect()
