#!/usr/bin/env python3
"""Change the arithmetic in small ways and ask whether a test notices: all the changes of `cargo mutants`, compiled once.

    checks/mutants.py [DIRECTORY] [--only TEXT] [--jobs N] [--cases N]

`cargo mutants` builds the package again for each change, some five thousand of them for `src/units` and `src/engine`, which takes a
day. Here its list is taken, each function gets every changed body beside its own, and a variable of the environment says which one
runs. Tests are asked once which functions they reach; a change is shown only to those, the quick ones first, until one fails.

What cannot live beside its own body (constants, functions that return an opaque type, what a constant needs) is left to
`cargo mutants` itself at the end. Changes that do not compile are counted and not tried. Rooms above `engine` are not in the package,
so what only their tests would catch is listed as missed. `checks/survivors.toml` says of those that may be missed why; one without a
reason, or a reason for what is no change any more, ends the command with exit code 1.

Needs: cargo-mutants, Python 3.11.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOMS = ("units", "engine")
REASONS = ROOT / "checks/survivors.toml"
# What the two rooms need: the frames, the drawing and the network are not among it.
CRATES = {
    "chrono", "foldhash", "hashbrown", "nalgebra", "proptest", "pulp", "rand_chacha", "rand_core", "rand_distr", "rayon",
    "rust_decimal", "serde", "statrs", "thiserror",
}  # fmt: skip
SWITCH = '''
/// Which changed body runs, and which functions were reached.
pub mod changed {
    use std::io::Write;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};

    static ACTIVE: OnceLock<(u32, Option<String>)> = OnceLock::new();
    static REACHED: [AtomicBool; FUNCTIONS] = [const { AtomicBool::new(false) }; FUNCTIONS];

    pub fn active(function: usize) -> u32 {
        let (change, file) = ACTIVE.get_or_init(|| {
            let change = std::env::var("CHANGE").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
            (change, std::env::var("REACHED").ok())
        });
        if let Some(file) = file
            && !REACHED[function].swap(true, Ordering::Relaxed)
        {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
            file.write_all(format!("{function}\\n").as_bytes()).unwrap();
        }
        *change
    }
}
'''


def package(out):
    """The two rooms as a package of their own."""
    (out / "src").mkdir(parents=True, exist_ok=True)
    for room in ROOMS:
        shutil.rmtree(out / "src" / room, ignore_errors=True)
        shutil.copytree(ROOT / "src" / room, out / "src" / room)
    (out / "src/lib.rs").write_text("".join(f"pub mod {room};\n" for room in ROOMS))
    shutil.copy(ROOT / "Cargo.lock", out)
    sections = re.split(r"^\[", (ROOT / "Cargo.toml").read_text(), flags=re.M)
    kept = ['[package]\nname = "arithmetic"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n']
    for name in ("dependencies", "dev-dependencies"):
        body = next((s for s in sections if s.startswith(name + "]")), name + "]\n")
        lines = [line for line in body.splitlines()[1:] if line.split(" ")[0] in CRATES]
        kept.append(f"[{name}]\n" + "\n".join(lines) + "\n")
    # Functions of a hundred bodies are too much for an optimiser; what they call is fast.
    kept.append('[profile.dev]\nopt-level = 0\ndebug = false\n[profile.dev.package."*"]\nopt-level = 3\n')
    (out / "Cargo.toml").write_text("\n".join(kept))


class Text:
    """A file by lines and columns as the list counts them."""

    def __init__(self, path):
        self.text = path.read_text()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def at(self, place):
        return self.starts[place["line"] - 1] + place["column"] - 1

    def span(self, span):
        return self.at(span["start"]), self.at(span["end"])


def body_of(text, start, end):
    """Where the body of the function in `start..end` begins and ends, and where its `fn` is."""
    code = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|\bfn\b|[{}()\[\]]', re.S)
    depth, keyword = 0, None
    for found in code.finditer(text, start, end):
        token = found.group()
        if token == "fn" and keyword is None and depth == 0:
            keyword = found.start()
        elif token in ("(", "["):
            depth += 1
        elif token in (")", "]"):
            depth -= 1
        elif token == "{" and keyword is not None and depth == 0:
            return found.start() + 1, end - 1, keyword
    raise ValueError(f"no body in {text[start:end][:80]!r}")


def functions(out, changes):
    """Outermost functions and the changes within them: `{(file, start, end): [change]}`, and what is in none."""
    texts, spans, outside = {}, {}, []
    for change in changes:
        file = change["file"]
        texts.setdefault(file, Text(out / file))
        if change["function"]:
            spans.setdefault(file, set()).add(texts[file].span(change["function"]["span"]))
    groups = {}
    for change in changes:
        file = change["file"]
        if not change["function"]:
            outside.append(change)
            continue
        start, end = texts[file].span(change["function"]["span"])
        outer = min((s for s in spans[file] if s[0] <= start and end <= s[1]), key=lambda s: s[0])
        groups.setdefault((file, *outer), []).append(change)
    return texts, groups, outside


def label(change, texts):
    """Which change it is, without a line number, which moves: `file | what | source line`."""
    line = texts[change["file"]].text.splitlines()[change["span"]["start"]["line"] - 1].strip()
    what = change["name"].split(": ", 1)[1]
    return f"{change['file'].removeprefix('src/')} | {what} | {line}"


def returns_opaque(group):
    return "impl " in (group[0]["function"]["return_type"] or "")


def write(out, texts, groups, chosen, constant):
    """Each function with every body of its own; returns `{(file, line): change id}` of the lines written."""
    lines = {}
    order = {key: number for number, key in enumerate(sorted(groups))}
    for file, source in texts.items():
        text, done, pieces = source.text, 0, []
        for key in sorted(k for k in groups if k[0] == file):
            _, start, end = key
            first, last, keyword = body_of(text, start, end)
            live = [c for c in groups[key] if c["id"] in chosen]
            head = text[start:keyword]
            name = re.match(r"fn\s+(\w+)", text[keyword:]).group(1)
            # A body of an opaque type is another type.
            if returns_opaque(groups[key]) or ("const" in head.split() and name in constant):
                continue
            head = re.sub(r"\bconst (?=(unsafe )?$|$)", "", head)
            pieces += [(text[done:start], None), (head + text[keyword:first], None)]
            pieces.append((f" #[allow(unreachable_code)] match crate::changed::active({order[key]}) {{\n", None))
            for change in live:
                a, b = source.span(change["span"])
                body = text[first:a] + change["replacement"] + " " + text[b:last]
                pieces.append((f"{change['id']} => {{ {body}\n}}\n", change["id"]))
            pieces += [(f"_ => {{ {text[first:last]}\n}}\n}} }}", None)]
            done = end
        pieces.append((text[done:], None))
        number, made = 1, []
        for piece, change in pieces:
            made.append(piece)
            count = piece.count("\n")
            if change is not None:
                lines.update({(file, line): change for line in range(number, number + count)})
            number += count
        # A function of fifty bodies within one of fifty would be 2,500 bodies, and more than a stack holds.
        (out / file).write_text("".join(made).replace("#[inline(always)]", "#[inline]"))
    switch = SWITCH.replace("FUNCTIONS", str(len(order)))
    (out / "src/lib.rs").write_text("".join(f"pub mod {room};\n" for room in ROOMS) + switch)
    return lines, order


def build(out):
    """The test program, or what the compiler says against it."""
    env = os.environ | {"RUSTFLAGS": "--cap-lints=warn", "CARGO_TARGET_DIR": str(out / "target")}
    ran = subprocess.run(
        ["cargo", "test", "--lib", "--no-run", "--message-format=json"], cwd=out, env=env, capture_output=True, text=True
    )
    program, errors = None, []
    for line in ran.stdout.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-artifact" and message.get("executable") and message["target"]["name"] == "arithmetic":
            program = message["executable"]
        if message["reason"] == "compiler-message" and message["message"]["level"] == "error":
            errors.append(message["message"])
    return program if ran.returncode == 0 else None, errors


def compiled(out, texts, groups, chosen, constant):
    """A program of the chosen changes that compile beside one another, and the ids of those that do not."""
    without = set()
    while True:
        lines, order = write(out, texts, groups, chosen - without, constant)
        program, errors = build(out)
        if program:
            # The next part is compiled while this one runs.
            kept = out / f"part-{min(chosen)}"
            shutil.copy(program, kept)
            return kept, order, without
        known = len(without) + len(constant)
        for error in errors:
            for called in re.findall(r"non-const (?:associated function|function|method) `([^`]+)`", error["message"]):
                constant.add(re.sub(r"<.*", "", called).split("::")[-1])
            for span in error["spans"]:
                if span["is_primary"]:
                    outer = span
                    while outer.get("expansion") and (outer["file_name"], outer["line_start"]) not in lines:
                        outer = outer["expansion"]["span"]
                    found = lines.get((outer["file_name"], outer["line_start"]))
                    if found is not None:
                        without.add(found)
        if len(without) + len(constant) == known:
            sys.exit("does not compile:\n" + "\n".join(e["rendered"] for e in errors[:5]))
        print(f"   {len(without)} changes do not compile, {len(constant)} functions are for constants", file=sys.stderr)


STACK = 64 << 20
LATE = []


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A function of many bodies has room for all their variables in its frame.
    resource.setrlimit(resource.RLIMIT_STACK, (STACK, resource.getrlimit(resource.RLIMIT_STACK)[1]))


def run(program, tests, env, seconds):
    """Whether all of `tests` pass."""
    try:
        ran = subprocess.run(
            [program, "--exact", "--test-threads=1", *tests],
            env=os.environ | {"RAYON_NUM_THREADS": "2", "RUST_BACKTRACE": "0", "RUST_MIN_STACK": str(STACK), "PROPTEST_DISABLE_FAILURE_PERSISTENCE": "1"} | env,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds, preexec_fn=bounded,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        LATE.append(env.get("CHANGE"))
        return False
    return ran.returncode == 0


def reached(program, cases, jobs, scratch):
    """Of each test, the functions it reaches and the seconds it takes."""
    listed = subprocess.run([program, "--list", "--format=terse"], capture_output=True, text=True, check=True)
    tests = [line.removesuffix(": test") for line in listed.stdout.splitlines() if line.endswith(": test")]

    def one(test):
        file = scratch / test.replace("::", ".")
        file.unlink(missing_ok=True)
        begun = time.monotonic()
        if not run(program, [test], {"PROPTEST_CASES": cases, "REACHED": str(file)}, 600):
            sys.exit(f"{test} fails with no change made")
        seconds = time.monotonic() - begun
        return test, seconds, {int(line) for line in file.read_text().split()} if file.exists() else set()

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, tests))


def survivors(program, work, tests, cases, jobs):
    """Those of `work`, changes and the number of their function, that no test notices."""

    def one(item):
        change, function = item
        able = sorted((seconds, test) for test, seconds, functions in tests if function in functions)
        # Quick ones together: to start a process takes as long as most tests.
        quick = [test for seconds, test in able if seconds < 0.1]
        batches = [quick[i : i + 16] for i in range(0, len(quick), 16)] + [[t] for s, t in able if s >= 0.1]
        env = {"PROPTEST_CASES": cases, "CHANGE": str(change["id"])}
        missed = all(run(program, batch, env, 60) for batch in batches)
        if missed:
            print(f"   missed: {change['name']}", file=sys.stderr, flush=True)
        return change if missed else None

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return [change for change in pool.map(one, work) if change]


def together(out, texts, groups, chosen, asked):
    """The changes of `chosen` that no test notices, those that do not compile, and the names of functions left out."""
    constant, without, missed = set(), set(), []
    ids = sorted(chosen)
    runs = concurrent.futures.ThreadPoolExecutor(1)
    waiting = []
    for first in range(0, len(ids), asked.part):
        part = set(ids[first : first + asked.part])
        program, order, refused = compiled(out, texts, groups, part, constant)
        without |= refused
        # Each part has bodies of its own beside the true ones: with those alone every test must pass in it, too.
        tests = reached(program, asked.cases, asked.jobs, out / "reached")
        work = [
            (change, order[key]) for key, group in groups.items() for change in group if change["id"] in part - refused
        ]
        waiting.append(runs.submit(survivors, program, work, tests, asked.cases, asked.jobs))
        print(f"   {min(first + asked.part, len(ids))} of {len(ids)} compiled, {len(without)} do not", file=sys.stderr, flush=True)
    for found in waiting:
        missed += found.result()
    return missed, without, constant


def alone(out, changes, cases, jobs):
    """What cannot live beside its own body, by `cargo mutants` itself."""
    if not changes:
        return []
    package(out)
    # It deletes fields of any file, whatever the names say.
    files = [argument for file in sorted({change["file"] for change in changes}) for argument in ("--file", file)]
    names = "|".join(re.escape(change["name"]) for change in changes)
    (out / "alone.toml").write_text(f"examine_re = {json.dumps(['^(' + names + ')$'])}\n")
    subprocess.run(
        ["cargo", "mutants", "--no-shuffle", "--minimum-test-timeout", "20", "-j", str(jobs), "--config", "alone.toml", *files],
        cwd=out, env=os.environ | {"PROPTEST_CASES": cases}, stdout=sys.stderr,
    )  # fmt: skip
    missed = set((out / "mutants.out/missed.txt").read_text().splitlines())
    return [change for change in changes if change["name"] in missed]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", nargs="?", type=pathlib.Path, default=ROOT / "target/mutants")
    parser.add_argument("--only", default="", help="changes whose name contains this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--part", type=int, default=600, help="changes compiled together; memory bounds it")
    parser.add_argument("--cases", default="32", help="cases of a property test")
    asked = parser.parse_args()
    out = asked.directory.resolve()
    out.mkdir(parents=True, exist_ok=True)
    package(out)
    listed = subprocess.run(["cargo", "mutants", "--list", "--json"], cwd=out, capture_output=True, text=True, check=True)
    changes = json.loads(listed.stdout)
    for number, change in enumerate(changes, 1):
        change["id"] = number
    texts, groups, outside = functions(out, changes)
    print(f"{len(changes)} changes in {len(groups)} functions", file=sys.stderr)
    (out / "reached").mkdir(exist_ok=True)
    opaque = {c["id"] for group in groups.values() if returns_opaque(group) for c in group}
    asked_for = {c["id"] for c in changes if asked.only in c["name"]}
    inside = asked_for - opaque - {c["id"] for c in outside}
    missed, without, constant = together(out, texts, groups, inside, asked)
    alone_ids = asked_for - inside | {
        c["id"] for group in groups.values() for c in group if c["function"]["function_name"].split("::")[-1] in constant
    }
    rest = [c for c in changes if c["id"] in alone_ids & asked_for]
    missed = [c for c in missed if c["id"] not in alone_ids]
    missed += alone(out, rest, asked.cases, asked.jobs)
    known = {change for reason in tomllib.loads(REASONS.read_text())["reason"] for change in reason["changes"]}
    unexplained = sorted({label(change, texts) for change in missed} - known)
    for change in unexplained:
        print(change)
    idle = known - {label(change, texts) for change in changes}
    for change in sorted(idle):
        print(f"in {REASONS.name}, and no change any more: {change}", file=sys.stderr)
    print(
        f"{len(inside - alone_ids) - len(without)} tried together and {len(rest)} alone, {len(without)} do not compile, "
        f"{len(LATE)} caught because a test did not end, {len(missed)} missed, {sum(label(c, texts) in known for c in missed)} of them with a reason",
        file=sys.stderr,
    )
    sys.exit(1 if unexplained or idle else 0)


if __name__ == "__main__":
    main()
