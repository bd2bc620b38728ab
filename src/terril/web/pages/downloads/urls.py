"""Addresses of downloads."""

from django.urls import path

from terril.web.pages.downloads.views import download

urlpatterns = [path("catalogue/<slug:word>/<path:identifier>/telecharger.<slug:form>", download, name="download")]
