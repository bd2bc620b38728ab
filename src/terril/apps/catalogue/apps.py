"""The app as Django knows it."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Records of datasets, indicators, maps, publications and services."""

    name = "terril.apps.catalogue"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        """The search follows each change of a record."""
        from terril.apps.catalogue.search.follow import connect  # noqa: PLC0415 - models are loaded by now

        connect()
