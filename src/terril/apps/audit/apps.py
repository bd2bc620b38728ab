"""The app as Django knows it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """What was done, by whom: appended, never rewritten."""

    name = "terril.apps.audit"
    verbose_name = "Journal"
