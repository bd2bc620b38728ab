"""IRIS held by the communes of today: what sums them is told how many it needs."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb


def lay_iris(connection: duckdb.DuckDBPyConnection, views: Sequence[str]) -> None:
    """Put the IRIS of versions in the table ``memberships``, under their commune and all that holds it.

    There is no list of IRIS: those known are those of the versions, whatever their period. A territory is the sum
    of its IRIS when every one known is there, and every one of its communes has some: ``members`` counts the
    communes without IRIS too, so that their holders lack a member. The IRIS of a commune split since lead nowhere.

    Parameters
    ----------
    connection : where ``memberships`` and ``passage`` are laid out.
    views : every version whose rows are IRIS.
    """
    codes = " UNION ".join(f"SELECT code, cog FROM {view} WHERE level = 'iris'" for view in views)
    connection.execute("DELETE FROM memberships WHERE member_level = 'iris'")
    connection.execute(
        f"""INSERT INTO memberships
        WITH known AS (SELECT DISTINCT v.code AS iris, p.code AS commune FROM ({codes}) v JOIN passage p
                ON p.old_code = left(v.code, 5) AND v.cog BETWEEN p.cog_from AND p.cog_to AND p.targets = 1),
             held AS (SELECT m.level, m.code, m.member_code AS commune, k.iris
                FROM memberships m LEFT JOIN known k ON k.commune = m.member_code WHERE m.member_level = 'commune')
        SELECT 'iris', iris, level, code, members FROM (
            SELECT *, count(*) OVER (PARTITION BY level, code) AS members FROM held) WHERE iris IS NOT NULL"""
    )
