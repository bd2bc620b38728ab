"""The app as Django knows it."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Bodies that take part, and who belongs to them."""

    name = "terril.apps.organisations"
    verbose_name = "Organisations"

    def ready(self) -> None:
        """Listen to accounts."""
        from terril.apps.organisations.signals import connect  # noqa: PLC0415 - models are loaded by now

        connect()
