"""What strangers send over the live socket, those who stand in the door, and guests behind one address."""

import base64
import contextlib
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import websocket

from swaps.live.packets import MOST_BRACKETS, BadPacket, BoundedJSON, Packet
from tests.bench.live import camera_path, portrait
from tests.photos import sample
from tests.running_site import RunningSite

from .conftest import Camera

Cameras = Callable[..., Camera]
POLLING = "/socket.io/?EIO=4&transport=polling"
NESTED = "[" * 100_000
with_a_site = [pytest.mark.process, pytest.mark.xdist_group("live")]


@pytest.mark.parametrize("text", ["[" * (MOST_BRACKETS + 1), "[" + "1," * 2000 + "1]", '{"a":', "[1"], ids=range(4))
def test_large_and_broken_json_is_no_packet(text: str) -> None:
    with pytest.raises(BadPacket):
        BoundedJSON.loads(text)
    with pytest.raises(BadPacket):
        Packet(encoded_packet="2" + text)


def test_the_protocols_own_packets_are_read() -> None:
    frame = base64.b64encode(bytes(range(256)) * 8000).decode()
    packet = Packet(encoded_packet=f'2["process_frame",{{"frame":"data:image/jpeg;base64,{frame}","id":7}}]')
    assert packet.data[1]["id"] == 7


def polled(site: RunningSite, client: requests.Session) -> str:
    """The address of a connection that has begun by polling."""
    opening = json.loads(client.get(site.url + POLLING, timeout=30).text[1:])
    return f"{site.url}{POLLING}&sid={opening['sid']}"


def opened(site: RunningSite) -> websocket.WebSocket:
    """A WebSocket on which the server has said its first word."""
    line = websocket.create_connection(f"ws{site.url[4:]}/socket.io/?EIO=4&transport=websocket", timeout=30)
    assert str(line.recv()).startswith("0{")
    return line


class TestOnASite:
    pytestmark = with_a_site

    @pytest.mark.parametrize(
        "text", ["4" + NESTED, "42" + NESTED, "40" + NESTED, "hello", "4hello", '452-["x"]'], ids=range(6)
    )
    def test_nonsense_leaves_no_traceback(self, live_site: RunningSite, text: str) -> None:
        line = opened(live_site)
        line.send(text)
        line.close()
        with requests.Session() as stranger:
            assert stranger.post(polled(live_site, stranger), data=text, timeout=20).status_code in (200, 400)
        assert requests.get(f"{live_site.url}/healthz", timeout=20).status_code == 200
        assert "Traceback" not in live_site.logged()

    @pytest.mark.long
    def test_a_socket_that_never_says_connect_is_cut_after_ten_seconds(
        self, live_site: RunningSite, camera: Cameras
    ) -> None:
        began = time.monotonic()
        silent, inside = opened(live_site), camera(live_site).connect()
        with contextlib.suppress(websocket.WebSocketConnectionClosedException):
            while silent.recv():
                pass
        assert 9 < time.monotonic() - began < 20
        silent.shutdown()  # type: ignore[no-untyped-call]
        assert inside.client.connected

    def test_guests_behind_one_address_have_a_place_each(self, live_site: RunningSite, camera: Cameras) -> None:
        """Two browsers that show somebody else's page of the protocol: they keep the cookie of their first answer."""
        frame = next(camera_path(portrait("obama.jpg"), 1))
        browsers = [Browser(live_site), Browser(live_site)]
        for browser in browsers:
            browser.connect()
            assert browser.get("/status").json()["source_face_loaded"] is False
        assert browsers[0].upload().json()["success"]
        assert [browser.get("/status").json()["source_face_loaded"] for browser in browsers] == [True, False]
        assert browsers[0].show(frame)["success"] and not browsers[1].show(frame)["success"]
        for browser in browsers:
            browser.leave()


class Browser:
    """A guest's browser as far as cookies go, whose page begins by polling; it came from no page of ours."""

    def __init__(self, site: RunningSite) -> None:
        self.site, self.jar = site, requests.Session()

    def get(self, path: str) -> requests.Response:
        return self.jar.get(self.site.url + path, timeout=30)

    def connect(self) -> None:
        self.line = polled(self.site, self.jar)
        assert "live_guest" in self.jar.cookies
        assert self.jar.post(self.line, data="40", timeout=20).text == "OK"
        assert self.next().startswith("40{")

    def next(self) -> str:
        """The next packet that is no ping."""
        while True:
            for packet in self.jar.get(self.line, timeout=40).text.split("\x1e"):
                if packet != "2":
                    return packet
                self.jar.post(self.line, data="3", timeout=20)

    def upload(self) -> requests.Response:
        with sample("biden.jpg").open("rb") as file:
            return self.jar.post(self.site.url + "/upload_source", files={"image": file}, timeout=60)

    def show(self, frame: bytes) -> Any:
        url = "data:image/jpeg;base64," + base64.b64encode(frame).decode()
        self.jar.post(self.line, data='42["process_frame",{"frame":"' + url + '"}]', timeout=20)
        packet = self.next()
        return json.loads(packet[2:])[1]

    def leave(self) -> None:
        self.jar.post(self.line, data="41", timeout=20)
        self.jar.close()
