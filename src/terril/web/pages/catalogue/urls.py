"""Addresses of the catalogue."""

from django.urls import path

from terril.web.pages.catalogue import asking, doors, editing, harvests, sayings, views

_RECORD = "catalogue/<slug:word>/<path:identifier>/"

urlpatterns = [
    path("catalogue/", views.index, name="catalogue"),
    path("catalogue.<slug:form>", doors.dcat, name="catalogue-dcat"),
    path("catalogue/suggestions/", views.suggested, name="catalogue-suggestions"),
    path("catalogue/moissons/", harvests.index, name="harvests"),
    path("catalogue/moissons/<slug:source>/", harvests.source, name="harvest"),
    path("catalogue/moissons/<slug:source>/lancer/", harvests.run, name="harvest-run"),
    path(f"{_RECORD}modifier/", editing.edit, name="record-edit"),
    path(f"{_RECORD}historique/", editing.history, name="record-history"),
    path(f"{_RECORD}etat/", editing.state, name="record-state"),
    path(f"{_RECORD}acces/", asking.ask, name="record-ask"),
    path(f"{_RECORD}commentaires/", sayings.say, name="record-comment"),
    path(f"{_RECORD}commentaires/<int:comment>/", sayings.moderate, name="record-moderate"),
    path(_RECORD, views.record, name="record"),
]
