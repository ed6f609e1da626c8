"""Ratios of one run, same machine, same data: `python bench/bench.py [COUNT]`.

The data are the first COUNT (a million) mixed prescriptions of the repository's own generator, written as Parquet once. Each figure is the best of
three, the sides in turn, so that what else runs on the machine hits both.

What is compared with DuckDB and with plain Python is told in `interactions.py`; it can be had alone: `python bench/bench.py COUNT interactions`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

import interactions as check
import pyarrow
import pyarrow.parquet

import shenfang

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 3
#: Prescriptions that the library's own rate is taken over: the first of the table. All of them, as objects, fill a small machine's memory.
RATE = 200_000
#: Prescriptions that plain Python goes over: the first of the table.
LOOP = 100_000


def rust(*arguments: str) -> Any:
    """What the generator's own program says."""
    command = ["cargo", "run", "--release", "--locked", "-q", "-p", "shenfang-benches", "--example", "columns", "--", *arguments]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return json.loads(said) if said.strip() else None


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    made = work()
    return time.perf_counter() - begun, made


def say(what: str, ratio: str, goal: str, detail: str) -> None:
    print(f"{what:<62} {ratio:>8}  {'goal ' + goal if goal else '':<11} {detail}", flush=True)


def whole(table: pyarrow.Table, rules: shenfang.RuleSet) -> None:
    """review_table against the batch of the library."""
    count = table.num_rows
    best_rust = best_table = 0.0
    for _ in range(ROUNDS):
        best_rust = max(best_rust, rust("rate", str(min(count, RATE)))["rate"])
        seconds, answers = timed(lambda: rules.review_table(table))
        assert len(answers) == count
        del answers
        best_table = max(best_table, count / seconds)
    say("review_table / Rust batch, all rules", f"{best_table / best_rust:.0%}", "≥ 60 %", f"{best_table:,.0f} against {best_rust:,.0f} prescriptions/s")


def interactions(table: pyarrow.Table, threads: int) -> None:
    """The check for interactions, against SQL and loops; see `interactions.py`."""
    sheets = check.narrow(table)
    few = sheets.slice(0, LOOP)
    known = check.prepared(sheets)
    rules = shenfang.RuleSet.compile(check.texts())
    queries, loops = check.sql(known, sheets, threads), check.loops(known, few)
    expected, fewer = check.rows(check.engine(rules, sheets)), check.rows(check.engine(rules, few))
    for name, way in queries.items():
        assert check.rows(way()) == expected, name
    for name, way in loops.items():
        assert check.rows(way()) == fewer, name
    best = dict.fromkeys([*queries, *loops, "engine"], float("inf"))
    work = dict(best)
    for _ in range(ROUNDS):
        for name, way in [*queries.items(), ("engine", lambda: check.engine(rules, sheets)), *loops.items()]:
            count = len(few if name in loops else sheets)
            begun = time.process_time()
            best[name] = min(best[name], timed(way)[0] / count)
            work[name] = min(work[name], (time.process_time() - begun) / count)
    mine = best["engine"]
    print(f"interactions: {len(known.rule):,} rules, {len(known.name):,} names, {len(known.pair):,} pairs; {len(expected):,} rows, the same on every side", flush=True)
    for name in sorted(queries, key=lambda name: best[name]):
        print(f"    {1 / best[name]:>12,.0f} prescriptions/s, {work[name] * 1e6:.2f} µs of all threads each  SQL: {name}", flush=True)
    fastest = min(queries, key=lambda name: best[name])
    for name, title, goal in [(fastest, "best SQL", "≥ 2 ×"), *zip(loops, loops, ("≥ 50 ×", "", ""))]:
        rates = f"{1 / mine:,.0f} against {1 / best[name]:,.0f} prescriptions/s; {work['engine'] * 1e6:.2f} against {work[name] * 1e6:.2f} µs of all threads each"
        say(f"interactions, review_table / {title}", f"{best[name] / mine:.2f} ×", goal, rates)


def single(table: pyarrow.Table, rules: shenfang.RuleSet) -> None:
    """One dictionary against the library's review of the same from JSON."""
    sheets = table.slice(0, 5_000).to_pylist()

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(below) for key, below in value.items() if below is not None}
        return [plain(below) for below in value] if isinstance(value, list) else value

    sheets = [plain(sheet) for sheet in sheets]

    def work() -> None:
        for sheet in sheets:
            rules.review(sheet).decision

    best, theirs = float("inf"), float("inf")
    for _ in range(ROUNDS):
        theirs = min(theirs, rust("one", "5000")["micro"])
        best = min(best, timed(work)[0] / len(sheets) * 1e6)
    say("review(dict) / Rust from JSON", f"{best / theirs:.1f} ×", "≤ 10 ×", f"{best:.1f} µs against {theirs:.1f} µs")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    threads = len(os.sched_getaffinity(0))
    path = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / f"mixed-{count}.parquet"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        rust("write", str(path), str(count))
    table = pyarrow.parquet.read_table(path)
    print(f"{count:,} mixed prescriptions, {threads} threads, load {os.getloadavg()[0]:.1f} when begun", flush=True)
    parts: dict[str, Callable[[], None]] = {
        "whole": lambda: whole(table, shenfang.RuleSet.builtin()),
        "interactions": lambda: interactions(table, threads),
        "single": lambda: single(table, shenfang.RuleSet.builtin()),
    }
    for part in sys.argv[2:] or parts:
        parts[part]()


if __name__ == "__main__":
    main()
