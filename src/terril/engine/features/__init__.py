"""Features — territories, figures, rows of datasets with their geometry — read from Parquet within a scope."""

from terril.engine.features.reader import Features
from terril.engine.features.store import FeatureStore

__all__ = ["FeatureStore", "Features"]
