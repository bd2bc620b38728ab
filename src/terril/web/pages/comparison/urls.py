"""Addresses of comparisons."""

from django.urls import path

from terril.web.pages.comparison import views

urlpatterns = [
    path("comparer/", views.compare, name="comparison"),
    path("comparer/donnees.<slug:form>", views.download, name="comparison-data"),
]
