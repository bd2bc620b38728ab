"""The app as Django knows it."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """The portal of applications."""

    name = "terril.apps.dashboards"
    verbose_name = "Portail d’applications"
