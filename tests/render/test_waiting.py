import io
import threading

import pytest

from cohere_cli.render.waiting import WaitingLine, waiting_line, working_line
from cohere_cli.terminal import Terminal
from tests.render.live.test_frame_timer import interrupted_at

ERASED = "\r\x1b[K"


def drawn(text: str) -> str:
    return f"\x1b[?7l\r\x1b[2m{text}\x1b[0m\x1b[K\r\x1b[?7h"


def line_on(terminal: Terminal, *times: float) -> WaitingLine:
    clock = iter((0, *times))
    terminal.overlay = WaitingLine(terminal.stdout, lambda: next(clock))
    return terminal.overlay


def test_the_seconds_are_drawn_and_erased_before_the_first_output():
    terminal = Terminal.fake(tty=True)
    line = line_on(terminal, 0.4, 3.2)
    line.draw()
    line.draw()
    terminal.draw("Hi\n")
    line.draw()
    expected = f"{drawn('waiting')}{drawn('waiting 3 s')}{ERASED}Hi\n"
    assert terminal.written.decode() == expected


def test_a_note_stands_above_the_line():
    terminal = Terminal.fake(tty=True)
    terminal.stderr = terminal.stdout
    line = line_on(terminal, 1, 2)
    line.draw()
    terminal.note("co: trying again")
    line.draw()
    terminal.write_bytes(b"Hi\n")
    expected = (
        f"{drawn('waiting 1 s')}{ERASED}\x1b[2mco: trying again\x1b[0m\n"
        f"{drawn('waiting 2 s')}{ERASED}\nHi\n"
    )
    assert terminal.written.decode() == expected


@pytest.mark.parametrize(
    ("tty", "quiet", "environ"),
    [
        (False, False, {"TERM": "xterm"}),
        (True, True, {"TERM": "xterm"}),
        (True, False, {"TERM": "dumb"}),
        (True, False, {}),
        (True, False, {"TERM": "xterm", "CI": "true"}),
    ],
)
@pytest.mark.parametrize("on_notes", [False, True])
def test_no_line_in_a_pipe_with_quiet_without_escapes_or_in_ci(
    tty, quiet, environ, on_notes
):
    terminal = Terminal.fake(tty=tty, environ=environ)
    terminal.quiet = quiet
    with waiting_line(terminal, on_notes=on_notes):
        assert terminal.overlay is None


def test_work_before_any_output_is_shown_on_standard_error_where_output_is_a_file():
    terminal = Terminal.fake(tty=False)
    terminal.stderr = Terminal.fake(tty=True).stdout
    with working_line(terminal, "reading files"):
        terminal.overlay.draw()
    assert (terminal.written, terminal.noted) == (
        b"",
        f"{drawn('reading files')}{ERASED}",
    )


def test_waiting_is_shown_on_standard_error_where_output_is_a_file():
    terminal = Terminal.fake(tty=False)
    terminal.stderr = Terminal.fake(tty=True).stdout
    with waiting_line(terminal):
        terminal.overlay.draw()
        terminal.write("Hi\n")
    expected = (b"Hi\n", f"{drawn('waiting')}{ERASED}")
    assert (terminal.written, terminal.noted) == expected


def test_a_question_ends_the_line():
    terminal = Terminal.fake(tty=True, environ={"TERM": "xterm"})
    with working_line(terminal, "working"):
        line = terminal.overlay
        line.draw()
        terminal.ask("co: go on? ")
        line.draw()
    assert terminal.noted == f"{drawn('working')}{ERASED}co: go on? \n"


def test_the_line_ends_with_the_block_without_output():
    terminal = Terminal.fake(tty=True)
    with waiting_line(terminal):
        terminal.overlay.draw()
    assert terminal.written.decode() == f"{drawn('waiting')}{ERASED}"
    assert terminal.overlay is None


def test_a_signal_at_any_instruction_of_the_end_leaves_a_line_that_can_be_ended():
    count, is_interrupted = 0, True
    while is_interrupted:
        line = WaitingLine(io.StringIO())
        line.start()
        is_interrupted = interrupted_at(count, line.end)
        ending = threading.Thread(target=line.end, daemon=True)
        ending.start()
        ending.join(10)
        assert not ending.is_alive(), count
        count += 1
    assert count > 5
