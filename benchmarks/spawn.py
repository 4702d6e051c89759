"""Run one command and measure it: a command as JSON on stdin, its figures on stdout.

Linux counts the memory of whoever spawns a process as that of the process, too. So
this runs as a process of its own, and imports little: it has 10 MB.
"""

import json
import os
import pty
import select
import signal
import sys
import termios
import time
from contextlib import suppress
from typing import Any

COLUMNS, ROWS = 80, 24
SILENCE = 120
"""Seconds without output after which a command is killed."""
BYTES = 1 if sys.platform == "darwin" else 1 << 10  # of a unit of `ru_maxrss`
Actions = list[Any]


def measure(
    words: list[str], environ: dict[str, str], until: str, terminal: bool
) -> dict[str, Any]:
    """Run a command to its end; return milliseconds, MB, exit code and output."""
    channel, actions, unused = _terminal() if terminal else _pipe()
    began = time.perf_counter()
    process = os.posix_spawn(
        words[0], words, environ, file_actions=actions, setsid=terminal
    )
    os.close(unused)
    first, output = _read(channel, until.encode(), process)
    _, status, used = os.wait4(process, 0)
    ended = time.perf_counter()
    return {
        "first": ((first or ended) - began) * 1000,
        "wall": (ended - began) * 1000,
        "cpu": (used.ru_utime + used.ru_stime) * 1000,
        "memory": used.ru_maxrss * BYTES / 2**20,
        "code": os.waitstatus_to_exitcode(status),
        "output": output.decode(errors="replace"),
    }


def _pipe() -> tuple[int, Actions, int]:
    """Return where to read, what the child does to its files, and what to close."""
    read, write = os.pipe()
    null = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    return read, [null, (os.POSIX_SPAWN_DUP2, write, 1)], write


def _terminal() -> tuple[int, Actions, int]:
    """The same with a terminal, which becomes the child's own when it opens it."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (ROWS, COLUMNS))
    opened = (os.POSIX_SPAWN_OPEN, 0, os.ttyname(slave), os.O_RDWR, 0)
    return master, [opened, *((os.POSIX_SPAWN_DUP2, 0, to) for to in (1, 2))], slave


def _read(channel: int, until: bytes, process: int) -> tuple[float, bytes]:
    """Read to the end; return when *until*, else any byte, came, and all bytes."""
    first, output = 0.0, bytearray()
    with suppress(OSError):  # EIO: how a terminal ends
        while data := _some(channel, process):
            output += data
            if not first and until in output:
                first = time.perf_counter()
    return first, bytes(output)


def _some(channel: int, process: int) -> bytes:
    """Return what comes next; kill the process if that takes too long."""
    if not select.select([channel], [], [], SILENCE)[0]:
        os.kill(process, signal.SIGKILL)
    return os.read(channel, 1 << 20)


if __name__ == "__main__":
    print(json.dumps(measure(*json.load(sys.stdin))))
