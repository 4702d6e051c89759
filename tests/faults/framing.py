"""Runs the program against a hostile server: exact bytes, one part of a reply wrong, or many.

After the rows, in which one part is wrong, come replies of random parts. Whatever is
sent: a published exit code, and 0 only with all of the output; no traceback, no key, at
most 64 MiB of memory, an end. `python -m tests.faults.framing --count N --seed S`.
"""

import os
import re
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from itertools import chain
from itertools import count as counting
from multiprocessing import get_context
from pathlib import Path
from random import Random

from cohere_cli.errors import ExitCode
from tests.co_program import Co
from tests.faults.alone import main
from tests.faults.forked import Ran, ran
from tests.faults.judging import MOST_MEMORY, files_with_key, holds_key
from tests.faults.malformed import (
    BODIES,
    CODINGS,
    FRAMINGS,
    HEADERS,
    STATUSES,
    bomb,
    nested_bomb,
    until_closed,
)
from tests.faults.rows import CANARY
from tests.faults.tally import Tally
from tests.faults.troubles import END, HI, START, Piece
from tests.raw_server import serving

_PROMISED = {*map(int, ExitCode)} - {int(ExitCode.BUG), int(ExitCode.USAGE)}
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TELLING = 12  # characters of the key that are too many to show
_OK = "HTTP/1.1 200 OK"
_NO_ENDPOINT = re.compile(r"\S+ (404|405|501)\b")
"""Statuses of a server without a check of keys."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command, the reply that it needs, and what it then writes (None: anything)."""

    words: tuple[str, ...]
    kind: str
    body: bytes
    out: bytes | None


_JSON = "application/json"
_STREAM = "text/event-stream"
_VALID = b'{"valid": true}'
_WHOLE = b'{"message": {"content": [{"type": "text", "text": "Hi"}]}}'
_RANKING = b'{"results": [{"index": 1, "relevance_score": 1}]}'
_MODELS = b'{"models": [{"name": "m", "endpoints": ["chat"]}]}'
_CHUNKS = (
    b'data: {"choices": [{"delta": {"content": "Hi"}}]}\n\n'
    b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n'
    b"data: [DONE]\n\n"
)
_ONCE = ("--retries", "0")
# A job waits for a minute while all that it gets is 429.
_RANK = ("rerank", "-q", "x", "-n", "1", "--max-time", "8")
_LOGIN = ("auth", "login", "-p", "new", "--base-url", "{url}")
CALLS = {
    "chat": Call(("chat", "Hi", *_ONCE), _STREAM, START + HI + END, b"Hi\n"),
    "one piece": Call(("chat", "Hi", "--no-stream", *_ONCE), _JSON, _WHOLE, b"Hi\n"),
    "compat": Call(("compat", "Hi", *_ONCE), _STREAM, _CHUNKS, b"Hi\n"),
    "rerank": Call((*_RANK, *_ONCE), _JSON, _RANKING, b"b\n"),
    "models": Call(("models", "list", *_ONCE), _JSON, _MODELS, b"m\n"),
    "doctor": Call(("doctor",), _JSON, _VALID, None),
    "login": Call(_LOGIN, _JSON, _VALID, b""),
}
_STDIN = {"rerank": "a\nb\n", "login": f"{CANARY}\n"}


@dataclass(frozen=True, slots=True)
class Trial:
    """A call and its reply. *code* is the exit code, None if any but 1 and 2 will do.

    With exit code 0, something must have come whole: *is_whole* says whether it did.
    """

    name: str
    call: str
    reply: list[Piece]
    code: int | None = None
    is_whole: bool = True
    flags: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """How a run ended, and the names of files with the key."""

    run: Ran
    leaks: list[str]


def _reply(
    call: str,
    status: str = _OK,
    headers: str = "none",
    coding: tuple[str, ...] = (),
    framing: str = "to the end",
    body: list[Piece] | None = None,
) -> list[Piece]:
    """Return a reply to *call* of these parts, by default the one that it needs."""
    whole = CALLS[call].body
    frame = FRAMINGS[framing]
    lines = [
        status,
        f"Content-Type: {CALLS[call].kind}",
        *HEADERS[headers][0],
        *(f"Content-Encoding: {one}" for one in coding),
        *frame.headers(whole),
        "\r\n",
    ]
    head = "\r\n".join(lines).encode("latin-1")
    return [head, *(frame.pieces(whole) if body is None else body)]


