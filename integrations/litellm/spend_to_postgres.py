"""A LiteLLM callback that writes each call's spend log into PostgreSQL.

The row is the one that the proxy itself builds (get_logging_payload), the table is the one that its migrations make. Only the database
client is another one: the proxy's own downloads a program when it is installed, which not every machine may do.
"""

import json
import os
import threading

import psycopg2
from litellm.integrations.custom_logger import CustomLogger
from litellm.proxy.spend_tracking.spend_tracking_utils import get_logging_payload


class SpendToPostgres(CustomLogger):
    def __init__(self):
        super().__init__()
        self.connection = None
        self.lock = threading.Lock()

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        row = dict(get_logging_payload(kwargs, response_obj, start_time, end_time))
        with self.lock:
            if self.connection is None:
                self.connection = psycopg2.connect(os.environ["SPEND_DSN"])
                self.connection.autocommit = True
                with self.connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
                        ("LiteLLM_SpendLogs",),
                    )
                    self.columns = dict(cursor.fetchall())
            names = [name for name in row if name in self.columns]
            values = [json.dumps(row[name]) if isinstance(row[name], (dict, list)) else row[name] for name in names]
            marks = ", ".join("%s::jsonb" if self.columns[name] == "jsonb" else "%s" for name in names)
            quoted = ", ".join(f'"{name}"' for name in names)
            with self.connection.cursor() as cursor:
                cursor.execute(
                    f'INSERT INTO "LiteLLM_SpendLogs" ({quoted}) VALUES ({marks}) ON CONFLICT DO NOTHING',
                    [value if not (self.columns[name] == "jsonb" and not str(value).startswith(("{", "[", '"'))) else "{}"
                     for name, value in zip(names, values)],
                )


spend_to_postgres = SpendToPostgres()
