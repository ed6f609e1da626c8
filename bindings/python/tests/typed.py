"""A use of everything, for mypy and pyright; nothing runs it."""

from __future__ import annotations

from collections.abc import Iterator

import shenfang


def everything(rules: shenfang.RuleSet, other: shenfang.RuleSet) -> None:
    review: shenfang.Review = rules.review({"id": "a", "items": []}, on="2026-11-22")
    decision: str = review.decision
    gap: str | None = review.gap
    for finding in review.findings:
        words: str = finding.message.zh
        advice: shenfang.Text | None = finding.advice
        names: tuple[str, ...] = finding.items
        print(words, advice, names)
    answers: Iterator[shenfang.Review | shenfang.PrescriptionError] = rules.review_batch([b"{}", "{}", {}])
    for answer in answers:
        if isinstance(answer, shenfang.PrescriptionError):
            path: str = answer.path
            print(path)
    table: shenfang.ReviewTable = rules.review_table("x.parquet", keep=["ward"], texts=True)
    count: int = len(table.findings())
    for part in rules.review_stream(table):
        print(len(part), decision, gap, count)
    diagnostics: tuple[shenfang.Diagnostic, ...] = rules.check()
    report: shenfang.TestReport = rules.test()
    difference: shenfang.Difference = rules.diff(other, table)
    print(diagnostics, report.passed, difference.rules, rules.explain("x").entries, rules.graph("x").dot)
