#!/usr/bin/env python3
"""Time an audit of a table of calls that lies on disk beside a bare scan of the columns that it reads, and print a table.

    cargo build --release
    .venv/bin/python benches/audit.py [CALLS]

The default is 50,000,000 calls. They are those of benches/route.py, made into the table that `logs convert` writes, with six models in turn; the
table is kept below target/route. Each command runs in a process of its own, three times in turn with the scan; printed are the medians of
the seconds and the greatest peak of memory that the operating system states.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "route"
PROGRAM = ROOT / "target" / "release" / "switchpoint"
RUNS = 3
SERVED = [("claude-opus-4-8", "anthropic"), ("claude-sonnet-4-6", "anthropic"), ("gpt-5.4", "openai"),
          ("gpt-5-mini", "openai"), ("gemini-2.5-pro", "google"), ("deepseek-v3.2", "deepseek")]
READ = ["workload", "model_raw", "seller", "mode", "region", "operation", "granularity", "status", "ts_kind", "n_calls",
        "tool_web_search", "cost_reported_pusd", "in_uncached", "in_cache_read", "in_cache_write_5m", "in_cache_write_1h", "out_total",
        "out_reasoning", "ts_start"]


def make_table(count):
    import polars as pl
    sys.path.insert(0, str(ROOT / "benches"))
    import route
    path = WORK / f"table-{count}.parquet"
    if path.exists():
        return path
    calls = route.make_calls(count)
    sample = WORK / "sample.parquet"
    subprocess.run([PROGRAM, "logs", "convert", ROOT / "data" / "sample" / "calls.csv", "--out", sample], check=True,
                   stdout=subprocess.DEVNULL)
    schema = pl.read_parquet_schema(sample)
    turn = pl.col("row") % len(SERVED)
    known = {
        "call_id": pl.format("call-{}", pl.col("row")), "source": pl.lit("table"), "src_file": pl.lit("calls.jsonl"),
        "src_line": pl.col("row") + 1, "granularity": pl.lit("call"), "n_calls": pl.lit(1), "ts_kind": pl.lit("absolute"),
        "model_raw": turn.replace_strict(dict(enumerate(model for model, _ in SERVED)), return_dtype=pl.String),
        "seller": turn.replace_strict(dict(enumerate(seller for _, seller in SERVED)), return_dtype=pl.String),
        "operation": pl.lit("chat"), "mode": pl.lit("standard"), "status": pl.lit("ok"), "in_convention": pl.lit("disjoint"),
        "in_total": pl.col("in_uncached") + pl.col("in_cache_read"), "quality": pl.lit(0),
        **{name: pl.col(name) for name in ["ts_start", "workload", "in_uncached", "in_cache_read", "out_total"]},
    }
    columns = [known.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in schema.items()]
    partial = path.with_suffix(".partial")
    pl.scan_parquet(calls).with_row_index("row").select(columns).sink_parquet(partial, row_group_size=500_000)
    partial.rename(path)
    return path


SCAN = "import polars as pl, sys; pl.scan_parquet(sys.argv[1]).select(pl.col({columns}).null_count()).collect(engine='streaming')"


def timed(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000_000
    if len(sys.argv) > 2:
        make_table(count)
        return
    # In a process of its own: what the maker holds would count as the peak of what it starts.
    subprocess.run([sys.executable, __file__, str(count), "make"], check=True)
    table = WORK / f"table-{count}.parquet"
    out = WORK / "routes.parquet"
    commands = {
        "bare scan": [sys.executable, "-c", SCAN.format(columns=READ), table],
        "audit": [PROGRAM, "audit", table, "--no-synced"],
        "frontier": [PROGRAM, "frontier", table, "--no-synced"],
        "audit --holdout": [PROGRAM, "audit", table, "--no-synced", "--holdout", "2026-07-01"],
        "explain": [PROGRAM, "explain", f"call-{count // 2}", table, "--no-synced"],
        "route": [PROGRAM, "route", table, "--no-synced", "--out", out],
    }
    runs = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            runs[name].append(timed(list(map(str, command))))
    base = statistics.median(seconds for seconds, _ in runs["bare scan"])
    print(f"{count:,} calls, {table.stat().st_size / 2**20:,.0f} MiB of Parquet, {os.cpu_count()} cores\n")
    print("| command | seconds | times the bare scan | peak memory |\n|---|---|---|---|")
    for name, measured in runs.items():
        seconds = statistics.median(seconds for seconds, _ in measured)
        print(f"| {name} | {seconds:.2f} s | {seconds / base:.1f} | {max(memory for _, memory in measured):,.0f} MiB |")
    out.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
