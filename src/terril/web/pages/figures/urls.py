"""Addresses of the page of figures."""

from django.urls import path

from terril.web.pages.figures.views import home

urlpatterns = [path("", home, name="home")]
