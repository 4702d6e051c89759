"""A server that ranks each document by itself, and fails as a test wants it to."""

import json
import random
import secrets
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What is sent back: `body` as JSON, or a text as it is."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


RESET = None
Answer = Callable[[Body], Reply | None]


def score(document: str) -> float:
    """How relevant *document* is held to be, from 0 to 1: the same in any request."""
    return zlib.crc32(document.encode()) / (1 << 32)


def results_for(body: Body) -> list[dict[str, float]]:
    best = sorted((-score(text), at) for at, text in enumerate(body["documents"]))
    return [
        {"index": at, "relevance_score": -worth}
        for worth, at in best[: body.get("top_n")]
    ]


def ranking(body: Body) -> Reply:
    units = -(-len(body["documents"]) // 100)
    meta = {"billed_units": {"search_units": units}}
    return Reply({"id": "1", "results": results_for(body), "meta": meta})


def refused(status: int, message: str, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply({"message": message}, status, named)


def without(word: str) -> Answer:
    """Refuse each request with *word* in one of its documents."""

    def answer(body: Body) -> Reply:
        bad = any(word in document for document in body["documents"])
        return refused(400, f"{word} is not wanted") if bad else ranking(body)

    return answer


def faulty(seed: int) -> Answer:
    """Answer four of five requests; reset, refuse or put off the others."""
    chance, drawing = random.Random(seed), threading.Lock()
    busy = refused(503, "busy", retry_after="0")
    faults = (RESET, busy, refused(429, "slow down", retry_after_ms="5"))

    def answer(body: Body) -> Reply | None:
        with drawing:
            fails, fault = chance.random() < 0.2, chance.choice(faults)
        return fault if fails else ranking(body)

    return answer


class Hanging:
    """Answers nothing from request number *after* on, until it is let go."""

    def __init__(self, after: int = 0) -> None:
        self.go = threading.Event()
        self.asked = threading.Event()
        self._left = after
        self._counting = threading.Lock()

    def __call__(self, body: Body) -> Reply:
        with self._counting:
            self._left -= 1
            hangs = self._left < 0
        if hangs:
            self.asked.set()
            self.go.wait(20)
        return ranking(body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "ScoringServer"

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["content-length"]))
        if self.headers["authorization"] != f"Bearer {self.server.key}":
            self._send(refused(401, "not now"))
            return
        body = json.loads(data)
        self.server.bodies.append(body)
        reply = self.server.answer(body)
        if reply is RESET:
            self._reset()
        else:
            self._send(reply)
            if reply.status == 200:
                self.server.answered.append(body)

    def _send(self, reply: Reply) -> None:
        data = json.dumps(reply.body).encode()
        self.send_response(reply.status)
        given = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**given, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _reset(self) -> None:
        now = struct.pack("ii", 1, 0)  # close without a farewell
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class ScoringServer(ThreadingHTTPServer):
    """Keeps the `bodies` it was sent, and those that it `answered`.

    `environ` is what `co` needs to know. The key is another one after each `begin`,
    so that what a killed program has left in the wires is not taken for new.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.begin(ranking)

    def begin(self, answer: Answer) -> None:
        """Answer so from now on, and forget what came before."""
        self.answer = answer
        self.key = secrets.token_hex(8)
        self.bodies: list[Body] = []
        self.answered: list[Body] = []

    @property
    def environ(self) -> dict[str, str]:
        return {"CO_API_URL": self.url, "CO_API_KEY": self.key}

    @property
    def documents(self) -> list[str]:
        """All documents that were sent, in the order of the requests."""
        return [one for body in self.bodies for one in body["documents"]]

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that has gone."""


@contextmanager
def scoring() -> Iterator[ScoringServer]:
    """Serve until the end of the block."""
    with ScoringServer() as server:
        thread = threading.Thread(
            target=server.serve_forever, args=(0.01,), daemon=True
        )
        thread.start()
        try:
            yield server
        finally:
            with suppress(AttributeError):
                server.answer.go.set()
            server.shutdown()
