"""What the examples in docstrings begin with."""

from typing import Any

import pytest

import shenfang


@pytest.fixture(autouse=True)
def _begin(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["shenfang"] = shenfang
