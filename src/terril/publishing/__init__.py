"""Images and documents drawn from observations: maps for print, PNG."""
