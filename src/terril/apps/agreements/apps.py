"""The app as Django knows it."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Who may do what with which record, and why."""

    name = "terril.apps.agreements"
    verbose_name = "Conventions et droits"

    def ready(self) -> None:
        """Listen to what rights are made of, and to accounts."""
        from terril.apps.agreements import personal, signals  # noqa: PLC0415 - models are loaded by now

        signals.connect()
        personal.connect()
