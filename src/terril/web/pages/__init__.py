"""Pages, one folder a feature: ``urls``, ``views``."""
