"""Addresses of sources."""

from django.urls import path

from terril.web.pages.sources import views

urlpatterns = [
    path("sources/", views.index, name="sources"),
    path("sources/<slug:producer>/<slug:dataset>/", views.source, name="source"),
]
