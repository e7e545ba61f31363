"""The same experiment by pandas and gbstats: reads its tables, adds up units, then cells, and tests each arm in each cell."""

import io
import json
import resource
import sys
import time

import pandas as pd
import psycopg
from gbstats.gbstats import analyze_metric_df, get_metric_df
from gbstats.models.settings import AnalysisSettingsForStatsEngine, MetricSettingsForStatsEngine

asked = json.load(sys.stdin)
arms = asked["arms"]
seconds = {}
last = time.perf_counter()


def lap(name):
    global last
    now = time.perf_counter()
    seconds[name] = now - last
    last = now


text = io.BytesIO()
with psycopg.connect(asked["url"]) as db, db.cursor() as cursor:
    cursor.execute("set search_path to experiment")
    with cursor.copy(
        "copy (select arm, unit, score, latency_ms, fallback::int, value, segments->>'city' as city from answer"
        f" where project = 'default' and holder = '{asked['holder']}' and revision = 1 and trust = 'server') to stdout (format csv, header)"
    ) as rows:
        for part in rows:
            text.write(part)
text.seek(0)
df = pd.read_csv(text, dtype={"arm": "category", "city": "category", "unit": "category"})
del text
lap("read")

has = df["value"].notna()
one = pd.Series(1.0, index=df.index)
known = has.astype(float)
# By metric: numerator, denominator, whether it counts per unit.
parts = {
    "ordered": ((df["value"] >= 1).astype(float), known, False),
    "spend": (df["value"].fillna(0.0), known, False),
    "orders": ((df["value"] >= 1).astype(float), known, True),
    "relevance": (df["score"], one, False),
    "error": (((df["score"] - df["value"]) ** 2).fillna(0.0), known, False),
    "latency": (df["latency_ms"], one, False),
    "fallbacks": (df["fallback"].astype(float), one, False),
    "sure": ((df["score"] >= 0.5).astype(float), one, False),
    "slow": ((df["latency_ms"] >= 100).astype(float), one, True),
    "yield": (df["value"].fillna(0.0), df["score"].where(has, 0.0), False),
}
columns = {f"{name} y": y for name, (y, _, _) in parts.items()} | {f"{name} x": x for name, (_, x, _) in parts.items()}
sums = pd.DataFrame({"unit": df["unit"], **columns}).groupby("unit", sort=False, observed=True).sum()
cells = df[["unit", "arm", "city"]].drop_duplicates("unit").set_index("unit")
sums = sums.join(cells)
del df, columns
lap("units")

analysis = AnalysisSettingsForStatsEngine(
    var_names=arms,
    var_ids=arms,
    weights=[1 / len(arms)] * len(arms),
    stats_engine="frequentist",
    difference_type="absolute",
    max_dimensions=1_000,
)
found = []
for name, (_, _, per_unit) in parts.items():
    own = pd.DataFrame({"variation": sums["arm"], "dimension": sums["city"], "y": sums[f"{name} y"], "x": sums[f"{name} x"]})
    own = own[own["x"] > 0]
    own["yy"], own["xx"], own["xy"] = own["y"] ** 2, own["x"] ** 2, own["x"] * own["y"]
    rows = own.groupby(["dimension", "variation"], observed=True).agg(
        users=("y", "size"),
        main_sum=("y", "sum"),
        main_sum_squares=("yy", "sum"),
        denominator_sum=("x", "sum"),
        denominator_sum_squares=("xx", "sum"),
        main_denominator_sum_product=("xy", "sum"),
    )
    rows = rows.reset_index()
    rows["count"] = rows["users"]
    metric = MetricSettingsForStatsEngine(
        id=name,
        name=name,
        statistic_type="mean" if per_unit else "ratio",
        main_metric_type="count",
        denominator_metric_type="count",
    )
    tested = analyze_metric_df(get_metric_df(rows, {arm: i for i, arm in enumerate(arms)}, arms), metric, analysis)
    for row in tested.to_dict("records"):
        for i, arm in enumerate(arms[1:], start=1):
            found.append(
                {
                    "metric": name,
                    "value": row["dimension"],
                    "arm": arm,
                    "control": row["baseline_mean"],
                    "tried": row[f"v{i}_mean"],
                    "lower": row[f"v{i}_ci"][0],
                    "upper": row[f"v{i}_ci"][1],
                    "p": row[f"v{i}_p_value"],
                    "refused": row[f"v{i}_error_message"] is not None,
                }
            )
lap("gbstats")
usage = resource.getrusage(resource.RUSAGE_SELF)
json.dump({"seconds": seconds, "peakMb": usage.ru_maxrss / 1024, "cpu": usage.ru_utime + usage.ru_stime, "found": found}, sys.stdout)
