"""What explains figures: definitions, versions and passage, put beside the release."""

from __future__ import annotations

from terril.core.indicators.expansion import Expanded, Reading
from terril.core.indicators.formula import parse_formula
from terril.core.indicators.spec import Indicator
from terril.core.releases import IndicatorRelease
from terril.core.territories.model import Level, TerritoryKey
from terril.core.territories.passage import Passage
from terril.engine.explain import Explainer
from terril.engine.query import Reader
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.territories.load import data_folder, load_passage
from terril.pipeline.workspace import Workspace


def explainer(workspace: Workspace, reader: Reader) -> Explainer:
    """What explains the figures of the release of a reader."""
    passage = load_passage()
    datasets = DatasetStore(workspace.home)
    used = reader.manifest.sources
    paths = {s: datasets.version(s, used[s].version).path for s in used}
    released = {i: r for i, r in reader.manifest.indicators.items() if i in workspace.packs.indicators}
    expanded = {i: replayed(workspace.packs.indicators[i], r) for i, r in released.items()}
    return Explainer(
        reader=reader,
        expanded=expanded,
        sources=workspace.sources,
        paths=paths,
        passage=data_folder() / "passage.parquet",
        epci_passage=data_folder() / "epci_passage.parquet",
        members=lambda key, level: [k.code for k in workspace.territories.members(key, level)],
        name=lambda key: workspace.territories.get(key).name,
        describe=lambda code, cog: " ; ".join(passage.describe(code, cog)),
        absent=lambda code, cog, present: [
            f"{old} {passage.name_of(old, cog)}" for old in passage.missing(code, cog, present)
        ],
        parameters=workspace.packs.parameters,
        share=lambda old, cog, code: population_share(workspace, passage, old, cog, code),
    )


def replayed(indicator: Indicator, released: IndicatorRelease) -> Expanded:
    """What an indicator read, from the manifest of the release that computed it."""
    readings: dict[str, list[Reading]] = {name: [] for name in indicator.inputs}
    for period, uses in released.periods.items():
        for use in uses:
            read = Reading(period, use.period, use.source, use.indicator, use.parameter, use.value)
            readings.setdefault(use.input, []).append(read)
    frozen = {name: tuple(found) for name, found in readings.items()}
    return Expanded(indicator, parse_formula(indicator.formula), tuple(released.periods), frozen, released.dropped)


def population_share(workspace: Workspace, passage: Passage, old: str, cog: int, code: str) -> float:
    """Part of the population of a commune split since that lives in one of its pieces: as the engine shares it."""
    pieces = [c.code for c in passage.carry(old, cog)]
    people = {p: workspace.territories.get(TerritoryKey(Level.COMMUNE, p)).population or 0 for p in pieces}
    total = sum(people.values())
    return people[code] / total if total else 1 / len(pieces)
