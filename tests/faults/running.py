"""Runs the installed program once, against a fault server of its own."""

import os
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL

from tests.co_program import CO, ROOT, Co
from tests.faults.rows import CANARY, Outcome, Row, Stop
from tests.faults.troubles import Reply
from tests.raw_server import http, serving

_LONGEST = 60.0  # seconds, after which a run counts as hung
_LOOK = 0.005
_BAIT = http(b"", "500 Nobody May Ask", "text/plain")


def run(row: Row, home: Path) -> Outcome:
    """Run *row* in *home*, an empty folder of its own."""
    row.before(home)
    with serving() as serve:
        other = serve(*[_BAIT] * 3)
        places = {"{other}": other.url, "{home}": str(home)}
        here = serve(*(_placed(reply, places) for reply in row.replies))
        places["{url}"] = here.url
        words = [_filled(word, places) for word in row.words]
        env = {name: _filled(value, places) for name, value in row.env.items()}
        command = [str(CO), *words]
        if row.shell:
            command = ["bash", "-c", _filled(row.shell, places), "bash", *command]
        code, peak, seconds, ending = _watched(command, env, row, home)
        return Outcome(
            code,
            (home / ".out").read_bytes(),
            (home / ".err").read_text(errors="replace"),
            peak,
            seconds,
            ending,
            list(here.requests),
            list(other.requests),
            home,
        )


def environment(home: Path, env: dict[str, str]) -> dict[str, str]:
    return {**Co(home).environ, "CO_API_KEY": CANARY, **env}


def _watched(
    command: Sequence[str], env: dict[str, str], row: Row, home: Path
) -> tuple[int, int, float, float]:
    """Return exit code, peak memory in KiB, and seconds: all, and after the signal."""
    given = home / ".in"
    given.write_bytes(row.stdin or b"")
    source = Path(os.devnull) if row.stdin is None else given
    with (
        source.open("rb") as stdin,
        (home / ".out").open("wb") as out,
        (home / ".err").open("wb") as err,
    ):
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(home, env),
            stdin=stdin,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        peak, stopped = _seen_to_end(process, row.stop, home / ".out")
    ended = time.monotonic()
    return process.returncode, peak, ended - began, ended - (stopped or ended)


def _seen_to_end(
    process: subprocess.Popen[bytes], stop: Stop | None, out: Path
) -> tuple[int, float]:
    """Wait for *process*; return its peak memory, and when it was sent a signal."""
    latest, peak, stopped = time.monotonic() + _LONGEST, 0, 0.0
    while process.poll() is None:
        peak = _peak(process.pid) or peak
        if stop and not stopped and stop.after in out.read_bytes():
            stopped = time.monotonic()
            for number in stop.signals:
                os.killpg(process.pid, number)
                time.sleep(_LOOK * 20)
        if time.monotonic() > latest:
            os.killpg(process.pid, SIGKILL)
        time.sleep(_LOOK)
    return peak, stopped


def _peak(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])
    return 0


def _filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(name, value)
    return text


def _placed(reply: Reply, places: dict[str, str]) -> Reply:
    if not isinstance(reply, bytes):
        return reply
    for name, value in places.items():
        reply = reply.replace(name.encode(), value.encode())
    return reply
