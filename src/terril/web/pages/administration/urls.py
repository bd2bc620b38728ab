"""Addresses of the administration."""

from django.urls import path

from terril.web.pages.administration import journal, organisations, people, reading, views

urlpatterns = [
    path("administration/", views.index, name="administration"),
    path("administration/ouvrir/", views.enter, name="administration_open"),
    path("administration/fermer/", views.leave, name="administration_close"),
    path("administration/comptes/", people.index, name="administration_accounts"),
    path("administration/comptes/<int:account>/", people.change, name="administration_account"),
    path("administration/organisations/", organisations.index, name="administration_organisations"),
    path("administration/organisations/<slug:organisation>/", organisations.change, name="administration_organisation"),
    path("administration/journal/", journal.index, name="administration_audit"),
    path("administration/journal/journal.csv", journal.export, name="administration_audit_file"),
    path("administration/frequentation/", reading.index, name="administration_usage"),
    path("administration/frequentation/frequentation.csv", reading.export, name="administration_usage_file"),
]
