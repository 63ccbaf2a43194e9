#!/usr/bin/env python3
"""Route the same calls to the same offers with switchpoint, DuckDB and Polars expressions, beside a bare scan, and print a table.

    python3 -m venv .venv && .venv/bin/pip install duckdb polars numpy pyarrow
    .venv/bin/python benches/route.py [CALLS] [OFFERS]...

The default is 50,000,000 calls and 24, 96 and 1,000 offers. Calls and offers are made from fixed seeds below target/route and kept
for the next run. Every engine runs in a process of its own, three times, in turn with the others; printed are the medians of its
seconds and of the peak memory that the operating system states. Exits with 1 if totals differ by more than 1e-9 of them.
"""

import datetime
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "route"
RUNS = 3
WORKLOADS = 24
DAYS = 180
TOKENS = ["in_uncached", "in_cache_read", "out_total"]


def make_calls(count):
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    WORK.mkdir(parents=True, exist_ok=True)
    path = WORK / f"calls-{count}.parquet"
    if path.exists():
        return path
    random = np.random.default_rng(20260401)
    names = [f"workload-{index:02d}" for index in range(WORKLOADS)]
    shares = np.arange(WORKLOADS, 0, -1) / sum(range(1, WORKLOADS + 1))
    schema = pa.schema([("ts_start", pa.timestamp("us", tz="UTC")), ("workload", pa.dictionary(pa.int32(), pa.string()))]
                       + [(name, pa.uint32()) for name in TOKENS])
    first, micros = np.datetime64("2026-04-01", "us"), DAYS * 86_400_000_000
    part = 2_000_000
    partial = path.with_suffix(".partial")
    with pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        for begin in range(0, count, part):
            size = min(part, count - begin)
            low, high = micros * begin // count, micros * (begin + size) // count
            prompt = np.minimum(random.lognormal(7, 1.3, size), 400_000).astype(np.uint32)
            cached = (prompt * random.beta(1, 2, size)).astype(np.uint32)
            writer.write_table(pa.table([
                pa.array(first + np.sort(random.integers(low, high, size)).astype("timedelta64[us]")).cast(schema[0].type),
                pa.DictionaryArray.from_arrays(random.choice(WORKLOADS, size, p=shares).astype(np.int32), names),
                prompt - cached, cached, np.minimum(random.lognormal(5.2, 1.1, size), 32_000).astype(np.uint32),
            ], schema=schema), row_group_size=500_000)
    partial.rename(path)
    return path


def make_offers(count):
    import numpy as np
    path = WORK / f"offers-{count}.json"
    random = np.random.default_rng(3)
    offers = []
    for index in range(count):
        prompt = float(random.lognormal(0.2, 1.0))
        offers.append({
            "offer": f"offer-{index}",
            "input_usd_per_mtok": round(prompt, 4),
            "cache_read_usd_per_mtok": round(prompt * float(random.choice([0.05, 0.1, 0.25, 1.0])), 4),
            "output_usd_per_mtok": round(float(random.lognormal(1.4, 1.0)), 4),
            "context_tokens": int(random.choice([2**15, 2**16, 2**17, 2**18, 2**20])),
            "quality": round(float(random.beta(5, 2)), 4),
        })
    floors = {f"workload-{index:02d}": round(0.2 + 0.65 * index / (WORKLOADS - 1), 4) for index in range(WORKLOADS)}
    path.write_text(json.dumps({"offers": offers, "floors": floors}, indent=1))
    return path


def costs_in_sql(offers):
    return [f"case when least_quality <= {offer['quality']}::double and in_uncached + in_cache_read + out_total <= "
            f"{offer['context_tokens']} then in_uncached * {offer['input_usd_per_mtok']}::double + in_cache_read * "
            f"{offer['cache_read_usd_per_mtok']}::double + out_total * {offer['output_usd_per_mtok']}::double end"
            for offer in offers]


def duckdb(calls, offers, floors, with_offer):
    import duckdb
    database = duckdb.connect()
    database.execute("create table floor(workload varchar, least_quality double)")
    database.executemany("insert into floor values (?, ?)", list(floors.items()))
    costs = costs_in_sql(offers)
    cheapest = f"least({', '.join(costs)})"
    offer = f"list_position([{', '.join(costs)}], {cheapest})" if with_offer else "0"
    inner = (f"select c.workload, epoch_us(ts_start) // 86400000000 as day, {offer} as offer, {cheapest} as cost "
             f"from '{calls}' c join floor f on c.workload = f.workload")
    rows = database.execute(f"select workload, day, offer, count(*), sum(cost) from ({inner}) group by 1, 2, 3").fetchall()
    return sum(row[3] for row in rows), sum(row[4] or 0.0 for row in rows) / 1e6


