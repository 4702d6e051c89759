import fcntl
import os
import pty
import socket
import struct
import subprocess
import sys
import termios
import tracemalloc
import unicodedata
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, strategies

from cohere_cli.characters.cleaner import Cleaner
from cohere_cli.errors import OutputUnwritable
from cohere_cli.terminal import Terminal, clean, clean_line

EVERY_CODE_POINT = range(0x110000)
SURROGATES = range(0xD800, 0xE000)
# Written down once more, by hand: what a terminal obeys and what nobody sees.
SHOWN_INSTEAD = {
    *range(0x09),  # C0 controls up to the tab
    *range(0x0B, 0x20),  # and from the line end on
    *range(0x7F, 0xA0),  # DEL and C1 controls
    0x00AD,  # soft hyphen
    0x034F,  # combining grapheme joiner
    0x061C,  # Arabic letter mark
    *range(0x115F, 0x1161),  # fillers of Hangul
    *range(0x17B4, 0x17B6),  # inherent vowels of Khmer
    *range(0x180B, 0x1810),  # Mongolian selectors and vowel separator
    *range(0x200B, 0x2010),  # zero width space, joiners, direction marks
    *range(0x2028, 0x202F),  # line and paragraph separators, bidi embeddings
    *range(0x2060, 0x2070),  # word joiner, invisible operators, bidi isolates
    0x2800,  # braille pattern blank
    0x3164,  # Hangul filler
    *range(0xE000, 0xF900),  # private use
    *range(0xFDD0, 0xFDF0),  # noncharacters
    *range(0xFE00, 0xFE10),  # variation selectors
    0xFEFF,  # byte order mark
    0xFFA0,  # halfwidth Hangul filler
    *range(0xFFF0, 0xFFFC),  # interlinear annotations, and not assigned
    *range(0x13430, 0x13441),  # Egyptian hieroglyph joiners
    0x16FE4,  # filler of Khitan
    *range(0x1BCA0, 0x1BCA4),  # shorthand format controls
    0x1D159,  # musical null notehead
    *range(0x1D173, 0x1D17B),  # musical format controls
    *range(0xE0000, 0xE1000),  # tags, variation selectors, and not assigned
    *range(0xF0000, 0x110000),  # private use
    *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)),
    *SURROGATES,
}
# Of Unicode's format characters these are seen, or shape the script around them.
HARMLESS_FORMATS = {
    *range(0x0600, 0x0606),  # Arabic number signs
    *(0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2),  # Arabic and Syriac signs
    *(0x110BD, 0x110CD),  # Kaithi number signs
}


def test_of_all_code_points_exactly_those_that_deceive_are_shown_instead():
    cleaned = {code: clean(chr(code)) for code in EVERY_CODE_POINT}
    changed = {code: shown for code, shown in cleaned.items() if shown != chr(code)}
    assert changed.keys() == SHOWN_INSTEAD
    acting = {
        code
        for code in EVERY_CODE_POINT
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Cs")
    }
    assert acting - changed.keys() == {0x09, 0x0A, *HARMLESS_FORMATS} & acting
    for code, shown in changed.items():
        caret = f"^{chr(code ^ 0x40)}" if code < 0x80 else f"\\u{{{code:x}}}"
        assert shown == ("\ufffd" if code in SURROGATES else caret)
    lines = clean("\n".join(map(chr, EVERY_CODE_POINT)))
    assert lines == "\n".join(cleaned.values())
    assert clean(lines) == lines


@given(
    strategies.lists(
        strategies.lists(
            strategies.sampled_from(sorted(SHOWN_INSTEAD))
            | strategies.integers(0, 0x10FFFF)
        ).map(lambda codes: "".join(map(chr, codes)))
    )
)
def test_feeding_the_pieces_of_a_text_cleans_the_whole(pieces):
    whole = clean("".join(pieces))
    cleaner = Cleaner()
    fed = "".join(map(cleaner.feed, pieces)) + cleaner.feed("", final=True)
    assert fed == whole
    assert "\n" not in clean_line("".join(pieces))


def test_joiners_and_variation_selectors_keep_emoji_and_scripts_whole():
    for text in ("👩‍👩‍👧", "می‌خواهم", "🏔️", "葛󠄀", "e\u0301", "tab\there\nthere"):
        assert clean(text) == text


def test_a_line_stays_one_line():
    assert clean_line("a\nb\r\n\x1b[2Jc") == "a b^M ^[[2Jc"


