#!/usr/bin/env python3
"""The paths of a projection in Rust and in vectorised NumPy: the same model, the same distributions, both timed here.

    .venv/bin/python benches/projection.py [PATHS]

needs numpy. The model is that of `src/engine/projection` without machines of one's own: 50 workloads, 36 months, five plans, prices that jump,
answering volume, adoption. Both draw their own random numbers, so their means must agree within their standard errors; that is checked. Printed
are the median seconds of three runs in turn, the ratio, and the most memory that the Rust program takes. A last line times the whole
command on a log of 50 workloads.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
WORKLOADS, MONTHS, SERIES, RUNS = 50, 36, 10, 3
Z90 = 1.2815515655446004


def built():
    """The program of benches/projection.rs."""
    command = ["cargo", "bench", "-q", "--bench", "projection", "--no-run", "--message-format", "json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    messages = (json.loads(line) for line in lines)
    return next(of["executable"] for of in messages if of.get("executable") and of["target"]["name"] == "projection")


def measured(command):
    """What a command prints, and the most memory that it takes in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return text, usage.ru_maxrss / 1024


def log_normal(z, median, low, high):
    return median * np.exp(z * np.log(high / low) / (2 * Z90))


def normal(z, median, low, high, least, most):
    return np.clip(median + z * (high - low) / (2 * Z90), least, most)


def numpy_model(paths, seed):
    random = np.random.Generator(np.random.Philox(seed))
    names = ["closed", "open", "frontier", "reprice", "rent", "lag", "growth", "elasticity", "adoption", "ceiling", "tokens", "quality"]
    correlation = np.eye(len(names))
    for a, b, value in [("closed", "open", 0.6), ("open", "rent", -0.5)]:
        correlation[names.index(a), names.index(b)] = correlation[names.index(b), names.index(a)] = value
    z = dict(zip(names, np.linalg.cholesky(correlation) @ random.standard_normal((len(names), paths))))
    closed_fall = log_normal(z["closed"], 4.0, 1.5, 10.0)
    open_fall = log_normal(z["open"], 2.0, 1.2, 4.0)
    frontier_fall = log_normal(z["frontier"], 1.15, 1.0, 1.3)
    reprice = log_normal(z["reprice"], 0.3, 0.1, 0.9)
    growth = normal(z["growth"], 0.01, -0.01, 0.03, -0.5, 1.0)
    elasticity = normal(z["elasticity"], -0.5, -0.9, -0.1, -5.0, 0.0)[:, None]
    half = log_normal(z["adoption"], 9.0, 4.0, 18.0)
    ceiling = normal(z["ceiling"], 0.8, 0.5, 1.0, 0.01, 1.0)
    tokens = log_normal(z["tokens"], 1.0, 0.8, 1.4)[:, None]
    quality = z["quality"][:, None]

    number = np.arange(WORKLOADS)
    spent = 500.0 + 37.0 * ((number * 7919) % 101)
    share_open = 0.2 + 0.015 * ((number * 31) % 50)
    series = number % SERIES
    waits = number % 5 == 0
    # Moves: from closed, closed, from open, open, failures.
    rest = (1 - share_open) * spent
    open_from, open_now = share_open * spent, 0.1 * share_open * spent
    fail = (0.01 * spent, 0.005 * spent)
    moves = [
        (spent, 0.4 * spent, 0 * spent, 0 * spent, (0 * spent, 0 * spent)),
        (0 * spent, 0 * spent, open_from, open_now, fail),
        (rest, 0.4 * rest, open_from, open_now, fail),
    ]
    own = random.standard_normal((paths, WORKLOADS))
    lag = np.sqrt(0.5) * z["lag"][:, None] + np.sqrt(0.5) * own
    arrives = np.where(waits, np.maximum(8.0 + 3.0 * lag, 0.0), 0.0)
    late = np.power(open_fall[:, None], arrives / 12)

    prices = np.ones((paths, SERIES))
    before_closed, before_open = np.zeros((paths, 1)), np.zeros((paths, WORKLOADS))
    costs = np.zeros((5, paths))
    bills = np.zeros((5, MONTHS, paths))
    for month in range(MONTHS):
        time_, discount = month + 0.5, 1.008 ** -(month + 1)
        again = month > 0 and month % 6 == 0
        since = month // 6 * 6
        falls = random.poisson(reprice[:, None] / 12, (paths, SERIES))
        for turn in range(int(falls.max())):
            cut = 1 - random.uniform(0.2, 0.8, (paths, SERIES))
            prices = np.where(falls > turn, prices * cut, prices)
        volume = (1 + growth) ** time_
        answered = time_ >= arrives + 6.0
        response = np.where(answered, 0.8, 1.0)
        unit = prices[:, series] * response
        stay = spent * unit
        newest = spent * (frontier_fall ** (-time_ / 12))[:, None] * response
        share_c = (ceiling / (1 + np.exp(-0.35 * (time_ - half))))[:, None]
        share_o = np.where(time_ >= arrives, ceiling[:, None] / (1 + np.exp(-0.35 * (time_ - arrives - half[:, None]))), 0.0)
        price_c = (closed_fall ** (-since / 12))[:, None] * response
        price_o = np.minimum((open_fall ** (-since / 12))[:, None] * late, 1.0) * tokens

        def put(plan, cost, beside):
            costs[plan] += discount * (cost.sum(1) * volume + beside)
            bills[plan, month] = volume * (cost * np.power(cost / spent, elasticity)).sum(1)

        put(0, stay, 0.0)
        put(1, newest, 200.0 * WORKLOADS if again else 0.0)
        for plan, (from_c, now_c, from_o, now_o, (mean, error)) in enumerate(moves, start=2):
            cost = stay - share_c * (from_c * unit - now_c * price_c) - share_o * (from_o * unit - now_o * price_o)
            whole = from_c + from_o
            share = (from_c * share_c + from_o * share_o) / whole
            before = (from_c * before_closed + from_o * before_open) / whole
            work = (np.maximum(share - before, 0) * 1000.0 + (200.0 * before if again else 0.0)) / ceiling[:, None]
            failures = share * (mean + error * quality)
            put(plan, cost, work.sum(1) + volume * failures.sum(1))
        before_closed, before_open = share_c, share_o
    savings = costs[0] - costs
    bands = np.percentile(bills, [10, 50, 90], axis=2)
    return savings.mean(1), savings.std(1, ddof=1) / np.sqrt(paths), bands[1, :, -1]


