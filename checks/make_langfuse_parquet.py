#!/usr/bin/env python3
"""Write the fixture of a blob export as Parquet: usage and costs are maps, as the exporting database has them.

    python3 checks/make_langfuse_parquet.py tests/fixtures/logs/formats/langfuse.export.parquet

Needs pyarrow. The calls are those of langfuse.trace.json beside it.
"""

import sys
from datetime import datetime, timezone
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq


def at(second):
    return datetime(2026, 6, 1, 10, 0, second, tzinfo=timezone.utc)


schema = pa.schema([
    ("id", pa.string()),
    ("trace_id", pa.string()),
    ("parent_observation_id", pa.string()),
    ("type", pa.string()),
    ("name", pa.string()),
    ("provided_model_name", pa.string()),
    ("start_time", pa.timestamp("ms", tz="UTC")),
    ("end_time", pa.timestamp("ms", tz="UTC")),
    ("usage_details", pa.map_(pa.string(), pa.uint64())),
    ("cost_details", pa.map_(pa.string(), pa.decimal128(18, 12))),
    ("total_cost", pa.decimal128(18, 12)),
])
rows = [
    dict(id="a", trace_id="t", type="AGENT", usage_details={"input": 30, "output": 12, "total": 42}),
    dict(id="c", trace_id="t", type="GENERATION", parent_observation_id="a", name="answer",
         provided_model_name="gpt-4o-2024-08-06", start_time=at(0), end_time=at(2),
         usage_details={"input": 20, "input_cache_read": 10, "output": 12, "total": 42},
         cost_details={"total": Decimal("0.0001825")}, total_cost=Decimal("0.0001825")),
]
for row in rows:
    for name in schema.names:
        row.setdefault(name, None)
    for name in ("usage_details", "cost_details"):
        row[name] = list((row[name] or {}).items())
pq.write_table(pa.Table.from_pylist(rows, schema=schema), sys.argv[1])
