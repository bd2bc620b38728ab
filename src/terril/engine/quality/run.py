"""Every declared check, over the versions in use and the observations of a release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from terril.core.indicators.families import families
from terril.core.indicators.spec import Indicator
from terril.core.quality.anomalies import Anomaly
from terril.core.quality.spec import Agreement, Bounds, Conservation, Continuity, Rows, SmallPopulation
from terril.core.sources import Source
from terril.engine.materialise import VersionFile
from terril.engine.quality import checks, versions
from terril.engine.quality.families import families as breakdowns
from terril.engine.quality.figures import Figures, of_indicator, of_source
from terril.engine.session import Connection

#: What is asked of every source that declares no « rows »: it does not lose half of its rows.
USUAL_ROWS = Rows()


def check_version(
    connection: Connection, version: VersionFile, loaded: Mapping[str, VersionFile], before: Path | None
) -> list[Anomaly]:
    """Check a version of a source.

    Parameters
    ----------
    connection : holds ``memberships``.
    loaded : versions in use, by source, for the checks that compare two of them.
    before : ``data.parquet`` of the version in use before this one, where there was one.
    """
    source = version.source
    declared: list[Rows] = [c for c in source.checks if isinstance(c, Rows)]
    found: list[Anomaly] = []
    for rows in declared or [USUAL_ROWS]:
        found += versions.rows(connection, version.path, source, version.version, rows, before)
    found += versions.totals(connection, version.path, source, version.version)
    for check in source.checks:
        if isinstance(check, Bounds | Conservation | Agreement | Continuity) and check.column is not None:
            figures = of_source(version.path, source, check.column, version.version)
            found += _of_source(connection, figures, check, source, loaded, before)
    return found


def _of_source(
    connection: Connection,
    figures: Figures,
    check: Bounds | Conservation | Agreement | Continuity,
    source: Source,
    loaded: Mapping[str, VersionFile],
    before: Path | None,
) -> Iterator[Anomaly]:
    if isinstance(check, Bounds):
        return checks.bounds(connection, figures, check)
    if isinstance(check, Conservation | Agreement):
        other = loaded.get(check.source) if check.source is not None else None
        if check.source is not None and other is None:
            return iter(())  # not loaded: nothing to compare with
        said = of_source(other.path, other.source, str(check.source_column), other.version) if other else None
        if isinstance(check, Conservation):
            return checks.conservation(connection, figures, check, said)
        return checks.agreement(connection, figures, check, said) if said else iter(())
    if check.against == "period":
        return checks.continuity(connection, figures, check)
    if before is None:
        return iter(())
    return checks.continuity(connection, figures, check, of_source(before, source, str(check.column), ""))


def check_observations(
    connection: Connection,
    indicators: Mapping[str, Indicator],
    files: Mapping[str, Path],
) -> list[Anomaly]:
    """Check the observations of a release, before it is published.

    Parameters
    ----------
    connection : holds ``memberships``.
    files : restricted file of each indicator.
    """
    observed = {i: of_indicator(path, i) for i, path in files.items()}
    found = list(breakdowns(connection, families(indicators), observed))
    for identifier, figures in observed.items():
        for check in indicators[identifier].checks if identifier in indicators else ():
            if isinstance(check, Bounds):
                found += checks.bounds(connection, figures, check)
            elif isinstance(check, Conservation):
                found += checks.conservation(connection, figures, check)
            elif isinstance(check, Continuity):
                found += checks.continuity(connection, figures, check)
            elif isinstance(check, SmallPopulation):
                if check.indicator is None or check.indicator in observed:
                    persons = observed.get(str(check.indicator))
                    found += checks.small_population(connection, figures, check, persons)
            elif isinstance(check, Agreement) and str(check.indicator) in observed:
                found += checks.agreement(connection, figures, check, observed[str(check.indicator)])
    return found