def test_an_answer_is_exact_in_a_pipe_and_clean_on_a_screen():
    piped, screen = Terminal.fake(), Terminal.fake(tty=True)
    for terminal in (piped, screen):
        terminal.write("Zürich\r\x1b[2J\u202e\n")
    assert piped.written == "Zürich\r\x1b[2J\u202e\n".encode()
    assert screen.written == "Zürich^M^[[2J\\u{202e}\n".encode()


def test_a_lone_surrogate_has_no_bytes_and_becomes_a_question_mark_or_a_box():
    piped, screen = Terminal.fake(), Terminal.fake(tty=True)
    for terminal in (piped, screen):
        terminal.write("\ud800")
    assert (piped.written, screen.written) == (b"?", "\ufffd".encode())


def test_text_bytes_and_drawings_are_written_in_their_order():
    terminal = Terminal.fake(tty=True)
    terminal.stdout.write("1")
    terminal.write_bytes(b"2\xff")
    terminal.draw("\x1b[1m3")
    terminal.write("\x1b4")
    assert terminal.written == b"12\xff\x1b[1m3^[4"


def test_a_note_is_one_clean_line_on_standard_error_also_in_a_pipe():
    terminal = Terminal.fake()
    terminal.note("one\ntwo \x1b]0;title\x07\ud800")
    assert terminal.noted == "one two ^[]0;title^G\ufffd\n"
    assert terminal.written == b""


@pytest.mark.parametrize(
    ("quiet", "verbose", "output"),
    [
        (False, False, "note\nsay\n"),
        (False, True, "note\ndetail\nsay\n"),
        (True, False, "say\n"),
        (True, True, "detail\nsay\n"),
    ],
)
def test_quiet_silences_notes_and_verbose_brings_details(quiet, verbose, output):
    terminal = Terminal.fake()
    terminal.quiet, terminal.verbose = quiet, verbose
    terminal.note("note")
    terminal.detail("detail")
    terminal.say("say")
    assert terminal.noted == output


@pytest.mark.parametrize(
    ("tty", "environ", "draws", "has_colour"),
    [
        (True, {"TERM": "xterm-256color"}, True, True),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        (True, {"TERM": "dumb"}, False, False),
        (True, {"TERM": ""}, False, False),
        (True, {}, False, False),
        (False, {"TERM": "xterm-256color"}, False, False),
    ],
)
def test_it_draws_on_a_terminal_that_says_what_it_is(tty, environ, draws, has_colour):
    terminal = Terminal.fake(tty=tty, environ=environ)
    assert (terminal.shows_output, terminal.shows_notes) == (tty, tty)
    assert (terminal.can_draw, terminal.has_colour) == (draws, has_colour)


def test_the_keys_in_the_environment_are_no_part_of_its_repr():
    terminal = Terminal.fake(environ={"CO_API_KEY": "canary"})
    assert "canary" not in repr(terminal)


def test_a_person_is_asked_only_where_question_and_answer_are_on_a_terminal():
    screen, piped = Terminal.fake(tty=True), Terminal.fake(b"input")
    assert screen.can_ask
    assert not piped.can_ask
    screen.stderr = piped.stderr
    assert not screen.can_ask


def test_a_fake_terminal_has_what_was_piped_in_and_a_fake_screen_a_person():
    piped = Terminal.fake("grüß".encode())
    assert piped.stdin.read() == "grüß"
    assert piped.has_piped_input
    assert Terminal.fake().has_piped_input
    assert not Terminal.fake(b"typed", tty=True).has_piped_input


@contextmanager
def reading(descriptor):
    """A terminal whose standard input is *descriptor*."""
    with os.fdopen(descriptor, encoding="utf-8") as stdin:
        terminal = Terminal.fake()
        terminal.stdin = stdin
        yield terminal


