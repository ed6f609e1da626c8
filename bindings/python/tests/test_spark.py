"""On a Spark cluster of several workers: row for row what one process answers."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from conftest import table as table_of

import shenfang

pyspark = pytest.importorskip("pyspark")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    # What pyspark itself warns of is not ours.
    pytest.mark.filterwarnings("ignore"),
]
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples"))


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    # Two worker processes of two cores each, as a cluster has them; the workers start with this interpreter.
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    session = (
        SparkSession.builder.master("local-cluster[2,2,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.executor.memory", "1g")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
        .config("spark.sql.files.maxPartitionBytes", "64k")
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        .getOrCreate()
    )
    yield session
    session.stop()


def test_row_for_row(spark: Any, rules: shenfang.RuleSet, sheets: list[dict[str, Any]], tmp_path: Path) -> None:
    from spark_review import review

    rows = [{**sheet, "id": f"{n}-{sheet['id']}"} for n in range(20) for sheet in sheets]
    rows[777] = {**rows[777], "kind": "westen"}
    table = table_of(rows).append_column("row", pyarrow.array(range(len(rows))))
    pyarrow.parquet.write_table(table, tmp_path / "sheets.parquet", row_group_size=100)
    frame = spark.read.parquet(str(tmp_path / "sheets.parquet")).repartition(8)
    answers = review(frame, rules, keep=("row",))
    workers = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    assert workers == 2, "several workers, not threads of the driver"
    distributed = answers.toArrow().sort_by("row")
    alone = rules.review_table(table, keep=["row"]).to_pyarrow()
    assert distributed.num_rows == alone.num_rows == 1200
    assert distributed.to_pylist() == alone.to_pylist()
    assert sum(error is not None for error in distributed["error"].to_pylist()) == 1
