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
by_rule = by_rule.loc[by_rule.sum(axis=1).sort_values(ascending=False).index[:15]][::-1]
print(by_rule[::-1].head())

# %% The picture.

COLOURS = ["#b3261e", "#d97706", "#2f6f9f", "#4d7c5a", "#7a5c99", "#8a8f98", "#c2a35b"]
matplotlib.rcParams["font.sans-serif"] = ["Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "DejaVu Sans"]
matplotlib.rcParams["axes.spines.top"] = matplotlib.rcParams["axes.spines.right"] = False
figure, (left, right) = plt.subplots(1, 2, figsize=(15, 6.5), width_ratios=[1.15, 1], layout="constrained")
by_rule.plot.barh(stacked=True, ax=left, color=COLOURS, width=0.75)
left.set(xlabel="alerts in the month", ylabel="", title="Interruptive alerts by rule, the fifteen most frequent")
left.legend(["block", "warn"], frameon=False, loc="lower right")
burden.plot.bar(stacked=True, ax=right, color=COLOURS, width=0.75)
right.set(xlabel="", ylabel="interruptive alerts per 100 prescriptions", title="Burden by institution and category")
right.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4)
figure.savefig(HERE / "month.png", dpi=110)
print(HERE / "month.png")
