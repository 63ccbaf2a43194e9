#!/usr/bin/env python3
"""Count small logs whose truth a person can work out with switchpoint and with ccusage, and print both beside it.

    cargo build --release --bin switchpoint
    python3 benches/accuracy.py CCUSAGE

CCUSAGE is the native binary of the npm package. Exits with 1 if switchpoint is wrong.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SWITCHPOINT = Path(__file__).resolve().parent.parent / "target" / "release" / "switchpoint"


def row(message, model, at, usage, request=None, stop="end_turn"):
    fields = {"type": "assistant", "timestamp": f"{at}.420Z", "sessionId": "s", "cwd": "/code/shop",
              "isSidechain": False, "version": "2.1.0",
              "message": {"id": message, "model": model, "stop_reason": stop, "usage": usage}}
    if request:
        fields["requestId"] = request
    return fields


# What it is, its rows, the true (input, cache writes, output) and, where a list price is plain, the true dollars.
CASES = [
    ("lifetimes of cache writes add up to less than their total",
     [row("m1", "claude-sonnet-4-5-20250929", "2026-06-01T05:40:29",
          {"input_tokens": 10, "cache_creation_input_tokens": 184_457, "cache_read_input_tokens": 0, "output_tokens": 7,
           "cache_creation": {"ephemeral_5m_input_tokens": 31_490, "ephemeral_1h_input_tokens": 0}}, "r1")],
     (10, 184_457, 7), (10 * 3 + 184_457 * 3.75 + 7 * 15) / 1e6),
    ("300,000 tokens of input while the rate beyond 200,000 held for the whole request",
     [row("m1", "claude-sonnet-4-5-20250929", "2026-02-01T05:40:29",
          {"input_tokens": 300_000, "output_tokens": 1_000}, "r1")],
     (300_000, 0, 1_000), (300_000 * 6 + 1_000 * 22.5) / 1e6),
    ("two rows of one answer, five seconds apart, without request ids",
     [row("m1", "claude-opus-4-8", "2026-06-01T05:40:29", {"input_tokens": 100, "output_tokens": 3}, stop=None),
      row("m1", "claude-opus-4-8", "2026-06-01T05:40:34", {"input_tokens": 100, "output_tokens": 900})],
     (100, 0, 900), (100 * 5 + 900 * 25) / 1e6),
]


def run(command, **environment):
    return json.loads(subprocess.run(command, check=True, capture_output=True, env=os.environ | environment).stdout)


def main():
    right = True
    print("| log | truth | switchpoint | ccusage |\n|---|---|---|---|")
    for about, rows, tokens, dollars in CASES:
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder) / "projects" / "p"
            project.mkdir(parents=True)
            lines = [json.dumps(fields, separators=(",", ":")) + "\n" for fields in rows]
            (project / "s.jsonl").write_text("".join(lines))
            page = run([SWITCHPOINT, "audit", folder, "--format", "json"])
            totals = run([sys.argv[1], "claude", "daily", "--json", "-O"], CLAUDE_CONFIG_DIR=folder)["totals"]
        read = page["read"]
        ours = ((read["in_uncached"], read["in_cache_write_5m"] + read["in_cache_write_1h"], read["out_total"]),
                float(page["spent"]["spent_usd"]))
        theirs = ((totals["inputTokens"], totals["cacheCreationTokens"], totals["outputTokens"]), totals["totalCost"])
        right &= ours[0] == tokens and abs(ours[1] - dollars) < 1e-9
        cells = ["{:,} in, {:,} written, {:,} out, ${:.6f}".format(*counts, cost)
                 for counts, cost in ((tokens, dollars), ours, theirs)]
        print(f"| {about} | {' | '.join(cells)} |")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
