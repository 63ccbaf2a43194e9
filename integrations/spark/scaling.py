#!/usr/bin/env python3
"""Time the map of `switchpoint partial` on Spark with 1, 2 and 4 workers of one core each, and print a table.

    venv/bin/pip install pyspark pyarrow pandas polars numpy                 # and Java 17
    cargo build --release
    venv/bin/python integrations/spark/scaling.py [CALLS]

The default is the 20,000,000 calls of benches/audit.py, made below target/route. Every number of workers has a cluster of its own on this machine;
workers are warm before the clock starts, and each is pinned to one core with everything that it starts (the JVM that reads, the Python worker that
hands batches over, switchpoint), so that a worker is one core and not three programs. Efficiency is the time of one worker over that of n
workers times n. The driver has no core of its own where there are as many workers as cores. Totals are compared with those of one machine.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = ROOT / "target" / "release" / "switchpoint"
WORKERS = [1, 2, 4]
PARTITIONS = 16


def below(pid):
    """Processes that a process has started, and those that they have."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, ValueError, IndexError):
                pass  # It has ended.
    found, front = set(), {pid}
    while front:
        front = {child for child, parent in parents.items() if parent in front} - found
        found |= front
    return found


def pin(workers):
    """Puts each worker, with what it has started, on a core of its own."""
    cores = sorted(os.sched_getaffinity(0))
    def words(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        except OSError:
            return ""
    executors = sorted(pid for pid in below(os.getpid()) if "CoarseGrainedExecutorBackend" in words(pid) and "java" in words(pid).split("\0")[0])
    if len(executors) != workers:
        sys.exit(f"{len(executors)} workers were found, not {workers}")
    for executor, core in zip(executors, cores):
        for pid in {executor} | below(executor):
            for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), {core})


def timed(table, workers):
    """In a process of its own: the seconds of the map and of the merge."""
    sys.path.insert(0, str(HERE))
    import partials
    from pyspark.sql import SparkSession
    spark = (SparkSession.builder.master(f"local-cluster[{workers},1,2048]").config("spark.ui.enabled", "false")
             .config("spark.executor.memory", "1500m").config("spark.python.worker.reuse", "true")
             .config("spark.sql.files.maxPartitionBytes", str(table.stat().st_size // PARTITIONS + 1)).config("spark.sql.files.openCostInBytes", "0")
             .appName("scaling").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    spark.range(workers * 8).repartition(workers * 8).mapInArrow(lambda batches: batches, "id long").count()
    pin(workers)
    with tempfile.TemporaryDirectory() as folder:
        options, flags = partials.arguments([str(table), "--out", folder + "/sums", "--keep-duplicates", "--log-name", str(table),
                                             "--binary", str(PROGRAM)])
        whole, took = partials.make(spark, options, flags)
        page = subprocess.run([PROGRAM, "audit", "--from-partials", whole, *partials.ALIKE, "--format", "json"], stdout=subprocess.PIPE, check=True)
        sizes = [file.stat().st_size for file in pathlib.Path(folder).glob("sums/rounds/*/*")]
    spark.stop()
    print(json.dumps({"map": took[0][0], "merge": took[0][1], "spent": json.loads(page.stdout)["spent"], "parts": len(sizes), "bytes": sum(sizes)}))


def main():
    import pyspark
    sys.path.insert(0, str(ROOT / "benches"))
    import audit
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000
    table = audit.make_table(count)
    here = subprocess.run([PROGRAM, "audit", table, "--no-synced", "--no-config", "--format", "json"], stdout=subprocess.PIPE, check=True)
    spent, results = json.loads(here.stdout)["spent"], []
    environment = {**os.environ, "SPARK_HOME": os.path.dirname(pyspark.__file__), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    for workers in WORKERS:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, __file__, "--timed", str(table), str(workers)]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                                  env={**environment, "SPARK_WORKER_DIR": folder})
        if done.returncode != 0:
            sys.exit(done.stderr[-3000:])
        found = json.loads(done.stdout.splitlines()[-1])
        if found["spent"] != spent:
            sys.exit(f"{workers} workers: {found['spent']} is not {spent}")
        results.append(found)
    print(f"{count:,} calls, {table.stat().st_size / 1e6:.0f} MB of Parquet, {results[0]['parts']} partitions; totals as on one machine: {spent['spent_usd']}")
    print("| workers | map | efficiency | calls a second and worker | merge |\n| ---: | ---: | ---: | ---: | ---: |")
    for workers, found in zip(WORKERS, results):
        efficiency = results[0]["map"] / found["map"] / workers
        print(f"| {workers} | {found['map']:.1f} s | {efficiency:.0%} | {count / found['map'] / workers:,.0f} | {found['merge']:.1f} s |")
    print(f"{results[-1]['bytes'] / results[-1]['parts'] / 1e3:.0f} kB a partial")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--timed"]:
        timed(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
