#!/usr/bin/env python3
"""The whole loop on one machine: a LiteLLM proxy before a mocked seller and a real PostgreSQL, 500 calls over four models, their spend logs
through `audit`, `gate` and `export litellm`, and the exported configuration in the proxy again.

    python3 -m venv venv && venv/bin/pip install 'litellm[proxy]' psycopg2-binary
    apt-get install postgresql                      # Debian's; nothing of it is used but its programs
    cargo build --release
    venv/bin/python integrations/litellm/loop.py target/release/switchpoint

Prints what it checks, and exits with 1 where something does not hold. Everything lies in a temporary folder, servers listen on the
loopback address and are ended by their own ids.
"""

import asyncio
import collections
import contextlib
import csv
import glob
import http.server
import json
import math
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid

import yaml

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

HERE = pathlib.Path(__file__).resolve().parent
VENV = pathlib.Path(sys.executable).parent
CALLS = 500
MODELS = ["gpt-4.1", "gpt-4.1-mini", "gpt-5-mini", "o3"]
WORKLOADS = ["support", "search", "triage", "summaries"]
KEY = "sk-loop-local"


def say(what, holds, told=""):
    print(("ok    " if holds else "WRONG ") + what + (f": {told}" if told else ""), flush=True)
    if not holds:
        say.wrong += 1


say.wrong = 0


class Seller(http.server.BaseHTTPRequestHandler):
    """Answers like OpenAI's API, with tokens that follow from the prompt: cached input and reasoning among them."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = len(request["messages"][-1]["content"].split())
        answer = {
            "id": f"chatcmpl-{uuid.uuid4()}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": request["model"],
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "an answer"}}
            ],
            "usage": {
                "prompt_tokens": 3 * words,
                "completion_tokens": words // 2 + 7,
                "total_tokens": 3 * words + words // 2 + 7,
                "prompt_tokens_details": {"cached_tokens": words if words > 1000 else 0},
                "completion_tokens_details": {"reasoning_tokens": words // 4},
            },
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def seller():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Seller)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def postgres(folder):
    """A PostgreSQL of its own, with the tables of the proxy."""
    programs = pathlib.Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
    data, port = folder / "pg", free_port()
    as_user = []
    if os.geteuid() == 0:
        # A server refuses to run as root; the user comes with Debian's package.
        pwd.getpwnam("postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    run = lambda *words: subprocess.run([*as_user, *map(str, words)], check=True, capture_output=True, cwd="/")
    run(programs / "initdb", "-D", data, "-A", "trust", "-U", "loop")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "pg.log", "-o", options, "start")
    try:
        dsn = f"postgresql://loop@127.0.0.1:{port}/postgres"
        psql = ["psql", "-q", "-v", "ON_ERROR_STOP=1", dsn]
        import litellm_proxy_extras

        steps = pathlib.Path(litellm_proxy_extras.__file__).parent / "migrations"
        for step in sorted(steps.glob("*/migration.sql")):
            subprocess.run([*psql, "-f", step], check=True, capture_output=True)
        yield dsn
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "fast", "stop")


@contextlib.contextmanager
def proxy(folder, config, environment):
    """A LiteLLM proxy with a configuration."""
    path = folder / "proxy.yaml"
    path.write_text(yaml.safe_dump(config))
    for file in HERE.glob("spend_to_postgres.py"):
        shutil.copy(file, folder)
    port = free_port()
    log = open(folder / f"proxy-{port}.log", "wb")
    environment = {
        **os.environ,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_MASTER_KEY": KEY,
        "PYTHONPATH": str(folder),
        **environment,
    }
    environment.pop("DATABASE_URL", None)
    server = subprocess.Popen(
        [VENV / "litellm", "--config", path, "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"],
        stdout=log, stderr=log, env=environment, cwd=folder, start_new_session=True,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(base + "/health/liveliness", timeout=2)
                break
            if server.poll() is not None:
                raise SystemExit((folder / f"proxy-{port}.log").read_text()[-3000:])
            time.sleep(0.2)
        yield base
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        log.close()


async def ask(base, requests):
    """Answers to requests, in their order: the proxy's answer, or its error."""
    import httpx

    async with httpx.AsyncClient(timeout=60, headers={"Authorization": f"Bearer {KEY}"}) as client:
        gate = asyncio.Semaphore(16)

        async def one(request):
            async with gate:
                answer = await client.post(base + "/v1/chat/completions", json=request)
                return answer.json()

        return await asyncio.gather(*map(one, requests))


