"""About, legal notices, accessibility statement, map of the site."""
