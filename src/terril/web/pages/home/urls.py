"""Address of the first page."""

from django.urls import path

from terril.web.pages.home.views import home

urlpatterns = [path("", home, name="home")]
