"""Addresses of tokens."""

from django.urls import path

from terril.web.pages.tokens import views

urlpatterns = [
    path("compte/jetons/", views.index, name="tokens"),
    path("compte/jetons/creer/", views.create, name="token-create"),
    path("compte/jetons/<int:token>/revoquer/", views.revoke, name="token-revoke"),
]
