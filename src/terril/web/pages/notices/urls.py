"""Addresses of notices."""

from django.urls import path

from terril.web.pages.notices import views

urlpatterns = [
    path("notifications/", views.index, name="notices"),
    path("notifications/lues/", views.read, name="notices_read"),
    path("notifications/choix/", views.choose, name="notices_choose"),
    path("notifications/<int:notice>/", views.follow, name="notice"),
]
