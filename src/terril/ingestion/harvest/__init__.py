"""Harvesting in: the records of another catalogue, whatever it speaks, one bad record never stopping the others."""

from terril.ingestion.harvest.contract import Harvested
from terril.ingestion.harvest.run import Protocol, detect, harvest

__all__ = ["Harvested", "Protocol", "detect", "harvest"]