def polars_expressions(calls, offers, floors):
    import polars as pl
    floor = pl.LazyFrame({"workload": list(floors), "floor": list(floors.values())})
    fresh, cached, out = (pl.col(name).cast(pl.Float64) for name in TOKENS)
    costs = [pl.when((pl.col("floor") <= offer["quality"]) & (fresh + cached + out <= offer["context_tokens"])).then(
        fresh * offer["input_usd_per_mtok"] + cached * offer["cache_read_usd_per_mtok"]
        + out * offer["output_usd_per_mtok"]) for offer in offers]
    sums = (pl.scan_parquet(calls)
            .with_columns(pl.col("workload").cast(pl.String), pl.col("ts_start").dt.truncate("1d").alias("day"))
            .join(floor, on="workload").select("workload", "day", pl.min_horizontal(costs).alias("cost"))
            .group_by("workload", "day").agg(pl.len(), pl.col("cost").sum()).collect(engine="streaming"))
    return sums["len"].sum(), sums["cost"].sum() / 1e6


def bare_scan(calls):
    import polars as pl
    sums = (pl.scan_parquet(calls).select("ts_start", "workload", *TOKENS).group_by("workload")
            .agg(pl.len(), pl.col("ts_start").max(), *(pl.col(name).sum() for name in TOKENS)).collect(engine="streaming"))
    return sums["len"].sum(), float("nan")


def engine(name, calls, path):
    """One run in this process: seconds, calls, dollars."""
    import time
    file = json.loads(Path(path).read_text())
    offers, floors = file["offers"], file["floors"]
    work = {"bare Polars scan": lambda: bare_scan(calls),
            "DuckDB, cost": lambda: duckdb(calls, offers, floors, False),
            "DuckDB, cost and offer": lambda: duckdb(calls, offers, floors, True),
            "Polars expressions, cost": lambda: polars_expressions(calls, offers, floors)}[name]
    if name.startswith("DuckDB"):
        __import__("duckdb")
    else:
        __import__("polars")
    start = time.perf_counter()
    count, dollars = work()
    print(json.dumps([time.perf_counter() - start, int(count), float(dollars)]))


def measured(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} exited with {process.returncode}")
    return json.loads(output), usage.ru_maxrss / 1024


def compare(router, calls, count):
    offers = make_offers(count)
    python = [sys.executable, __file__, "--engine"]
    commands = {"switchpoint": [router, calls, offers]}
    for name in ["bare Polars scan", "DuckDB, cost and offer", "DuckDB, cost", "Polars expressions, cost"]:
        # A thousand alternatives in one expression are beyond what the others are made for.
        if count <= 200 or name.startswith("bare"):
            commands[name] = [*python, name, calls, offers]
    figures = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            (seconds, called, dollars), peak = measured([str(word) for word in command])
            figures[name].append((seconds, peak, called, dollars))
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in figures.items()}
    seconds, _, called, dollars = medians["switchpoint"]
    right = True
    for name, (own, peak, own_calls, own_dollars) in medians.items():
        right &= own_calls == called and not abs(own_dollars - dollars) > 1e-9 * dollars
        print(f"| {count:,} | {name} | {own:.2f} s | {own / seconds:.2f} | {peak:,.0f} MiB | "
              + ("" if own_dollars != own_dollars else f"${own_dollars:,.6f}") + " |", flush=True)
    return right


def main():
    if sys.argv[1:2] == ["--engine"]:
        return engine(*sys.argv[2:])
    numbers = [int(word.replace(",", "").replace("_", "")) for word in sys.argv[1:]]
    count, offers = (numbers or [50_000_000])[0], numbers[1:] or [24, 96, 1_000]
    WORK.mkdir(parents=True, exist_ok=True)
    built = subprocess.run(["cargo", "bench", "--bench", "route", "--no-run", "--message-format", "json"], cwd=ROOT,
                           check=True, capture_output=True, text=True).stdout
    router = [json.loads(line).get("executable") for line in built.splitlines() if '"name":"route"' in line][-1]
    calls = make_calls(count)
    import duckdb as duckdb_version
    import polars as polars_version
    print(f"{count:,} calls, {calls.stat().st_size / 2**20:,.0f} MiB of Parquet; {datetime.date.today()}, {os.cpu_count()} "
          f"cores, DuckDB {duckdb_version.__version__}, Polars for Python {polars_version.__version__}\n")
    print("| offers | engine | seconds | times switchpoint | peak memory | total |\n|---|---|---|---|---|---|")
    sys.exit(0 if all([compare(router, calls, number) for number in offers]) else 1)


if __name__ == "__main__":
    main()
