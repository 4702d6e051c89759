"""E3 to E5: the key is in no message, log or file."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

from tests.co_program import CO, ROOT
from tests.faults.homes import MINE, holding
from tests.faults.judging import LEAKED, MUCH, failures_of, holds_key
from tests.faults.rows import ASK, CANARY, ONCE, Case, Row, Trial
from tests.faults.running import environment, run
from tests.faults.troubles import (
    HI,
    START,
    WHOLE,
    ranking,
    refusal,
    stream,
)

_BUG = """
import cohere_cli.commands.chat as chat
def run(*given):
    key = given[2].environ["CO_API_KEY"]
    raise ZeroDivisionError("oops")
chat.run = run
"""


def _silent(case: str, fault: str, *words: str, code: int = 0, **more: object) -> Row:
    """No output contains the key; nothing else is asserted."""
    return Row(
        case=case, fault=fault, words=words, code=code, out=None, says=None, **more
    )


def _sandbox_log(home: Path) -> Iterator[str]:
    """Somebody takes the sandbox for the API: what it says of that holds no key."""
    process = subprocess.Popen(
        [str(CO), "sandbox", "serve", "-v"],
        cwd=ROOT,
        env=environment(home, {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    url = process.stdout.readline().decode().split()[1].partition("=")[2]
    row = Row(
        case="E5", fault="", words=("chat", "Hi", "--base-url", url), code=4, says=None
    )
    yield from failures_of(row, run(row, home), MUCH)
    process.send_signal(SIGTERM)
    out, err = process.communicate()
    if holds_key(out + err):
        yield f"{LEAKED} the sandbox's log: {err!r}"
    if b"401" not in err:
        yield f"the sandbox wrote {err!r}"


CASES: tuple[Case, ...] = (
    _silent(
        "E3",
        "a bug",
        *ASK,
        code=1,
        before=holding({"sitecustomize.py": _BUG}),
        env={"PYTHONPATH": "{home}"},
    ),
    Row(
        case="E3",
        fault="a bug, traced",
        env={"PYTHONPATH": "{home}", "CO_DEBUG": "1"},
        before=holding({"sitecustomize.py": _BUG}),
        code=1,
        says=None,
        shell='"$@" 2> >(grep -v Traceback >&2)',
    ),
    _silent("E4", "-v", *ASK, "-v", replies=(WHOLE,)),
    _silent(
        "E4",
        "httpx's own log",
        *ASK,
        "-v",
        replies=(WHOLE,),
        env={"HTTPX_LOG_LEVEL": "trace"},
    ),
    _silent(
        "E4",
        "a failure, traced",
        *ONCE,
        replies=(refusal("500 No", f"Bearer {CANARY}"),),
        code=8,
        env={"CO_DEBUG": "1"},
        shell='"$@" 2> >(grep -v Traceback >&2)',
    ),
    _silent("E4", "--dry-run", *ASK, "--dry-run"),
    _silent("E4", "--curl", *ASK, "--curl"),
    _silent("E4", "auth status", "auth", "status", "--json"),
    _silent(
        "E4", "auth list", "auth", "list", before=holding({"config/keys.toml": MINE})
    ),
    _silent(
        "E4",
        "config show",
        "config",
        "show",
        before=holding({"config/keys.toml": MINE}),
    ),
    _silent(
        "E4", "the settings' file", "auth", "login", "--no-check", stdin=CANARY.encode()
    ),
    _silent("E5", "a recording", *ASK, "--record", "{home}/r.rec", replies=(WHOLE,)),
    _silent(
        "E5",
        "a recording of a failure",
        *ASK,
        "--record",
        "{home}/r.rec",
        replies=(stream(START, HI),),
        code=18,
    ),
    _silent(
        "E5",
        "finished requests",
        *(
            "rerank",
            "-q",
            "q",
            "--base-url",
            "{url}",
            "--batch-size",
            "1",
            "--retries",
            "0",
        ),
        *("--concurrency", "1", "-y"),
        stdin=b"a\nb\n",
        replies=(ranking(0), refusal("400 No", "no")),
        code=10,
    ),
    Trial("E5", "the sandbox's log", _sandbox_log),
    _silent("E5", "the script for completion", "completion", "bash"),
)
