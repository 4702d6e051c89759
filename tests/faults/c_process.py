"""C: signals, pipes, full disks, and odd places to run in."""

import ast
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM, Signals

from tests.co_program import CO, ROOT
from tests.faults.rows import ASK, Case, Row, Stop, Trial
from tests.faults.running import environment
from tests.faults.troubles import (
    END,
    HEAD,
    HI,
    START,
    WHOLE,
    endless,
    hang,
    stream,
    text,
)
from tests.raw_server import serving

_REPLAY = ("replay", "tests/data/text.sse")
_SAID = "The Matterhorn, 4478 m, is near Zermatt 🏔.\n".encode()
_LINES = text("a line of an answer that does not fit into a pipe\n" * 100)
_LOOP = 'for i in 1 2 3; do "$@"; echo "after $i"; done'


def _stopped(case: str, number: Signals) -> Row:
    return Row(
        case=case,
        fault=f"{number.name} within a stream",
        replies=([HEAD, START + HI, hang],),
        stop=Stop((number,)),
        code=-number,
        out=b"Hi\n",
    )


def _unharmed(case: str, fault: str, shell: str) -> Row:
    """A note that nobody can read: the answer is whole."""
    return Row(
        case=case,
        fault=fault,
        words=(*ASK, "-v", "--usage"),
        replies=(WHOLE,),
        shell=shell,
        out=b"Hi\n",
    )


def _says_without_answer(fault: str, shell: str, why: str) -> Row:
    return Row(
        case="C6",
        fault=fault,
        words=_REPLAY,
        shell=shell,
        code=23,
        says=(f"co: cannot write output: {why}", *("hint: *",) * (why != "*")),
    )


def _twice(home: Path) -> Iterator[str]:
    """Nobody reads the pipe: the end of the line, too, has to wait, but not for ever."""
    with serving() as serve:
        server = serve([HEAD, START + HI, endless(_LINES)])
        process = subprocess.Popen(
            [str(CO), *ASK[:-1], server.url],
            cwd=ROOT,
            env=environment(home, {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        os.read(process.stdout.fileno(), 2)
        time.sleep(0.5)  # until the pipe is full
        for _ in range(2):
            process.send_signal(SIGINT)
            time.sleep(0.3)
        try:
            if process.wait(2) != -SIGINT:
                yield f"it ended with {process.returncode}"
        except subprocess.TimeoutExpired:
            yield "it did not end"
        process.kill()
        process.communicate()


def _undeclared(_home: Path) -> Iterator[str]:
    """What is imported must be declared: a fresh install has nothing else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {_name(one) for one in project["dependencies"]}
    # What those need themselves comes with them.
    declared |= {_name(one) for each in declared for one in requires(each) or ()}
    extras = project["optional-dependencies"]
    optional = {
        _name(one) for extra in extras if extra != "dev" for one in extras[extra]
    }
    named = packages_distributions()
    for module in sorted(_imported() - set(sys.stdlib_module_names)):
        owners = {_name(owner) for owner in named.get(module, [])}
        if not owners & (declared | optional) and module != "cohere_cli":
            yield f"{module} is imported, but not declared"


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")


def _imported() -> set[str]:
    found = set()
    for path in (ROOT / "cohere_cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Import(names=names):
                    found |= {one.name.partition(".")[0] for one in names}
                case ast.ImportFrom(module=str(module), level=0):
                    found.add(module.partition(".")[0])
    return found


CASES: tuple[Case, ...] = (
    _stopped("C1", SIGINT),
    # A shell that runs a command on its own, as -c does, is a loop's shell too.
    Row(
        case="C2",
        fault="Ctrl-C in a loop",
        replies=([HEAD, START + HI, hang],) * 3,
        requests=1,
        shell=_LOOP,
        stop=Stop((SIGINT,)),
        code=-SIGINT,
        out=b"Hi\n",
    ),
    Row(
        case="C2",
        fault="an error in a loop, which goes on",
        words=(*ASK, "--retries", "0"),
        replies=(stream(START, HI),) * 3,
        shell=_LOOP,
        out=b"Hi\nafter 1\nHi\nafter 2\nHi\nafter 3\n",
        says=("co: answer incomplete: *", "hint: *") * 3,
        slow=True,
    ),
    Trial(
        "C3", "a second Ctrl-C, while the first cannot write its line", _twice, (130,)
    ),
    _stopped("C4", SIGTERM),
    _stopped("C4", SIGHUP),
    Row(
        case="C5",
        fault="a reader that leaves",
        replies=([HEAD, START, text("one\n"), endless(_LINES)],),
        shell='"$@" | head -1; exit ${PIPESTATUS[0]}',
        code=141,
        out=b"one\n",
    ),
    Row(
        case="C5",
        fault="records, and a reader that leaves",
        words=("rerank", "-q", "the", "-p", "sandbox", "-q", "line", "-n", "0"),
        stdin=b"".join(b"line %d %s\n" % (at, b"x" * 100) for at in range(900)),
        shell='"$@" | head -c 1; exit ${PIPESTATUS[0]}',
        code=141,
        out=b"l",
        says=("co: profile sandbox: *",),
    ),
    _says_without_answer("a full disk", '"$@" > /dev/full', "no space left on device"),
    _says_without_answer("a closed output", '"$@" >&-', "*"),
    _says_without_answer("an output to read from", '"$@" 1< /dev/null', "*"),
    _says_without_answer(
        "a file that may not grow",
        'head -c 8192 /dev/zero > {home}/out; ulimit -f 8; PYTHONDONTWRITEBYTECODE=1 "$@" >> {home}/out',
        "file too large",
    ),
    _unharmed("C7", "a full disk for notes", '"$@" 2> /dev/full'),
    _unharmed("C7", "no standard error", '"$@" 2>&-'),
    Row(
        case="C8",
        fault="no prompt, and nobody to ask",
        words=("chat", "--base-url", "{url}"),
        code=2,
        says=("co: there is no prompt", "hint: *"),
    ),
    Row(
        case="C8",
        fault="no key, and nobody to ask",
        words=("auth", "login"),
        code=2,
        says=("co: cannot ask for a key without a terminal", "hint: *"),
    ),
    Row(
        case="C8",
        fault="a closed standard input",
        words=ASK,
        shell='"$@" <&-',
        replies=(WHOLE,),
        out=b"Hi\n",
    ),
    *(
        Row(case="C9", fault=f"{env}", words=_REPLAY, env=env, out=_SAID)
        for env in (
            {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
            {"LANG": "xx_YY.latin1", "PYTHONUTF8": "0"},
        )
    ),
    Row(
        case="C10",
        fault="no terminal, but FORCE_COLOR",
        words=_REPLAY,
        env={"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "COLUMNS": "-3"},
        out=_SAID,
    ),
    Trial("C11", "a package that is not declared", _undeclared),
    Row(case="C11", fault="its version", words=("--version",), out=None),
    Row(
        case="C8",
        fault="an unknown flag",
        words=("chat", "--promt"),
        code=2,
        says=("co: no such option: --promt*", "hint: see `co chat --help`"),
    ),
    Row(
        case="C7",
        fault="no note at all",
        replies=(stream(START, HI, END),),
        out=b"Hi\n",
    ),
)
