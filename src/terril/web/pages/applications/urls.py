"""Addresses of the applications."""

from django.urls import path

from terril.web.pages.applications import editing, views

_OF = "applications/organisation/<slug:organisation>"

urlpatterns = [
    path("applications/", views.index, name="applications"),
    path("applications/favoris/", views.favourite, name="favourite"),
    path(f"{_OF}/", editing.arrange, name="arrange"),
    path(f"{_OF}/deplacer/", editing.move, name="tile-move"),
    path(f"{_OF}/montrer/", editing.hide, name="tile-hide"),
    path(f"{_OF}/annuler/", editing.undo, name="arrange-undo"),
    path(f"{_OF}/tuile/", editing.create, name="tile-create"),
    path(f"{_OF}/tuile/<int:tile>/", editing.change, name="tile-change"),
    path(f"{_OF}/tuile/<int:tile>/retirer/", editing.remove, name="tile-remove"),
    path(f"{_OF}/tuile/<int:tile>/remettre/", editing.restore, name="tile-restore"),
]
