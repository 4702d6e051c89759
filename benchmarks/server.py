"""A server on this machine for measuring clients: how it answers is in the path.

    python -m benchmarks.server FOLDER

`/500/5/300/v2/chat` streams an answer of 500 tokens, one each 5 ms, after 300 ms of
thought; with 0 instead of 5, all of it is sent at once. `/v1/chat` does so in the old
format, for `llm`. `/0/0/50/v2/rerank` ranks by a hash of each document, after 50 ms.

It speaks HTTP/1.1, and TLS with a certificate of its own, whose authority is added to
the system's in FOLDER/ca.pem. The port of TLS is far away: see `delay`. Both ports are
in the line of JSON that it prints first.
"""

import asyncio
import json
import ssl
import subprocess
import sys
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

HOST = "127.0.0.1"
ROUND_TRIP = 0.04
"""Seconds from a far client to the server and back."""
FIRST_TOKEN = "Zebras"
PARAGRAPH = """Zebras live in herds on the plains of Africa, where grass and water are \
near. The stripes of a zebra differ from those of each other one, so that a foal knows \
its mother by them. Lions see the herd, but not where one animal ends.\n\n"""
TOKENS = [FIRST_TOKEN, *(f" {word}" for word in PARAGRAPH.split(" ")[1:])]
EVENT_STREAM = b"text/event-stream\r\nTransfer-Encoding: chunked"
Reply = tuple[bytes, list[bytes]]
"""The type of the content, with the header of its length, and its pieces."""
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Plan(NamedTuple):
    """How to answer: tokens, milliseconds between two, and before the first byte."""

    tokens: int = 1
    pace: int = 0
    thought: int = 0

    @property
    def path(self) -> str:
        """How a URL says this."""
        return f"/{self.tokens}/{self.pace}/{self.thought}"


class Server(NamedTuple):
    """Where the server listens, and the file of authorities for its certificate."""

    http: int
    far: int
    authorities: str

    def url(self, plan: Plan) -> str:
        """Return the base URL for answers by *plan*."""
        return f"http://{HOST}:{self.http}{plan.path}"

    def far_url(self, plan: Plan) -> str:
        """Return the same over TLS, `ROUND_TRIP` seconds away."""
        return f"https://{HOST}:{self.far}{plan.path}"


def tokens(count: int) -> Iterator[str]:
    """Yield an answer of *count* tokens: paragraphs of prose."""
    return islice(cycle(TOKENS), count)


def score(text: str) -> float:
    """Return how relevant the document *text* is, from 0 to 1."""
    return zlib.crc32(text.encode()) / (1 << 32)


def event(kind: str, **fields: Any) -> bytes:
    """Return an event of `/v2/chat` as an HTTP chunk of its own."""
    data = json.dumps({"type": kind, **fields}, separators=(",", ":"))
    text = f"event: {kind}\ndata: {data}\n\n".encode()
    return _chunk(text)


def _chunk(text: bytes) -> bytes:
    """Return *text* as a chunk of HTTP; an empty one is the last."""
    return b"%x\r\n%b\r\n" % (len(text), text)


@cache
def events(count: int) -> list[bytes]:
    """Return the chunks of an answer, one for each token; the first opens it, too."""
    start = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": []}
    block = {"type": "text", "text": ""}
    opening = event("message-start", id="1", delta={"message": start})
    opening += event("content-start", index=0, delta={"message": {"content": block}})
    deltas = [{"message": {"content": {"text": token}}} for token in tokens(count)]
    chunks = [event("content-delta", index=0, delta=delta) for delta in deltas]
    return [opening + chunks[0], *chunks[1:], event("content-end", index=0) + _end()]


def _end() -> bytes:
    usage = {"tokens": {"input_tokens": 1, "output_tokens": 1}}
    delta = {"finish_reason": "COMPLETE", "usage": usage}
    return event("message-end", delta=delta) + _chunk(b"")


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection until it is closed."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            body = await reader.readexactly(int(length))
            due = asyncio.get_running_loop().time()
            _, *numbers, version, endpoint = head.split(b" ", 2)[1].split(b"/")
            plan = Plan(*map(int, numbers))
            reply = REPLIES[version, endpoint](plan.tokens, body)
            await _send(writer, plan, reply, due)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client is done
    finally:
        writer.close()