def rows() -> Iterator[Trial]:
    """Yield the replies in which one part is wrong."""
    for name in CALLS:
        yield Trial(f"{name}: the answer", name, _reply(name), 0)
        nested = _reply(name, coding=("gzip, gzip",), body=[nested_bomb()])
        yield Trial(f"{name}: a bomb in a bomb", name, nested, 8)
        once = _reply(name, coding=("gzip",), body=[bomb()])
        yield Trial(f"{name}: a bomb", name, once, 8)
        failed = _reply(name, "HTTP/1.1 500 No", coding=("gzip",), body=[bomb()])
        yield Trial(f"{name}: an error as a bomb", name, failed, 8)
        interim: list[Piece] = [until_closed(b"HTTP/1.1 100 Continue\r\n\r\n" * 99)]
        yield Trial(f"{name}: interim replies without end", name, interim, 8)
        headers: list[Piece] = [f"{_OK}\r\n".encode(), until_closed(b"X-A: b\r\n" * 99)]
        yield Trial(f"{name}: headers without end", name, headers, 8)
    for status, code in STATUSES.items():
        yield Trial(f"status {status[:40]!r}", "chat", _reply("chat", status), code)
    for name, (_, code) in HEADERS.items():
        yield Trial(f"headers: {name}", "chat", _reply("chat", headers=name), code)
        for status, refused in {"307 Go": 8, "400 No": 5}.items():
            reply = _reply("chat", f"HTTP/1.1 {status}", name)
            title = f"headers of {status}: {name}"
            yield Trial(title, "chat", reply, code or refused, flags=("-v",))
    for coding, code in CODINGS.items():
        reply = _reply("chat", coding=coding)
        yield Trial(f"coding {str(coding)[:40]}", "chat", reply, code)
    for name, one in FRAMINGS.items():
        yield Trial(f"sent {name}", "chat", _reply("chat", framing=name), one.code)
    for name, (body, code) in BODIES.items():
        yield Trial(f"body: {name}", "chat", _reply("chat", body=body), code)


ROWS = tuple(rows())


def _random(rng: Random) -> Trial:
    """Return a reply of random parts; most of them are as they should be."""
    call = rng.choice(list(CALLS))
    status = rng.choice([_OK, rng.choice(list(STATUSES))])
    headers = rng.choice(list(HEADERS))
    coding = rng.choice([(), (), rng.choice(list(CODINGS))])
    framing = rng.choice(["by length", rng.choice(list(FRAMINGS))])
    body = rng.choice([None, rng.choice(list(BODIES))])
    reply = _reply(call, status, headers, coding, framing, body and BODIES[body][0])
    name = f"{call}: {status[:30]!r}, {headers}, {str(coding)[:30]}, {framing}, {body}"
    flags = rng.choice([(), ("-v",)]) if call not in ("doctor", "login") else ()
    env = rng.choice([{}, {"CO_DEBUG": "1"}])
    # A server that does not say whether the key is valid leaves it unchecked.
    is_unchecked = _NO_ENDPOINT.match(status) or "refusal" in (body or "")
    is_whole = body is None or call not in ("doctor", "login") or bool(is_unchecked)
    return Trial(name, call, reply, None, is_whole, flags, env)


def check(*, seed: int, count: int) -> Tally:
    """Run the rows and random replies, *count* in all; some rows if there are more."""
    with _stage(len(CALLS)) as run:
        for name in CALLS:
            _load(run(Trial(name, name, _reply(name))))
    numbers: Sequence[int] = range(count)
    if count < len(ROWS):
        numbers = Random(seed).sample(range(len(ROWS)), count)
    parts = [numbers[at : at + _PART] for at in range(0, count, _PART)]
    with ProcessPoolExecutor(os.cpu_count(), get_context("fork")) as workers:
        found = chain.from_iterable(workers.map(partial(_failures_of, seed), parts))
        failures = list(found)
    return Tally("framing", count - len(failures), count, failures[:20])


