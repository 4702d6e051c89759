"""`co` on screens that another program draws: tmux, screen, script and less."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable

import pexpect
import pyte
import pytest
from co_program import Co
from programs import needing

pytestmark = [pytest.mark.slow, pytest.mark.pty, pytest.mark.timeout(120)]

COLUMNS, ROWS = 72, 20
ASK = 'co chat "Who is more popular?" -d examples/boy-bands.yaml -p sandbox'
END = "end of the run"
ANSWER = "The Backstreet Boys were popular on a level of their own"


def screen_of(data: bytes) -> str:
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(screen).feed(data)
    return "\n".join(line.rstrip() for line in screen.display)


def on_a_terminal(co: Co, command: str, keys: bytes = b"") -> bytes:
    """Run *command* in a terminal of its own; type *keys* once the end is shown."""
    child = pexpect.spawn(
        "bash",
        ["-c", command],
        env=co.environ,
        dimensions=(ROWS, COLUMNS),
        timeout=60,
    )
    written = b""
    if keys:
        child.expect_exact(END.encode())
        written = child.before + child.after
        child.send(keys)
    written += child.read()
    child.close()
    assert child.exitstatus == 0, written
    return written


def polled(look: Callable[[], str]) -> str:
    """Return what *look* sees as soon as the run has ended."""
    until = time.monotonic() + 60
    while END not in (seen := look()) and time.monotonic() < until:
        time.sleep(0.1)
    return seen


@pytest.fixture
def in_a_script(tmp_path):
    """Return the path of a script that shows an answer, then stays for a minute."""
    script = tmp_path / "run.sh"
    script.write_text(f"{ASK}\necho {END}\nsleep 60\n")
    return script


@pytest.fixture
def plain(co):
    """What a terminal of the same size shows, without a program in between."""
    return screen_of(on_a_terminal(co, f"{ASK}; echo {END}"))


def answer_of(screen: str) -> list[str]:
    """Return the rows of an answer: from its first to its last, without blank ones."""
    rows = [row.rstrip() for row in screen.splitlines() if row.strip()]
    return rows[: rows.index(END)]


@needing("tmux")
@pytest.mark.parametrize("term", ["screen-256color", "tmux-256color"])
def test_tmux_shows_what_a_terminal_shows(co, tmp_path, in_a_script, plain, term):
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull]
    size = ["-x", str(COLUMNS), "-y", str(ROWS)]
    command = f"TERM={term} bash {shlex.quote(str(in_a_script))}"
    begin = ["new-session", "-d", *size, command]
    subprocess.run([*tmux, *begin], env=co.environ, check=True)
    try:
        seen = polled(
            lambda: (
                subprocess.run(
                    [*tmux, "capture-pane", "-p"],
                    env=co.environ,
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
            )
        )
    finally:
        subprocess.run([*tmux, "kill-server"], env=co.environ, check=False)
    assert answer_of(seen) == answer_of(plain)


@needing("screen")
def test_screen_shows_what_a_terminal_shows(co, tmp_path, in_a_script, plain):
    folder = tmp_path / "screens"
    folder.mkdir(mode=0o700)
    environ = {**co.environ, "SCREENDIR": str(folder)}
    settings = tmp_path / "screenrc"
    settings.write_text("startup_message off\n")
    words = ["-U", "-c", str(settings), "-S", "run", "bash", str(in_a_script)]
    screen = pexpect.spawn(
        "screen", words, env=environ, dimensions=(ROWS, COLUMNS), timeout=60
    )
    try:
        screen.expect_exact(END.encode())
        seen = screen_of(screen.before + screen.after)
    finally:
        leave = ["screen", "-S", "run", "-X", "quit"]
        subprocess.run(leave, env=environ, capture_output=True, check=False)
        screen.close()
    assert answer_of(seen) == answer_of(plain)


@needing("script")
def test_script_records_what_a_terminal_shows(co, tmp_path, plain):
    record = shlex.quote(str(tmp_path / "typescript"))
    command = f"script -qec {shlex.quote(f'{ASK}; echo {END}')} {record}"
    assert screen_of(on_a_terminal(co, command)) == plain
    lines = (tmp_path / "typescript").read_bytes().splitlines(keepends=True)
    assert (
        screen_of(b"".join(lines[1:-1])).splitlines()[: ROWS - 4]
        == (plain.splitlines()[: ROWS - 4])
    )


@needing("less")
@pytest.mark.parametrize(
    "command",
    [
        f"({ASK} --color always --quiet; echo {END}) | less -R",
        f"({ASK} --quiet; echo {END}) | less",
    ],
)
def test_less_shows_the_answer_without_a_character_of_control(co, command):
    shown = on_a_terminal(co, command, keys=b"q")
    text = screen_of(shown.rpartition(b"\x1b[?1049l")[0] or shown)
    assert END in text
    assert ANSWER in text
    assert not any(mark in text for mark in ("ESC", "^[", "\x1b", "[0m"))


def test_the_pager_of_a_flag_is_left_with_a_key(co):
    co.environ["PAGER"] = f"sh -c 'cat; echo {END}; read key'"
    shown = on_a_terminal(co, f"{ASK} --pager", keys=b"\n")
    assert ANSWER in screen_of(shown)
