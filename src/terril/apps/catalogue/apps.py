"""The app as Django knows it."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Records of datasets, indicators, maps, publications and services."""

    name = "terril.apps.catalogue"
    verbose_name = "Catalogue"