def test_pipes_files_and_sockets_are_input_and_devices_are_not(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    near, far = socket.socketpair()
    reader, writer = os.pipe()
    master, slave = pty.openpty()
    inputs = {
        "pipe": (reader, True),
        "file": (os.open(tmp_path / "file", os.O_RDONLY), True),
        "socket": (near.detach(), True),
        "/dev/null": (os.open(os.devnull, os.O_RDONLY), False),
        "terminal": (slave, False),
    }
    try:
        for name, (descriptor, expected) in inputs.items():
            with reading(descriptor) as terminal:
                assert terminal.has_piped_input is expected, name
            assert not terminal.has_piped_input, f"{name}, closed"
    finally:
        far.close()
        os.close(writer)
        os.close(master)


@contextmanager
def screen_of(rows, columns):
    """A terminal whose standard output is a real pseudo-terminal of that size."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    try:
        with os.fdopen(slave, "w", encoding="utf-8", newline="") as stdout:
            terminal = Terminal.fake()
            terminal.stdout, terminal.columns = stdout, None
            yield terminal, master
    finally:
        os.close(master)


def test_a_real_terminal_is_as_large_as_it_says_and_gets_clean_bytes():
    with screen_of(50, 160) as (terminal, master):
        assert (terminal.width, terminal.height) == (160, 50)
        assert terminal.shows_output
        assert terminal.can_draw
        terminal.write("\x1b]52;c;ZXZpbA==\x07\x9b2J\n")
        assert os.read(master, 100) == b"^[]52;c;ZXZpbA==^G\\u{9b}2J\r\n"


def test_without_a_terminal_the_size_is_what_the_environment_says_or_80_by_24(
    monkeypatch,
):
    terminal = Terminal.fake()
    terminal.columns = None
    monkeypatch.setenv("COLUMNS", "132")
    monkeypatch.setenv("LINES", "50")
    assert (terminal.width, terminal.height) == (132, 50)
    monkeypatch.delenv("COLUMNS")
    monkeypatch.delenv("LINES")
    assert (terminal.width, terminal.height) == (80, 24)
    assert Terminal.fake(columns=40).width == 40


@contextmanager
def pipe_without_reader():
    """A text stream into a pipe at whose other end nobody is any more."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        yield stream


def test_a_note_that_nobody_reads_is_no_failure_nor_is_the_next():
    terminal = Terminal.fake()
    with pipe_without_reader() as terminal.stderr:
        terminal.say("lost")
        terminal.say("lost too")


def test_an_answer_that_nobody_reads_ends_the_program():
    terminal = Terminal.fake()
    with pipe_without_reader() as terminal.stdout:
        with pytest.raises(BrokenPipeError):
            terminal.write("lost")
        with pytest.raises(BrokenPipeError):
            terminal.draw("lost")
        # Else closing the stream would try once more, and fail.
        terminal.discard_output()


def test_an_answer_that_does_not_fit_on_the_disk_is_reported():
    terminal = Terminal.fake()
    with open("/dev/full", "w", encoding="utf-8") as terminal.stdout:  # noqa: PTH123 - no file
        with pytest.raises(OutputUnwritable) as output:
            terminal.write("lost")
        assert str(output.value) == "cannot write output: no space left on device"
        assert output.value.hint == "free disk space, or write to another disk"
        terminal.discard_output()


def running(script, streams="", **environ):
    """Run a script that has a Terminal, in a shell that sets its streams up."""
    program = (
        f"from cohere_cli.terminal import Terminal\nt = Terminal.system()\n{script}"
    )
    return subprocess.run(
        ["bash", "-c", f'"$0" -c "$1" {streams}', sys.executable, program],
        env={**os.environ, **environ},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_programs_streams_speak_utf_8_whatever_the_locale_says():
    run = running("t.draw('ü'); t.say('ü')", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (run.stdout, run.stderr) == ("ü".encode(), "ü\n".encode())


def test_the_programs_environment_is_its_own():
    run = running("t.write(t.environ['CO_MODEL'])", CO_MODEL="north")
    assert run.stdout == b"north"


def test_closed_streams_are_borne_until_there_is_an_answer_to_write():
    run = running("print(t.has_piped_input, t.can_ask); t.say('x')", "<&- 2>&-")
    assert (run.stdout, run.returncode) == (b"False False\n", 0)
    script = """
from cohere_cli.errors import OutputUnwritable
try:
    t.write("lost")
except OutputUnwritable as exc:
    t.say(str(exc))
"""
    run = running(script, ">&-")
    assert run.stderr == b"cannot write output: standard output is closed\n"
    assert run.returncode == 0


TWICE = """
import sys
from cohere_cli.terminal import Terminal
sys.stdout.write("one ")
Terminal.system()
sys.stdout.write("two ")
Terminal.system().write("three")
"""


def test_what_was_written_before_the_streams_were_opened_comes_first():
    run = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, check=True)
    assert run.stdout == b"one two three"


def test_a_long_output_is_not_copied_within_a_burst():
    data = b"x" * (8 << 20)
    with Path(os.devnull).open("w") as out:
        terminal = Terminal(out, out, out)
        tracemalloc.start()
        with terminal.burst():
            terminal.write_bytes(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 1 << 20
