"""`make hosts`: a web host and two worker hosts share PostgreSQL, Redis and a bucket; one worker host is cut off.

Before that, on one host: what a second worker process adds.

Each host is a network namespace with a folder of its own, so nothing is shared but the services. Needs the right to
make namespaces, a PostgreSQL server and a Redis server (DATABASE_URL and REDIS_URL, on this machine's loopback).
"""

import argparse
import logging
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from moto.server import ThreadedMotoServer

from tests.faults.site import FaultySite
from tests.photos import ROOT
from tests.running_site import COMMANDS

from .network import OUTSIDE, Host, hosts, relay
from .scaling import scaling

BUCKET = "faces"
SECONDS_CUT_OFF = 30


class HostedSite(FaultySite):
    """A site whose processes run on hosts of their own."""

    def start_on(self, host: Host, *names: str) -> None:
        folder = self.data_dir / host.name
        folder.mkdir(exist_ok=True)
        environment = self.environment | {"DATA_DIR": str(folder), "ALLOWED_HOSTS": "*"}
        prepare = host.command(sys.executable, "manage.py", "prepare")
        subprocess.run(prepare, cwd=ROOT, env=environment, check=True, capture_output=True)
        for name in names:
            command = host.command(sys.executable, *COMMANDS[name])
            if name == "web":
                command += ["--host", host.address, "--port", str(self.port)]
                self.url = f"http://{host.address}:{self.port}"
            self.processes[f"{name} on {host.name}"] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=self.log,
                stderr=self.log,
                start_new_session=True,
            )


def at_the_bridge(address: str, default_port: int, stack: ExitStack) -> str:
    """The address of a loopback service as the hosts reach it."""
    parts = urlsplit(address)
    port = stack.enter_context(relay(parts.port or default_port))
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return parts._replace(netloc=f"{user}{OUTSIDE}:{port}").geturl()


def bucket(stack: ExitStack) -> dict[str, str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it tells of every request
    server = ThreadedMotoServer(ip_address=OUTSIDE, port=0, verbose=False)
    server.start()
    stack.callback(server.stop)
    endpoint = f"http://{OUTSIDE}:{server.get_host_and_port()[1]}"
    names = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **names).create_bucket(Bucket=BUCKET)
    keys = {"S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret", "S3_REGION": "us-east-1"}
    return {"S3_BUCKET": BUCKET, "S3_ENDPOINT_URL": endpoint, **keys}


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.hosts")
    parser.add_argument("--jobs", type=int, default=500)
    jobs = parser.parse_args().jobs
    database = os.environ.get("DATABASE_URL", "postgres://root@127.0.0.1:5432/postgres")
    redis = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9")
    with tempfile.TemporaryDirectory(prefix="scaling-") as name:
        alone, both, ratio = scaling(Path(name), database)
    with ExitStack() as stack:
        web, one, two = stack.enter_context(hosts("web", "one", "two"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hosts-")))
        services = {
            "DATABASE_URL": at_the_bridge(database, 5432, stack),
            "REDIS_URL": at_the_bridge(redis, 6379, stack),
        }
        site = HostedSite(folder / "site", WORKERS="1", **services, **bucket(stack))
        stack.callback(site.stop)
        site.start_on(web, "web", "sweeper")
        site.start_on(one, "worker")
        site.start_on(two, "worker")
        site.wait_for_web()
        site.submit_many(jobs // 2)
        two.cut_off()
        site.submit_many(jobs - jobs // 2)
        time.sleep(SECONDS_CUT_OFF)
        two.reconnect()
        books = site.wait_for_all(jobs, seconds=120 + 5 * jobs)
    wrong = sum(books[name] for name in ("charged wrongly", "accounts out of balance", "orphan files", "missing files"))
    done = books["status"].get("done", 0)
    for name, value in (
        ("worker hosts", "2, one cut off for half a minute under load"),
        ("jobs accepted, done", f"{jobs}, {done}"),
        ("most attempts of a job", books["attempts"]),
        ("charged wrongly, orphans, missing", wrong),
        ("jobs a second, one worker, two", f"{alone:.2f}, {both:.2f} ({ratio:.2f} times)"),
    ):
        sys.stdout.write(f"{name:<36}{value}\n")
    return 0 if done == jobs and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