def whole_command(paths):
    """A log of 50 workloads through the command, from its first byte to its last."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls.csv"
        rows = ["call_id,ts_start,workload,seller,model_raw,in_uncached,in_cache_read,out_total"]
        models = ["claude-sonnet-4-5", "claude-opus-4-5", "claude-haiku-4-5"]
        for call in range(6000):
            day, hour = call // 200 + 1, call % 24
            rows.append(
                f"c{call},2026-10-{day:02}T{hour:02}:00:00Z,workload-{call % WORKLOADS:02},anthropic,"
                f"{models[call % 3]},{20000 + call % 977},{1000 + call % 89},{800 + call % 53}"
            )
        log.write_text("\n".join(rows) + "\n")
        command = [ROOT / "target/release/switchpoint", "project", log, "--paths", str(paths), "--format", "json"]
        start = time.perf_counter()
        page, memory = measured(command)
        return time.perf_counter() - start, len(json.loads(page)["workloads"]), memory


def main():
    paths = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    program = built()
    ours, theirs, machines, memories = [], [], [], []
    for run in range(RUNS):
        text, memory = measured([program, str(paths)])
        found = json.loads(text)
        memories.append(memory)
        ours.append(found["seconds"])
        machines.append(found["seconds_with_machines"])
        start = time.perf_counter()
        means, errors, bills = numpy_model(paths, run)
        theirs.append(time.perf_counter() - start)
    plans = ["stay", "frontier", "re-pick", "hosted", "routed"]
    for place, plan in enumerate(plans):
        own = found["plans"][plan]
        error = (own["error"] ** 2 + errors[place] ** 2) ** 0.5
        apart = abs(own["saving"] - means[place]) / error if error > 0 else 0.0
        assert apart < 4, (plan, own, means[place], error)
        assert abs(own["bill"] / bills[place] - 1) < 0.05, (plan, own, bills[place])
        print(f"{plan:>9}: saves {own['saving']:>12,.0f} ± {own['error']:,.0f} here, {means[place]:>12,.0f} ± {errors[place]:,.0f} in NumPy: {apart:.1f} standard errors")
    own, other = statistics.median(ours), statistics.median(theirs)
    print(f"{paths:,} paths × {MONTHS} months × {WORKLOADS} workloads: {own:.3f} s here, {other:.2f} s in NumPy: {other / own:.1f} times")
    print(f"with machines of one's own, rented and under contract: {statistics.median(machines):.3f} s here")
    print(f"most memory {max(memories):,.0f} MiB")
    seconds, lanes, memory = whole_command(paths)
    print(f"`switchpoint project` on a log of {WORKLOADS} workloads ({lanes} lanes), all of it: {seconds:.2f} s, {memory:,.0f} MiB")


if __name__ == "__main__":
    main()
