"""Address of the page of personal data."""

from django.urls import path

from terril.web.pages.privacy import views

urlpatterns = [path("donnees-personnelles/", views.index, name="privacy")]
