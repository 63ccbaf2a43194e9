#!/usr/bin/env python3
"""What a partial takes: seconds, memory and bytes for logs of 1, 10 and 50 million calls, and whether parts in any number and order come to the
picodollar of the whole.

    cargo build --release
    .venv/bin/python benches/partial.py [CALLS]...

Tables are those of benches/audit.py, of 180 days each however many calls there are. The first of them is cut into 1, 2, 8 and 64 tables (20 million
calls where none is named), and its parts are merged in the order of their names, turned round, and in pairs.
"""

import json
import multiprocessing
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import audit  # noqa: E402

PROGRAM = audit.PROGRAM
SIZES = [1_000_000, 10_000_000, 50_000_000]
CUT = 20_000_000
ALIKE = ["--no-synced", "--no-config"]
# So that machines may serve some of the calls.
FAR = ["--tolerance", "12"]


def run(*words):
    start = time.perf_counter()
    done = subprocess.Popen([str(word) for word in (PROGRAM, *words, *ALIKE)], stdout=subprocess.PIPE)
    text = done.stdout.read()
    _, status, used = os.wait4(done.pid, 0)
    if status != 0:
        sys.exit(f"{words} ended with {status}")
    return time.perf_counter() - start, used.ru_maxrss / 1024, text


def spent(*words):
    return json.loads(run("audit", *words, "--format", "json")[2])["spent"]


def table_of(count):
    # In a process of its own: what this one holds when a program is started counts as the memory of that program.
    with multiprocessing.get_context("spawn").Pool(1) as one:
        return one.apply(audit.make_table, (count,))


def size(count, folder):
    table = table_of(count)
    row = [f"{count:,}"]
    after, pages = [], "audit"
    for number in range(1, 4):
        out = folder / f"{count}-{number}.parquet"
        seconds, memory, _ = run("partial", table, "--out", out, "--for", pages, *FAR, *after)
        row += [f"{seconds:.1f} s", f"{out.stat().st_size / 1e6:.2f} MB", f"{memory:.0f} MiB"]
        whole = folder / f"{count}-whole-{number}.parquet"
        left = [word for before in range(1, number + 1) for word in ("--from-partials", folder / f"{count}-{before}.parquet")]
        run("partial", *left, "--out", whole, "--for", "breakeven", *FAR)
        after, pages = ["--after", whole], "breakeven"
    print("| " + " | ".join(row) + " |", flush=True)


def cut(count, folder):
    import polars as pl
    table = audit.make_table(count)
    whole = spent(table)
    print(f"{count:,} calls: {whole['spent_usd']} dollars", flush=True)
    for parts in (1, 2, 8, 64):
        sums = folder / f"sums-{parts}"
        for part in range(parts):
            piece = folder / "piece.parquet"
            first, last = count * part // parts, count * (part + 1) // parts
            pl.scan_parquet(table).slice(first, last - first).sink_parquet(piece)
            run("partial", piece, "--part", f"{part + 1}/{parts}", "--out", sums / f"{part + 1:02}.parquet")
        files = sorted(sums.iterdir())
        orders = {"in order": files, "turned": files[::-1], "shuffled": random.Random(parts).sample(files, parts)}
        for name, order in orders.items():
            words = [word for file in order for word in ("--from-partials", file)]
            print(f"  {parts} parts {name}: {'equal' if spent(*words) == whole else 'WRONG'}", flush=True)
        turn = 0
        while len(files) > 1:
            pairs, files = [files[at:at + 2] for at in range(0, len(files), 2)], []
            for pair in pairs:
                files.append(folder / f"pair-{parts}-{turn}.parquet")
                turn += 1
                run("partial", *[word for file in pair for word in ("--from-partials", file)], "--out", files[-1])
        print(f"  {parts} parts in pairs: {'equal' if spent('--from-partials', files[0]) == whole else 'WRONG'}", flush=True)
        shutil.rmtree(sums)


def main():
    counts = [int(word) for word in sys.argv[1:]]
    with tempfile.TemporaryDirectory(dir=audit.WORK.parent) as folder:
        folder = pathlib.Path(folder)
        print("| calls | audit | partial | memory | machines | partial | memory | one machine, all alternatives | partial | memory |")
        print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for count in counts or SIZES:
            size(count, folder)
        cut(counts[0] if counts else CUT, folder)


if __name__ == "__main__":
    main()
