"""Run by `test.sh` with nothing but the wheel: byte for byte what every other host answers."""

import pickle
import sys
from pathlib import Path

import shenfang

CORPUS = Path(__file__).resolve().parents[2] / "tests/corpus"


def lines(name: str) -> "list[str]":
    return (CORPUS / name).read_text(encoding="utf-8").rstrip("\n").split("\n")


rules = shenfang.RuleSet.builtin()
records, reviews = lines("records.ndjson"), lines("reviews.ndjson")
answers = [answer.to_json().decode() for answer in rules.review_batch(records, on="2026-11-22")]
assert answers == reviews, "the corpus is answered otherwise"
assert pickle.loads(pickle.dumps(rules)) == rules
assert not [name for name in sys.modules if name.split(".")[0] in ("numpy", "pyarrow", "pandas")], "the package needs nothing else"
try:
    rules.review({"id": "a", "alergies": []})
except shenfang.PrescriptionError as error:
    assert error.path == "/alergies"
else:
    raise AssertionError("a bad record passed")
print(f"{len(answers)} replies as they should be")
