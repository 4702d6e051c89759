"""What hostile servers, files and neighbours send: nested coding, costly rules, floods.

Each row ends in time, within the memory of an ordinary answer, and with one clear line.
"""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.co_program import CO, ROOT
from tests.faults import figures, matrix
from tests.faults.rows import ASK, ONCE, Case, Outcome, Row, Trial
from tests.faults.running import environment
from tests.faults.tally import Tally
from tests.faults.troubles import END, START, http, refusal, stream, text

_MANY = 60_000  # pieces of an answer; what is quadratic takes minutes
_NEIGHBOURS = 300  # connections that never send a request
_HOST = "127.0.0.1"
_INVISIBLE = "\u115f\u1160\u17b4\u3164\uffa0\U000e0100\U000e01ef\u00ad\u2063"
"""Default-ignorable code points of which not all are control or format characters."""


def _nested(times: int) -> bytes:
    """Return 64 MiB of blanks, compressed *times*."""
    data = b" " * (64 << 20)
    for _ in range(times):
        packer = zlib.compressobj(9, wbits=31)
        data = packer.compress(data) + packer.flush()
    return data


def _coded(coding: str, times: int) -> Row:
    reply = http(
        _nested(times), "200 OK", "application/json", f"Content-Encoding: {coding}"
    )
    return Row(
        case="H1",
        fault=f"a reply in {coding}",
        words=(*ONCE, "--no-stream"),
        replies=(reply,),
        code=8,
        says=None,
        also=_is_one_error,
    )


def _is_one_error(outcome: Outcome) -> Iterator[str]:
    lines = outcome.err.splitlines()
    errors = [line for line in lines if line.startswith("co: ")]
    if len(errors) != 1 or "bug" in errors[0]:
        yield f"not one clear line: {outcome.err[:300]!r}"


def _shows_all(outcome: Outcome) -> Iterator[str]:
    hidden = [f"U+{ord(char):04X}" for char in _INVISIBLE if char in outcome.err]
    if hidden:
        yield f"invisible on standard error: {', '.join(hidden)}"


def _rules(rules: str, *names: str) -> Row:
    """A folder whose .gitignore has costly *rules*, and files of such *names*."""

    def write(home: Path) -> None:
        folder = home / "folder"
        folder.mkdir()
        (folder / ".gitignore").write_text(rules)
        for name in names:
            (folder / name).write_text("It rains.\n")

    return Row(
        case="H3",
        fault=f"the ignore rule {rules[:30].strip()!r}",
        words=("chat", "Hi", "-d", "{home}/folder", "--dry-run"),
        before=write,
        out=None,
        says=None,
    )


def _flood(fault: str, *words: str, shell: str) -> Row:
    return Row(
        case="H6",
        fault=fault,
        words=words,
        shell=shell,
        code=3,
        says=None,
        also=_is_one_error,
    )


def _sandbox_among_neighbours(home: Path) -> Iterator[str]:
    """Connections that send nothing, half a request, or no HTTP, and then a real one."""
    server = subprocess.Popen(
        ["bash", "-c", 'ulimit -n 256; exec "$@"', "-", str(CO), "sandbox", "serve"],
        cwd=ROOT,
        env=environment(home, {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    line = server.stdout.readline().decode()
    setting = dict(word.split("=", 1) for word in line.split()[1:])
    url = setting["CO_API_URL"]
    try:
        with ExitStack() as stack:
            _crowd(stack, int(url.rpartition(":")[2]))
            yield from _unanswered(url, setting["CO_API_KEY"])
    finally:
        server.terminate()
        _, err = server.communicate()
    if b"Traceback" in err:
        yield f"a traceback of the sandbox: {err[-300:]!r}"


def _crowd(stack: ExitStack, port: int) -> None:
    for at in range(_NEIGHBOURS):
        with suppress(OSError):
            one = socket.create_connection((_HOST, port), timeout=2)
            stack.enter_context(one)
            one.sendall(
                (b"", b"POST /v2/chat HT", b"\x16\x03\x01\x02\0", b"\0")[at % 4]
            )


def _unanswered(url: str, key: str) -> Iterator[str]:
    asked = urllib.request.Request(
        f"{url}/v1/models", headers={"Authorization": f"Bearer {key}"}
    )
    began = time.monotonic()
    try:
        with urllib.request.urlopen(asked, timeout=20) as reply:
            json.load(reply)
    except OSError as exc:
        yield f"among {_NEIGHBOURS} neighbours: {exc} in {time.monotonic() - began:.0f} s"


def _refused_origins(_home: Path) -> Iterator[str]:
    from cohere_cli.sandbox import running

    with running() as served:
        for header, value in (
            ("Origin", "http://evil.example"),
            ("Host", "evil.example"),
        ):
            asked = urllib.request.Request(
                f"{served.url}/v1/models",
                headers={"Authorization": f"Bearer {served.key}", header: value},
            )
            try:
                urllib.request.urlopen(asked, timeout=10).close()
            except urllib.error.HTTPError as exc:
                if exc.code != 403:
                    yield f"{header}: HTTP {exc.code}"
            else:
                yield f"{header}: answered"


CASES: tuple[Case, ...] = (
    _coded("gzip", 1),
    _coded("gzip, gzip", 2),
    _coded("gzip, gzip, gzip", 3),
    _coded("x-nothing", 1),
    Trial("H2", "connections of others to the sandbox", _sandbox_among_neighbours),
    Trial("H2", "web pages that ask the sandbox", _refused_origins),
    _rules("a*" * 30 + "b\n", "a" * 200),
    _rules("**/" * 40 + "x\n", "a.txt"),
    _rules("[" * 2000 + "\n", "a.txt"),
    _rules("*" * 5000 + "\n!a.txt\n", "a.txt"),
    _rules("?*" * 60 + "z\n", "b" * 200),
    Row(
        case="H4",
        fault=f"an answer in {_MANY:,} pieces",
        words=(*ASK, "-o", "json"),
        replies=(stream(START, *[text("ab")] * _MANY, END),),
        out=None,
    ),
    Row(
        case="H4",
        fault="an answer of one line",
        replies=(stream(START, *[text("a " * 5000)] * 100, END),),
        out=b"a " * 500_000 + b"\n",
    ),
    Row(
        case="H5",
        fault="invisible characters in an error",
        words=ONCE,
        replies=(refusal("400 Bad", f"no{_INVISIBLE}pe"),),
        code=5,
        says=None,
        also=_shows_all,
    ),
    _flood("an endless prompt", "chat", "--dry-run", shell='yes | "$@"'),
    _flood("a body without end", "chat", "-f", "/dev/zero", "--dry-run", shell='"$@"'),
    _flood(
        "endless records",
        "rerank",
        "-q",
        "x",
        "-p",
        "sandbox",
        shell='cat /dev/zero | "$@"',
    ),
)


def run(**_more: float) -> Iterator[Tally]:
    """Run all rows, which have one scale."""
    found = list(matrix.verdicts(CASES))
    output = figures.cases(found)
    yield Tally("hostile", output.passed, output.total, output.failures)
