"""Byte for byte what every other host answers."""

from __future__ import annotations

import json

import pytest
from conftest import lines

import shenfang

RECORDS = lines("tests/corpus/records.ndjson")
REVIEWS = [line.encode() for line in lines("tests/corpus/reviews.ndjson")]
ON = "2026-11-22"


def test_one_reply_a_record() -> None:
    assert len(RECORDS) == len(REVIEWS) > 120


@pytest.mark.parametrize("form", [str, str.encode], ids=["text", "bytes"])
def test_streams(rules: shenfang.RuleSet, form: type) -> None:
    replies = [answer.to_json() for answer in rules.review_batch(map(form, RECORDS), on=ON)]
    for line, (record, reply, expected) in enumerate(zip(RECORDS, replies, REVIEWS), 1):
        assert reply == expected, f"line {line}: {record[:200]}"
    assert len(replies) == len(REVIEWS)


def test_one_by_one(rules: shenfang.RuleSet) -> None:
    for line, (record, expected) in enumerate(zip(RECORDS, REVIEWS), 1):
        try:
            reply = rules.review(record, on=ON).to_json()
        except shenfang.PrescriptionError as error:
            assert error.line == 1
            reply = error.to_json().replace(b'"line":1,', f'"line":{line},'.encode())
        assert reply == expected, f"line {line}: {record[:200]}"


def no_json(word: str) -> None:
    """Python reads `NaN`; JSON has none."""
    raise ValueError(word)


def test_dictionaries(rules: shenfang.RuleSet) -> None:
    """Where Python's JSON keeps a record as it is written, the dictionary says what the text says."""
    compared = 0
    for line, (record, expected) in enumerate(zip(RECORDS, REVIEWS), 1):
        try:
            read = json.loads(record, parse_constant=no_json)
            same = json.dumps(read, ensure_ascii=False, separators=(",", ":")) == record.replace('": ', '":').replace(", ", ",")
        except ValueError:
            continue
        if not same or not isinstance(read, dict):
            continue
        compared += 1
        (answer,) = rules.review_batch([read], on=ON)
        reply = answer.to_json()
        assert reply.replace(b'"line":1,', f'"line":{line},'.encode()) == expected, f"line {line}: {record[:200]}"
    assert compared > 60
