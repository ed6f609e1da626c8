"""One check, three ways: which prescriptions carry which interaction, as an Arrow table of (prescription, rule, item, item).

The check is what an analyst would ask. The rules are the 1,500 declarations of the interaction pack, between two items of one prescription and without their
conditions on route, dose, patient and time, so that they need nothing but the two medicines. The input is one Arrow table: `id`, and `items` with `id` and
`drug`, the drug as it is written on the sheet (阿司匹林肠溶片). Of several rules that name the same two items the most severe speaks, then the first by id. Every
way gives the same columns, and every row is compared with what the engine says: that is the proof that the work is the same.

The engine has its compiled program. So have the others, none of it timed: the names of the catalogue and of the sheets with the drug each stands for, the closed
sets that each drug is in, and each two drugs that interact with the rule that speaks, as tables of DuckDB or as dictionaries. DuckDB reads the sheets from Arrow
or from its own storage, whichever is faster.
"""

from __future__ import annotations

import csv
import re
from itertools import combinations
from pathlib import Path
from typing import Any, Callable, NamedTuple

import duckdb
import pyarrow
import pyarrow.compute

import shenfang

PACK = Path(__file__).resolve().parents[3] / "rules/western/interaction"
#: Time since a medicine was stopped.
WITHIN = r" 内 [0-9]+ (天|小时)"
#: The most severe first.
SEVERITIES = ["禁忌", "严重", "中等", "轻微"]
#: What every way gives.
COLUMNS = ["prescription", "rule", "a", "b"]

Way = Callable[[], pyarrow.Table]


class Prepared(NamedTuple):
    """What the program knows, in the form of tables."""

    #: the drug of each name: the names of the catalogue, and those on the sheets
    name: dict[str, str]
    #: the sets that each drug is in, of those that rules name
    member: dict[str, set[str]]
    #: id, place among all by severity and id, the set of one item, the set of the other
    rule: list[tuple[str, int, str, str]]
    #: two drugs, the one that stands first on the sheet first, and the rule that speaks
    pair: dict[tuple[str, str], str]


def texts() -> dict[str, str]:
    """The files of the pack: sources, groups and tables of pairs, without conditions and examples."""
    found: dict[str, str] = {}
    for path in sorted(PACK.iterdir()):
        if path.stem == "examples":
            continue
        text = path.read_text("utf-8")
        if path.suffix == ".rx":
            text = re.sub(r"^规则 .*?^}\n", "", text, flags=re.S | re.M)
        if path.suffix == ".yaml":
            text = re.sub(r"^  (when|升为):.*\n", "", text, flags=re.M).replace('"a: <a>, b: <b>"', '"a: 本方 <a>, b: 本方 <b>"')
        found[path.name] = re.sub(WITHIN, "", text)
    return found


def declarations() -> list[dict[str, str]]:
    """The rows of the tables of pairs, in the order in which they speak."""
    files = [text for name, text in texts().items() if name.endswith(".csv")]
    rows = [row for text in files for row in csv.DictReader(text.splitlines())]
    return sorted(rows, key=lambda row: (SEVERITIES.index(row["severity"]), row["id"]))


def members(names: list[str], sets: list[str]) -> dict[str, set[str]]:
    """Which names are in which sets, as the engine says: of rules of one medicine each, one for every set."""
    rule = '规则 set_{} {{ 标题 zh "集" en "set" 类别 相互作用 匹配 a: 本方 {} 级别 轻微 提示 zh "在集中" en "member" 依据 labels "集" }}\n'
    rules = shenfang.RuleSet.compile(texts()["interaction.rx"] + "".join(rule.format(at, written) for at, written in enumerate(sets)))
    found: dict[str, set[str]] = {}
    sheets = ({"id": name, "items": [{"id": "1", "drug": name}]} for name in names)
    for name, review in zip(names, rules.review_batch(sheets)):
        assert isinstance(review, shenfang.Review), review
        hits = [rule for finding in review.to_dict()["findings"] for rule in [finding["rule"], *finding.get("also", [])]]
        found[name] = {sets[int(hit.rsplit("_", 1)[1])] for hit in hits}
    return found


