"""Addresses of agreements."""

from django.urls import path

from terril.web.pages.agreements import views

urlpatterns = [
    path("conventions/", views.index, name="agreements"),
    path("conventions/nouvelle/", views.create, name="agreement_create"),
    path("conventions/<int:agreement>/", views.show, name="agreement"),
    path("conventions/<int:agreement>/modifier/", views.change, name="agreement_change"),
    path("conventions/<int:agreement>/clause/", views.put_clause, name="agreement_clause"),
    path("conventions/<int:agreement>/clauses/<int:clause>/retrait/", views.drop_clause, name="agreement_clause_drop"),
    path("conventions/<int:agreement>/conditions/", views.publish_terms, name="agreement_terms"),
    path("conventions/<int:agreement>/signature/", views.sign, name="agreement_sign"),
    path("conventions/<int:agreement>/etat/", views.stand, name="agreement_stand"),
]
