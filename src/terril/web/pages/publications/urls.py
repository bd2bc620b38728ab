"""Addresses of publications."""

from django.urls import path

from terril.web.pages.publications import views

urlpatterns = [
    path("publications/", views.index, name="publications"),
    path("publications/<slug:release>/", views.publication, name="publication"),
]
