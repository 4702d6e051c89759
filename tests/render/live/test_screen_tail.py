import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.render.live.rewrap import rewraps
from cohere_cli.render.live.screen import LiveRows, Screen
from cohere_cli.terminal import Terminal

ROWS = st.lists(st.sampled_from(["a", "b", "ccc", "é", ""]), max_size=4)


@given(st.lists(st.tuples(ROWS, ROWS), max_size=8))
def test_the_screen_shows_what_is_finished_and_then_the_tail(steps):
    screen = pyte.HistoryScreen(10, 6, history=1000)
    screen.set_mode(pyte.modes.LNM)
    stream, tail, finished = pyte.Stream(screen), LiveRows(), []
    for done, rows in steps:
        stream.feed(tail.replace(done, rows, 10, 6))
        finished += done
        gone = ["".join(row[x].data for x in range(10)) for row in screen.history.top]
        shown = [line.rstrip() for line in (*gone, *screen.display)]
        expected = [*finished, *rows]
        assert shown[: len(expected)] == expected
        assert not any(shown[len(expected) :])
        last = expected[-1] if rows else ""
        assert screen.cursor.x == len(last)


@pytest.mark.parametrize(
    ("finished", "rows", "sent"),
    [
        ([], ["one", "two"], ""),
        ([], ["one", "two!"], "\x1b[?7l!\x1b[?7h"),
        ([], ["one", "Two"], "\r\x1b[J\x1b[?7lTwo\x1b[?7h"),
        (["one", "two!"], ["three"], "!\n\x1b[?7lthree\x1b[?7h"),
        (["one"], ["two"], ""),
        (["one", "two"], [], "\n"),
        (["one", "two"], ["three"], "\n\x1b[?7lthree\x1b[?7h"),
        ([], [], "\r\x1b[1A\x1b[J"),
    ],
)
def test_only_what_differs_is_sent(finished, rows, sent):
    tail = LiveRows()
    tail.replace([], ["one", "two"], 80, 24)
    assert tail.replace(finished, rows, 80, 24) == sent


def test_a_row_that_may_have_been_cut_is_sent_again():
    tail = LiveRows()
    tail.replace([], ["日本"], 80, 24)
    assert tail.replace([], ["日本語"], 80, 24) == "\r\x1b[J\x1b[?7l日本語\x1b[?7h"


def test_in_a_new_width_nothing_stays_as_it_is():
    tail = LiveRows()
    tail.replace([], ["one", "two"], 80, 24)
    assert tail.replace(["one"], ["two"], 40, 24) == (
        "\r\x1b[1A\x1b[Jone\n\x1b[?7ltwo\x1b[?7h"
    )


def test_a_full_row_does_not_grow_where_the_cursor_stands():
    tail = LiveRows()
    tail.replace([], ["x" * 10], 10, 6)
    assert tail.replace(["x" * 12], [], 10, 6) == f"\r\x1b[J{'x' * 12}\n"


def test_rows_that_a_lower_screen_scrolled_away_are_not_drawn_again():
    tail = LiveRows()
    tail.replace([], ["one", "two", "three", "four"], 80, 24)
    assert tail.replace([], ["four"], 80, 2) == "\r\x1b[1A\x1b[J\x1b[?7lfour\x1b[?7h"
    assert tail.replace(["one"], ["three", "four"], 80, 2) == (
        "\r\x1b[J\x1b[?7lthree\nfour\x1b[?7h"
    )
    assert tail.replace(["two", "three", "five"], [], 80, 2) == "\r\x1b[Jfive\n"


def test_a_row_that_was_scrolled_away_and_has_changed_is_drawn_again():
    tail = LiveRows()
    tail.replace([], ["one", "two"], 80, 24)
    assert tail.replace(["One", "two"], [], 80, 1) == "\r\x1b[JOne\ntwo\n"


def test_in_a_narrower_tmux_all_rows_that_the_live_rows_take_now_are_erased():
    tail = LiveRows(rewraps=True)
    row = f"\x1b[1m{'x' * 45}\x1b[0m"
    tail.replace([], [row, "", "日本語" * 4, "x" * 20], 80, 24)
    # Of 20 columns: three rows, one, two (a wide character is not split), and one.
    assert tail.replace([], ["x"], 19, 24) == (
        "\r\x1b[K" + "\x1b[A\x1b[K" * 7 + "\x1b[?7lx\x1b[?7h"
    )


def test_rows_that_may_have_been_cut_are_not_counted_twice():
    tail = LiveRows(rewraps=True)
    tail.replace([], ["x" * 70, "x"], 80, 24)
    assert tail.replace([], ["y"], 40, 24, settled=False) == (
        "\r\x1b[K\x1b[A\x1b[K\x1b[?7ly\x1b[?7h"
    )


def test_a_screen_in_tmux_counts_rows_anew_unless_it_is_being_dragged():
    terminal = Terminal.fake(tty=True, environ={"TERM": "screen", "TMUX": "/tmp/t,1,0"})
    now = [0.0]
    screen = Screen(terminal, lambda: 24, lambda: now[0])
    for width, at in ((80, 0), (80, 1), (40, 2), (20, 2.1)):
        terminal.columns, now[0] = width, at
        screen.draw([], [f"{at} {'x' * 15}"[: width - 1] * (width // 20)])
    first, second, third, fourth = (
        part.count("\x1b[A") for part in terminal.written.decode().split("\x1b[?7l")[:4]
    )
    assert (first, second, third, fourth) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "screen-256color", "TMUX": "/tmp/t,1,0"}, True),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "screen", "TMUX": "/tmp/t,1,0", "STY": "1.x"}, False),
        ({"TERM": "screen", "STY": "1.x"}, False),
        ({"TERM": "xterm-256color"}, False),
    ],
)
def test_only_terminals_known_for_it_are_taken_to_wrap_rows_again(environ, expected):
    assert rewraps(environ) is expected
