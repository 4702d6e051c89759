import io
import os
import re
import termios
import threading

import pyte
import pytest
from pty_reader import received

from cohere_cli.errors import RateLimited, RetryNotice, ServerFault, Unreachable
from cohere_cli.render.progress import Progress
from cohere_cli.terminal import Terminal

COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def terminal():
    return Terminal.fake(tty=True, columns=80)


@pytest.fixture
def shown(terminal):
    """Return the lines that stand on the screen, and where the cursor is."""

    def shown():
        screen = pyte.Screen(80, 24)
        screen.set_mode(pyte.modes.LNM)
        pyte.Stream(screen).feed(terminal.noted)
        assert screen.cursor.x == 0
        lines = [line.rstrip() for line in screen.display]
        return [line for line in lines if line]

    return shown


def test_the_line_tells_the_records_the_speed_and_the_time_left(terminal, clock, shown):
    with Progress(terminal, 1_000, clock) as progress:
        clock.now += 2
        progress.update(250, records=50)
        assert shown() == ["reranking  ━━━━━━──────────────────  50 records  25 %  25/s  0:06 left"]  # fmt: skip


def test_the_speed_is_that_of_the_last_ten_seconds(terminal, clock, shown):
    with Progress(terminal, None, clock) as progress:
        for second in range(30):
            clock.now += 1
            progress.update(1_000 + second * 20)
        assert shown() == ["reranking  1,580 records  20/s"]


def test_it_is_drawn_eight_times_a_second_at_most(terminal, clock):
    with Progress(terminal, None, clock) as progress:
        for done in range(1_000):
            clock.now += 0.01
            progress.update(done)
    assert 70 < terminal.noted.count("reranking") <= 80


def test_what_is_over_soon_shows_nothing(terminal, clock):
    with Progress(terminal, 9, clock) as progress:
        for done in range(9):
            clock.now += 0.05
            progress.update(done)
    assert terminal.noted == ""


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_nothing_of_it_remains(terminal, clock, shown, error):
    try:
        with Progress(terminal, 9, clock) as progress:
            clock.now += 1
            progress.update(3)
            assert len(shown()) == 1
            if error:
                raise error
    except (ValueError, KeyboardInterrupt):
        pass
    assert shown() == []
    progress.update(4)
    assert shown() == []


def test_a_note_stands_above_the_line(terminal, clock, shown):
    with Progress(terminal, None, clock) as progress:
        progress.note("co: early")
        clock.now += 2
        progress.update(50)
        progress.note("co: a \x1b[2Jnote")
        lines = ["co: early", "co: a ^[[2Jnote"]
        assert shown() == [*lines, "reranking  50 records  25/s"]
    assert shown() == lines


SLOW = RateLimited("slow down", where="HTTP 429")
LOST = Unreachable("the connection \x1b[2Jwas lost")
BUSY = ServerFault("busy", where="HTTP 503, request abc")
BUSY.details = {"status": 503}


def wait(problem, seconds):
    return RetryNotice(problem, f"retrying in {seconds:.1f} s (1 of 2)", seconds)


def test_a_wait_stands_on_the_line_until_it_ends(terminal, clock, shown):
    with Progress(terminal, 100, clock) as progress:
        clock.now += 2
        progress.note(wait(SLOW, 2.5))
        assert shown() == ["reranking  ────────────────────────  0 records  0 %  waiting 3 s: rate limit"]  # fmt: skip
        clock.now += 1
        progress.update(60)
        assert shown() == ["reranking  ━━━━━━━━╸─────  60 records  60 %  0:02 left  waiting 2 s: rate limit"]  # fmt: skip
        clock.now += 2
        progress.update(80)
        assert shown() == ["reranking  ━━━━━━━━━━━━━━━━━━━─────  80 records  80 %  16/s  0:01 left"]  # fmt: skip
    assert shown() == ["co: 1 wait before retries: rate limit (1)"]


def test_of_several_waits_the_longest_is_shown(terminal, clock, shown):
    with Progress(terminal, None, clock) as progress:
        for problem, seconds in ((SLOW, 2), (BUSY, 4), (LOST, 1)):
            progress.note(wait(problem, seconds))
        assert shown() == ["reranking  0 records  waiting 4 s: HTTP 503"]
        clock.now += 9
        progress.note(wait(LOST, 1))
        assert shown() == [
            "reranking  0 records  waiting 1 s: the connection ^[[2Jwas lost"
        ]


