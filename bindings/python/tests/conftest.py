"""What the tests share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow
import pytest

import shenfang

ROOT = Path(__file__).resolve().parents[3]


def lines(path: str) -> list[str]:
    """Of a file of the repository; texts may hold U+2028, so only ``\\n`` ends a line."""
    return (ROOT / path).read_text(encoding="utf-8").removesuffix("\n").split("\n")


def table(rows: list[dict[str, Any]]) -> pyarrow.Table:
    """Rows as columns. By itself pyarrow keeps no column that the first row lacks."""
    names = dict.fromkeys(name for row in rows for name in row)
    return pyarrow.Table.from_pylist([{**dict.fromkeys(names), **row} for row in rows])


@pytest.fixture(scope="session")
def rules() -> shenfang.RuleSet:
    return shenfang.RuleSet.builtin()


@pytest.fixture(scope="session")
def sheets() -> list[dict[str, Any]]:
    """Written primary-care sheets; quantities that are objects are spelt, since a column has one type."""

    def spelt(value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"value", "unit"}:
                return f"{value['value']} {value['unit']}"
            return {key: spelt(below) for key, below in value.items()}
        return [spelt(one) for one in value] if isinstance(value, list) else value

    return [spelt(json.loads(line)) for line in lines("tests/data/primary_care_western.ndjson")]
