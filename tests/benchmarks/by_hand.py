"""The baseline: the same observations, in SQL written by hand for this case and nothing else."""

from __future__ import annotations

from pathlib import Path

from terril.engine.session import quote, session
from tests.benchmarks.nation import MEASURES, Nation

_FORMAT = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"


def build_by_hand(nation: Nation, folder: Path) -> int:
    """Write one file an indicator, then one a department; returns the number of observations."""
    (folder / "indicators").mkdir(parents=True)
    with session(folder / "spill") as connection:
        connection.register("given", nation.geography.memberships)
        connection.execute("CREATE TABLE memberships AS SELECT DISTINCT * FROM given WHERE member_level = 'commune'")
        connection.execute(
            f"CREATE TABLE passage AS SELECT * FROM read_parquet({quote(str(nation.geography.passage))}) "
            "WHERE 2026 BETWEEN cog_from AND cog_to"
        )
        for number, identifier in enumerate(nation.indicators):
            path = folder / "indicators" / f"{identifier.replace('/', '_')}.parquet"
            connection.execute(
                f"COPY ({_sql(nation, number)} ORDER BY level, code, period) TO {quote(str(path))} {_FORMAT}"
            )
        scan = f"read_parquet({quote(str(folder / 'indicators' / '*.parquet'))}, filename = true)"
        bucket = "CASE WHEN level = 'commune' THEN left(code, 2) ELSE level END"
        connection.execute(
            f"COPY (SELECT *, {bucket} AS bucket FROM {scan} ORDER BY bucket, level, code, filename, period) "
            f"TO {quote(str(folder / 'territories'))} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (bucket))"
        )
        count = connection.execute(f"SELECT count(*) FROM {scan}").fetchone()
    return int(count[0]) if count else 0


def _sql(nation: Nation, number: int) -> str:
    measure = number % MEASURES
    twice = measure == MEASURES - 1
    top = f"m{measure - 1 if twice else measure}"
    path = nation.versions[f"essai/source{number // MEASURES}"].path
    ratio = measure % 2 == 1 and not twice
    value = (
        f"100 * a::DOUBLE / nullif(m{measure - 1}, 0)::DOUBLE" if ratio else ("2 * a::DOUBLE" if twice else "a::DOUBLE")
    )
    parts = f"sum({top}) AS a" + (f", sum(m{measure - 1}) AS m{measure - 1}" if ratio else "")
    shown = (
        f"a::DOUBLE AS numerator, m{measure - 1}::DOUBLE AS denominator"
        if ratio
        else ("NULL::DOUBLE AS numerator, NULL::DOUBLE AS denominator")
    )
    status = f"max({top}__status)" + (f", max(m{measure - 1}__status)" if ratio else "")
    status = f"greatest({status})" if ratio else status
    return f"""
      SELECT level, code, period, {value} AS value, status::UTINYINT AS status, {shown} FROM (
        SELECT m.level, m.code, v.period, {parts}, {status} AS status
        FROM read_parquet({quote(str(path))}) v
        JOIN passage p ON p.old_code = v.code JOIN memberships m ON m.member_code = p.code
        GROUP BY ALL)"""
