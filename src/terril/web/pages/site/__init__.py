"""What machines read of the site: sitemap, robots, tiles, previews."""
