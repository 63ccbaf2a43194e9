#!/usr/bin/env python3
"""Sums of a log that is larger than one machine's day, on Apache Spark: reads tables of calls, drops calls that stand there twice, hands
each partition to `switchpoint partial` as a stream of Arrow, and keeps what comes back.

    spark-submit --master ... integrations/spark/partials.py --out sums --pages audit,breakeven 's3a://bucket/calls/*.parquet' [-- FLAGS]
    switchpoint audit --from-partials sums/whole.parquet --no-synced --no-config [FLAGS]

FLAGS are those of the page that is wanted (--scenario, --tolerance, --host ...) and go to every partition and to the page. Tables are
those of `switchpoint logs convert`. Spark schedules, shuffles and tries again; nothing here does. A round is one pass over the log:
an audit takes one, machines take two, a frontier up to five, because what is asked next depends on the sums of all partitions.

Needs Spark 4 with PyArrow on the workers, as Spark itself does for `mapInArrow`, and the program: installed on every worker, or shipped with
--ship.
"""

import argparse
import atexit
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

# A call that stands twice has these in common; of such rows the greatest by all columns is kept, so that a task that runs twice keeps
# the same one.
SAME = ["call_id", "model_raw", "seller", "ts_start"]
# What tells one call from another is in no sum, and long.
IN_NO_SUM = ["call_id", "source", "src_file", "src_line", "trace_id", "in_total", "in_convention"]
# The clock and the cache of the driver must not differ from those of the workers.
ALIKE = ["--no-synced", "--no-config"]


def arguments(argv):
    own, flags = argv, []
    if "--" in argv:
        at = argv.index("--")
        own, flags = argv[:at], argv[at + 1:]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog="everything behind -- goes to switchpoint")
    parser.add_argument("logs", nargs="+", metavar="LOG", help="tables of calls, as Spark names them")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder of the driver for the sums")
    parser.add_argument("--pages", default="audit", help="what they are for (default: audit)")
    parser.add_argument("--partitions", type=int, help="parts of the log (default: as Spark cuts it)")
    parser.add_argument("--keep-duplicates", action="store_true", help="the log has no call twice: no shuffle")
    parser.add_argument("--all-columns", action="store_true",
                        help=f"hand over {', '.join(IN_NO_SUM)}, too, for workload rules that ask for them")
    parser.add_argument("--log-name", help="what the page calls the log (default: its first path)")
    parser.add_argument("--day", default=datetime.date.today().isoformat(), help="day of the audit (default: today)")
    parser.add_argument("--binary", default="switchpoint", help="the program on driver and workers")
    parser.add_argument("--ship", action="store_true", help="send the driver's program to the workers")
    return parser.parse_args(own), flags


def without_duplicates(calls):
    from pyspark.sql import functions as F
    names = calls.columns
    same = [name for name in SAME if name in names]
    rest = [name for name in names if name not in same]
    kept = calls.groupBy(*same).agg(F.max(F.struct(*rest)).alias("kept"))
    return kept.select(*[name if name in same else F.col("kept")[name].alias(name) for name in names])


def mapper(program, shipped, after, flags, run, parts, log, pages, day, schema):
    """The function that makes the sums of one partition. It is sent to workers, so all that it needs is handed over."""
    def sums(batches):
        import pyarrow
        from pyspark import SparkFiles, TaskContext
        part = TaskContext.get().partitionId() + 1
        binary = SparkFiles.get(shipped) if shipped else program
        if shipped:
            os.chmod(binary, 0o755)
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "partial.parquet")
            command = [binary, "partial", "--arrow-stdin", log, "--part", f"{part}/{parts}", "--run", run, "--day", day, "--for", pages,
                       "--out", out, "--quiet", *flags]
            if after:
                command += ["--after", SparkFiles.get(after)]
            # A task has one core of its worker.
            environment = {**os.environ, "POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1"}
            with tempfile.TemporaryFile() as told:
                process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=told, env=environment)
                try:
                    with pyarrow.ipc.new_stream(process.stdin, schema) as stream:
                        for batch in batches:
                            stream.write_batch(batch if batch.schema == schema else batch.cast(schema))
                    process.stdin.close()
                except BrokenPipeError:
                    pass  # It has ended; what it said is told below.
                except BaseException:
                    # Whatever ends this task ends the program, too.
                    process.kill()
                    raise
                if process.wait() != 0:
                    told.seek(0)
                    raise RuntimeError(f"switchpoint ended with {process.returncode}: {told.read().decode(errors='replace').strip()}")
            with open(out, "rb") as file:
                yield pyarrow.RecordBatch.from_pydict({"part": pyarrow.array([part], pyarrow.int32()), "partial": [file.read()]})
    return sums


def merged(binary, folder, out, pages, flags):
    """All rounds of a folder as one file; the answer is how many questions are left."""
    command = [binary, "partial", "--from-partials", str(folder), "--out", str(out), "--for", pages, "--format", "json", *flags]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"the partials do not add up: switchpoint ended with {done.returncode}")
    return json.loads(done.stdout)["partial"]["left"]


def make(spark, options, flags):
    """Every round of the sums; the answer is the file of all of them, and what each round took: seconds of the map, seconds of the merge."""
    flags = [*ALIKE, *flags]
    # Times are UTC in tables of calls, and must stay so on the way. Parts must not change between rounds.
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.conf.set("spark.sql.adaptive.enabled", "false")
    if options.partitions:
        spark.conf.set("spark.sql.shuffle.partitions", str(options.partitions))
    calls = spark.read.parquet(*options.logs)
    if not options.keep_duplicates:
        calls = without_duplicates(calls)
    elif options.partitions:
        calls = calls.repartition(options.partitions)
    if not options.all_columns:
        calls = calls.drop(*IN_NO_SUM)
    # A partition without calls has no batch to take it from.
    schema, parts = calls.limit(0).toArrow().schema, calls.rdd.getNumPartitions()
    run, log = uuid.uuid4().hex, options.log_name or options.logs[0]
    out = Path(options.out)
    if out.exists() and any(out.iterdir()):
        sys.exit(f"`{out}` is not empty: sums of another run must not be among these")
    shipped = None
    if options.ship:
        spark.sparkContext.addFile(options.binary)
        shipped = Path(options.binary).name
    after, whole, took = None, out / "whole.parquet", []
    for turn in range(1, 100):
        sums = mapper(options.binary, shipped, after, flags, run, parts, log, options.pages, options.day, schema)
        folder = out / "rounds" / str(turn)
        folder.mkdir(parents=True)
        start = time.monotonic()
        rows = calls.mapInArrow(sums, "part int, partial binary").collect()
        mapped = time.monotonic()
        for row in rows:
            (folder / f"{row.part}.parquet").write_bytes(row.partial)
        left = merged(options.binary, out / "rounds", whole, options.pages, flags)
        took.append((mapped - start, time.monotonic() - mapped))
        print(f"round {turn}: {parts} partitions, map {took[-1][0]:.1f} s, merge {took[-1][1]:.1f} s, {left} questions left", file=sys.stderr)
        if left == 0:
            return whole, took
        # Workers know a file by its name, and fetch it when they need it: that of each round has its own and stays.
        after = f"whole-{run}-{turn}.parquet"
        known = Path(tempfile.gettempdir()) / after
        known.write_bytes(whole.read_bytes())
        atexit.register(known.unlink)
        spark.sparkContext.addFile(str(known))
    sys.exit("more rounds than any page has")


def main():
    options, flags = arguments(sys.argv[1:])
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.appName("switchpoint partials").getOrCreate()
    try:
        print(make(spark, options, flags)[0])
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
