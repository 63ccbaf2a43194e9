#!/usr/bin/env python3
"""Every flag of every command with values that nobody means: whatever happens must be told, with an exit code that says whose mistake it is.

    cargo build --release
    python3 checks/flags.py target/release/switchpoint

Commands and flags are read from `--help`. Each flag is given nothing, an empty text, nonsense, a number that is too large, a folder and a file of random
bytes, in an empty folder with an empty HOME. A run must end within a minute, with 0, 2, 3 or 4 (1 where a file cannot be written), without a panic
and, if not with 0, with words of its own about it. Prints what does not hold, and exits with 1 then.
"""

import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

VALUES = ["", "nonsense", "-1", "99999999999999999999", "1e308", "2026-13-45", "\x1b[31mred", "folder", "bytes.bin", "nowhere/at/all"]


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
        (place / "bytes.bin").write_bytes(random.Random(1).randbytes(2_000))
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "SWITCHPOINT_CACHE": folder + "/cache"}
        try:
            done = subprocess.run([program, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return words, "takes more than a minute"
        told = done.stderr.decode(errors="replace")
        # A place that cannot be written to is nobody's mistake that the program could know.
        if done.returncode not in (0, 2, 3, 4) and not (done.returncode == 1 and re.match(r"error: (writing|making|the page)", told)):
            return words, f"ends with {done.returncode}: {told[:300]}"
        if "panicked" in told or "\x1b" in told:
            return words, told[:300]
        # `init` says on its page that it found nothing.
        if done.returncode in (2, 4) and not told.startswith("error: ") and not done.stdout:
            return words, f"ends with {done.returncode} and says: {told[:300]!r}"
        return None


def main():
    program, runs = str(pathlib.Path(sys.argv[1]).resolve()), []
    known = list(commands(program))
    for words, flags in known:
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