def stream(count: int, _body: bytes) -> Reply:
    """Return an answer of *count* tokens: each is an event."""
    return EVENT_STREAM, events(count)


def stream_v1(count: int, _body: bytes) -> Reply:
    """Return an answer in the format of `/v1/chat`: an object on each line."""
    objects = [{"event_type": "text-generation", "text": one} for one in tokens(count)]
    whole = {"text": "".join(tokens(count))}
    end = {"event_type": "stream-end", "finish_reason": "COMPLETE", "response": whole}
    chunks = [_chunk(f"{json.dumps(each)}\n".encode()) for each in [*objects, end]]
    return EVENT_STREAM, [*chunks, _chunk(b"")]


def rank(_count: int, body: bytes) -> Reply:
    """Return a ranking of the documents of *body*."""
    asked = json.loads(body)
    scores = [(-score(text), at) for at, text in enumerate(asked["documents"])]
    best = sorted(scores)[: asked.get("top_n")]
    results = [{"index": at, "relevance_score": -worth} for worth, at in best]
    reply = json.dumps({"id": "1", "results": results, "meta": {}}).encode()
    return b"application/json\r\nContent-Length: %d" % len(reply), [reply]


REPLIES: dict[tuple[bytes, bytes], Callable[[int, bytes], Reply]] = {
    (b"v2", b"chat"): stream,
    (b"v1", b"chat"): stream_v1,
    (b"v2", b"rerank"): rank,
}


async def _send(
    writer: asyncio.StreamWriter, plan: Plan, reply: Reply, due: float
) -> None:
    """Send *reply* as planned, counted from *due*."""
    content, chunks = reply
    chunks = chunks if plan.pace else [b"".join(chunks)]
    await until(due + plan.thought / 1000)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\n\r\n" % content)
    for number, chunk in enumerate(chunks):
        await until(due + (plan.thought + number * plan.pace) / 1000)
        writer.write(chunk)
    await writer.drain()


async def until(due: float) -> None:
    """Wait until the loop's clock shows *due*."""
    await asyncio.sleep(due - asyncio.get_running_loop().time())


def delay(port: int) -> Handler:
    """Return a handler that joins a connection to *port*, `ROUND_TRIP` away.

    Each byte arrives half a round trip later. A kernel connects on the loopback
    interface at once, so a client's first byte also waits for the round trip that
    the handshake of TCP takes.
    """

    async def join(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        connected = asyncio.get_running_loop().time() + ROUND_TRIP
        far, onward = await asyncio.open_connection(HOST, port)
        await asyncio.gather(
            _forward(near, onward, connected), _forward(far, back, connected)
        )

    return join


async def _forward(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connected: float
) -> None:
    loop = asyncio.get_running_loop()
    due = 0.0
    while data := await reader.read(1 << 16):
        # Never the same time twice: the loop does not keep the order of equal ones.
        due = max(loop.time(), connected, due - ROUND_TRIP / 2 + 1e-6) + ROUND_TRIP / 2
        loop.call_at(due, writer.write, data)
    loop.call_at(max(loop.time() + ROUND_TRIP / 2, due + 1e-6), writer.close)


def certificate(folder: Path) -> ssl.SSLContext:
    """Return a context with a new certificate; write FOLDER/ca.pem.

    That file has the system's authorities, too: reading them takes time, and clients
    of the real API do.
    """
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    system = ssl.get_default_verify_paths().cafile
    others = Path(system).read_bytes() if system else b""
    (folder / "ca.pem").write_bytes(others + authority.cert_pem.bytes())
    return context


async def serve(folder: Path) -> None:
    """Serve until killed; print the ports once ready."""
    context = certificate(folder)
    far = await _listen(delay(await _listen(answer, context)))
    print(json.dumps([await _listen(answer), far]), flush=True)
    await asyncio.Event().wait()


async def _listen(handler: Handler, context: ssl.SSLContext | None = None) -> int:
    server = await asyncio.start_server(handler, HOST, 0, ssl=context)
    _SERVERS.append(server)
    port: int = server.sockets[0].getsockname()[1]
    return port


_SERVERS: list[asyncio.Server] = []  # asyncio itself keeps weak references


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Start a server in a process of its own, and end it."""
    command = [sys.executable, "-m", "benchmarks.server", str(folder)]
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as process:
        assert process.stdout
        try:
            ports = json.loads(process.stdout.readline())
            yield Server(*ports, str(folder / "ca.pem"))
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
