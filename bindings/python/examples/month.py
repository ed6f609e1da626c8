"""A month of prescriptions: which rules alert how often, where, and how often they would interrupt.

    bash bindings/python/run.sh examples/month.py

Reviews `month.parquet` (3,000 synthetic prescriptions of twelve institutions) and draws `month.png`.
"""

# %% The rules, and the month: the file is read as it is reviewed.

from __future__ import annotations

from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import pyarrow.compute as pc

import shenfang

HERE = Path(__file__).resolve().parent
rules = shenfang.RuleSet.builtin()
answers = rules.review_table(HERE / "month.parquet", keep=["institution"], texts=True)
print(answers)
print(rules)

# %% What became of the prescriptions. `unjudged` is not `pass`: something that matters was not known.

table = answers.to_pyarrow()
decisions = table.group_by("decision").aggregate([([], "count_all")]).sort_by([("count_all", "descending")])
for row in decisions.to_pylist():
    print(f"{row['decision']:>9} {row['count_all']:>6,}")
print(f"{pc.sum(pc.invert(table['complete'])).as_py():>16,} incomplete")

# %% Alerts that interrupt (warn or block), by rule and by institution.

findings = answers.findings().to_pandas()
findings = findings[findings["action"].isin(["warn", "block"])]
findings["institution"] = findings["institution"].map(lambda institution: institution["id"])
sheets = table["institution"].combine_chunks().field("id").value_counts().to_pylist()
per_hundred = {row["values"]: 100 / row["counts"] for row in sheets}
burden = findings.groupby(["institution", "category"]).size().unstack(fill_value=0)
burden = burden.mul(burden.index.map(per_hundred), axis=0).sort_index()
burden = burden[burden.sum().sort_values(ascending=False).index]
by_rule = findings.groupby(["rule", "action"]).size().unstack(fill_value=0).reindex(columns=["block", "warn"], fill_value=0)
by_rule = by_rule.loc[by_rule.sum(axis=1).sort_values(ascending=False).index[:15]]
print(by_rule.head())

# %% The picture.

ACTIONS = {"block": "#b3261e", "warn": "#e39a2d"}
CATEGORIES = ["#33658a", "#86bbd8", "#2f8f6b", "#a3c585", "#7a5c99", "#c9a9d6", "#9a9a9a", "#d8c292"]
matplotlib.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "DejaVu Sans"]
matplotlib.rcParams["axes.spines.top"] = matplotlib.rcParams["axes.spines.right"] = False


def short(name: str, most: int = 42) -> str:
    """A rule's id, its middle left out where it is long."""
    return name if len(name) <= most else f"{name[:most - 12]}…{name[-11:]}"


figure, (left, right) = plt.subplots(1, 2, figsize=(15, 6.2), width_ratios=[1, 1.1], layout="constrained")
by_rule[::-1].rename(index=short).plot.barh(stacked=True, ax=left, color=ACTIONS, width=0.75)
left.set(xlabel="alerts in the month", ylabel="")
left.set_title("Interruptive alerts by rule, the fifteen most frequent", loc="right", fontsize=11)
left.legend(frameon=False, loc="lower right")
counts = {row["values"]: row["counts"] for row in sheets}
burden.rename(index=lambda name: f"{name[5:]}\n{counts[name]}").plot.bar(stacked=True, ax=right, color=CATEGORIES, width=0.75, rot=0)
right.set(xlabel="institution, and prescriptions it wrote", ylabel="interruptive alerts per 100 prescriptions")
right.set_title("Burden by institution and category", loc="left", fontsize=11)
right.legend([name.replace("_", " ") for name in burden.columns], frameon=False, loc="upper left", ncols=2)
figure.savefig(HERE / "month.png", dpi=100)
print(HERE / "month.png")
