"""A local Spark session: no network, bounded memory, quiet, gone when it is closed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from terril.core.errors import BuildError
from terril.engine.session import memory_limit

CORES = 2
#: Spark explains itself at length; what fails comes back as an exception.
_LOGGING = """rootLogger.level = off
appenders = none
appender.none.type = Null
appender.none.name = none
rootLogger.appenderRef.none.ref = none
# Without a level of its own, this one announces on the terminal that it takes another.
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = off
"""


def missing() -> tuple[str, str] | None:
    """What Spark lacks to run here, and the remedy, in French; None when it can run."""
    if importlib.util.find_spec("pyspark") is None:
        return "Spark n'est pas installé", "pip install 'terril[spark]' (ou « make spark » dans un dépôt)"
    if _java() is None:
        return (
            "Java est introuvable",
            "installer Java 17 (openjdk-17-jre-headless), ou donner son dossier par JAVA_HOME",
        )
    return None


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")


@contextmanager
def spark_session(folder: Path) -> Iterator[Any]:
    """A Spark session on this machine alone.

    Parameters
    ----------
    folder : where Spark writes what it spills; emptied at the end.

    Yields
    ------
    A ``pyspark.sql.SparkSession``: two cores, ANSI arithmetic (an overflow is an error, as in DuckDB), the
    memory limit of Terril.

    Raises
    ------
    BuildError
        Where Spark or Java is missing, or does not start.
    """
    lacking = missing()
    if lacking is not None:
        raise BuildError(lacking[0], hint=lacking[1])
    # Absent without the extra.
    from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="spark-", dir=folder, ignore_cleanup_errors=True) as work:
        builder = SparkSession.builder.master(f"local[{CORES}]").appName("terril")
        for key, value in _settings(Path(work)).items():
            builder = builder.config(key, value)
        try:
            spark = builder.getOrCreate()
        except PySparkRuntimeError as error:
            raise BuildError(
                "Spark ne démarre pas",
                hint="vérifier que « java -version » répond Java 17 ; fermer d'autres programmes",
            ) from error
        try:
            yield spark
        finally:
            _stop(spark)


def _settings(work: Path) -> dict[str, str]:
    logging = work / "log4j2.properties"
    logging.write_text(_LOGGING, encoding="ascii")
    java = f"-Djava.io.tmpdir={work} -Dlog4j2.configurationFile={logging.as_uri()} -XX:-UsePerfData -Duser.timezone=UTC"
    return {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": f"{memory_limit() >> 20}m",
        "spark.driver.extraJavaOptions": java,
        "spark.local.dir": str(work),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.ansi.enabled": "true",
        # Hundreds of queries, each over once: compiling their plans to Java would take longer than running them.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(CORES),
        "spark.default.parallelism": str(CORES),
        # A fresh machine has no other file system than its own: nothing to fetch, nothing to resolve.
        "spark.jars.ivy": str(work / "ivy"),
        "spark.sql.parquet.compression.codec": "zstd",
    }


def _stop(spark: Any) -> None:
    """Stop the session and the Java process: ``stop`` alone leaves it until Python ends."""
    context = spark.sparkContext
    gateway = type(context)._gateway
    spark.stop()
    gateway.close()
    if gateway.proc is not None:
        gateway.proc.stdin.close()
        gateway.proc.wait()
    type(context)._gateway = type(context)._jvm = None
