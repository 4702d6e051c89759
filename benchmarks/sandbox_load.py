"""The sandbox's memory and its answers while other programs crowd it.

    python benchmarks/sandbox_load.py [CONNECTIONS [MIB [SECONDS]]]

A crowd holds this many connections (500) open at a time, each with a request of MIB
MiB (64) that the sandbox has to refuse, or with one that never ends; whichever the
sandbox closes is opened again. Meanwhile a client with the key asks one question
after another. Fails if the memory grows by more than promised, or if a question of
that client is not answered.
"""

import contextlib
import http.client
import json
import multiprocessing
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

MIB = 1 << 20
MOST_MIB = 64
"""Promised: the memory grows by this much at most."""
QUESTION = {"model": "rerank-v3.5", "query": "b", "documents": ["a", "b", "c"]}
SLOW_SECONDS = 0.5  # between two bytes of a slow sender
HOST = "Host: localhost"
LENGTH = "Content-Length: {}"
# Of each kind: its lines, whether it sends slowly, and what it sends of the head.
KINDS: dict[str, tuple[tuple[str, ...], bool, float]] = {
    "no key": ((HOST, LENGTH), False, 1),
    "a wrong key": ((HOST, LENGTH, "Authorization: Bearer wrong"), False, 1),
    "another host": (("Host: example.com", LENGTH), False, 1),
    "a web page": ((HOST, LENGTH, "Origin: http://localhost"), False, 1),
    "a wrong key, chunks": ((HOST, "Transfer-Encoding: chunked"), False, 1),
    "a wrong key, slow body": ((HOST, LENGTH), True, 1),
    "a slow head": ((HOST, LENGTH, f"X: {'x' * 20_000}"), True, 0.9),
    "idle": ((), True, 0),
}


class Sender:
    """A connection of the crowd, and what it still has to send."""

    def __init__(self, port: int, kind: str, size: int) -> None:
        lines, self.is_slow, part = KINDS[kind]
        head = "\r\n".join(["POST /v2/rerank HTTP/1.1", *lines, "", ""]).format(size)
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.socket.setblocking(False)
        self.kind = kind
        self.left = size if part else 0
        self.received = b""
        self.next = 0.0
        chunk = f"{size:x}\r\n" if "chunked" in head else ""
        first = (head + chunk).encode()
        with contextlib.suppress(OSError):
            self.socket.send(first[: int(len(first) * part)])

    def send(self, data: memoryview) -> None:
        """Send what the socket takes, or one byte now and then."""
        now = time.monotonic()
        if not self.left or now < self.next:
            return
        size = 1 if self.is_slow else min(self.left, len(data))
        self.next = now + (SLOW_SECONDS if self.is_slow else 0)
        self.left -= self.socket.send(data[:size])

    def receive(self) -> bool:
        """Receive; return whether the connection is open."""
        data = self.socket.recv(65536)
        self.received += data
        return bool(data)


def crowd(port: int, count: int, size: int, seconds: float, results: object) -> None:
    """Hold *count* connections for *seconds*; put how they ended into *results*."""
    data = memoryview(bytes(256 * 1024))
    kinds = cycle(KINDS)
    ends: Counter[str] = Counter()
    senders = {Sender(port, next(kinds), size) for _ in range(count)}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for sender in list(senders):
            if step(sender, data):
                continue
            ends[f"{sender.kind}: {status(sender.received)}"] += 1
            sender.socket.close()
            senders.remove(sender)
            senders.add(Sender(port, sender.kind, size))
        with selectors.DefaultSelector() as selector:
            for sender in senders:
                wanted = selectors.EVENT_READ
                if sender.left and not sender.is_slow:
                    wanted |= selectors.EVENT_WRITE
                selector.register(sender.socket, wanted)
            selector.select(0.1)
    results.put(ends)  # type: ignore[attr-defined]


def step(sender: Sender, data: memoryview) -> bool:
    """Send and receive what is possible; return whether the connection is open."""
    with contextlib.suppress(BlockingIOError):
        try:
            sender.send(data)
        except BlockingIOError:
            pass
        except OSError:
            sender.left = 0  # the reply may still be there
        try:
            return sender.receive()
        except ConnectionError:
            return False
    return True


def status(received: bytes) -> str:
    """Return the status of a reply."""
    return received[9:12].decode() or "closed without a reply"


def ask(port: int, key: str) -> float:
    """Ask with the key; return the seconds that it took, or raise `OSError`."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}"}
    with contextlib.closing(connection):
        connection.request("POST", "/v2/rerank", json.dumps(QUESTION), headers)
        reply = connection.getresponse()
        if b'"index":1' not in reply.read():
            raise OSError(f"status {reply.status}")
    return time.monotonic() - began


def memory(pid: int, name: str = "VmRSS") -> float:
    """Return the memory of a process, in MiB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split(f"{name}:")[1].split()[0]) / 1024


@contextlib.contextmanager
def sandbox() -> Iterator[tuple[int, int, str]]:
    """Yield process id, port and key of a sandbox."""
    command = [sys.executable, "-m", "cohere_cli", "sandbox", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            _, url, key = process.stdout.readline().split()  # type: ignore[union-attr]
            port = int(url.rpartition(":")[2])
            yield process.pid, port, key.partition("=")[2]
        finally:
            process.terminate()


def main(count: int = 500, mebibytes: int = 64, seconds: float = 20) -> int:
    """Print the figures; return 1 if a promise is broken, else 0."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    with sandbox() as (pid, port, key):
        ask(port, key)
        base = memory(pid)
        arguments = (port, count, mebibytes * MIB, seconds, results)
        others = context.Process(target=crowd, args=arguments)
        others.start()
        taken, failed = [], 0
        while others.is_alive() and results.empty():
            try:
                taken.append(ask(port, key))
            except (OSError, http.client.HTTPException) as exc:
                failed += 1
                print(f"not answered: {exc!r}")
            time.sleep(0.05)
        ends = results.get()
        others.join()
        grown = memory(pid, "VmHWM") - base
        after = ask(port, key)
    for end, number in sorted(ends.items()):
        print(f"{number:7} x {end}")
    print(f"base {base:.0f} MiB, at most {grown:.0f} MiB more")
    print(
        f"{len(taken)} questions answered, {failed} not; median "
        f"{sorted(taken)[len(taken) // 2] * 1e3:.0f} ms, slowest "
        f"{max(taken) * 1e3:.0f} ms; afterwards {after * 1e3:.0f} ms"
    )
    return int(grown > MOST_MIB or failed > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
