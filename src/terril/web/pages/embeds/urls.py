"""Addresses of what other sites may frame."""

from django.urls import path

from terril.web.pages.embeds import views

urlpatterns = [
    path("embed/indicateurs/<slug:theme>/<slug:slug>/<slug:chart>/", views.indicator, name="embed-indicator"),
    path("embed/territoires/<slug:level>/<slug:code>/", views.territory, name="embed-territory"),
]
