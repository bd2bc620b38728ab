"""The app as Django knows it."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Records of datasets, indicators, maps, publications and services."""

    name = "terril.apps.catalogue"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        """The search follows each change of a record; comments go with their authors."""
        from terril.apps.catalogue import signals  # noqa: PLC0415 - models are loaded by now
        from terril.apps.catalogue.search import follow  # noqa: PLC0415

        follow.connect()
        signals.connect()