def prepared(sheets: pyarrow.Table) -> Prepared:
    """Tables of what the program knows, for the names of the catalogue and of these sheets."""
    builtin = shenfang.RuleSet.builtin()
    nodes = builtin.graph().to_dict()["nodes"]
    catalogue = {node["name"]: node["name"] for node in nodes if node["id"].startswith("c")}
    name = dict(catalogue)
    for written in [*catalogue, *pyarrow.compute.unique(drugs(sheets)).to_pylist()]:
        said = builtin.explain(written)
        if said.kind == "concepts" and len(said.entries) == 1:
            drug = said.entries[0]["name"]
            for alias in said.entries[0]["aliases"]:
                name.setdefault(alias, drug)
            name[written] = drug
        else:
            name.setdefault(written, written)
    rows = declarations()
    rule = [(f"western.interaction.{row['id']}", place, row["a"], row["b"]) for place, row in enumerate(rows)]
    member = members(sorted(set(name.values())), sorted({row[side] for row in rows for side in "ab"}))
    within: dict[str, list[str]] = {}
    for drug, sets in member.items():
        for one in sets:
            within.setdefault(one, []).append(drug)
    pair: dict[tuple[str, str], str] = {}
    for rule_id, _, a, b in rule:
        for first in within.get(a, []):
            for second in within.get(b, []):
                pair.setdefault((first, second), rule_id)
                pair.setdefault((second, first), rule_id)
    return Prepared(name, member, rule, pair)


def narrow(table: pyarrow.Table) -> pyarrow.Table:
    """What the check needs of whole sheets, in the batches in which they were written."""
    items = table["items"].combine_chunks()
    fields = [items.values.field(name) for name in ("id", "drug")]
    lists = pyarrow.ListArray.from_arrays(items.offsets, pyarrow.StructArray.from_arrays(fields, ["id", "drug"]))
    both = pyarrow.table({"id": table["id"].combine_chunks(), "items": lists})
    return pyarrow.Table.from_batches(both.to_batches(max_chunksize=16_384))


def drugs(sheets: pyarrow.Table) -> Any:
    return sheets["items"].combine_chunks().values.field("drug")


def engine(rules: shenfang.RuleSet, sheets: pyarrow.Table) -> pyarrow.Table:
    """The engine's way."""
    found = pyarrow.table(rules.review_table(sheets).findings())
    items = found["items"]
    both = [pyarrow.compute.list_element(items, at) for at in (0, 1)]
    return pyarrow.table([found["prescription_id"], found["rule"], *both], COLUMNS)


#: `sheet`: row, id, items. `interacting`: the names of drugs that some pair has. `near`: names on the sheets, of which no more are written than these.
PARTS = {
    "line": "line as (select row, id, items, unnest(items) as item, generate_subscripts(items, 1) as nth from sheet)",
    "interacting": "interacting as (select text, drug from name where drug in (select a from pair))",
    "written": "written as materialized (select text, drug from name semi join (select distinct unnest(items).drug as text from sheet) using (text))",
    "near": """near as materialized (select x.text as a, y.text as b, rule from pair
        join written x on x.drug = pair.a join written y on y.drug = pair.b)""",
}
SQL = {
    "names joined, lines joined with lines": (
        ["line"],
        """, known as (select row, id, nth, item.id as item, drug from line join name on text = line.item.drug)
        select a.id as prescription, rule, a.item as a, b.item as b
        from known a join known b on a.row = b.row and a.nth < b.nth join pair on pair.a = a.drug and pair.b = b.drug""",
    ),
    "the same, of names that interact": (
        ["line", "interacting"],
        """, known as (select row, id, nth, item.id as item, drug from line join interacting on text = line.item.drug)
        select a.id as prescription, rule, a.item as a, b.item as b
        from known a join known b on a.row = b.row and a.nth < b.nth join pair on pair.a = a.drug and pair.b = b.drug""",
    ),
    "lines that interact, unnested with what follows them": (
        ["line", "interacting"],
        """, known as (select id, items, nth, item, drug from line join interacting on text = line.item.drug),
        two as (select id, item, drug, unnest(items[nth + 1:]) as other from known)
        select id as prescription, rule, two.item.id as a, two.other.id as b
        from two join interacting n on n.text = two.other.drug join pair on pair.a = two.drug and pair.b = n.drug""",
    ),
    "distinct names first, then lines joined with lines": (
        ["written", "near", "line"],
        """, known as (select row, id, nth, item.id as item, item.drug as drug from line semi join near on near.a = line.item.drug)
        select a.id as prescription, rule, a.item as a, b.item as b
        from known a join known b on a.row = b.row and a.nth < b.nth join near on near.a = a.drug and near.b = b.drug""",
    ),
    "distinct names first, then unnested with what follows": (
        ["written", "near", "line"],
        """, known as (select id, items, nth, item from line semi join near on near.a = line.item.drug),
        two as (select id, item, unnest(items[nth + 1:]) as other from known)
        select id as prescription, rule, two.item.id as a, two.other.id as b
        from two join near on near.a = two.item.drug and near.b = two.other.drug""",
    ),
    "sets with sets": (
        ["line"],
        """, known as (select row, id, nth, item.id as item, set from line join name on text = line.item.drug join member using (drug)),
        found as (select a.row, a.id, rule, place, least(a.nth, b.nth) as x, greatest(a.nth, b.nth) as y,
            if(a.nth < b.nth, a.item, b.item) as one, if(a.nth < b.nth, b.item, a.item) as other
            from known a join rule on rule.a = a.set join known b on b.row = a.row and b.set = rule.b and a.nth <> b.nth)
        select any_value(id) as prescription, arg_min(rule, place) as rule, any_value(one) as a, any_value(other) as b from found group by row, x, y""",
    ),
}


