"""The app as Django knows it."""

from django.apps import AppConfig


class UsageConfig(AppConfig):
    """How often pages are read: sums by day, nothing of who reads."""

    name = "terril.apps.usage"
    verbose_name = "Fréquentation"
