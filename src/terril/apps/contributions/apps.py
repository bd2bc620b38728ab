"""The app as Django knows it."""

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    """Files brought by members, and corrections that they propose."""

    name = "terril.apps.contributions"
    verbose_name = "Contributions"

    def ready(self) -> None:
        """Listen to accounts."""
        from terril.apps.contributions.personal import connect  # noqa: PLC0415 - models are loaded by now

        connect()
