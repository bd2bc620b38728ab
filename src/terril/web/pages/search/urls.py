"""Addresses of the search."""

from django.urls import path

from terril.web.pages.search import views

urlpatterns = [
    path("rechercher/", views.search, name="search"),
    path("rechercher/suggestions/", views.suggest, name="suggestions"),
]
