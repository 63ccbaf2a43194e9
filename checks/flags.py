#!/usr/bin/env python3
"""Every flag of every command with values that nobody means: whatever happens must be told, with an exit code that says whose mistake it is.

    cargo build --release
    python3 checks/flags.py target/release/switchpoint [--drawn N]

Commands and flags are read from `--help`. Each flag is given nothing, an empty text, nonsense, a number that is too large, a folder and a file of random
bytes, in an empty folder with an empty HOME. Then flags meet one another: of each command some dozens of drawings of two to four flags with values that
somebody could mean (`--drawn N` says how many; their seed is fixed). A run must end within a minute, with 0, 2, 3 or 4 (1 where a file cannot be written), without a panic
and, if not with 0, with words of its own about it. Prints what does not hold, and exits with 1 then.
"""

import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

VALUES = ["", "nonsense", "-1", "99999999999999999999", "1e308", "2026-13-45", "\x1b[31mred", "folder", "bytes.bin", "nowhere/at/all"]

# What somebody could mean, by the name that a help page gives to a value.
MEANT = {
    "CODE": ["all", "stale-prices", "unpriced-model"], "COLUMN": ["model", "routed"], "DATE": ["2026-06-01", "2026-03-31"], "DAYS": ["30", "1"],
    "DIR": ["folder", "made"], "FILE": ["calls.csv", "rules.toml", "made.csv", "folder"], "FORM=FILE": ["json=made.json", "markdown=made.md"],
    "ID": ["eci", "gpqa-diamond", "work"], "INPUT/OUTPUT": ["2000/300"], "K/N": ["1/3", "3/3"], "KEYFILE": ["bytes.bin"], "KIND": ["calls", "prices"],
    "MODE": ["batch", "standard"], "MODEL": ["gpt-4o", "gpt-oss-120b", "claude-sonnet-4-5"], "MONTH": ["2026-05"], "N": ["1", "2", "12"],
    "NAME": ["json", "csv", "markdown", "generic", "gpt-4o", "h100-sxm", "vllm"], "PAGE": ["audit", "project"], "POINTS": ["0", "5", "100"],
    "SECONDS": ["1", "30"], "SECTION": ["summary", "spend"], "SELLER": ["openai", "deepinfra"], "SHARE": ["0.1", "1"], "SOURCE": ["litellm"],
    "TIER": ["closed", "hosted"], "TIME": ["hour", "day"], "URL": ["http://127.0.0.1:9"], "USD": ["0", "100"], "WHEN": ["always", "never"],
    "WORD": ["model", "workload", "high"], "WORKLOAD=OFFER": ["chat=gpt-oss-120b", "nothing=gpt-4o@openai"],
}  # fmt: skip
CALLS = """at,model,seller,in_total,out_total,workload
2026-05-01T10:00:00Z,gpt-4o,openai,1200,300,chat
2026-05-02T10:00:00Z,claude-sonnet-4-5,anthropic,5200,900,code
2026-05-09T11:00:00Z,gpt-4o-mini,openai,700,20,chat
"""


def drawn(program, words, count):
    """Drawings of flags of one command with values that somebody could mean."""
    text = subprocess.run([program, *words, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    flags = {}
    for block in re.split(r"\n(?= +(?:-\w, )?--[a-z])", text)[1:]:
        flag, _, name = re.match(r" +(?:-\w, )?(--[a-z][a-z-]*)([ =\[]*<([^>]+)>)?", block).groups()
        possible = re.search(r"\[possible values: ([^\]]+)\]", block)
        flags[flag] = re.split(r",\s+", possible.group(1)) if possible else MEANT[name] if name else [None]
    flags = {flag: values for flag, values in flags.items() if flag not in ("--help", "--version")}
    chance = random.Random(" ".join(words))
    for _ in range(count if len(flags) > 1 else 0):
        chosen = chance.sample(sorted(flags), min(len(flags), chance.randint(2, 4)))
        values = [(flag, chance.choice(flags[flag])) for flag in chosen]
        log = ["calls.csv"] if "[LOG]..." in text and chance.random() < 0.5 else []
        yield (*words, *(flag if value is None else f"{flag}={value}" for flag, value in values), *log)


def commands(program, words=()):
    text = subprocess.run([program, *words, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    below = re.search(r"^Commands:\n((?:  .*\n|\n)*)", text, re.MULTILINE)
    names = re.findall(r"^  ([a-z][a-z-]*)", below.group(1), re.MULTILINE) if below else []
    names = [name for name in names if name != "help"]
    if not names:
        yield words, sorted(set(re.findall(r"^ +(?:-\w, )?(--[a-z][a-z-]*)", text, re.MULTILINE)) - {"--help", "--version"})
    for name in names:
        yield from commands(program, (*words, name))


def tried(program, words):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "folder").mkdir()
        (place / "calls.csv").write_text(CALLS)
        (place / "rules.toml").write_text("[quality]\ntolerance = 5.0\n")
        (place / "bytes.bin").write_bytes(random.Random(1).randbytes(2_000))
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "SWITCHPOINT_CACHE": folder + "/cache"}
        try:
            done = subprocess.run([program, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return words, "takes more than a minute"
        told = done.stderr.decode(errors="replace")
        # A place that cannot be written to is nobody's mistake that the program could know.
        if done.returncode not in (0, 2, 3, 4) and not (done.returncode == 1 and re.search(r"^error: (writing|making|the page)", told, re.MULTILINE)):
            return words, f"ends with {done.returncode}: {told[:300]}"
        if "panicked" in told or "\x1b" in told:
            return words, told[:300]
        # `init` says on its page that it found nothing.
        said = re.search(r"^error: ", told, re.MULTILINE)
        if done.returncode in (2, 4) and not said and not done.stdout:
            return words, f"ends with {done.returncode} and says: {told[:300]!r}"
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--drawn", type=int, default=40)
    asked = parser.parse_args()
    program, runs = str(asked.program.resolve()), []
    known = list(commands(program))
    for words, flags in known:
        runs.extend(drawn(program, words, asked.drawn))
        runs.append(words)
        for flag in flags:
            runs.append((*words, flag))
            runs.extend((*words, f"{flag}={value}") for value in VALUES)
    print(f"{len(known)} commands, {sum(len(flags) for _, flags in known)} flags, {len(runs)} runs", flush=True)
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda words: tried(program, words), runs):
            if found:
                wrong += 1
                print("WRONG", " ".join(map(repr, found[0])), found[1], flush=True)
    print(f"{wrong} do not hold")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
