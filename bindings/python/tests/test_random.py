"""Whatever is handed over: no crash, a row in is a row out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import shenfang

RULES = shenfang.RuleSet.builtin()
SETTINGS = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

KEYS = st.sampled_from(
    "id kind setting authored_on presented_on institution department prescriber patient diagnoses tcm_diagnosis items current_medications doses usage "
    "amendments extension_reason double_signed extra drug strength pack dose frequency route duration quantity preparation steps max_per_day skin_test "
    "infusion form value unit times per code name level sex birth_date age weight allergies conditions observations from_day at result group rate".split()
)
TEXTS = st.text(max_size=12) | st.sampled_from(["布洛芬", "附子", "0.3 g", "bid", "口服", "male", "2026-11-22", "9 g", "1e400 g", "\ud800", "\x00", "ICD10:I10"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | st.decimals(allow_nan=True)
    | st.dates()
    | st.datetimes()
    | st.binary(max_size=4)
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS | TEXTS, below, max_size=5) | st.tuples(below),
    max_leaves=20,
)
ITEMS = st.lists(st.fixed_dictionaries({"id": TEXTS, "drug": TEXTS}, optional={"dose": VALUES, "steps": VALUES, "frequency": VALUES}), max_size=4)
LIKELY = st.fixed_dictionaries({"id": TEXTS, "items": ITEMS}, optional={"patient": VALUES, "diagnoses": VALUES, "authored_on": VALUES})


@SETTINGS
@given(st.lists(st.dictionaries(KEYS | TEXTS, VALUES, max_size=6) | LIKELY | VALUES, max_size=8))
def test_random_objects(records: list[Any]) -> None:
    answers = list(RULES.review_batch(records))
    assert len(answers) == len(records)
    for answer in answers:
        assert isinstance(answer, (shenfang.Review, shenfang.PrescriptionError))
        assert isinstance(answer.to_dict(), dict)


@SETTINGS
@given(LIKELY)
def test_what_reads_reads_alike_in_a_batch(record: dict[str, Any]) -> None:
    (many,) = RULES.review_batch([record])
    try:
        one: shenfang.Review | shenfang.PrescriptionError = RULES.review(record)
    except shenfang.PrescriptionError as error:
        one = error
    assert one == many


ROW_TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["布洛芬", "附子", "9 g", "0.3 g", "bid", "口服", "male"])
ROW = st.fixed_dictionaries(
    {
        "id": ROW_TEXT,
        "authored_on": ROW_TEXT,
        "patient": st.none() | st.fixed_dictionaries({"sex": ROW_TEXT, "age": ROW_TEXT, "pregnant": st.none() | st.booleans(), "allergies": st.none() | st.lists(ROW_TEXT, max_size=2)}),
        "items": st.none()
        | st.lists(
            st.none()
            | st.fixed_dictionaries(
                {
                    "id": ROW_TEXT,
                    "drug": ROW_TEXT,
                    "dose": st.none() | st.fixed_dictionaries({"value": st.none() | st.decimals(-99, 9999, places=3), "unit": ROW_TEXT}),
                    "frequency": ROW_TEXT,
                }
            ),
            max_size=4,
        ),
    }
)
TYPE = pyarrow.schema(
    {
        "id": pyarrow.string(),
        "authored_on": pyarrow.string(),
        "patient": pyarrow.struct({"sex": pyarrow.string(), "age": pyarrow.string(), "pregnant": pyarrow.bool_(), "allergies": pyarrow.list_(pyarrow.string())}),
        "items": pyarrow.list_(
            pyarrow.struct(
                {
                    "id": pyarrow.string(),
                    "drug": pyarrow.string(),
                    "dose": pyarrow.struct({"value": pyarrow.decimal128(10, 3), "unit": pyarrow.string()}),
                    "frequency": pyarrow.string(),
                }
            )
        ),
    }
)


def plain(value: Any) -> Any:
    """What a row says: null is absent, and so is a struct in which nothing stands."""
    if isinstance(value, dict):
        kept = {key: plain(below) for key, below in value.items()}
        return kept if any(below is not None for below in kept.values()) else None
    if isinstance(value, list):
        return [plain(below) for below in value]
    return f"{value:.3f}" if isinstance(value, Decimal) else value


@SETTINGS
@given(st.lists(ROW, max_size=8))
def test_random_rows_say_what_dictionaries_say(rows: list[dict[str, Any]]) -> None:
    table = pyarrow.Table.from_pylist(rows, TYPE)
    answers = RULES.review_table(table, json=True).to_pyarrow()
    assert answers.num_rows == len(rows)
    # As the table has them: its columns have an order, and the first fault speaks.
    for row, reply in zip(table.to_pylist(), answers["review"].to_pylist()):
        # A row in which nothing stands is still one.
        record = {key: plain(value) for key, value in row.items()}
        (expected,) = RULES.review_batch([record])
        if isinstance(expected, shenfang.Review):
            assert reply.encode() == expected.to_json()
        else:
            assert '"error":' in reply and f'"path":"{expected.path}"' in reply


@SETTINGS
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), ROW_TEXT), max_size=20), st.integers(1, 7))
def test_random_rows_of_items(rows: list[tuple[Any, Any]], size: int) -> None:
    table = pyarrow.table(
        {"prescription_id": pyarrow.array([row[0] for row in rows], pyarrow.string()), "drug": pyarrow.array([row[1] for row in rows], pyarrow.string())}
    )
    groups = sum(1 for at, row in enumerate(rows) if at == 0 or row[0] is None or row[0] != rows[at - 1][0])
    batches = pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=size))
    assert len(RULES.review_table(batches)) == groups
