#!/usr/bin/env python3
"""Faults of a cluster, and what becomes of the sums: the same totals, or a refusal that says why.

    python3 -m venv venv && venv/bin/pip install pyspark pyarrow pandas      # and Java 17: Debian's openjdk-17-jre-headless
    cargo build --release
    venv/bin/python integrations/spark/check.py target/release/switchpoint TABLE.parquet [ANOTHER.parquet]

A table is one of `logs convert`; a sessions log with relative times is converted with --anchor first. Every run has a Spark cluster of its own on this
machine (`local-cluster`: a driver and worker processes), in a process of its own that is ended by its own id. Prints what it checks, and exits
with 1 where something does not hold.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ALIKE = ["--no-synced", "--no-config"]
LONGEST = 600
# So that open models may serve some of the calls, and machines have work.
FAR = ["--tolerance", "12"]


def say(what, holds, told=""):
    print(("ok    " if holds else "WRONG ") + what + (f": {told}" if told else ""), flush=True)
    if not holds:
        say.wrong += 1


say.wrong = 0


def spark(folder):
    import pyspark
    home = os.path.dirname(pyspark.__file__)
    return home, {**os.environ, "SPARK_HOME": home, "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable,
                  "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(folder)}


@contextlib.contextmanager
def hosts(folder, workers):
    """A cluster whose workers have addresses of their own: Spark starts no second attempt on the host of the first."""
    home, environment = spark(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    master, of = f"spark://127.0.0.1:{port}", "org.apache.spark.deploy"
    with open(pathlib.Path(folder) / "hosts.log", "wb") as log, contextlib.ExitStack() as running:
        def start(*words):
            process = subprocess.Popen([os.path.join(home, "bin", "spark-class"), *words], stdout=log, stderr=log, env=environment, start_new_session=True)
            running.callback(process.wait)
            running.callback(os.killpg, process.pid, signal.SIGKILL)
        start(f"{of}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        for number in range(workers):
            address = ["--host", f"127.0.0.{number + 2}", "--webui-port", "0"]
            start(f"{of}.worker.Worker", *address, "--cores", "1", "--memory", "1g", "--work-dir", str(folder), master)
        yield master


class Cluster:
    """One run of partials.py on a cluster of its own."""

    def __init__(self, folder, binary, logs, *own, workers=3, master=None, conf=(), flags=()):
        self.out = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "sums"
        home, environment = spark(folder)
        settings = [word for setting in ["spark.ui.enabled=false", *conf] for word in ("--conf", setting)]
        command = [os.path.join(home, "bin", "spark-submit"), "--master", master or f"local-cluster[{workers},1,1024]", *settings,
                   str(HERE / "partials.py"), "--binary", str(binary), "--out", str(self.out), *own, *map(str, logs), "--", *flags]
        self.log = open(pathlib.Path(folder) / f"{self.out.parent.name}.log", "w+b")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment, start_new_session=True)

    def below(self):
        """Processes of this run: id, parent, words."""
        parents = {}
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    parents[int(entry.name)] = (parent, (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                except (OSError, ValueError, IndexError):
                    pass  # It has ended.
        found, front = {}, [self.process.pid]
        while front:
            front = [pid for pid, (parent, _) in parents.items() if parent in front and pid not in found]
            found.update({pid: parents[pid] for pid in front})
        return found

    def end(self):
        try:
            self.process.wait(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.seek(0)
        self.told = self.log.read().decode(errors="replace")
        return self.process.returncode


def page(binary, command, sources):
    done = subprocess.run([str(binary), *command, *ALIKE, *map(str, sources)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def same(text):
    """A page without the lines that say where it comes from."""
    return [line for line in text.splitlines() if not line.strip().startswith(("added up", "digests"))]


def program(folder, name, lines):
    """A program that does something before it is switchpoint."""
    path = pathlib.Path(folder) / name
    path.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
    path.chmod(0o755)
    return path


def picodollars(binary, command, sources):
    code, text, told = page(binary, [*command, "--format", "json"], sources)
    if code != 0:
        raise SystemExit(f"{command}: {told}")
    found = json.loads(text)
    return found["spent"]["spent_usd"], found["claim"]


def partitions(folder, binary, table, flags):
    whole = picodollars(binary, ["audit", *flags], [table])
    for parts in (1, 2, 8, 64):
        run = Cluster(folder, binary, [table], "--partitions", str(parts), "--log-name", str(table), flags=flags)
        code = run.end()
        sums = picodollars(binary, ["audit", *flags], ["--from-partials", run.out / "whole.parquet"]) if code == 0 else run.told[-2000:]
        say(f"{table.name}: {parts} partitions, {whole[0]} dollars to the picodollar", code == 0 and sums == whole, sums if sums != whole else "")


def pages(folder, binary, table):
    run = Cluster(folder, binary, [table], "--partitions", "5", "--log-name", str(table), "--pages", "audit,breakeven,project", flags=FAR)
    code = run.end()
    rounds = re.findall(r"^round \d+: .*", run.told, re.MULTILINE)
    say("three rounds", code == 0 and len(rounds) == 3, "; ".join(rounds) if code == 0 else run.told[-2000:])
    for command in ("audit", "breakeven", "project", "trends"):
        here = page(binary, [command, *FAR], [table])
        there = page(binary, [command, *FAR], ["--from-partials", run.out / "whole.parquet"])
        say(f"{command}: every line but those of the provenance", here[0] == there[0] == 0 and same(here[1]) == same(there[1]), there[2])


def duplicates(folder, binary, table):
    copy = pathlib.Path(folder) / "copy.parquet"
    shutil.copy(table, copy)
    whole = picodollars(binary, ["audit"], [table])
    run = Cluster(folder, binary, [table, copy], "--partitions", "4", "--log-name", str(table))
    say("every call twice in the log", run.end() == 0 and picodollars(binary, ["audit"], ["--from-partials", run.out / "whole.parquet"]) == whole)
    run = Cluster(folder, binary, [table, copy], "--keep-duplicates", "--log-name", str(table))
    code = run.end()
    doubled = picodollars(binary, ["audit"], ["--from-partials", run.out / "whole.parquet"]) if code == 0 else ()
    say("and counted twice if that is asked for", code == 0 and float(doubled[0]) == 2 * float(whole[0]), doubled)


def killed_worker(folder, binary, table):
    slow = program(folder, "slow", ["sleep 2", f'exec {binary} "$@"'])
    whole = picodollars(binary, ["audit"], [table])
    run = Cluster(folder, slow, [table], "--partitions", "9", "--log-name", str(table), flags=[])
    killed, deadline = None, time.monotonic() + LONGEST
    while killed is None and run.process.poll() is None and time.monotonic() < deadline:
        below = run.below()
        working = [pid for pid, (_, words) in below.items() if str(slow) in words and "--part" in words and "partials.py" not in words]
        # The worker above a task that is at work.
        for pid in working:
            while pid in below and "CoarseGrainedExecutorBackend" not in below[pid][1]:
                pid = below[pid][0]
            if pid in below and "java" in below[pid][1]:
                os.kill(pid, signal.SIGKILL)
                killed = pid
                break
        time.sleep(0.2)
    code = run.end()
    sums = picodollars(binary, ["audit"], ["--from-partials", run.out / "whole.parquet"]) if code == 0 else run.told[-2000:]
    lost = "Lost executor" in run.told or "Executor lost" in run.told or "ExecutorLostFailure" in run.told
    say("a worker is killed in the middle: the same totals", killed is not None and lost and code == 0 and sums == whole, "" if sums == whole else sums)


def run_twice(folder, binary, table):
    notes = pathlib.Path(folder) / "notes"
    # The first one of the second part hangs, so that Spark starts a second one beside it.
    lines = [f'case "$*" in *"--part 2/6"*) echo 2 >> {notes}; if mkdir {folder}/first 2>/dev/null; then sleep {LONGEST}; fi;; esac', f'exec {binary} "$@"']
    hanging = program(folder, "hanging", lines)
    whole = picodollars(binary, ["audit"], [table])
    conf = ["spark.speculation=true", "spark.speculation.quantile=0.5", "spark.speculation.multiplier=1.1", "spark.speculation.interval=200ms",
            "spark.speculation.minTaskRuntime=2s"]
    with hosts(folder, 3) as master:
        run = Cluster(folder, hanging, [table], "--partitions", "6", "--log-name", str(table), master=master, conf=conf)
        code = run.end()
    sums = picodollars(binary, ["audit"], ["--from-partials", run.out / "whole.parquet"]) if code == 0 else run.told[-2000:]
    times = notes.read_text().count("2") if notes.exists() else 0
    say("a task is run twice by speculation: the same totals", code == 0 and times == 2 and sums == whole, f"ran {times} times" if sums == whole else sums)


def missing_file(folder, binary, table):
    copy = pathlib.Path(folder) / "goes.parquet"
    shutil.copy(table, copy)
    run = Cluster(folder, binary, [table, pathlib.Path(folder) / "never.parquet"], "--keep-duplicates")
    code = run.end()
    told = "PATH_NOT_FOUND" in run.told
    say("a file that is not there is refused", code != 0 and told and not (run.out / "whole.parquet").exists(), "" if told else run.told[-1500:])
    # It goes once Spark has listed it and reads the other one.
    removing = program(folder, "removing", [f"rm -f {copy}", "sleep 1", f'exec {binary} "$@"'])
    conf = ["spark.sql.files.maxPartitionBytes=1g", "spark.sql.files.openCostInBytes=1g", "spark.task.maxFailures=2"]
    run = Cluster(folder, removing, [table, copy], "--keep-duplicates", workers=1, conf=conf)
    code = run.end()
    told = "FAILED_READ_FILE" in run.told or "FileNotFound" in run.told
    say("a file that goes while it is read ends the job", code != 0 and told and not (run.out / "whole.parquet").exists(), "" if told else run.told[-1500:])


def old_partial(folder, binary, table):
    runs = [Cluster(folder, binary, [table], "--partitions", "2", "--log-name", str(table)) for _ in range(2)]
    codes = [run.end() for run in runs]
    mixed = pathlib.Path(folder) / "mixed"
    mixed.mkdir()
    shutil.copy(runs[0].out / "rounds/1/1.parquet", mixed / "1.parquet")
    shutil.copy(runs[1].out / "rounds/1/2.parquet", mixed / "2.parquet")
    code, _, told = page(binary, ["audit"], ["--from-partials", mixed])
    say("an old partial among new ones is refused", codes == [0, 0] and code == 4 and "other runs" in told, told.strip())
    code, _, told = page(binary, ["audit"], ["--from-partials", runs[0].out])
    say("the rounds beside the whole of them are refused", code == 4 and "both of part" in told, told.strip().splitlines()[0] if told else "")
    (runs[0].out / "rounds/1/2.parquet").unlink()
    code, _, told = page(binary, ["audit"], ["--from-partials", runs[0].out / "rounds"])
    say("a lost partial is missed", code == 4 and "missing: 2" in told, told.strip().splitlines()[0] if told else "")


def main():
    binary, table, *others = [pathlib.Path(word).resolve() for word in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        for check in (pages, duplicates, killed_worker, run_twice, missing_file, old_partial):
            check(folder, binary, table)
        for other in (table, *others):
            partitions(folder, binary, other, [])
    sys.exit(1 if say.wrong else 0)


if __name__ == "__main__":
    main()
