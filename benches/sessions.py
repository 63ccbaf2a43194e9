#!/usr/bin/env python3
"""Read and price synthetic sessions with switchpoint and with ccusage, in turn, and compare time, memory and totals.

`logs inspect` reads and counts; `audit` also prices, routes and compares with self-hosting; ccusage prints its daily costs.

    cargo build --release --bin switchpoint --example make_sessions
    python3 benches/sessions.py [CCUSAGE] [MIB FILES]...

CCUSAGE is the native binary of the npm package; without it only switchpoint runs. The default is 200 MiB in 1,000 files and
1,024 MiB in 4,000. Sessions are written below target/sessions and kept for the next run. Printed are medians of the runs:
wall and CPU seconds and the peak memory that the operating system states of each process, and the ratios of throughput. It
exits with 1 if the totals of tokens differ.
"""

import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "target" / "release"
RUNS = 7
COLUMNS = ["in_uncached", "in_cache_read", "in_cache_write_5m", "in_cache_write_1h", "out_total"]


def sessions(mib, files):
    folder = ROOT / "target" / "sessions" / f"{mib}-{files}"
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        generator = RELEASE / "examples" / "make_sessions"
        subprocess.run([generator, partial, str(mib), str(files), "dirty"], check=True)
        partial.rename(folder)
    return folder


def measured(command, environment):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | environment)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} exited with {process.returncode}")
    return output, (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def totals_of_ccusage(output):
    totals = json.loads(output)["totals"]
    return {
        "fresh": totals["inputTokens"],
        "read": totals["cacheReadTokens"],
        "write": totals["cacheCreationTokens"],
        "output": totals["outputTokens"],
    }


def totals_of_switchpoint(folder):
    table = folder.with_suffix(".csv")
    subprocess.run([RELEASE / "switchpoint", "logs", "convert", folder, "--out", table],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sums = dict.fromkeys(["fresh", "read", "write", "output"], 0)
    with open(table, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            count = {name: int(row[name] or 0) for name in COLUMNS}
            sums["fresh"] += count["in_uncached"]
            sums["read"] += count["in_cache_read"]
            sums["write"] += count["in_cache_write_5m"] + count["in_cache_write_1h"]
            sums["output"] += count["out_total"]
    return sums


def compare(folder, ccusage):
    commands = {"inspect": ([RELEASE / "switchpoint", "logs", "inspect", folder, "--format", "json"], {}),
                "audit": ([RELEASE / "switchpoint", "audit", folder], {})}
    if ccusage:
        commands["ccusage"] = ([ccusage, "claude", "daily", "--json", "-O"], {"CLAUDE_CONFIG_DIR": str(folder)})
    figures = {name: [] for name in commands}
    outputs = {}
    for run in range(RUNS + 1):
        for name, (command, environment) in commands.items():
            outputs[name], figure = measured(command, environment)
            if run > 0:
                figures[name].append(figure)
    mib = sum(path.stat().st_size for path in folder.rglob("*.jsonl")) / 1_048_576
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in figures.items()}
    for name, (wall, cpu, peak) in medians.items():
        line = f"{mib:7.0f} MiB  {name:8} {wall:6.2f} s wall  {cpu:6.2f} s CPU  {peak:6.0f} MiB peak"
        if ccusage and name != "ccusage":
            by_wall, by_cpu, by_peak = (theirs / ours for ours, theirs in zip(medians[name], medians["ccusage"]))
            line += f"  {by_wall:.2f} times per second, {by_cpu:.2f} per CPU second, {by_peak:.2f} per MiB"
        print(line)
    if not ccusage:
        return True
    ours, theirs = totals_of_switchpoint(folder), totals_of_ccusage(outputs["ccusage"])
    print(f"{mib:7.0f} MiB  totals " + ("equal" if ours == theirs else f"differ: {ours} and {theirs}"))
    return ours == theirs


def main():
    arguments = sys.argv[1:]
    ccusage = arguments.pop(0) if arguments and not arguments[0].isdigit() else None
    sizes = list(zip(arguments[::2], arguments[1::2])) or [(200, 1000), (1024, 4000)]
    results = [compare(sessions(*size), ccusage) for size in sizes]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
