"""Quality: what a pack declares of its figures, and what is found when they do not hold."""
