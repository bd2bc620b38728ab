"""The app as Django knows it."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """The portal of applications."""

    name = "terril.apps.dashboards"
    verbose_name = "Portail d’applications"

    def ready(self) -> None:
        """Listen to accounts."""
        from terril.apps.dashboards.personal import connect  # noqa: PLC0415 - models are loaded by now

        connect()
