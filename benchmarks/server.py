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
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.replies import REPLIES, Reply

HOST = "127.0.0.1"
ROUND_TRIP = 0.04
"""Seconds from a far client to the server and back."""
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
    """Print the ports once ready; serve until standard input ends."""
    context = certificate(folder)
    far = await _listen(delay(await _listen(answer, context)))
    print(json.dumps([await _listen(answer), far]), flush=True)
    await asyncio.to_thread(sys.stdin.read)


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
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        try:
            ports = json.loads(process.stdout.readline())
            yield Server(*ports, str(folder / "ca.pem"))
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
