"""Reviews a Parquet file on Spark: the rules travel as their compiled program, each task reviews its own batches of columns.

    spark-submit spark_review.py prescriptions.parquet reviews.parquet

Row for row the answers are those of one process; nothing is collected on the driver.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pyarrow
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

import shenfang


def review(frame: DataFrame, rules: shenfang.RuleSet, keep: tuple[str, ...] = ()) -> DataFrame:
    """One row of answers for each row of prescriptions."""

    def answers(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            yield from pyarrow.table(rules.review_table(batch, keep=keep)).to_batches()

    empty = pyarrow.RecordBatchReader.from_stream(rules.review_stream(frame.limit(0).toArrow(), keep=keep)).schema
    return frame.mapInArrow(answers, from_arrow_schema(empty))


def main(source: str, target: str) -> None:
    spark = SparkSession.builder.appName("shenfang").getOrCreate()
    rules = shenfang.RuleSet.builtin()
    review(spark.read.parquet(source), rules).write.mode("overwrite").parquet(target)
    spark.read.parquet(target).groupBy("decision").count().show()


if __name__ == "__main__":
    main(*sys.argv[1:])
