"""Addresses of the interface, and of the page that describes it."""

from django.urls import path
from django.views.generic import RedirectView

from terril.web.api.documentation import documentation
from terril.web.api.interface import interface

urlpatterns = [
    path("api/", documentation, name="interface"),
    # The root of the interface holds nothing: it leads to who explains it.
    path("api/v1/", RedirectView.as_view(url="/api/"), name="interface-root"),
    path("api/v1/", interface.urls),
]
