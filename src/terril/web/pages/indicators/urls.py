"""Addresses of indicators."""

from django.urls import path

from terril.web.pages.indicators import files, views

_ONE = "indicateurs/<slug:theme>/<slug:slug>"

urlpatterns = [
    path("indicateurs/", views.index, name="indicators"),
    path("indicateurs/<slug:theme>/", views.theme, name="theme"),
    path(f"{_ONE}/", views.indicator, name="indicator"),
    path(f"{_ONE}/explication/", views.explanation, name="explanation"),
    path(f"{_ONE}/valeurs.json", views.values, name="values"),
    path(f"{_ONE}/donnees.csv-metadata.json", files.metadata, name="indicator-metadata"),
    path(f"{_ONE}/donnees.<slug:form>", files.download, name="indicator-data"),
    path(f"{_ONE}/<slug:chart>.<slug:form>", files.chart, name="indicator-chart"),
]
