"""Addresses of the pages about the portal."""

from django.urls import path

from terril.web.pages.about import views

urlpatterns = [
    path("a-propos/", views.about, name="about"),
    path("mentions-legales/", views.legal, name="legal"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("plan-du-site/", views.sitemap, name="site-map"),
]
