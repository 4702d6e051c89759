"""G: files that are none, and the sandbox as a server among hostile programs."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM

from tests.co_program import CO, ROOT
from tests.faults.rows import Case, Outcome, Row, Trial
from tests.faults.running import environment
from tests.screen.test_attacks import PIXEL

_ASK = ("chat", "Hi", "--dry-run")
_BYTES = b"good\nab\x81c"
_BODY = b'{"model":"command-a-03-2025","messages":[{"role":"user","content":"Hi"}]}'


def _place(home: Path) -> None:
    """Make one of each kind that is no document, or no image."""
    os.mkfifo(home / "fifo")
    (home / "folder").mkdir()
    with (home / "huge.txt").open("wb") as file:
        file.truncate(10 << 30)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(home / "socket"))
    texts = {
        "bytes.txt": _BYTES,
        "null.txt": b"a\0b",
        "utf16.txt": "Zürich".encode("utf-16"),
        "mark.txt": b"\xef\xbb\xbfIt rains.",
        "text.png": b"not an image",
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "page.png": b"<html><script>1</script></html>",
        "photo.jpg": PIXEL,
    }
    for name, data in texts.items():
        (home / name).write_bytes(data)


def _refused(case: str, flag: str, path: str, says: str) -> Row:
    return Row(
        case=case,
        fault=f"{flag} {path}",
        words=(*_ASK, flag, path if path.startswith("/") else f"{{home}}/{path}"),
        before=_place,
        code=3,
        says=None,
        within=15,
        also=lambda outcome: _names(outcome, path, says),
    )


def _names(outcome: Outcome, path: str, says: str) -> Iterator[str]:
    first, *others = outcome.err.splitlines() or [""]
    if not first.startswith("co: ") or path not in first or says not in first:
        yield f"wrote {first!r}"
    if [line[:6] for line in others] not in ([], ["hint: "]):
        yield f"wrote more: {others}"


def _taken(case: str, fault: str, flag: str, name: str, has: bytes) -> Row:
    return Row(
        case=case,
        fault=fault,
        words=(*_ASK, flag, f"{{home}}/{name}"),
        before=_place,
        out=None,
        says=None,
        also=lambda outcome: iter(() if has in outcome.out else (repr(outcome.out),)),
    )


@dataclass(frozen=True, slots=True)
class _Sandbox:
    pid: int
    port: int
    key: str

    def status(self, *lines: str, body: bytes = _BODY, path: str = "/v2/chat") -> int:
        """Send a request with just these lines, and return the status of its reply."""
        length = f"Content-Length: {len(body)}"
        head = "\r\n".join([f"POST {path} HTTP/1.1", *lines, length, "", ""]).encode()
        with socket.create_connection(("127.0.0.1", self.port), 20) as connection:
            connection.sendall(head + body)
            reply = connection.recv(65536)
        if b"access-control" in reply.lower():
            return -1
        return int(reply.split()[1])

    def decent(self) -> tuple[str, ...]:
        host = f"Host: 127.0.0.1:{self.port}"
        kind = "Content-Type: application/json"
        return host, kind, f"Authorization: Bearer {self.key}"


@contextmanager
def _served(home: Path) -> Iterator[_Sandbox]:
    process = subprocess.Popen(
        [str(CO), "sandbox", "serve"],
        cwd=ROOT,
        env=environment(home, {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    try:
        _, url, key = process.stdout.readline().decode().split()
        yield _Sandbox(process.pid, int(url.rpartition(":")[2]), key.partition("=")[2])
    finally:
        process.send_signal(SIGTERM)
        process.communicate()


def _bound(home: Path) -> Iterator[str]:
    """It listens on this machine alone, elsewhere each time, with another key."""
    with _served(home) as one, _served(home) as other:
        if one.port == other.port or one.key == other.key:
            yield "two of them have the same port, or the same key"
        for sandbox in (one, other):
            if (found := _listening(sandbox.pid)) != {f"0100007F:{sandbox.port:04X}"}:
                yield f"it listens on {found}"


def _listening(pid: int) -> set[str]:
    """Return the local addresses, in hexadecimal, on which a process listens."""
    nodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            nodes.add(descriptor.readlink().name.removeprefix("socket:[").rstrip("]"))
    lines = [
        line.split()
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    waiting = ("0A", "07")
    return {words[1] for words in lines if words[3] in waiting and words[9] in nodes}


def _strangers(home: Path) -> Iterator[str]:
    """Web pages, other names, other keys, other types: none gets in."""
    with _served(home) as sandbox:
        host, kind, key = sandbox.decent()
        tries: dict[int, list[tuple[str, ...]]] = {
            403: [
                ("Host: evil.example", kind, key),
                (f"Host: 127.0.0.1.evil.example:{sandbox.port}", kind, key),
                (kind, key),
                (host, kind, key, "Origin: http://localhost"),
                (host, kind, key, "Origin: null"),
            ],
            401: [(host, kind), (host, kind, "Authorization: Bearer wrong")],
            # A page that asks without leave, as a form can, sends its Origin too: the
            # type says nothing more, and curl has another one where nobody says it.
            200: [(host, kind, key), (host, "Content-Type: text/plain", key)],
        }
        for expected, heads in tries.items():
            for lines in heads:
                if (got := sandbox.status(*lines)) != expected:
                    yield f"{lines}: {got}, not {expected}"


def _crowd(home: Path) -> Iterator[str]:
    """Many that never finish, and one that sends too much: others are served."""
    with _served(home) as sandbox, ExitStack() as crowd:
        for _ in range(100):
            slow = socket.create_connection(("127.0.0.1", sandbox.port), 20)
            crowd.enter_context(slow)
            slow.sendall(b"POST /v2/chat HTTP/1.1\r\nHost: 127")
        if sandbox.status(*sandbox.decent()) != 200:
            yield "it does not answer among a hundred slow ones"
        with suppress(OSError):
            slow.sendall(b"x" * (1 << 20))
        big = ("Content-Length: 99999999999", *sandbox.decent())
        if (got := sandbox.status(*big)) not in (400, 413):
            yield f"a huge body: {got}"
        status = Path(f"/proc/{sandbox.pid}/status").read_text()
        if int(status.split("VmHWM:")[1].split()[0]) > 128 << 10:
            yield "its memory went over 128 MiB"
        if sandbox.status(*sandbox.decent()) != 200:
            yield "it does not answer any more"


CASES: tuple[Case, ...] = (
    *(
        _refused("G1", flag, path, says)
        for flag in ("-d", "-i", "-f", "-t")
        for path, says in (("fifo", ""), ("/dev/zero", "device"), ("socket", ""))
    ),
    _refused("G1", "-i", "folder", ""),
    _refused("G1", "-f", "folder", ""),
    # Of 10 GiB, the first bytes say already that it is no text.
    *(_refused("G2", flag, "huge.txt", "NUL at byte 0") for flag in ("-d", "-f")),
    _refused("G2", "-i", "huge.txt", "larger than"),
    _refused("G3", "-d", "bytes.txt", "bytes.txt:2"),
    _refused("G3", "-f", "bytes.txt", "bytes.txt:2"),
    _refused("G3", "-d", "null.txt", "null.txt"),
    _taken("G3", "a byte order mark", "-d", "mark.txt", b'"It rains.'),
    _taken("G3", "UTF-16 with its mark", "-d", "utf16.txt", "Zürich".encode()),
    _refused("G4", "-i", "text.png", ""),
    _refused("G4", "-i", "drawing.svg", ""),
    _refused("G4", "-i", "page.png", ""),
    _taken("G4", "PNG by another name", "-i", "photo.jpg", b"data:image/png;base64,"),
    Trial("G9", "where the sandbox listens", _bound),
    Trial("G10", "requests of web pages", _strangers),
    Trial("G11", "a crowd, and a flood", _crowd),
)
