"""Addresses for machines: site map, rules for robots, tiles, images of links."""

from django.urls import path

from terril.web.pages.site import health, previews, tiles, views

urlpatterns = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("tuiles/<int:vintage>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("sante/", health.health, name="health"),
    path("apercu/<path:place>.png", previews.preview, name="preview"),
]
