"""Everything a rule set does, and what it says when it cannot."""

from __future__ import annotations

import copy
import json
import pickle
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy
import pytest
from conftest import ROOT, lines

import shenfang
from shenfang import PrescriptionError, RuleError, RuleSet

SHEET: dict[str, Any] = json.loads(lines("tests/data/sample.ndjson")[0])

WARD = """
pack ward { title "Ward cautions" version "1" owner "pharmacy" }
source memo { citation "Ward memo 7, 2026" }
rule warfarin_noted {
  title    "Warfarin"
  category interaction
  match    a: 华法林
  severity minor
  message  zh "有华法林" en "warfarin"
  cite     memo "1"
}
"""


def one(**fields: Any) -> dict[str, Any]:
    return {"id": "a", "authored_on": "2026-11-22", "items": [{"id": "1", "drug": "对乙酰氨基酚片", **fields}]}


# One review.


def test_a_review_reads_well(rules: RuleSet) -> None:
    review = rules.review(SHEET)
    assert repr(review) == "Review('rx-0001', block, 1 finding, complete)"
    (finding,) = review.findings
    assert repr(finding).startswith("Finding(contraindicated block, tcm.incompatibility.aconite_with_")
    assert finding.items == ("1", "2")
    assert finding.because[-1].path or finding.because[-1].formula
    assert finding.sources[0].citation
    assert finding.message.en and finding.advice is not None
    assert review.rules.digest == rules.digest
    assert review.to_dict()["findings"][0]["rule"] == finding.rule
    assert json.loads(review.to_json()) == review.to_dict()


def test_what_is_missing_is_said(rules: RuleSet) -> None:
    review = rules.review({"id": "a", "items": [{"id": "1", "drug": "二甲双胍片"}]})
    assert not review.complete and review.gap is not None
    assert any("items.1.dose" in entry.needs for entry in review.undetermined)
    assert "needs" in repr(review.undetermined[0])


def test_a_review_is_frozen(rules: RuleSet) -> None:
    review = rules.review(SHEET)
    with pytest.raises(AttributeError, match="frozen"):
        review.decision = "pass"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        review.findings[0].severity = "minor"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="frozen"):
        rules.anything = 1  # type: ignore[attr-defined]


def test_values_are_equal_hashed_copied_and_pickled(rules: RuleSet) -> None:
    a, b = rules.review(SHEET), rules.review(json.dumps(SHEET))
    assert a == b and hash(a) == hash(b) and a is not b
    assert a != rules.review({**SHEET, "id": "other"})
    for value in (a, a.findings[0], a.rules, *a.undetermined, *a.unrecognized):
        again = pickle.loads(pickle.dumps(value))
        assert again == value and hash(again) == hash(value)
        assert copy.deepcopy(value) == value
    assert a.findings[0].to_dict()["message"]["zh"] == a.findings[0].message.zh


# What a dictionary may hold.


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.10"), "0.10 g"),
        (0.1, "0.1 g"),
        (3, "3 g"),
        (10**30, "1000000000000000000000000000000 g"),
        (numpy.float64(0.1), "0.1 g"),
        (numpy.int32(3), "3 g"),
        (numpy.float32(0.5), "0.5 g"),
        ("0.10", "0.10 g"),
    ],
)
def test_numbers_are_read_as_they_are_written(rules: RuleSet, value: object, text: str) -> None:
    dose = {"value": value, "unit": "g"}
    spelt = one(dose=text, frequency="tid", route="口服", duration="3 d")
    asked = one(dose=dose, frequency="tid", route="口服", duration="3 d")
    assert rules.review(asked) == rules.review(spelt)


def test_dates_mappings_and_arrays(rules: RuleSet) -> None:
    plain = {**one(dose="0.5 g"), "patient": {"birth_date": "1958-03-02"}}
    rich = MappingProxyType(
        OrderedDict(
            id="a",
            authored_on=date(2026, 11, 22),
            items=numpy.array([{"id": "1", "drug": "对乙酰氨基酚片", "dose": "0.5 g"}]),
            patient={"birth_date": date(1958, 3, 2)},
        )
    )
    assert rules.review(rich) == rules.review(plain)
    written = {**plain, "authored_on": datetime(2026, 11, 22, 9, 30)}
    assert rules.review(written).id == "a"


