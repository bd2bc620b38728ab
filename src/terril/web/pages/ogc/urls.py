"""Addresses of the OGC services: one view answers them all."""

from django.urls import path

from terril.web.pages.ogc.views import service

urlpatterns = [
    # Tools append to the address that they are given, with or without a slash.
    path("ogc", service, name="ogc-bare"),
    path("ogc/", service, name="ogc"),
    path("ogc/<path:path>", service, name="ogc-resource"),
]
