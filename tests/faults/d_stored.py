"""D1 to D6, D10: keys and settings on a disk that is full, open, or not there."""

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.co_program import CO, ROOT
from tests.faults.homes import ENTRY, OLD, holding, in_bytes
from tests.faults.rows import CANARY, Case, Outcome, Row, Trial
from tests.faults.running import environment
from tests.faults.troubles import WHOLE, ranking

_LOGIN = ("auth", "login", "--no-check", "-p", "new")
_NOT_KEPT = ("co: this turn is not kept: the history cannot be used: *",)
_MANY = "".join(ENTRY.format(f"p{at}") for at in range(300))


def _unchanged(name: str, data: str | bytes) -> Callable[[Outcome], Iterator[str]]:
    """The file is as it was, and nothing lies beside it."""

    def check(outcome: Outcome) -> Iterator[str]:
        folder = outcome.home / "config"
        if (folder / name).read_bytes() != (in_bytes(data)):
            yield f"{name} has changed"
        # A login writes the address first: without its key, it only asks for one.
        others = {path.name for path in folder.iterdir()} - {
            name,
            ".lock",
            "config.toml",
        }
        if others:
            yield f"left behind: {others}"

    return check


def _link(home: Path) -> None:
    holding({"config/elsewhere.toml": OLD})(home)
    (home / "config" / "keys.toml").symlink_to("elsewhere.toml")


def _foreign(home: Path) -> None:
    holding({"config/keys.toml": OLD})(home)
    os.chown(home / "config" / "keys.toml", 12345, -1)


def _open_to_all(home: Path) -> None:
    holding({"config/keys.toml": OLD}, 0o644)(home)
    (home / "config").chmod(0o777)


def _closed_again(outcome: Outcome) -> Iterator[str]:
    folder = outcome.home / "config"
    modes = [path.stat().st_mode & 0o777 for path in (folder, folder / "keys.toml")]
    if modes != [0o755, 0o600]:
        yield f"the modes are {modes}"


def _logged_in(home: Path, name: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [str(CO), "auth", "login", "--no-check", "-p", name],
        cwd=ROOT,
        env=environment(home, {}),
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    process.stdin.write(f"key-of-{name}".encode())
    process.stdin.close()
    return process


def _killed(home: Path) -> Iterator[str]:
    """Kill logins at any moment: the keys can always be read, nothing piles up."""
    chance = random.Random(1)
    for at in range(12):
        process = _logged_in(home, f"p{at}")
        time.sleep(chance.uniform(0.1, 0.4))
        process.kill()
        process.wait()
    listed = subprocess.run(
        [str(CO), "auth", "list"],
        env=environment(home, {}),
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        yield f"the keys cannot be read: {listed.stderr!r}"
    left = [path.name for path in (home / "config").glob("*.new")]
    if len(left) > 1:
        yield f"left behind: {left}"


CASES: tuple[Case, ...] = (
    Row(
        case="D1",
        fault="a full disk under the keys",
        words=_LOGIN,
        stdin=b"a-new-key-of-mine\n",
        before=holding({"config/keys.toml": _MANY}),
        shell='ulimit -f 8; PYTHONDONTWRITEBYTECODE=1 "$@"',
        code=3,
        says=(
            "co: the key will be stored in *",
            "co: cannot write keys.toml: file too large (*)",
            "hint: *",
        ),
        also=_unchanged("keys.toml", _MANY),
    ),
    Row(
        case="D1",
        fault="a full disk under the settings",
        words=("config", "set", "model", "m", "-p", "old"),
        before=holding(
            {"config/config.toml": "# " + "x" * 20_000 + "\n[profiles.old]\n"}
        ),
        shell='ulimit -f 8; PYTHONDONTWRITEBYTECODE=1 "$@"',
        code=3,
        says=("co: cannot write config.toml: file too large (*)", "hint: *"),
        also=_unchanged("config.toml", "# " + "x" * 20_000 + "\n[profiles.old]\n"),
    ),
    Trial("D3", "killed while it stores a key", _killed),
    Row(
        case="D6",
        fault="keys that others can read",
        words=("auth", "status", "-p", "old"),
        before=_open_to_all,
        out=None,
        says=None,
        also=lambda outcome: iter(
            () if b"warning" in outcome.out else ("there is no warning",)
        ),
    ),
    Row(
        case="D6",
        fault="the same, mended by the next login",
        words=_LOGIN,
        stdin=b"a-new-key-of-mine",
        before=_open_to_all,
        says=None,
        also=_closed_again,
    ),
    Row(
        case="D6",
        fault="keys that are a symbolic link",
        words=("chat", "Hi", "-p", "old"),
        before=_link,
        code=3,
        says=("co: keys.toml is a symbolic link (*)", "hint: *"),
    ),
    *(
        [
            Row(
                case="D6",
                fault="keys of another user",
                words=("chat", "Hi", "-p", "old"),
                before=_foreign,
                code=3,
                says=("co: keys.toml belongs to another user (*)", "hint: *"),
            )
        ]
        if os.geteuid() == 0
        else []
    ),
    Row(
        case="D10",
        fault="no home that can be written",
        env={"HOME": "/proc/nobody", "CO_CONFIG_DIR": "", "CO_DATA_DIR": ""},
        replies=(WHOLE,),
        out=b"Hi\n",
        says=_NOT_KEPT,
    ),
    Row(
        case="D10",
        fault="a home that is a file",
        env={"HOME": "/dev/null", "CO_CONFIG_DIR": "", "CO_DATA_DIR": ""},
        replies=(WHOLE,),
        out=b"Hi\n",
        says=_NOT_KEPT,
    ),
    Row(
        case="D10",
        fault="a home that cannot be searched",
        env={"HOME": "{home}/loop", "CO_CONFIG_DIR": "", "CO_DATA_DIR": ""},
        before=lambda home: (home / "loop").symlink_to(home / "loop"),
        replies=(WHOLE,),
        out=b"Hi\n",
        says=("co: no settings are used: cannot read config.toml: *", *_NOT_KEPT),
    ),
    Row(
        case="D10",
        fault="no place for finished requests",
        words=(
            *("rerank", "-q", "q", "--base-url", "{url}", "--batch-size", "1"),
            *("--concurrency", "1", "-n", "0", "-y"),
        ),
        env={"CO_DATA_DIR": "/proc/nobody"},
        stdin=b"a\nb\n",
        replies=(ranking(0), ranking(0)),
        out=b"a\nb\n",
        says=("co: cannot record finished requests for --resume: *",),
    ),
    Row(
        case="D10",
        fault="no place for keys",
        words=_LOGIN,
        env={"CO_CONFIG_DIR": "/proc/nobody"},
        stdin=CANARY.encode(),
        code=3,
        says=(
            "co: the key will be stored in *",
            "co: cannot write in nobody: * (/proc/nobody)",
            "hint: *",
        ),
    ),
)
