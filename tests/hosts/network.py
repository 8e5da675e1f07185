"""Hosts on one machine: network namespaces on a bridge, and relays that lend them the services of the real loopback."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BRIDGE = "faceswap0"
SUBNET = "10.213.77"
OUTSIDE = f"{SUBNET}.1"  # the bridge's own address: where the hosts find the services


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


class Host:
    """A network namespace with one address."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.address = f"{BRIDGE}-{name}", f"{SUBNET}.{number}"
        self._outer, self._inner = f"fsv{number}o", f"fsv{number}i"

    def make(self) -> None:
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", self._outer, "type", "veth", "peer", "name", self._inner, "netns", self.name)
        run("ip", "link", "set", self._outer, "master", BRIDGE, "up")
        self._inside("ip", "addr", "add", f"{self.address}/24", "dev", self._inner)
        self._inside("ip", "link", "set", self._inner, "up")
        self._inside("ip", "link", "set", "lo", "up")

    def _inside(self, *command: str) -> None:
        run(*self.command(*command))

    def command(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *command]

    def cut_off(self) -> None:
        run("ip", "link", "set", self._outer, "down")

    def reconnect(self) -> None:
        run("ip", "link", "set", self._outer, "up")

    def remove(self) -> None:
        for command in (["ip", "netns", "del", self.name], ["ip", "link", "del", self._outer]):
            subprocess.run(command, check=False, capture_output=True)


@contextmanager
def hosts(*names: str) -> Iterator[list[Host]]:
    """Hosts that see each other and the bridge, and nothing else. Needs the right to make namespaces."""
    made = [Host(name, number) for number, name in enumerate(names, 10)]
    try:
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "addr", "add", f"{OUTSIDE}/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        for host in made:
            host.make()
        yield made
    finally:
        for host in made:
            host.remove()
        subprocess.run(["ip", "link", "del", BRIDGE], check=False, capture_output=True)


@contextmanager
def relay(port: int) -> Iterator[int]:
    """Let the hosts reach a service that listens on the loopback; gives the port at the bridge's address."""
    with socket.create_server((OUTSIDE, 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    inner, _address = listener.accept()
                except OSError:
                    return
                outer = socket.create_connection(("127.0.0.1", port))
                for source, target in ((inner, outer), (outer, inner)):
                    threading.Thread(target=_pump, args=(source, target), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