_PART = 30


def _load(made: Made) -> None:
    """Load here what a run has loaded: forks then have it."""
    for name in made.run.modules:
        with suppress(ImportError):
            import_module(name)


def _failures_of(seed: int, numbers: Sequence[int]) -> list[str]:
    """Run the trials of these *numbers*; return a sentence for each that failed."""
    with _stage(len(numbers) + 3) as run:
        base = max(run(ROWS[0]).run.peak for _ in range(3))
        trials = ((at, _trial(seed, at)) for at in numbers)
        judged = ((at, one, [*_troubles(one, run(one), base)]) for at, one in trials)
        return [
            f"seed {seed}, trial {at}, {one.name}: {'; '.join(troubles)}"
            for at, one, troubles in judged
            if troubles
        ]


def _trial(seed: int, number: int) -> Trial:
    is_row = number < len(ROWS)
    return ROWS[number] if is_row else _random(Random(f"{seed} {number}"))


_MOST_CONNECTIONS = 4  # of one run: a doctor's


@contextmanager
def _stage(most: int) -> Iterator[Callable[[Trial], Made]]:
    """Yield what runs a trial, up to *most* of them, against one server."""
    current: list[Piece] = []

    def answer(connection: socket.socket) -> None:
        for piece in [*current]:
            if callable(piece):
                piece(connection)
            else:
                connection.sendall(piece)

    with serving() as serve, tempfile.TemporaryDirectory() as folder:
        url = serve(*[answer] * most * _MOST_CONNECTIONS).url
        homes = (Path(folder) / str(at) for at in counting())

        def run(trial: Trial) -> Made:
            current[:] = trial.reply
            return _made(trial, url, next(homes))

        yield run


def _made(trial: Trial, url: str, home: Path) -> Made:
    home.mkdir(mode=0o700)
    if given := _STDIN.get(trial.call):
        (home / "stdin").write_text(given)
    else:
        (home / "stdin").symlink_to(os.devnull)
    env = {**Co(home).environ, "CO_API_URL": url, "CO_API_KEY": CANARY, **trial.env}
    if trial.call == "login":
        del env["CO_API_KEY"]
    words = [one.replace("{url}", url) for one in CALLS[trial.call].words]
    run = ran([*words, *trial.flags], home, env, 0)
    (home / "stdin").unlink()
    return Made(run, [one.name for one in files_with_key(home)])


def _troubles(trial: Trial, made: Made, base: int) -> Iterator[str]:
    run, out = made.run, CALLS[trial.call].out
    if run.code not in _PROMISED or trial.code not in (None, run.code):
        yield f"exit code {run.code}, not {trial.code}: {run.err[-300:]!r}"
    if run.code and not re.search("^co: ", run.err, re.MULTILINE):
        yield f"exit code {run.code} without a word"
    if not run.code and not (trial.is_whole and out in (None, run.out)):
        yield f"complete, with {run.out[:300]!r}"
    if "Traceback" in run.err and "CO_DEBUG" not in trial.env:
        yield "a traceback"
    if _ACTING.search(run.err):
        yield "a control character is on standard error"
    if holds_key(run.out) or holds_key(run.err.encode()) or made.leaks:
        yield f"the key is in {made.leaks or 'the output'}: {run.err[-3000:]!r}"
    # The rows send whole keys; among random replies, the server cuts some itself.
    if trial.code is not None and CANARY[:_TELLING] in run.err:
        yield f"a part of the key is in the output: {run.err[-3000:]!r}"
    if run.peak > base + MOST_MEMORY:
        yield f"memory went up to {run.peak >> 10} MiB, from {base >> 10} MiB"


def run(*, seed: int, scale: float) -> Iterator[Tally]:
    """Check 1,200 replies, times *scale*."""
    yield check(seed=seed, count=round(1_200 * scale))


if __name__ == "__main__":
    main(check, 2_000)
