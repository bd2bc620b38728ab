"""What pages are made of: figures, places, origins, charts, as templates read them."""
