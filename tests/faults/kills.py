"""Writers that are killed at any moment, and many at once: what they leave behind.

Keys, settings, journals and the history are written by forks of this process, which have loaded
all they need. `python -m tests.faults.kills --count N --seed S`.
"""

import os
import re
import signal
import stat
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count as counted
from pathlib import Path
from random import Random
from typing import NoReturn

from cohere_cli.config import editing
from cohere_cli.config.resolution import load_profiles
from cohere_cli.conversation.store import opened_history
from cohere_cli.conversation.turn import Turn
from cohere_cli.jobs.journal import Journal
from tests.faults.alone import main
from tests.faults.tally import Tally

WRITERS = 48
_LONGEST_LIFE = 0.02  # seconds: time for some rounds of a writer
_RUNS_A_JOB = 4
_KEY = re.compile(r"key-(\d{8})-(k{40})")
_REPLY = {"results": [{"index": 0, "relevance_score": 0.5}]}

Acknowledge = Callable[[int], None]
Write = Callable[[int, Acknowledge], None]
"""Writes for ever from a number on, and acknowledges each that has been written."""


class _Left(Exception):
    """What a journal is left by, so that it stays."""


def check(*, seed: int, count: int) -> Tally:
    """Kill *count* writers, one after another, and start 48 at the same time, twice."""
    rng = Random(seed)
    with tempfile.TemporaryDirectory() as home:
        failures = [
            *_killed_with_keys(rng, Path(home) / "config", count - 2 * (count // 3)),
            *_killed_with_journals(rng, Path(home) / "data", count // 3),
            *_killed_with_history(rng, Path(home) / "turns" / "kept", count // 3),
            *_keys_at_once(Path(home) / "many"),
            *_journals_at_once(Path(home) / "more"),
            *_turns_at_once(Path(home) / "yet" / "kept"),
        ]
    return Tally("kills", max(0, count - len(failures)), count, failures[:20])


def _killed_with_keys(rng: Random, directory: Path, count: int) -> Iterator[str]:
    last = 0
    _store(directory, "p", last)  # and all is loaded

    def write(first: int, acknowledge: Acknowledge) -> None:
        for number in counted(first):
            _store(directory, "p", number)
            acknowledge(number)

    for kill in range(count):
        acknowledged = _killed(rng, write, last + 1)
        stored, trouble = _stored(directory)
        if trouble or stored < max(acknowledged, default=last):
            yield f"kill {kill}: {trouble or 'the last key is lost'}"
        last = max(stored, *acknowledged, last)


def _store(directory: Path, name: str, number: int) -> None:
    key = f"key-{number:08d}-{'k' * 40}"
    editing.login(directory, name, key, f"https://{number}.example")


def _stored(directory: Path) -> tuple[int, str]:
    """Return the number of the key, and what is wrong with the files."""
    found = {path.name: path for path in directory.iterdir()}
    temporary = [name for name in found if name.endswith(".new")]
    if len(temporary) > 1 or found.keys() - {*temporary} != _FILES:
        return 0, f"the files are {sorted(found)}"
    if any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found.values()):
        return 0, "a file is open to others"
    try:
        tables = [tomllib.loads(found[name].read_text()) for name in _TABLES]
        keys = [
            _KEY.fullmatch(found["key"]) for found in tables[1]["profiles"].values()
        ]
        load_profiles(directory)
    except Exception as exc:  # noqa: BLE001 - whatever it is, it is a failure
        return 0, repr(exc)
    return (int(keys[0][1]), "") if keys[0] else (0, "half a key")


_TABLES = ("config.toml", "keys.toml")
_FILES = {".lock", *_TABLES}


def _killed_with_journals(rng: Random, directory: Path, count: int) -> Iterator[str]:
    for kill in range(count):
        job = f"job {kill // _RUNS_A_JOB}"
        first = kill % _RUNS_A_JOB * 100_000

        def write(first: int, acknowledge: Acknowledge, job: str = job) -> None:
            with Journal.at(directory, job) as journal:
                for number in counted(first):
                    journal.add(f"{number}", _REPLY)
                    acknowledge(number)

        acknowledged = _killed(rng, write, first)
        if lost := _not_in_journal(directory, job, acknowledged):
            yield f"kill {kill}: the journal lost {lost} of {len(acknowledged)}"


def _not_in_journal(directory: Path, job: str, numbers: list[int]) -> int:
    found = 0
    with suppress(_Left), Journal.at(directory, job) as journal:
        found = sum(journal.find(f"{number}") == _REPLY for number in numbers)
        raise _Left
    return len(numbers) - found


def _killed_with_history(rng: Random, path: Path, count: int) -> Iterator[str]:
    """Kill what adds turns: each that was acknowledged is there, and whole."""
    for kill in range(count):
        name = f"c{kill // _RUNS_A_JOB}"

        def write(first: int, acknowledge: Acknowledge, name: str = name) -> None:
            for number in counted(first):
                _add_turn(path, name, number)
                acknowledge(number)

        kept = _kept(path, name)
        acknowledged = _killed(rng, write, len(kept))
        numbers = _kept(path, name)
        lost = {*kept, *acknowledged} - {*numbers}
        if lost or numbers != list(range(len(numbers))):
            yield f"kill {kill}: of {len(acknowledged)} turns are left {numbers}"


def _add_turn(path: Path, name: str, number: int) -> None:
    text = f"{number} " * 300
    request = {"messages": [{"role": "user", "content": text}]}
    turn = Turn(0, 0, "chat", "complete", "m", "", "", 1.0, 1.0, text, "Hi", request)
    with opened_history(path) as history:
        history.add(name, turn)


def _kept(path: Path, name: str) -> list[int]:
    """Return the numbers in the prompts; half a turn has another in its request."""
    with opened_history(path) as history:
        turns = history.turns(name)
    texts = [(one.prompt, one.request["messages"][0]["content"]) for one in turns]
    return [int(prompt.split()[0]) for prompt, sent in texts if prompt == sent]


def _killed(rng: Random, write: Write, first: int) -> list[int]:
    """Return what a writer acknowledged until it was killed."""
    reading, writing = os.pipe()
    child = _forked(lambda: write(first, lambda one: _tell(writing, one)))
    os.close(writing)
    time.sleep(rng.uniform(0, _LONGEST_LIFE))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with open(reading, "rb") as shown:  # noqa: PTH123 - a descriptor
        numbers = list(map(int, shown.read().split()))
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise AssertionError("a writer ended by itself")
    return numbers


def _tell(writing: int, number: int) -> None:
    os.write(writing, b"%d\n" % number)


def _forked(work: Callable[[], None]) -> int:
    """Do *work* in a child, whose number is returned; the child's end is silent."""
    return os.fork() or _done(work)


def _done(work: Callable[[], None]) -> NoReturn:
    try:
        work()
    except BaseException:  # noqa: BLE001 - nothing may leave a forked child
        os._exit(1)
    os._exit(0)


def _keys_at_once(directory: Path) -> Iterator[str]:
    yield from _at_once(lambda one: _store(directory, f"p{one}", one))
    tables = tomllib.loads((directory / "keys.toml").read_text())["profiles"]
    names = {f"p{one}" for one in range(WRITERS)}
    if tables.keys() != names:
        yield f"of keys stored at once were lost: {names - tables.keys()}"


def _journals_at_once(directory: Path) -> Iterator[str]:
    def write(one: int) -> None:
        with suppress(_Left), Journal.at(directory, "job") as journal:
            for number in range(20):
                journal.add(f"{one * 20 + number}", _REPLY)
            raise _Left

    yield from _at_once(write)
    if lost := _not_in_journal(directory, "job", list(range(WRITERS * 20))):
        yield f"a journal of {WRITERS} writers lost {lost} of {WRITERS * 20}"


def _turns_at_once(path: Path) -> Iterator[str]:
    """Have all writers add 20 turns each to a history that is not there yet."""

    def write(one: int) -> None:
        for number in range(20):
            _add_turn(path, f"c{one}", number)

    yield from _at_once(write)
    for one in range(WRITERS):
        if _kept(path, f"c{one}") != list(range(20)):
            yield f"the history lost turns of writer {one} of {WRITERS}"


def _at_once(work: Callable[[int], None]) -> Iterator[str]:
    """Have each number worked on by a process of its own."""
    children = [_forked(lambda one=one: work(one)) for one in range(WRITERS)]
    for one, child in enumerate(children):
        if os.waitpid(child, 0)[1]:
            yield f"writer {one} of {WRITERS} failed"


def run(*, seed: int, scale: float) -> Iterator[Tally]:
    """Check 500, times *scale*."""
    yield check(seed=seed, count=round(500 * scale))


if __name__ == "__main__":
    main(check, 500)