@pytest.mark.parametrize(
    ("record", "code", "path"),
    [
        ({"id": "a", "alergies": [], "items": []}, "unknown_field", "/alergies"),
        (one(dose=5), "type", "/items/0/dose"),
        (one(dose=0.5), "type", "/items/0/dose"),
        (one(dose={1, 2}), "type", "/items/0/dose"),
        (one(drug=True), "type", "/items/0/drug"),
        (one(drug=float("nan")), "type", "/items/0/drug"),
        (one(**{"drug": "\ud83d"}), "encoding", "/items/0/drug"),
        ({1: 2}, "type", ""),
        ({"id": "a", "items": []}, "missing_field", "/items"),
        ([], "type", ""),
        (None, "type", ""),
        (17, "type", ""),
        (object(), "type", ""),
        ("nonsense", "syntax", ""),
        ("{}", "missing_field", "/id"),
        (b"\xff", "encoding", ""),
    ],
)
def test_what_is_no_prescription(rules: RuleSet, record: Any, code: str, path: str) -> None:
    with pytest.raises(PrescriptionError) as raised:
        rules.review(record)
    error = raised.value
    assert (error.code, error.path) == (code, path)
    assert error.message and error.message in str(error) and error.code in repr(error)
    again = pickle.loads(pickle.dumps(error))
    assert again == error and again.path == error.path and hash(again) == hash(error)


def test_a_dictionary_within_itself(rules: RuleSet) -> None:
    endless: dict[str, Any] = one()
    endless["patient"] = endless
    with pytest.raises(PrescriptionError):
        rules.review(endless)
    listed: list[Any] = []
    listed.append(listed)
    with pytest.raises(PrescriptionError, match="嵌套过深|应为"):
        rules.review({"id": "a", "items": listed})
    endless = one()
    endless["extra"] = endless
    assert rules.review(endless).id == "a"


def test_messages_in_both_languages() -> None:
    record = {"id": "a", "alergies": [], "items": []}
    with pytest.raises(PrescriptionError, match="未知字段 `alergies`"):
        RuleSet.builtin().review(record)
    with pytest.raises(PrescriptionError, match="unknown field `alergies`"):
        RuleSet.builtin(language="en").review(record)
    with pytest.raises(ValueError, match="zh or en"):
        RuleSet.builtin(language="fr")


def test_the_review_date(rules: RuleSet) -> None:
    record = {**SHEET}
    del record["authored_on"]
    assert rules.review(record, on="2026-11-22") == rules.review(record, on=date(2026, 11, 22))
    assert rules.review(record, on=datetime(2026, 11, 22, 8)) == rules.review(record, on="2026-11-22")
    with pytest.raises(ValueError, match="2026-02-30"):
        rules.review(record, on="2026-02-30")


# Many.


def test_a_batch_is_answered_in_order(rules: RuleSet) -> None:
    records: list[Any] = [one() | {"id": str(n)} for n in range(2000)]
    records[700] = {"id": "bad", "items": []}
    records[701] = "nonsense"
    answers = list(rules.review_batch(iter(records)))
    assert len(answers) == 2000
    bad = answers[700]
    assert isinstance(bad, PrescriptionError) and (bad.id, bad.line) == ("bad", 701)
    assert isinstance(answers[701], PrescriptionError)
    others = [answer for answer in answers if isinstance(answer, shenfang.Review)]
    assert [answer.id for answer in others] == [str(n) for n in range(2000) if n not in (700, 701)]


def test_a_batch_is_asked_for_as_it_is_reviewed(rules: RuleSet) -> None:
    asked = 0

    def endless() -> Any:
        nonlocal asked
        while True:
            asked += 1
            yield one()

    answers = rules.review_batch(endless())
    assert next(answers) is not None
    assert asked < 2000, "no more is held than a chunk"


