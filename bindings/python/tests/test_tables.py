"""Tables in and out."""

from __future__ import annotations

import json
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest
from conftest import ROOT
from conftest import table as table_of

import shenfang
from shenfang import ColumnError, RuleSet


MONTH = ROOT / "bindings/python/examples/month.parquet"


def flat(sheets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row an item."""
    rows = []
    for sheet in sheets:
        rest = {key: value for key, value in sheet.items() if key not in ("id", "items")}
        for item in sheet["items"]:
            named = {"item_id" if key == "id" else key: value for key, value in item.items()}
            rows.append({"prescription_id": sheet["id"], **rest, **named})
    return rows


@pytest.fixture(scope="module")
def expected(rules: RuleSet, sheets: list[dict[str, Any]]) -> list[bytes]:
    return [answer.to_json() for answer in rules.review_batch(sheets)]


def replies(table: Any) -> list[bytes]:
    return [reply.encode() for reply in pyarrow.table(table)["review"].to_pylist()]


def test_every_library_in(rules: RuleSet, sheets: list[dict[str, Any]], expected: list[bytes], tmp_path: Path) -> None:
    table = table_of(sheets)
    pyarrow.parquet.write_table(table, tmp_path / "sheets.parquet")
    with pyarrow.OSFile(str(tmp_path / "sheets.arrow"), "wb") as file, pyarrow.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    with pyarrow.OSFile(str(tmp_path / "stream"), "wb") as file, pyarrow.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    connection = duckdb.connect()
    held = {
        "pyarrow": table,
        "batches": pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=7)),
        "one batch": table.to_batches()[0],
        "polars": polars.from_arrow(table),
        "pandas": pandas.DataFrame({name: pandas.Series(table[name].to_pylist(), dtype=pandas.ArrowDtype(table[name].type)) for name in table.column_names}),
        "duckdb": connection.sql(f"select * from '{tmp_path / 'sheets.parquet'}'"),
        "parquet": tmp_path / "sheets.parquet",
        "parquet by name": str(tmp_path / "sheets.parquet"),
        "arrow": tmp_path / "sheets.arrow",
        "stream": tmp_path / "stream",
    }
    for name, data in held.items():
        assert replies(rules.review_table(data, json=True)) == expected, name


def test_rows_of_items(rules: RuleSet, sheets: list[dict[str, Any]], expected: list[bytes]) -> None:
    table = table_of(flat(sheets))
    assert replies(rules.review_table(table, json=True)) == expected
    small = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=3))
    assert replies(rules.review_table(small, json=True)) == expected


def test_out_to_every_library(rules: RuleSet, sheets: list[dict[str, Any]]) -> None:
    table = table_of(sheets)
    answers = rules.review_table(table, texts=True)
    assert len(answers) == 60
    assert repr(answers) == "ReviewTable(60 rows: id, decision, complete, gap, findings, undetermined, unrecognized, error)"
    assert answers.to_pyarrow().num_rows == len(answers.to_pandas()) == answers.to_polars().height == 60
    connection = duckdb.connect()
    connection.register("answers", answers.to_pyarrow())
    count = connection.sql("select count(*), sum(len(findings)) from answers").fetchall()
    findings = answers.findings()
    assert count == [(60, len(findings))] and len(findings) > 0
    first = findings.to_pyarrow().to_pylist()[0]
    assert set(first) == {"prescription_id", "decision", "complete", "gap", "rule", "category", "severity", "action", "review_code", "items", "message", "advice"}
    assert rules.review_table(table.slice(0, 0)).findings().to_pyarrow().num_rows == 0


def test_a_column_says_what_a_review_says(rules: RuleSet, sheets: list[dict[str, Any]]) -> None:
    answers = rules.review_table(table_of(sheets), texts=True).to_pyarrow().to_pylist()
    for sheet, row in zip(sheets, answers):
        review = rules.review(sheet)
        assert (row["id"], row["decision"], row["complete"], row["gap"]) == (review.id, review.decision, review.complete, review.gap)
        assert [(f["rule"], f["severity"], f["items"], f["message"]) for f in row["findings"]] == [
            (f.rule, f.severity, list(f.items), f.message.zh) for f in review.findings
        ]
        assert [(u["rule"], u["needs"], u["rules"]) for u in row["undetermined"]] == [
            (list(u.rules), list(u.needs), len(u.rules)) for u in review.undetermined
        ]
        assert [(u["text"], u["candidates"]) for u in row["unrecognized"]] == [
            (u.text, list(u.candidates)) for u in review.unrecognized
        ]
        assert row["error"] is None


PAIR = """
pack ward { title "Ward" version "1" owner "pharmacy" }
source memo { citation "Ward memo 7, 2026" }
rule pair {
  title    "Anticoagulant with NSAID"
  category interaction
  match    a: prescribed 抗凝药, b: prescribed 非甾体抗炎药
  severity major
  message  zh "{a}与{b}" en "{a} with {b}"
  cite     memo "1"
}
"""


def present(value: Any) -> Any:
    """A row as a record: what is not there is left out."""
    if isinstance(value, dict):
        return {key: present(below) for key, below in value.items() if below is not None}
    return [present(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("columns", ["all", "id, items of id and drug"])
@pytest.mark.parametrize("of", ["builtin", "interaction", "pair"])
def test_a_month_row_by_row(rules: RuleSet, of: str, columns: str) -> None:
    """What is told without reading a sheet whole, and without making messages, is what a review says."""
    table = pyarrow.parquet.read_table(MONTH).slice(0, 1_500)
    if columns != "all":
        rows = [{"id": row["id"], "items": [{"id": item["id"], "drug": item["drug"]} for item in row["items"]]} for row in table.to_pylist()]
        table = table_of(rows)
    if of == "interaction":
        rules = RuleSet.load(ROOT / "rules/western/interaction", builtin=False)
    elif of == "pair":
        rules = RuleSet.compile(PAIR)
    said = pyarrow.table(rules.review_table(table, json=True))
    expected = [answer.to_json() for answer in rules.review_batch(present(table.to_pylist()))]
    assert replies(said) == expected
    assert any(json.loads(reply)["findings"] for reply in expected)
    assert any(json.loads(reply)["decision"] == "pass" for reply in expected) or of != "pair"
    short = pyarrow.table(rules.review_table(table))
    assert short.to_pylist() == said.drop_columns(["review"]).to_pylist()
    for row, reply in zip(short.to_pylist(), map(json.loads, expected)):
        assert [row[name] for name in ("id", "decision", "complete", "gap")] == [reply[name] for name in ("id", "decision", "complete", "gap")]
        named = ("rule", "category", "severity", "action", "review_code", "items")
        assert [[found[name] for name in named] for found in row["findings"]] == [[found[name] for name in named] for found in reply["findings"]]


def test_bad_rows_are_rows(rules: RuleSet) -> None:
    good = {"id": "a", "patient": {"sex": "male"}, "items": [{"id": "1", "drug": "布洛芬"}]}
    rows = [good, {**good, "id": "b", "patient": {"sex": "femal"}}, {**good, "id": None}, {**good, "items": None}, {**good, "id": "e"}]
    answers = rules.review_table(table_of(rows)).to_pyarrow().to_pylist()
    assert [(row["id"], row["decision"] is None, row["error"] and (row["error"]["code"], row["error"]["path"])) for row in answers] == [
        ("a", False, None),
        ("b", True, ("unknown_word", "/patient/sex")),
        (None, True, ("missing_field", "/id")),
        ("a", True, ("missing_field", "/items")),
        ("e", False, None),
    ]
    assert answers[1]["error"]["message"] == "未知词 `femal`，是否 `female`"
    english = RuleSet.builtin(language="en").review_table(table_of(rows)).to_pyarrow().to_pylist()
    assert english[1]["error"]["message"] == "unknown word `femal`, did you mean `female`"


def test_bad_columns(rules: RuleSet) -> None:
    table = pyarrow.table({"id": ["a"], "alergies": [1], "items": [[{"id": "1", "drug": "x", "dose": 0.5}]]})
    with pytest.raises(ColumnError) as raised:
        RuleSet.builtin(language="en").review_table(table)
    assert [(fault.code, fault.column) for fault in raised.value.faults] == [("unknown_column", "alergies"), ("column_type", "items.dose")]
    assert "column `items.dose` is float64: expected a quantity with its unit" in str(raised.value)
    with pytest.raises(ColumnError, match="未知字段 `alergies`"):
        rules.review_table(table)
    with pytest.raises(TypeError, match="found `dict`"):
        rules.review_table({})
    with pytest.raises(OSError, match="nowhere"):
        rules.review_table("nowhere.parquet")
    with pytest.raises(OSError, match="neither Parquet nor Arrow"):
        rules.review_table(__file__)


def test_exact_types(rules: RuleSet) -> None:
    dose = pyarrow.array([{"value": Decimal("0.50"), "unit": "g"}], pyarrow.struct({"value": pyarrow.decimal128(10, 2), "unit": pyarrow.string()}))
    table = pyarrow.table(
        {
            "prescription_id": pyarrow.array(["a"]).dictionary_encode(),
            "authored_on": pyarrow.array([date(2026, 11, 22)]),
            "patient.birth_date": pandas.to_datetime(pandas.Series(["1958-03-02"])),
            "drug": ["对乙酰氨基酚片"],
            "dose": dose,
            "frequency": ["tid"],
            "route": ["口服"],
            "duration": ["3 d"],
        }
    )
    record = {
        "id": "a",
        "authored_on": "2026-11-22",
        "patient": {"birth_date": "1958-03-02"},
        "items": [{"id": "1", "drug": "对乙酰氨基酚片", "dose": "0.50 g", "frequency": "tid", "route": "口服", "duration": "3 d"}],
    }
    assert replies(rules.review_table(table, json=True)) == [rules.review(record).to_json()]


def test_kept_columns(rules: RuleSet, sheets: list[dict[str, Any]]) -> None:
    table = table_of(sheets).append_column("row", pyarrow.array(range(60)))
    kept = rules.review_table(table, keep=["row", "institution"]).to_pyarrow()
    assert kept["row"].to_pylist() == list(range(60))
    assert kept["institution"].equals(table["institution"])
    with pytest.raises(ColumnError, match="没有要保留的列 `bed`"):
        rules.review_table(table, keep=["bed", "row"])


def test_rows_apart_are_said(rules: RuleSet) -> None:
    table = pyarrow.table({"prescription_id": ["a", "b", "a"], "drug": ["布洛芬", "布洛芬", "华法林钠片"]})
    errors = rules.review_table(table).to_pyarrow()["error"].to_pylist()
    assert errors[:2] == [None, None] and errors[2]["code"] == "duplicate_id" and "prescription_id" in errors[2]["message"]


def test_streams_are_bounded_and_had_once(rules: RuleSet, sheets: list[dict[str, Any]]) -> None:
    table = table_of(sheets)
    asked = 0

    def batches() -> Any:
        nonlocal asked
        while asked < 100_000:
            asked += 1
            yield from table.to_batches()

    stream = rules.review_stream(pyarrow.RecordBatchReader.from_batches(table.schema, batches()))
    first = next(iter(stream))
    assert len(first) == 60
    assert asked < 200, "no more is held than is being worked on"
    small = rules.review_stream(table)
    assert pyarrow.RecordBatchReader.from_stream(small).read_all().num_rows == 60
    with pytest.raises(RuntimeError, match="once"):
        pyarrow.RecordBatchReader.from_stream(small)
    answers = rules.review_stream(table)
    connection = duckdb.connect()
    connection.register("answers", pyarrow.RecordBatchReader.from_stream(answers))
    assert connection.sql("select count(*) from answers").fetchall() == [(60,)]


def test_what_a_source_raises_is_raised(rules: RuleSet, sheets: list[dict[str, Any]]) -> None:
    table = table_of(sheets)

    def broken() -> Any:
        yield from table.to_batches()
        raise OSError("the disk is gone")

    with pytest.raises(Exception, match="the disk is gone"):
        rules.review_table(pyarrow.RecordBatchReader.from_batches(table.schema, broken()))


def test_progress(rules: RuleSet, sheets: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    rules.review_table(table_of(sheets), progress=True)
    assert "60/60 prescriptions" in capsys.readouterr().err


def test_other_threads_run_on(rules: RuleSet, sheets: list[dict[str, Any]]) -> None:
    """The interpreter is free while a table is reviewed."""
    table = pyarrow.concat_tables([table_of(sheets)] * 200)
    counted, done = 0, threading.Event()

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1
            done.wait(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    before = counted
    assert len(rules.review_table(table)) == 12_000
    during = counted - before
    done.set()
    thread.join()
    assert during > 10


def test_diff_over_a_table(sheets: list[dict[str, Any]]) -> None:
    text = """
pack ward {{ title "Ward cautions" version "1" owner "pharmacy" }}
source memo {{ citation "Ward memo 7, 2026" }}
rule {name} {{
  title    "a drug"
  category interaction
  match    a: {drug}
  severity minor
  message  "noted"
  cite     memo "1"
}}
"""
    before = RuleSet.compile(text.format(name="a", drug="布洛芬"))
    after = RuleSet.compile(text.format(name="a", drug="二甲双胍"))
    impact = before.diff(after, table_of(sheets)).impact
    assert impact is not None and impact["prescriptions"] == 60 and impact["affected"] > 0
    with pytest.raises(ColumnError):
        before.diff(after, pyarrow.table({"x": [1]}))


def test_a_pickled_table_row_round_trip(rules: RuleSet, sheets: list[dict[str, Any]]) -> None:
    text = rules.review_table(table_of(sheets[:1]), json=True).to_pyarrow()["review"][0].as_py()
    assert shenfang.Review(text.encode()) == rules.review(sheets[0])
    assert json.loads(text)["id"] == sheets[0]["id"]
