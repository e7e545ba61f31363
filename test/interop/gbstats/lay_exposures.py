"""Lays seeded exposures of an experiment, with their answers and outcomes, into its tables: JSON in by stdin."""

import json
import sys

import numpy as np
import psycopg

CHUNK = 200_000
MS_OF_DAY = 86_400_000

asked = json.load(sys.stdin)
arms, days, exposures, units = asked["arms"], asked["days"], asked["exposures"], asked["units"]
per_day = units // days
start = np.datetime64(asked["start"], "ms")
rng = np.random.default_rng(asked["seed"])
arm_of = rng.integers(0, len(arms), units)
city_of = rng.integers(0, asked["cities"], units)


def answers(day):
    """Of one day: its units are exposed several times, most answers have an outcome, and arms and cities differ."""
    n = exposures // days
    unit = day * per_day + rng.integers(0, per_day, n)
    arm, city = arm_of[unit], city_of[unit]
    at = start + (day * MS_OF_DAY + np.arange(n) * (MS_OF_DAY // 2) // n).astype("timedelta64[ms]")
    score = np.round(rng.beta(2 + 0.02 * arm, 3 + 0.01 * city), 4)
    latency = np.round(rng.lognormal(4 + 0.02 * arm, 0.4), 3)
    fallback = rng.random(n) < 0.01
    value = rng.poisson(0.4 + 0.02 * arm + 0.002 * city)
    has_value = rng.random(n) < 0.9
    return unit, arm, city, at, score, latency, fallback, value, has_value


with psycopg.connect(asked["url"]) as db, db.cursor() as cursor:
    cursor.execute("set search_path to experiment")
    common = asked["experiment"]
    with cursor.copy(
        "copy unit (project, experiment, revision, trust, unit, arm, first_exposure_at, n, sum) from stdin"
    ) as rows:
        for unit in range(per_day * days):
            day = unit // per_day
            at = start + np.timedelta64(day * MS_OF_DAY, "ms")
            rows.write_row(("default", common, 1, "server", f"user-{unit}", arms[arm_of[unit]], str(at) + "Z", 0, 0))
    number = 0
    for day in range(days):
        unit, arm, city, at, score, latency, fallback, value, has_value = answers(day)
        for first in range(0, len(unit), CHUNK):
            lines = [
                f"default\t{asked['holder']}\t1\tserver\t{number + i:032x}\tuser-{unit[i]}\t{arms[arm[i]]}\t{score[i]}\t{at[i]}Z"
                f"\t{at[i]}Z\t{latency[i]}\t{'t' if fallback[i] else 'f'}\t{{\"city\":\"city-{city[i]}\"}}"
                f"\t{value[i] if has_value[i] else chr(92) + 'N'}\n"
                for i in range(first, min(first + CHUNK, len(unit)))
            ]
            with cursor.copy(
                "copy answer (project, holder, revision, trust, prediction_id, unit, arm, score, answered_at, heard_at,"
                " latency_ms, fallback, segments, value) from stdin"
            ) as rows:
                rows.write("".join(lines))
        number += len(unit)
    cursor.execute(
        "update unit set n = found.n, sum = found.sum from"
        " (select unit, count(value) as n, count(*) filter (where value >= 1) as sum from answer where holder = %s group by unit) found"
        " where unit.experiment = %s and unit.unit = found.unit",
        (asked["holder"], common),
    )
    cursor.execute(
        "insert into unit_day select distinct project, experiment, revision, trust,"
        " (first_exposure_at at time zone 'UTC')::date, 1 from unit where experiment = %s",
        (common,),
    )
    db.commit()
    db.autocommit = True
    cursor.execute("vacuum analyze unit")
    cursor.execute("vacuum analyze answer")
