"""Programs that go on submitting swaps whatever they are told, and write down every answer."""

import base64
import json
import threading
import time
from typing import Any

import requests

from tests.drawn import drawn
from tests.running_site import RunningSite


def in_base64(name: str) -> dict[str, str]:
    return {"base64": base64.b64encode(drawn(name).read_bytes()).decode()}


BODY = {"face": in_base64("obama.jpg"), "target": in_base64("obama2.jpg")}


class Load:
    """While it is entered, some threads submit one swap after the other; one more opens a page."""

    def __init__(self, site: RunningSite, key: str, programs: int = 2) -> None:
        self.site, self.programs = site, programs
        self.headers = {"Authorization": f"Bearer {key}"}
        self.accepted: list[str] = []
        self.refused: list[requests.Response] = []
        self.pages: list[requests.Response] = []
        self.broken: list[Exception] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._submit) for _ in range(programs)]
        self._threads.append(threading.Thread(target=self._open_pages))

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(90)

    def _submit(self) -> None:
        while not self._over.is_set():
            try:
                url = f"{self.site.url}/api/v1/swaps"
                answer = requests.post(url, json=BODY, headers=self.headers, timeout=60)
            except requests.RequestException as error:
                self.broken.append(error)
            else:
                if answer.status_code == 202:
                    self.accepted.append(answer.json()["id"])
                else:
                    self.refused.append(answer)
            time.sleep(0.1)  # a queue that grows faster than one worker takes would only prolong the test

    def _open_pages(self) -> None:
        while not self._over.is_set():
            try:
                headers = {"Accept": "text/html"}
                self.pages.append(requests.get(f"{self.site.url}/explore/", headers=headers, timeout=60))
            except requests.RequestException as error:
                self.broken.append(error)
            time.sleep(0.1)


def books(site: RunningSite) -> dict[str, Any]:
    """What became of every job, point and file."""
    told: dict[str, Any] = json.loads(site.python("-m", "tests.faults.books"))
    return told