def test_a_pipe_gets_a_line_a_pause_and_the_number_at_the_end(clock):
    terminal = Terminal.fake()
    with Progress(terminal, None, clock) as progress:
        progress.note(wait(BUSY, 2))
        for problem in (BUSY, SLOW, BUSY):
            clock.now += 1
            progress.note(wait(problem, 2))
        clock.now += 2
        progress.note(wait(SLOW, 1))
        lines = [
            "co: busy (HTTP 503, request abc); retrying in 2.0 s (1 of 2)",
            "co: slow down (HTTP 429); retrying in 1.0 s (1 of 2)",
        ]
        assert terminal.noted.splitlines() == lines
    end = "co: 5 waits before retries: HTTP 503 (3), rate limit (2)"
    assert terminal.noted.splitlines() == [*lines, end]


def test_waits_that_each_have_a_line_are_not_counted_again(clock):
    terminal = Terminal.fake()
    with Progress(terminal, None, clock) as progress:
        progress.note(wait(BUSY, 2))
    assert terminal.noted.count("\n") == 1


def test_verbose_shows_each_wait(terminal, clock, shown):
    terminal.verbose = True
    with Progress(terminal, None, clock) as progress:
        progress.note(wait(SLOW, 2))
        progress.note(wait(SLOW, 1))
    lines = [f"co: slow down (HTTP 429); retrying in {n}.0 s (1 of 2)" for n in (2, 1)]
    assert shown() == lines


def test_an_erased_line_comes_again_with_the_next_frame(terminal, clock, shown):
    with Progress(terminal, None, clock) as progress:
        clock.now += 2
        progress.update(50)
        progress.erase()
        assert shown() == []
        clock.now += 2
        progress.update(100)
        assert shown() == ["reranking  100 records  25/s"]


def test_a_line_that_is_paused_leaves_a_question_alone(terminal, clock, shown):
    with Progress(terminal, None, clock) as progress:
        clock.now += 2
        progress.update(50)
        with progress.paused():
            terminal.say("send them?")
            clock.now += 2
            progress.update(100)
            assert shown() == ["send them?"]
        clock.now += 2
        progress.update(150)
        assert shown() == ["send them?", "reranking  150 records  25/s"]


@pytest.mark.parametrize("case", ["quiet", "dumb", "no terminal", "a pipe"])
def test_elsewhere_nothing_is_drawn(clock, case):
    environ = {"dumb": {"TERM": "dumb"}, "no terminal": {}}.get(case)
    terminal = Terminal.fake(tty=case != "a pipe", environ=environ)
    terminal.quiet = case == "quiet"
    with Progress(terminal, 9, clock) as progress:
        clock.now += 1
        progress.update(3)
        progress.note("co: note")
    assert terminal.noted == ("" if case == "quiet" else "co: note\n")


def test_no_color_leaves_no_colour(clock):
    environ = {"TERM": "xterm", "NO_COLOR": "1"}
    for given, colours in (environ, 0), ({"TERM": "xterm"}, 3):
        terminal = Terminal.fake(tty=True, environ=given)
        with Progress(terminal, 9, clock) as progress:
            clock.now += 1
            progress.update(3)
        assert len(COLOURS.findall(terminal.noted)) == colours


def test_a_closed_terminal_is_no_failure(clock):
    terminal = Terminal.fake(tty=True)
    with Progress(terminal, 9, clock) as progress:
        terminal.stderr.close()
        clock.now += 1
        progress.update(3)
        clock.now += 1
        progress.update(4)


@pytest.mark.pty
@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_a_real_terminal_is_left_as_it_was(clock, columns):
    leader, follower = os.openpty()
    termios.tcsetwinsize(follower, (24, columns))
    pieces: list[bytes] = []
    reader = threading.Thread(target=lambda: pieces.extend(received(leader)))
    reader.start()
    with os.fdopen(follower, "w", encoding="utf-8") as err:
        terminal = Terminal(io.StringIO(), io.StringIO(), err, {"TERM": "xterm"})
        terminal.note("before")
        with Progress(terminal, 1_000_000, clock) as progress:
            for done in range(0, 1_000_000, 20_000):
                clock.now += 1
                progress.update(done)
        terminal.note("after")
    reader.join()
    os.close(leader)
    screen = pyte.Screen(columns, 24)
    stream = pyte.ByteStream(screen)
    rows = set()
    for byte in b"".join(pieces):
        stream.feed(bytes([byte]))
        rows.add((screen.cursor.y, screen.buffer[1][0].data))
    assert {y for y, _ in rows} == {0, 1, 2}
    # It was there, and is not.
    assert len({first for _, first in rows}) > 2
    assert [line.rstrip() for line in screen.display][:3] == ["before", "after", ""]
    assert screen.cursor.x == 0
