"""Ratios of one run, same machine, same data: `python bench/bench.py [COUNT]`.

The data are the first COUNT (a million) mixed prescriptions of the repository's own generator, written as Parquet once. Each figure is the best of
three, the sides in turn, so that what else runs on the machine hits both.

Interactions are compared as pairs of medicines of one prescription that some interaction rule names without looking at the patient. The pairs that SQL and
the dictionary loop look up are worked out beforehand by the engine itself, which then has to find what they name, its conditions and explanations included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path
from typing import Any, Callable

import duckdb
import pyarrow
import pyarrow.parquet

import shenfang

ROOT = Path(__file__).resolve().parents[3]
INTERACTIONS = ROOT / "rules/western/interaction"
ROUNDS = 3
#: Prescriptions that the library's own rate is taken over: the first of the table. All of them, as objects, fill a small machine's memory.
RATE = 200_000


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
    print(f"{what:<58} {ratio:>8}  goal {goal:<7} {detail}", flush=True)


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


def pairs_of(table: pyarrow.Table, rules: shenfang.RuleSet) -> list[tuple[str, str]]:
    """Pairs of medicines that interact, whoever the patient is."""
    names = sorted({item["drug"] for part in table["items"].slice(0, 100_000).chunks for item in part.flatten().to_pylist()})
    both = [(a, b) for a, b in combinations(names, 2)]
    sheets = ({"id": "x", "items": [{"id": str(n), "drug": d, "route": "口服"} for n, d in enumerate(two)]} for two in both)
    found = rules.review_batch(sheets)
    return [two for two, answer in zip(both, found) if isinstance(answer, shenfang.Review) and answer.findings]


SQL = {
    "unnest, self-join, join": """
        with line as (select row, unnest(items).drug as drug from sheet)
        select count(*) from line a join line b on a.row = b.row and a.drug < b.drug
        join pair on pair.a = a.drug and pair.b = b.drug""",
    "unnest, semi-join of names first, then the same": """
        with name as (select a as drug from pair union select b from pair),
             line as (select row, drug from (select row, unnest(items).drug as drug from sheet) semi join name using (drug))
        select count(*) from line a join line b on a.row = b.row and a.drug < b.drug
        join pair on pair.a = a.drug and pair.b = b.drug""",
    "unnest, join pairs, look the other up in the list": """
        with line as (select row, items, unnest(items).drug as drug from sheet)
        select count(*) from line join pair on pair.a = line.drug
        where list_contains(list_transform(items, lambda item: item.drug), pair.b)""",
}


def interactions(table: pyarrow.Table, threads: int) -> None:
    """Interaction rules alone, against SQL and a loop over dictionaries."""
    rules = shenfang.RuleSet.load(INTERACTIONS, builtin=False)
    count = table.num_rows
    pairs = pairs_of(table, rules)
    connection = duckdb.connect()
    connection.sql(f"set threads = {threads}")
    connection.register("pairs", pyarrow.table({"a": [p[0] for p in pairs], "b": [p[1] for p in pairs]}))
    connection.sql("create table pair as select a, b from pairs")
    # Already in DuckDB's own storage: reading it is not timed.
    connection.register("given", table.select(["items"]))
    connection.sql("create table sheet as select row_number() over () as row, items from given")
    best = {name: float("inf") for name in SQL}
    mine, found, hits = float("inf"), 0, 0
    for _ in range(ROUNDS):
        for name, query in SQL.items():
            seconds, answer = timed(lambda query=query: connection.sql(query).fetchall())
            best[name], hits = min(best[name], seconds), answer[0][0]
        seconds, answers = timed(lambda: rules.review_table(table))
        mine, found = min(mine, seconds), len(answers.findings())
        del answers
    fastest = min(best, key=lambda name: best[name])
    say(
        "interaction rules only, review_table / DuckDB SQL",
        f"{best[fastest] / mine:.2f} ×",
        "≥ 2 ×",
        f"{count / mine:,.0f} against {count / best[fastest]:,.0f} prescriptions/s ({fastest}; {hits:,} pairs, {found:,} findings)",
    )
    loop(table, pairs, count / mine)


def loop(table: pyarrow.Table, pairs: list[tuple[str, str]], mine: float) -> None:
    """What one writes first in Python: every two items of a sheet, looked up in a dictionary."""
    known = {frozenset(two): True for two in pairs}
    sheets = table.slice(0, 50_000).select(["items"]).to_pylist()

    def work() -> int:
        hits = 0
        for sheet in sheets:
            for a, b in combinations(sheet["items"], 2):
                if known.get(frozenset((a["drug"], b["drug"]))):
                    hits += 1
        return hits

    seconds = min(timed(work)[0] for _ in range(ROUNDS))
    rate = len(sheets) / seconds
    say("interaction rules only, review_table / loop over dictionaries", f"{mine / rate:.1f} ×", "≥ 50 ×", f"{mine:,.0f} against {rate:,.0f} prescriptions/s")


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
    path = ROOT / f"target/mixed-{count}.parquet"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        rust("write", str(path), str(count))
    table = pyarrow.parquet.read_table(path)
    rules = shenfang.RuleSet.builtin()
    print(f"{count:,} mixed prescriptions, {threads} threads, load {os.getloadavg()[0]:.1f} when begun", flush=True)
    whole(table, rules)
    interactions(table, threads)
    single(table, rules)


if __name__ == "__main__":
    main()
