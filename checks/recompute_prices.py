#!/usr/bin/env python3
"""Price random calls a second time, independently, and compare the totals.

Draws calls at every offer of data/prices (days, modes, hours, both sides of context tiers), prices them here with decimal
arithmetic straight from the TOML files, writes them as a table, and lets the program price the same table. Needs Python
3.11 and nothing else.

    cargo build --release
    python3 checks/recompute_prices.py target/release/switchpoint [SEED] [CALLS]
"""

import csv
import json
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "prices"
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
HEADER = ["call_id", "ts_start", "seller", "model_raw", "mode", "in_uncached", "in_cache_read", "in_cache_write_5m",
          "in_cache_write_1h", "out_total", "out_reasoning", "workload"]


def tier_start(rate):
    return rate["above"] + 1 if "above" in rate else rate.get("at_least", 0)


def in_window(rate, moment):
    if "utc_offset" in rate:
        raise ValueError("a window in another time zone is not modelled here")
    if "weekdays" in rate and DAYS[moment.weekday()] not in rate["weekdays"].split():
        return False
    minute = moment.hour * 60 + moment.minute
    ranges = [[int(end[:2]) * 60 + int(end[3:]) for end in hours.split("-")] for hours in rate.get("hours", "").split()]
    return not ranges or any(first <= minute < last for first, last in ranges)


def find(rates, mode, start, moment):
    fitting = [r for r in rates if r.get("mode", "standard") == mode and tier_start(r) == start and in_window(r, moment)]
    windowed = [r for r in fitting if "hours" in r]
    return (windowed or fitting or [None])[0]


def cost(offer, mode, moment, tokens):
    """Dollars for (fresh, read, written 5 min, written 1 h, out, reasoning); None when the offer has no price then."""
    day = moment.date()
    rates = [r for r in offer["rates"] if r.get("from", day) <= day and not ("until" in r and day >= r["until"])
             and "region" not in r]
    own = find(rates, mode, 0, moment)
    best = own or find(rates, "standard", 0, moment)
    if best is None or best.get("kind") in ("free", "plan"):
        return None
    for start in sorted({tier_start(r) for r in rates} - {0}):
        if sum(tokens[:4]) >= start:
            best = (own and find(rates, mode, start, moment)) or find(rates, "standard", start, moment) or best
    fresh, out = Decimal(best["input"]), Decimal(best["output"])
    written = Decimal(best.get("cache_write_5m", fresh))
    prices = [fresh, Decimal(best.get("cache_read", fresh)), written, Decimal(best.get("cache_write_1h", written)), out,
              Decimal(best.get("output_reasoning", out)) - out]
    return sum(t * p for t, p in zip(tokens, prices)) / 10**6 + Decimal(best.get("request", 0))


def draw(dice, offer):
    moment = datetime(2024, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=dice.randrange(1_050 * 86_400))
    mode = dice.choice(["standard"] * 3 + ["batch", "flex", "priority", "fast"])
    scale = dice.choice([1, 1, 10, 100])
    tokens = [dice.randrange(4_000 * scale) for _ in range(4)] + [dice.randrange(3_000)]
    starts = [tier_start(r) for r in offer["rates"] if tier_start(r)]
    if starts and dice.random() < 0.5:
        tokens[0] = max(0, dice.choice(starts) + dice.choice([-1, 0, 1]) - sum(tokens[1:4]))
    return moment, mode, tokens + [dice.randrange(tokens[4] + 1)]


def main(program, seed=1, calls=2_000):
    dice = random.Random(seed)
    sheets = [tomllib.loads(path.read_text()) for path in sorted(DATA.glob("*.toml"))]
    offers = [(sheet["seller"]["id"], offer) for sheet in sheets for offer in sheet.get("offer", [])]
    # A name that selects a mode or a region is not an ordinary name.
    offers = [(seller, offer) for seller, offer in offers if not re.search(r":|^~|^(us|eu|regional)\.|/(us|eu)/", offer["listed_as"])]
    rows, total = [], Decimal(0)
    while len(rows) < calls:
        seller, offer = dice.choice(offers)
        moment, mode, tokens = draw(dice, offer)
        dollars = cost(offer, mode, moment, tokens)
        if dollars is not None:
            total += dollars
            rows.append([f"c{len(rows)}", moment.strftime("%Y-%m-%dT%H:%M:%SZ"), seller, offer["listed_as"], mode, *tokens, "all"])
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as log:
        csv.writer(log).writerows([HEADER, *rows])
        log.flush()
        page = subprocess.run([program, "audit", log.name, "--format", "json"], capture_output=True, text=True, check=True)
    spent = json.loads(page.stdout)["spent"]
    same = Decimal(spent["spent_usd"]) == total and spent["priced_calls"] == calls
    print(f"{calls} calls, seed {seed}: here {total.normalize()}, program {spent['spent_usd']}: {'equal' if same else 'DIFFERENT'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(int(argument) for argument in sys.argv[2:])))
