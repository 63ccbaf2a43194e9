#!/usr/bin/env python3
"""Time the capacity surface beside the routing pass of an audit, on the table of benches/audit.py.

    cargo build --release
    .venv/bin/python benches/surface.py [CALLS]

The default is 50,000,000 calls. `breakeven` audits the log first and passes over it a second time for the surfaces, so the surface is what it takes beyond
an audit: the second pass for five alternatives, every fleet size, every break-even and the page. Printed are medians of three runs in turn, for
one deployment and for all that are looked at closely, and the ratio to the audit.
"""

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import audit  # noqa: E402

RUNS = 3
# Half of the calls may be served by open models that are twelve points worse than what serves them.
COMMON = ["--tolerance", "12"]
COMMANDS = {
    "audit": ["audit"],
    "breakeven, one deployment": ["breakeven", "--deployment", "gpt-oss-120b-2x-b200-fp4"],
    "breakeven": ["breakeven"],
}


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000_000
    table = audit.make_table(count)
    taken = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, (command, *flags) in COMMANDS.items():
            taken[name].append(seconds([audit.PROGRAM, command, table, *flags, *COMMON]))
    base = statistics.median(taken["audit"])
    print(f"{count:,} calls; most memory of a run: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:,.0f} MiB")
    for name, runs in taken.items():
        median = statistics.median(runs)
        beyond = "" if name == "audit" else f"   surface {median - base:6.2f} s, {(median - base) / base:.2f} of the audit"
        print(f"{name:28} {median:6.2f} s{beyond}")


if __name__ == "__main__":
    main()