def test_progress(rules: RuleSet, capsys: pytest.CaptureFixture[str]) -> None:
    list(rules.review_batch([one()] * 10, progress=True))
    assert "10/10 prescriptions" in capsys.readouterr().err


def test_threads_and_processes(rules: RuleSet) -> None:
    expected = rules.review(SHEET)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(rules.review, [SHEET] * 64)) == {expected}
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert set(processes.map(rules.review, [SHEET] * 4)) == {expected}


# Rule sets.


def test_a_rule_set_pickles_as_its_program(rules: RuleSet, tmp_path: Path) -> None:
    again = pickle.loads(pickle.dumps(rules))
    assert again == rules and hash(again) == hash(rules)
    assert again.review(SHEET) == rules.review(SHEET)
    with pytest.raises(ValueError, match="came as a program"):
        again.explain("附子")
    rules.save_program(tmp_path / "rules.sfp")
    assert RuleSet.load_program(tmp_path / "rules.sfp") == rules
    (tmp_path / "damaged.sfp").write_bytes(b"not a program")
    with pytest.raises(ValueError):
        RuleSet.load_program(tmp_path / "damaged.sfp")


def test_rules_of_ones_own(tmp_path: Path, rules: RuleSet) -> None:
    (tmp_path / "ward.rx").write_text(WARD, encoding="utf-8")
    record = {"id": "a", "items": [{"id": "1", "drug": "华法林钠片"}]}
    alone = RuleSet.load(tmp_path / "ward.rx", builtin=False)
    assert [pack.id for pack in alone.packs] == ["ward"]
    assert [finding.rule for finding in alone.review(record).findings] == ["ward.warfarin_noted"]
    assert alone == RuleSet.compile(WARD)
    both = RuleSet.load(tmp_path)
    assert len(both.packs) == len(rules.packs) + 1
    assert repr(alone) == f"RuleSet(1 packs, digest {alone.digest[:12]}…)"
    with pytest.raises(OSError, match="nowhere"):
        RuleSet.load(tmp_path / "nowhere")


def test_bad_rules_are_said_all_at_once() -> None:
    text = WARD.replace('"华法林"', '"华法宁"').replace("severity minor", "severity smal")
    with pytest.raises(RuleError) as raised:
        RuleSet.compile(text)
    errors = [one for one in raised.value.diagnostics if one.level == "error"]
    assert errors and errors[0].path == "rules.rx" and errors[0].line > 0
    assert "rules.rx" in str(raised.value)
    again = pickle.loads(pickle.dumps(raised.value))
    assert again.diagnostics == raised.value.diagnostics and str(again) == str(raised.value)


def test_check_and_test(rules: RuleSet) -> None:
    assert not [said for said in rules.check() if said.level == "error"]
    report = rules.test("tcm.incompatibility")
    assert report.passed and report.packs[0].examples > 0
    with pytest.raises(ValueError, match="no pack `nowhere`"):
        rules.test("nowhere")


def test_diff(rules: RuleSet) -> None:
    before, after = RuleSet.compile(WARD), RuleSet.compile(WARD.replace("minor", "moderate"))
    assert repr(before.diff(before)) == "Difference(0 rules differ)"
    path = ROOT / "tests/data/primary_care_western.ndjson"
    difference = before.diff(after, path)
    assert list(difference.rules) == ["ward.warfarin_noted"]
    assert difference.impact is not None and difference.impact["prescriptions"] == 60
    assert "of 60 prescriptions affected" in repr(difference)


def test_explain_and_graph(rules: RuleSet) -> None:
    explained = rules.explain("炙甘草")
    assert explained.kind == "concepts" and explained.entries[0]["name"] == "炙甘草"
    unknown = rules.explain("炙黄耆")
    assert unknown.kind == "unknown" and "炙黄芪" in repr(unknown)
    graph = rules.graph("附子")
    drawn = graph.to_networkx()
    assert any(data["name"] == "附子" for _, data in drawn.nodes(data=True)) and drawn.number_of_edges() > 0
    assert graph.dot.startswith("digraph") and "graphml" in graph.graphml
    with pytest.raises(KeyError, match="炙黄芪"):
        rules.graph("炙黄耆").to_dict()