def sql(known: Prepared, sheets: pyarrow.Table, threads: int) -> dict[str, Way]:
    """Every formulation, over Arrow and over DuckDB's own storage."""
    connection = duckdb.connect()
    connection.sql(f"set threads = {threads}")
    tables = {
        "name": {"text": list(known.name), "drug": list(known.name.values())},
        "pair": {"a": [a for a, _ in known.pair], "b": [b for _, b in known.pair], "rule": list(known.pair.values())},
        "member": {"drug": [d for d, sets in known.member.items() for _ in sets], "set": [s for sets in known.member.values() for s in sets]},
        "rule": dict(zip(("rule", "place", "a", "b"), map(list, zip(*known.rule)))),
    }
    for table, columns in tables.items():
        connection.register("given", pyarrow.table(columns))
        connection.sql(f"create table {table} as select * from given")
    connection.register("arrow", sheets)
    connection.sql("create table stored as select row_number() over () as row, * from arrow")
    sources = {"own storage": "stored", "Arrow": "(select row_number() over () as row, * from arrow)"}

    def way(parts: list[str], query: str, source: str) -> Way:
        written = "with " + ", ".join(PARTS[part] for part in parts) + query
        written = re.sub(r"\bfrom sheet\b", f"from {source}", written)
        return lambda: connection.sql(written).to_arrow_table()

    return {f"{name}; {where}": way(*parts, source) for name, parts in SQL.items() for where, source in sources.items()}


def loops(known: Prepared, sheets: pyarrow.Table) -> dict[str, Way]:
    """Plain Python: over dictionaries as `to_pylist` makes them, over such dictionaries where they are at hand, and over the columns as lists."""
    interacting = {a for a, _ in known.pair}
    drug_of = {text: drug for text, drug in known.name.items() if drug in interacting}
    pair = known.pair

    def made(rows: list[tuple[str, str, str, str]]) -> pyarrow.Table:
        return pyarrow.table(dict(zip(COLUMNS, map(list, zip(*rows)))))

    def over(dictionaries: list[dict[str, Any]]) -> pyarrow.Table:
        rows = []
        for sheet in dictionaries:
            lines = [(item["id"], drug_of[item["drug"]]) for item in sheet["items"] if item["drug"] in drug_of]
            for (a, first), (b, second) in combinations(lines, 2):
                rule = pair.get((first, second))
                if rule is not None:
                    rows.append((sheet["id"], rule, a, b))
        return made(rows)

    def columns() -> pyarrow.Table:
        items = sheets["items"].combine_chunks()
        ids, ends = sheets["id"].to_pylist(), items.offsets.to_pylist()
        numbers, written = (items.values.field(name).to_pylist() for name in ("id", "drug"))
        found = [drug_of.get(drug) for drug in written]
        rows = []
        for at, sheet in enumerate(ids):
            lines = [n for n in range(ends[at], ends[at + 1]) if found[n] is not None]
            for a, b in combinations(lines, 2):
                rule = pair.get((found[a], found[b]))
                if rule is not None:
                    rows.append((sheet, rule, numbers[a], numbers[b]))
        return made(rows)

    at_hand = sheets.to_pylist()
    return {
        "loop over dictionaries": lambda: over(sheets.to_pylist()),
        "the same, dictionaries at hand": lambda: over(at_hand),
        "loop over lists of columns": columns,
    }


def rows(table: pyarrow.Table) -> list[tuple[str, ...]]:
    """To be compared, in whatever order they were found."""
    return sorted(zip(*(table[name].to_pylist() for name in COLUMNS)))
