"""D2, D4, D5, D7, D8: the history on a disk that is full, and under many writers.

Also what it keeps of an answer that a signal, a pipe or a full disk ends (C1, C5, C6),
and that it holds no key (E5).
"""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM

from tests.co_program import CO, ROOT
from tests.faults.rows import ASK, CANARY, Case, Outcome, Row, Stop, Trial
from tests.faults.running import environment
from tests.faults.troubles import (
    END,
    HEAD,
    HI,
    START,
    WHOLE,
    hang,
    refusal,
    stream,
    text,
)
from tests.raw_server import serving

_PLACE = ".local/share/co/history/history.sqlite"
_WRITERS = 16
_LINES = text("a line of an answer that does not fit into a pipe\n" * 4_000)

Kept = list[tuple[str, str]]
"""The status and the answer of each turn."""


def _turns(home: Path) -> Kept:
    with sqlite3.connect(f"file:{home / _PLACE}?mode=ro", uri=True) as database:
        return database.execute("SELECT status, answer FROM turns").fetchall()


def _keeps(*turns: tuple[str, str]) -> Callable[[Outcome], Iterator[str]]:
    """The history has these turns, with this status and this answer."""

    def check(outcome: Outcome) -> Iterator[str]:
        found = _turns(outcome.home)
        if found != [*turns]:
            yield f"the history has {found}"

    return check


def _without_key(outcome: Outcome) -> Iterator[str]:
    for path in (outcome.home / _PLACE).parent.iterdir():
        if CANARY.encode() in path.read_bytes():
            yield f"{path.name} has the key"


def _holding(data: bytes) -> Callable[[Path], object]:
    def write(home: Path) -> None:
        path = home / _PLACE
        path.parent.mkdir(parents=True)
        path.write_bytes(data)

    return write


def _newer(home: Path) -> None:
    from cohere_cli.conversation.store import opened_history

    with opened_history(home / _PLACE):
        pass
    with sqlite3.connect(home / _PLACE) as database:
        database.execute("PRAGMA user_version = 99")


def _locked(home: Path) -> Iterator[str]:
    """Another program writes and never ends: the answer is not held up by it."""
    _newer(home)
    with sqlite3.connect(home / _PLACE, isolation_level=None) as database:
        database.execute("PRAGMA user_version = 1")
        database.execute("BEGIN IMMEDIATE")
        with serving() as serve:
            run = _chat(home, serve(WHOLE).url)
        out, err = run.communicate(timeout=60)
    if (run.returncode, out) != (0, b"Hi\n"):
        yield f"the answer is {out!r}, the exit code {run.returncode}"
    if b"another process has locked it" not in err:
        yield f"the warning is {err!r}"


def _at_once(home: Path, is_fresh: bool) -> Iterator[str]:
    with serving() as serve:
        url = serve(*[WHOLE] * (_WRITERS + 1)).url
        if not is_fresh:
            _chat(home, url).communicate(timeout=60)
        runs = [_chat(home, url) for _ in range(_WRITERS)]
        ends = [run.communicate(timeout=60) for run in runs]
    if failed := [run.returncode for run in runs if run.returncode]:
        yield f"exit codes {failed}"
    if noted := [err for _, err in ends if err]:
        yield f"notes: {noted[0]!r}"
    count = _WRITERS + (not is_fresh)
    if (found := _turns(home)) != [("complete", "Hi")] * count:
        yield f"{len(found)} of {count} turns are kept"


def _chat(home: Path, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(CO), *ASK[:-1], url],
        cwd=ROOT,
        env=environment(home, {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _not_kept(reason: str) -> tuple[str, ...]:
    return (f"co: this turn is not kept: the history cannot be used: {reason} (*)",)


CASES: tuple[Case, ...] = (
    Row(
        case="D2",
        fault="a full disk under the history",
        replies=(WHOLE,),
        shell='ulimit -f 8; PYTHONDONTWRITEBYTECODE=1 "$@"',
        out=b"Hi\n",
        says=_not_kept("*"),
    ),
    Trial("D4", "16 writers of a history at once", lambda home: _at_once(home, False)),
    Trial("D4", "a history that another program has locked", _locked, slow=True),
    Trial(
        "D5", "16 writers of a new history at once", lambda home: _at_once(home, True)
    ),
    Row(
        case="D7",
        fault="a history that is damaged",
        replies=(WHOLE,),
        before=_holding(b"SQLite format 3\0" + bytes(range(256)) * 64),
        out=b"Hi\n",
        says=_not_kept("*"),
    ),
    Row(
        case="D8",
        fault="a history of a later version",
        replies=(WHOLE,),
        before=_newer,
        out=b"Hi\n",
        says=_not_kept("a newer co has written it (version 99)"),
    ),
    Row(
        case="D8",
        fault="a conversation in a history of a later version",
        words=("chat", "-c", "Hi"),
        before=_newer,
        code=3,
        says=("co: the history cannot be used: a newer co *", "hint: *"),
        requests=0,
    ),
    *(
        Row(
            case=case,
            fault=f"the history of an answer that {number.name} ends",
            replies=([HEAD, START + HI, hang],),
            stop=Stop((number,)),
            code=-number,
            out=b"Hi\n",
            also=_keeps(("interrupted", "Hi")),
        )
        for case, number in (("C1", SIGINT), ("C4", SIGTERM), ("C4", SIGHUP))
    ),
    Row(
        case="C5",
        fault="the history of an answer whose reader leaves",
        replies=(stream(START, HI, _LINES, _LINES, END),),
        shell='"$@" | head -c 2; exit ${PIPESTATUS[0]}',
        code=141,
        out=b"Hi",
        also=lambda outcome: iter(
            [] if _turns(outcome.home)[0][0] == "interrupted" else ["not interrupted"]
        ),
    ),
    Row(
        case="C6",
        fault="the history of an answer for a full disk",
        replies=([HEAD, START + HI, text(" there"), END],),
        shell='"$@" > /dev/full',
        code=23,
        says=("co: cannot write output: *", "hint: *"),
        also=_keeps(("complete", "Hi there")),
    ),
    Row(
        case="A1",
        fault="the history of an answer without an end",
        replies=(stream(START, HI),),
        code=18,
        out=b"Hi\n",
        says=None,
        also=_keeps(("incomplete", "Hi")),
    ),
    Row(
        case="E5",
        fault="a history of errors that repeat the key",
        replies=(refusal("400 Bad Request", f"bad key {CANARY}"),),
        code=5,
        says=None,
        also=_without_key,
    ),
)
