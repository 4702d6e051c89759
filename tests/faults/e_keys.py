"""E1, E2, E6 to E9: where a key comes from, and whom it is sent to."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

from tests.co_program import CO, ROOT
from tests.faults.homes import MINE, NO_KEY, holding
from tests.faults.judging import LEAKED, MUCH, failures_of, holds_key
from tests.faults.rows import ASK, CANARY, Case, Outcome, Row, Trial
from tests.faults.running import environment, run
from tests.faults.troubles import (
    HEAD,
    HI,
    START,
    WHOLE,
    redirect,
)
from tests.raw_server import http, serving

_MOST_CORE = 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"'
_HANGING = """
import time
class Keyring:
    name = "hanging"
    priority = 1
def get_keyring(): return Keyring()
def get_password(*_): time.sleep(60)
def set_password(*_): time.sleep(60)
def delete_password(*_): time.sleep(60)
"""


def _is_authorized(outcome: Outcome) -> Iterator[str]:
    message = [request.header("authorization") for request in outcome.requests]
    if message != [f"Bearer {CANARY}"]:
        yield f"the server was shown {message}"


def _is_without_key(outcome: Outcome) -> Iterator[str]:
    message = [request.header("authorization") for request in outcome.requests]
    if message != [None]:
        yield f"the server was shown {message}"


def _is_unknown(outcome: Outcome) -> Iterator[str]:
    if any(holds_key(request.head.encode()) for request in outcome.requests):
        yield f"{LEAKED} what the proxy was sent"


def _malformed(fault: str, key: str) -> Row:
    return Row(
        case="E2",
        fault=fault,
        env={"CO_API_KEY": key},
        code=4,
        says=(
            "co: CO_API_KEY from the environment has an invalid character at position *",
            "hint: *",
        ),
    )


def _silent(case: str, fault: str, *words: str, code: int = 0, **more: object) -> Row:
    """No output contains the key; nothing else is asserted."""
    return Row(
        case=case, fault=fault, words=words, code=code, out=None, says=None, **more
    )


def _no_core(home: Path) -> Iterator[str]:
    """A dump of the memory would hold the key."""
    limits, _ = _while_it_asks(home, "limits")
    line = next(one for one in limits.decode().splitlines() if "core" in one)
    if line.split()[4] != "0":
        yield f"a core may be dumped: {line}"


def _no_argument(home: Path) -> Iterator[str]:
    """Every user of the machine sees the words of a command."""
    words, _ = _while_it_asks(home, "cmdline")
    if holds_key(words):
        yield f"{LEAKED} the arguments: {words!r}"


def _while_it_asks(home: Path, name: str) -> tuple[bytes, int]:
    """Return /proc/PID/*name* of a run that waits for its answer."""
    with serving() as serve:
        server = serve([HEAD, START + HI, lambda connection: connection.recv(1)])
        process = subprocess.Popen(
            [
                "bash",
                "-c",
                _MOST_CORE,
                "bash",
                CO,
                "chat",
                "Hi",
                "--base-url",
                server.url,
            ],
            cwd=ROOT,
            env=environment(home, {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        os.read(process.stdout.fileno(), 2)
        found = Path(f"/proc/{process.pid}/{name}").read_bytes()
        process.send_signal(SIGTERM)
        process.communicate()
        return found, process.returncode


def _child(home: Path) -> Iterator[str]:
    """A stored key is for nobody whom `co` starts.

    What the user has in the environment is the user's own, and stays there: a command
    that prints a key may well read it from a variable.
    """
    command = home / "print"
    command.write_text(f"#!/bin/sh\nenv > {home}/seen\necho key-of-a-command\n")
    command.chmod(0o755)
    mine = (
        f'[profiles.mine]\nkey_command = "{command}"\nbase_url = "http://127.0.0.1:9"\n'
    )
    other = MINE.replace("mine", "other")
    holding({"config/config.toml": mine, "config/keys.toml": other})(home)
    words = ("chat", "Hi", "-p", "mine", "--retries", "0")
    row = Row(case="E6", fault="", words=words, env=NO_KEY, code=7, says=None)
    yield from failures_of(row, run(row, home), MUCH)
    words = ("config", "edit")
    env = {**NO_KEY, "EDITOR": str(command), "VISUAL": str(command)}
    row = Row(case="E6", fault="", words=words, env=env, out=None, says=None)
    yield from failures_of(row, run(row, home), MUCH)
    if not (home / "seen").exists():
        yield "the command was not run"


CASES: tuple[Case, ...] = (
    Trial("E1", "the words of the command", _no_argument),
    Row(
        case="E1",
        fault="--api-key",
        words=(*ASK, "--api-key", "a-key"),
        code=2,
        says=("co: a key on the command line can be read by *", "hint: *"),
    ),
    Row(
        case="E1",
        fault="from standard input",
        words=(*ASK, "--key-file", "-"),
        env=NO_KEY,
        stdin=f"{CANARY}\n".encode(),
        replies=(WHOLE,),
        out=b"Hi\n",
        also=_is_authorized,
    ),
    Row(
        case="E2",
        fault="a newline after the key",
        env={"CO_API_KEY": f"{CANARY}\n"},
        replies=(WHOLE,),
        out=b"Hi\n",
        also=_is_authorized,
    ),
    *(
        Row(
            case="E2",
            fault=f"what was copied with the key: {before!r}",
            words=(*ASK, "--key-file", "{home}/key"),
            before=holding({"key": f"{before}{CANARY}{after}\n"}),
            env=NO_KEY,
            replies=(WHOLE,),
            out=b"Hi\n",
            also=_is_authorized,
        )
        for before, after in (('"', '"'), ("export CO_API_KEY='", "'"), ("\ufeff", ""))
    ),
    _malformed("a newline within", f"{CANARY}\nX-Other: 1"),
    _malformed("an escape", f"{CANARY}\x1b[2J"),
    _malformed("not ASCII", f"{CANARY}\u200b"),
    _malformed("half of its quotes", f'"{CANARY}'),
    Row(
        case="E8",
        fault="a server on this machine, and no key",
        env=NO_KEY,
        replies=(WHOLE,),
        out=b"Hi\n",
        also=_is_without_key,
    ),
    Trial("E6", "a command that prints a key", _child, codes=(7,)),
    *(
        Row(
            case="E7",
            fault=f"a keyring that hangs, at {words[1]}",
            words=words,
            env={"PYTHONPATH": "{home}"},
            stdin=CANARY.encode(),
            before=holding(
                {
                    "keyring.py": _HANGING,
                    "config/keys.toml": '[profiles.mine]\nkeyring = true\nbase_url = "http://127.0.0.1:9"\n',
                }
            ),
            code=4,
            says=None,
            within=15,
            slow=words[0] == "auth",
        )
        for words in (
            ("chat", "Hi", "-p", "mine"),
            ("auth", "login", "--no-check", "--store", "keyring", "-p", "other"),
        )
    ),
    Row(
        case="E8",
        fault="a key for another server",
        words=(*ASK, "-p", "mine"),
        before=holding({"config/keys.toml": MINE}),
        env=NO_KEY,
        replies=(WHOLE,),
        requests=0,
        code=4,
        says=(
            "co: the key of profile 'mine' belongs to https://api.cohere.com, not to http://127.0.0.1:*",
            "hint: *",
        ),
    ),
    Row(
        case="E8",
        fault="settings that came with a folder",
        words=("chat", "Hi", "--retries", "0"),
        env={"CO_CONFIG_DIR": "config", **NO_KEY},
        code=3,
        says=(
            "co: the config directory is not an absolute path (CO_CONFIG_DIR)",
            "hint: *",
        ),
    ),
    *(
        _silent(
            "E8", f"a redirect to {to}", *ASK, replies=(redirect("307 Go", to),), code=8
        )
        for to in ("{other}/v2/chat", "https://127.0.0.1:9/", "http://localhost:9/")
    ),
    _silent(
        "E8",
        "a proxy",
        *("chat", "Hi", "--retries", "0", "--base-url", "https://nobody.invalid"),
        env={"HTTPS_PROXY": "{url}"},
        replies=(http(b"", "403 No", "text/plain"),),
        code=7,
        also=_is_unknown,
    ),
    Trial("E9", "a core dump", _no_core),
)