def requests():
    """Calls of four workloads, each on its own model, with prompts of many lengths."""
    draw = random.Random(20261121)
    for number in range(CALLS):
        at = number % len(MODELS)
        words = " ".join(draw.choice(["zebrafish", "beta", "gamma", "delta"]) for _ in range(draw.randint(20, 2000)))
        yield {
            "model": MODELS[at],
            "user": f"user-{draw.randint(1, 20)}",
            "messages": [{"role": "user", "content": words}],
            "metadata": {"tags": [WORKLOADS[at]]},
        }


def switchpoint(binary, *words, fails=False):
    done = subprocess.run([binary, *map(str, words)], capture_output=True, text=True)
    if done.returncode not in ((3,) if fails else (0,)):
        raise SystemExit(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def collected(folder):
    """Sends the calls; gives the file of spend logs and the proxy's own totals."""
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(seller())
        models = [
            {
                "model_name": model,
                "litellm_params": {"model": f"openai/{model}", "api_key": "none", "api_base": upstream},
            }
            for model in MODELS
        ]
        config = {
            "model_list": models,
            "litellm_settings": {"callbacks": ["spend_to_postgres.spend_to_postgres"]},
        }
        dsn = stack.enter_context(postgres(folder))
        base = stack.enter_context(proxy(folder, config, {"SPEND_DSN": dsn}))
        answers = asyncio.run(ask(base, list(requests())))
        usage = collections.Counter()
        for answer in answers:
            usage["in"] += answer["usage"]["prompt_tokens"]
            usage["out"] += answer["usage"]["completion_tokens"]
        query = lambda text: subprocess.run(["psql", "-qAt", dsn, "-c", text], check=True, capture_output=True, text=True).stdout
        for _ in range(100):
            if int(query('SELECT count(*) FROM "LiteLLM_SpendLogs"')) >= CALLS:
                break
            time.sleep(0.1)
        totals = json.loads(query(
            "SELECT row_to_json(t) FROM (SELECT count(*) AS calls, sum(spend) AS spend, sum(prompt_tokens) AS input, "
            'sum(completion_tokens) AS output FROM "LiteLLM_SpendLogs") t'
        ))
        logs = folder / "spend.jsonl"
        logs.write_text(query('SELECT row_to_json(s) FROM "LiteLLM_SpendLogs" s ORDER BY "startTime", request_id'))
    say("the proxy has logged every call", totals["calls"] == CALLS, totals)
    say("and the tokens that it answered with", (totals["input"], totals["output"]) == (usage["in"], usage["out"]))
    return logs, totals


def audited(folder, binary, logs, totals):
    """The audit at the proxy's own prices adds up to the proxy's own spend."""
    import litellm

    sheet = pathlib.Path(litellm.__file__).parent / "model_prices_and_context_window_backup.json"
    own = folder / "litellm-prices.json"
    shutil.copy(sheet, own)
    page = json.loads(switchpoint(binary, "audit", logs, "--no-synced", "--prices", own, "--format", "json"))
    flat = json.dumps(page)
    numbers = {key: find(page, key) for key in ["priced_calls", "spent_usd", "in_total", "out_total", "claimed_usd"]}
    say("every call has a price", numbers["priced_calls"] == CALLS, numbers)
    say("input and output tokens are the proxy's", (numbers["in_total"], numbers["out_total"]) == (totals["input"], totals["output"]))
    apart = abs(float(numbers["spent_usd"]) - totals["spend"])
    say("the cost is the proxy's to its last float", apart < 1e-9, f"{numbers['spent_usd']} beside {totals['spend']!r}")
    say("nothing of the prompts is on the page", "zebrafish" not in flat)
    return float(numbers["spent_usd"])


def find(page, key):
    """The first value of a key, anywhere in a page."""
    if isinstance(page, dict):
        if key in page and not isinstance(page[key], (dict, list)):
            return page[key]
        page = list(page.values())
    for part in page if isinstance(page, list) else []:
        found = find(part, key)
        if found is not None:
            return found
    return None


def gated(folder, binary, logs):
    base, budget = folder / "baseline.json", folder / "budget.toml"
    switchpoint(binary, "baseline", "save", logs, "--no-synced", "--out", base)
    budget.write_text('[[rule]]\nname = "no dearer"\nmax_increase_percent = 5\n')
    switchpoint(binary, "gate", logs, "--no-synced", "--budget", budget, "--baseline", base)
    say("a gate lets the same log pass", True)
    budget.write_text('[[rule]]\nname = "a cent a call"\nmax_cost_per_call = 0.0000001\n')
    switchpoint(binary, "gate", logs, "--no-synced", "--budget", budget, fails=True)
    say("and denies it where the budget is smaller", True)


def rerouted(folder, binary, logs):
    """The exported configuration starts, and routes as the table says."""
    out, table = folder / "router.yaml", folder / "routes.csv"
    switchpoint(binary, "export", "litellm", logs, "--no-synced", "--full", "--out", out)
    switchpoint(binary, "export", "csv", logs, "--no-synced", "--full", "--out", table)
    config = yaml.safe_load(out.read_text())
    text = out.read_text()
    say("the file names variables and holds no key", "os.environ/" in text and "sk-" not in text)
    groups, variables = collections.defaultdict(collections.Counter), {}
    for deployment in config["model_list"]:
        parameters = deployment["litellm_params"]
        groups[deployment["model_name"]][parameters["model"]] += parameters.get("weight", 1)
        for parameter, place in list(parameters.items()):
            if str(place).startswith("os.environ/"):
                variables[place.split("/", 1)[1]] = "https://127.0.0.1:9/" if parameter.endswith("base") else "none"
        parameters["mock_response"] = parameters["model"]
    with open(table) as rows:
        named = {row["workload"] for row in csv.DictReader(rows)}
    say("each workload has a name", named <= set(groups), sorted(named))
    each = 400
    with proxy(folder, config, variables) as base:
        for group in sorted(named):
            wanted = groups[group]
            answers = asyncio.run(ask(base, [{"model": group, "messages": [{"role": "user", "content": "x"}]}] * each))
            failed = [answer for answer in answers if "choices" not in answer]
            if failed:
                say(f"{group}: every call is served", False, f"{len(failed)} are not, such as {failed[0]}")
            got = collections.Counter(
                answer["choices"][0]["message"]["content"] for answer in answers if "choices" in answer
            )
            parts = sum(wanted.values())
            fits = all(
                abs(got[model] - each * weight / parts) <= 4.5 * math.sqrt(each * weight / parts * (1 - weight / parts)) + 1
                for model, weight in wanted.items()
            )
            say(f"{group}: {each} calls are spread by weight", fits and set(got) <= set(wanted), dict(got))
    fallbacks = {name: others for entry in config["router_settings"].get("fallbacks", []) for name, others in entry.items()}
    say("what moves has fallbacks", bool(fallbacks), fallbacks)
    for deployment in config["model_list"]:
        if deployment["model_name"] in fallbacks:
            deployment["litellm_params"]["mock_response"] = "litellm.RateLimitError"
    config["router_settings"]["num_retries"] = 0
    with proxy(folder, config, variables) as base:
        for group, others in sorted(fallbacks.items()):
            answer = asyncio.run(ask(base, [{"model": group, "messages": [{"role": "user", "content": "x"}]}]))[0]
            served = answer.get("choices", [{}])[0].get("message", {}).get("content")
            allowed = {d["litellm_params"]["model"] for d in config["model_list"] if d["model_name"] in others}
            say(f"{group}: where every offer fails, the incumbent answers", served in allowed, served or answer)


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="switchpoint-loop-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        logs, totals = collected(folder)
        audited(folder, binary, logs, totals)
        gated(folder, binary, logs)
        rerouted(folder, binary, logs)
    print("wrong:", say.wrong)
    return 1 if say.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
