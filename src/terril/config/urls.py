"""Addresses."""

from django.urls import include, path

PAGES = (
    "home", "search", "territories", "indicators", "comparison", "sources", "about", "styles", "embeds", "site",
    "catalogue", "anomalies", "publications", "notices", "tokens", "applications", "downloads", "accounts",
    "organisations", "administration", "privacy", "ogc", "contributions", "agreements", "rights",
)  # fmt: skip

urlpatterns = [
    *(path("", include(f"terril.web.pages.{page}.urls")) for page in PAGES),
    path("", include("terril.web.api.urls")),
]

handler404 = "terril.web.pages.errors.not_found"
handler500 = "terril.web.pages.errors.server_error"
