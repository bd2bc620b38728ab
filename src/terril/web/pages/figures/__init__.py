"""The one page before the portal: the figures of the home perimeter."""
