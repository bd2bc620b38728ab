"""Ibis expressions as SQL of Spark, where Ibis alone would not say the same thing as to DuckDB."""

from __future__ import annotations

from typing import Any

import ibis.expr.datatypes as dt
from ibis.backends.sql.compilers.base import FALSE
from ibis.backends.sql.compilers.pyspark import PySparkCompiler


class SparkCompiler(PySparkCompiler):  # type: ignore[misc]  # Ibis carries no types
    """Spark as the engine needs it: doubles stay doubles, infinity is seen."""

    __slots__ = ()

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:  # noqa: N802 - Ibis names it
        """A bare ``0.1`` would be a decimal, whose division stops after a few digits."""
        if dtype.is_floating():
            return self.cast(repr(float(value)), dt.float64)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Field(self, op: Any, *, rel: Any, name: Any) -> Any:  # noqa: N802 - Ibis names it
        """A column as it is: Ibis would first ask a live back-end how it takes NaN."""
        return super(PySparkCompiler, self).visit_Field(op, rel=rel, name=name)

    def visit_IsInf(self, op: Any, *, arg: Any) -> Any:  # noqa: N802 - Ibis names it
        """Ibis compares Python objects here, and finds no infinity."""
        return arg.eq(self.POS_INF).or_(arg.eq(self.NEG_INF)) if op.arg.dtype.is_floating() else FALSE


def to_spark_sql(expression: Any) -> str:
    """SQL of Spark for an Ibis table."""
    compiler = SparkCompiler()
    return str(compiler.to_sqlglot(expression).sql(dialect=compiler.dialect))
