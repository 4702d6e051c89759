"""What many events of one kind cost, beside as many plain pieces of an answer.

    python benchmarks/folding.py [COUNT] [--rounds N] [--only KIND]

A server in this process sends COUNT events of a kind (100,000 unless given), and `co`
writes the reply in each format, and draws it on a pseudo-terminal. Each figure is the
CPU time of the whole program, the median of all rounds, divided by that of as many
plain content deltas in the same format, read one by one. "8" is a reply that is
refused, with exit code 8, because it is larger than replies may be. Exit code 1: a
ratio is above 2, or above 3 on a terminal.
"""

import argparse
import json
import os
import pty
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

Json = Mapping[str, Any]

CO = Path(sys.executable).with_name("co")
FORMATS = ("text", "markdown", "json", "events", "terminal")
MOST, MOST_DRAWN = 2.0, 3.0
BASE = "content deltas"
REFUSED = 8
END = {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}


def message(kind: str, index: int | None = None, **fields: Any) -> Json:
    """Return an event of `/v2/chat`."""
    place = {} if index is None else {"index": index}
    return {"type": kind, **place, "delta": {"message": fields}}


def text(piece: str, index: int = 0) -> Json:
    """Return a piece of the answer."""
    return message("content-delta", index, content={"text": piece})


def cited(spans: Iterator[tuple[int, int]], count: int) -> Iterator[Json]:
    """Yield an answer in paragraphs, then citations of *spans* of it."""
    yield text(("word " * 100 + "\n\n") * (count // 500 + 1))
    for start, end in spans:
        words = {"start": start, "end": end, "sources": ["a"]}
        yield message("citation-start", citations=words)


def one_citation(count: int) -> Iterator[Json]:
    """Yield an answer with one citation of *count* sources."""
    yield text("word ")
    sources = [*map(str, range(count))]
    words = {"start": 0, "end": 4, "sources": sources}
    yield message("citation-start", citations=words)


def call(number: int) -> Json:
    """Return the start of a tool call."""
    function = {"name": "f", "arguments": "{}"}
    return message("tool-call-start", tool_calls={"id": number, "function": function})


def arguments(count: int) -> Iterator[Json]:
    """Yield a tool call whose arguments come in *count* pieces."""
    function = {"name": "f", "arguments": '["'}
    yield message("tool-call-start", 0, tool_calls={"id": "1", "function": function})
    for piece in (*["word "] * count, '"]'):
        calls = {"function": {"arguments": piece}}
        yield message("tool-call-delta", 0, tool_calls=calls)


def block(index: int, kind: str = "text") -> Json:
    """Return the start of a content block with its text."""
    return message("content-start", index, content={"type": kind, kind: "word"})


KINDS: dict[str, Callable[[int], Iterator[Json]]] = {
    BASE: lambda n: (text("word ") for _ in range(n)),
    "citations": lambda n: cited(((at, at + 4) for at in range(n)), n),
    "nested citations": lambda n: cited(((at // 2, n - at // 2) for at in range(n)), n),
    "citations of one span": lambda n: cited(((0, 4) for _ in range(n)), n),
    "sources of a citation": one_citation,
    "tool calls": lambda n: map(call, range(n)),
    "pieces of arguments": arguments,
    "content blocks": lambda n: map(block, range(n)),
    "thinking blocks": lambda n: (
        *(block(at, "thinking") for at in range(n)),
        text("x", n),
    ),
    "plan deltas": lambda n: (
        message("tool-plan-delta", tool_plan="word ") for _ in range(n)
    ),
}


def chunk(number: int = 0, **delta: Any) -> Json:
    """Return a chunk of the compatible endpoint."""
    return {"choices": [{"index": number, "delta": delta}]}


COMPAT_KINDS: dict[str, Callable[[int], Iterator[Json]]] = {
    BASE: lambda n: (chunk(content="word ") for _ in range(n)),
    "thinking": lambda n: (chunk(reasoning="word ") for _ in range(n)),
    "turns of text and thinking": lambda n: (
        chunk(**{("content", "reasoning")[at % 2]: "word "}) for at in range(n)
    ),
    "tool calls": lambda n: (
        chunk(
            tool_calls=[{"id": str(at), "function": {"name": "f", "arguments": "{}"}}]
        )
        for at in range(n)
    ),
    "pieces of arguments": lambda n: (
        chunk(tool_calls=[{"index": 0, "function": {"arguments": "1"}}])
        for _ in range(n)
    ),
    "answers": lambda n: (chunk(at, content="word ") for at in range(n)),
}


def stream(events: Iterator[Json], end: Json | None) -> bytes:
    """Return the events as a stream of server-sent events."""
    # With blanks: pieces of text in the API's own spelling are joined, not read.
    datas = [json.dumps(one) for one in events]
    datas += ["[DONE]" if end is None else json.dumps(end)]
    # A long event may have many lines, but no long ones.
    lines = (data.replace(',"', ',\ndata: "') for data in datas)
    frames = (
        f"data: {line if len(data) > 1 << 16 else data}\n\n"
        for data, line in zip(datas, lines, strict=True)
    )
    return "".join(frames).encode()


def whole(events: Iterator[Json]) -> bytes:
    """Return the events' contents as a reply in one piece."""
    found: dict[str, Any] = {}
    for event in events:
        for name, value in event["delta"]["message"].items():
            if name == "tool_plan":
                found[name] = found.get(name, "") + value
            else:
                found.setdefault(name, []).append(value)
    reply = {"id": "1", "message": found, "finish_reason": "COMPLETE"}
    return json.dumps(reply, separators=(",", ":")).encode()


@contextmanager
def serving(kind: str, body: bytes) -> Iterator[str]:
    """Answer each request with *body*; yield the server's URL."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(1 << 16)
                    connection.sendall(head.encode() + body)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(1 << 16):
                        pass

    threading.Thread(target=answer, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def seconds(words: list[str], url: str, home: str, shape: str) -> float | None:
    """Return the CPU seconds that `co` takes to write the reply; None if refused."""
    environ = {"HOME": home, "CO_API_KEY": "k" * 20, "CO_API_URL": url}
    environ |= {"CO_CONFIG_DIR": home, "TERM": "xterm", "LANG": "C.UTF-8"}
    command = [CO, *words, *([] if shape == "terminal" else ["-o", shape])]
    leader, follower = pty.openpty() if shape == "terminal" else os.pipe()
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.DEVNULL,
        env=environ,
    )
    os.close(follower)
    with suppress(OSError):
        while os.read(leader, 1 << 16):
            pass
    os.close(leader)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = code = os.waitstatus_to_exitcode(status)
    if code not in (0, REFUSED):
        sys.exit(f"{command} ends with {code}")
    return None if code else usage.ru_utime + usage.ru_stime


Case = tuple[str, str, list[str], bytes]
"""A group of kinds, a kind of its, the command, and the body."""


def cases(count: int) -> Iterator[Case]:
    """Yield the cases; the base of a group is its first."""
    ask = ["-m", "x", "Hi"]
    for kind, events in KINDS.items():
        yield "stream", kind, ["chat", *ask], stream(events(count), END)
    for kind, events in KINDS.items():
        piece = stream(events(count), END) if kind == BASE else whole(events(count))
        yield "one piece", kind, ["chat", *ask], piece
    for kind, events in COMPAT_KINDS.items():
        yield "compat", kind, ["compat", *ask], stream(events(count), None)


def measured(case: Case, rounds: int, home: str) -> dict[str, float | None]:
    """Return the median CPU seconds by format."""
    *_, words, body = case
    kind = "application/json" if body.startswith(b"{") else "text/event-stream"
    with serving(kind, body) as url:
        found = {}
        for shape in FORMATS:
            taken = [seconds(words, url, home, shape) for _ in range(rounds)]
            known = [one for one in taken if one is not None]
            found[shape] = median(known) if known else None
    return found


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--only", default="", help="kinds whose names have this in them"
    )
    asked = parser.parse_args()
    print(f"{'':34}" + "".join(f"{shape:>10}" for shape in FORMATS))
    above = False
    base: dict[str, float | None] = {}
    with tempfile.TemporaryDirectory() as home:
        for case in cases(asked.count):
            group, kind, *_ = case
            if kind != BASE and asked.only not in f"{group}: {kind}":
                continue
            taken = measured(case, asked.rounds, home)
            base = taken if kind == BASE else base
            row = f"{group + ': ' + kind:34}"
            for shape, one in taken.items():
                plain = base[shape]
                ratio = one / plain if one and plain else None
                most = MOST_DRAWN if shape == "terminal" else MOST
                above = above or (ratio or 0) > most
                shown = f"{one:.2f} s" if kind == BASE else f"{ratio or 0:.2f}"
                row += f"{shown if ratio else REFUSED:>10}"
            print(row, flush=True)
    return int(above)


if __name__ == "__main__":
    sys.exit(main())
