"""Addresses of anomalies."""

from django.urls import path

from terril.web.pages.anomalies import views

urlpatterns = [
    path("anomalies/", views.index, name="anomalies"),
    path("anomalies/<slug:key>/decision/", views.decide, name="anomalies-decide"),
]
