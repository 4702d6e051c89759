"""Starts the process that extracts texts, and asks it: one at a time, with time limits.

Files may come from anyone, and libraries have faults: whatever happens to that process,
here it is a file without a text.
"""

import json
import re
import socket
import subprocess
import sys
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Any

from cohere_cli.documents.extraction.extract import (
    FAILURES,
    MAX_CHARACTERS,
    PASSING,
    UNITS,
    Extract,
    Refused,
    Section,
)
from cohere_cli.system.processes import CAUSES, send_file, start_with_socket
from cohere_cli.text import valid_unicode

_MOST_SECONDS = 90  # of waiting for one file, on a busy machine
_LENGTH_BYTES = 4
_MOST_MESSAGE = 12 * MAX_CHARACTERS + 2**20  # JSON of any character, and of labels
_CHUNK = 2**20
# Libraries in C++ and Rust abort, each in its way, when they are out of memory.
_CAUSES = {
    "out of time": "too slow",
    "aborted": "too large",
    "out of memory": "too large",
}
# Files have them for purposes of their own; text has tabs and line ends alone.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
# With the paths of this process, and without the current folder and PYTHON*.
_START = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from cohere_cli.documents.extraction.worker import serve; serve()"
)


class WorkerProcess:
    """The process that extracts texts; it is started when the first file comes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def extract(self, descriptor: int, seconds: float = _MOST_SECONDS) -> Extract:
        """Return the text of the file that is open as *descriptor*.

        Raises `Refused`, and `OSError` if no process can be started.
        """
        with self._lock:
            channel = self._channel or self._start()
            try:
                answer = self._ask(channel, descriptor, monotonic() + seconds)
            except TimeoutError as exc:
                self._end()
                raise Refused("too slow", is_final=False) from exc
            except (OSError, ValueError, RecursionError) as exc:
                # Whether the file itself was the cause is not known.
                raise Refused(self._cause(), is_final=False) from exc
            except Refused:
                self._end()  # the rest of its message is not read
                raise
        return _extract(answer)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-I", "-c", _START, *sys.path]
            try:
                # No variables: no key for a library that was attacked.
                self._process = start_with_socket(command, theirs, {})
            except OSError:
                ours.close()
                raise
        self._channel = ours
        return ours

    def _ask(self, channel: socket.socket, descriptor: int, deadline: float) -> Any:
        channel.settimeout(max(deadline - monotonic(), 0.001))
        if self._process:
            send_file(channel, descriptor, self._process)
        size = int.from_bytes(_received(channel, _LENGTH_BYTES, deadline), "big")
        if size > _MOST_MESSAGE:
            raise Refused("too large")
        return json.loads(_received(channel, size, deadline))

    def _cause(self) -> str:
        """Return why the process died in the middle of a file."""
        return _CAUSES.get(CAUSES.get(self._end(), ""), "damaged")

    def _end(self) -> int:
        """End the process, and return its exit code: negative for a signal."""
        if not (self._channel and self._process):
            return 0
        self._channel.close()
        with suppress(subprocess.TimeoutExpired):
            # One that has died is asked for its signal first.
            self._process.wait(timeout=0.2)
        self._process.kill()
        code = self._process.wait()
        self._channel = self._process = None
        return code


def _received(channel: socket.socket, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        channel.settimeout(max(deadline - monotonic(), 0.001))
        chunk = channel.recv(min(size - len(data), _CHUNK))
        if not chunk:
            raise ConnectionError
        data += chunk
    return bytes(data)


def _extract(answer: Any) -> Extract:
    """Return what *answer* says; a library that was attacked may have written it."""
    if isinstance(answer, str) and answer in PASSING:
        raise Refused(PASSING[answer], is_final=False)
    if isinstance(answer, str):
        raise Refused(answer if answer in FAILURES else "damaged")
    try:
        title, sections, textless = answer
        found = tuple(_section(*section) for section in sections)
        extract = Extract(_text(title), found, int(textless))
    except (TypeError, ValueError) as exc:
        raise Refused("damaged") from exc
    if not extract.sections:
        raise Refused("no text")
    return extract


def _section(unit: Any, number: object, title: object, text: object) -> Section:
    if unit not in UNITS or not isinstance(number, int):
        raise TypeError
    return Section(unit, number, _text(title), _text(text))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return valid_unicode(_CONTROL.sub("", value.replace("\r\n", "\n")))
