"""nginx as docs/nginx.conf sets it up, on free ports of loopback, with a test's certificate, before a test's server."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.authority import Authority
from tests.photos import ROOT
from tests.running_site import free_port, wait_until

SHIPPED = ROOT / "docs" / "nginx.conf"
NAME = "faces.example.org"
AROUND = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log notice;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    include {folder}/site.conf;
}}
"""


def nginx() -> str:
    """The path of nginx; where there is none the test is skipped, and fails in CI."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        reason = "no nginx on PATH (apt-get install nginx-light): its configuration can't be tried"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Nginx:
    """A running nginx. What a test changes of the shipped file are ports, the certificate, and perhaps `more`."""

    def __init__(self, folder: Path, upstream: int, *, more: str = "") -> None:
        self.http, self.https = free_port(), free_port()
        authority = Authority(folder)
        authority.serving(NAME)
        certificate = next(folder.glob("server-*.pem"))
        self.trusted = str(authority.file)
        text = SHIPPED.read_text()
        for shipped, own in {
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
            "listen 80;": f"listen 127.0.0.1:{self.http};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.https} ssl; {more}",
            f"/etc/ssl/{NAME}.pem": str(certificate),
            f"/etc/ssl/private/{NAME}.key": str(certificate),
        }.items():
            assert text.count(shipped) == 1, shipped
            text = text.replace(shipped, own)
        (folder / "site.conf").write_text(text)
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
        self.log = folder / "error.log"
        command = [nginx(), "-e", str(self.log), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        self.process = subprocess.Popen(command, start_new_session=True)
        wait_until(self.answers, seconds=30, what="nginx to answer")

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return requests.get(f"http://127.0.0.1:{self.http}/", allow_redirects=False, timeout=5).status_code == 301
        except requests.ConnectionError:
            return False

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.https}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class _From(HTTPAdapter):
    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        options |= {"server_hostname": NAME, "assert_hostname": NAME, "source_address": (self.address, 0)}
        super().init_poolmanager(connections, maxsize, block, **options)


class Caller(requests.Session):
    """Someone with an address of their own (127.0.0.x), who reaches the site by its name and checks its certificate."""

    def __init__(self, through: Nginx, address: str = "127.0.0.1") -> None:
        super().__init__()
        self.through = through
        self.verify, self.trust_env = through.trusted, False  # the environment may name other authorities
        self.headers.update({"Host": NAME, "Referer": f"https://{NAME}/"})
        self.mount(through.url, _From(address))

    def ask(self, path: str, method: str = "GET", **options: Any) -> requests.Response:
        address = self.through.url + path
        return self.request(method, address, timeout=options.pop("timeout", 60), allow_redirects=False, **options)
