"""The same table in every engine that narwhals is asked to work with."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

JAVA = 17


def _days(frame: pd.DataFrame) -> list[str]:
    return list(frame.select_dtypes("datetime").columns)


def _polars(frame: pd.DataFrame) -> pl.DataFrame:
    return pl.from_pandas(frame).with_columns(pl.col(c).cast(pl.Date) for c in _days(frame))


def _duckdb(frame: pd.DataFrame) -> Any:
    dates = ", ".join(f"{c}::date as {c}" for c in _days(frame))
    return duckdb.sql(f"select * {f'replace ({dates})' if dates else ''} from frame")


def _spark(frame: pd.DataFrame) -> Any:
    table = pa.Table.from_pandas(_polars(frame).to_pandas(), preserve_index=False)
    return spark().createDataFrame(table)


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "pyarrow": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "polars": _polars,
    "polars_lazy": lambda frame: _polars(frame).lazy(),
    "duckdb": _duckdb,
    "pyspark": _spark,
}
OTHERS = [name for name in ENGINES if name != "pandas"]


@cache
def spark() -> Any:
    """The one Spark session of a run, in this process and small; a skip that says what is missing
    if there cannot be one."""
    pytest.importorskip("pyspark", reason="PySpark is not installed (the extra `spark`)")
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    if java is None:
        pytest.skip(f"PySpark needs Java {JAVA} or newer, and there is no Java here")
    told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < JAVA:
        pytest.skip(f"PySpark needs Java {JAVA} or newer; there is: {told.splitlines()[:1]}")
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Tables of a few rows: compiling costs more than it saves.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    builder = SparkSession.builder.master("local[2]").appName("creditkit")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
