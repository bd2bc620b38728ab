"""Addresses."""

from django.urls import include, path

urlpatterns = [path("", include("terril.web.pages.figures.urls"))]

handler404 = "terril.web.pages.errors.not_found"
handler500 = "terril.web.pages.errors.server_error"
