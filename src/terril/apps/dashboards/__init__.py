"""The portal of applications: tiles, the order that each organisation gives them, favourites."""
