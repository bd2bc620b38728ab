"""Address of the design system."""

from django.urls import path

from terril.web.pages.styles import views

urlpatterns = [path("styles/", views.styles, name="styles")]
