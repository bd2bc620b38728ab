"""Addresses of territories."""

from django.urls import path

from terril.web.pages.territories import files, views

urlpatterns = [
    path("territoires/", views.index, name="territories"),
    path("territoires/<slug:level>/<slug:code>/", views.profile, name="territory"),
    path("territoires/<slug:level>/<slug:code>/donnees.<slug:form>", files.download, name="territory-data"),
]
