#!/usr/bin/env python3
"""What becomes of a table of calls in which one bit is flipped: with the seal that `logs convert` puts into it, and without.

    cargo build --release
    python3 checks/damage.py target/release/switchpoint [FLIPS]

Prints how many of the flips (300 unless told) were refused, changed nothing, changed the dollars, or ended the program in another way. Exits with 1 if a
sealed table gave other dollars, or if anything ended without words.
"""

import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEY = b"switchpoint_seal"


def audited(program, table):
    words = [program, "audit", table, "--no-synced", "--no-config", "--format", "json"]
    run = subprocess.run(words, capture_output=True, text=True, timeout=120)
    if run.returncode == 0:
        return "dollars", json.loads(run.stdout)["spent"]
    if run.returncode == 4 and run.stderr.startswith("error: "):
        return "refused", None
    if run.returncode == 1 and "error: " in run.stderr:
        return "the program says that it is mistaken", None
    return f"ended with {run.returncode}", None


def main():
    program, flips = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 300
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "calls.parquet"
        subprocess.run([program, "logs", "convert", ROOT / "data/sample/calls.csv", "--out", table], check=True, stdout=subprocess.DEVNULL)
        sealed = table.read_bytes()
        at = sealed.rindex(KEY)
        unsealed = sealed[:at] + KEY[::-1] + sealed[at + len(KEY):]
        for name, whole in (("sealed", sealed), ("unsealed", unsealed)):
            table.write_bytes(whole)
            truth = audited(program, table)
            chance, found = random.Random(1), collections.Counter()
            for _ in range(flips):
                changed = bytearray(whole)
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
                table.write_bytes(changed)
                outcome, spent = audited(program, table)
                if outcome == "dollars":
                    outcome = "nothing changed" if spent == truth[1] else "other dollars"
                found[outcome] += 1
                wrong += outcome.startswith("ended") or (name == "sealed" and outcome == "other dollars")
            print(f"{name}: " + ", ".join(f"{outcome} {count}" for outcome, count in found.most_common()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
