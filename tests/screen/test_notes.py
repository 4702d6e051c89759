"""Notes, warnings and errors on a terminal: dim, yellow and red, apart from answers."""

import pexpect
import pytest
from co_program import ROOT
from raw_server import http

pytestmark = pytest.mark.pty

BUSY = http(b'{"message":"busy"}', "503 Service Unavailable", "application/json")


def shown(co, *words: str, **environ: str) -> list[str]:
    child = pexpect.spawn(
        "co",
        list(words),
        env={**co.environ, "CO_API_KEY": "k" * 9, **environ},
        dimensions=(24, 100),
        timeout=20,
        cwd=str(ROOT),
    )
    raw = child.read().decode()
    child.close()
    # The line that tells of waiting is erased.
    return raw.rpartition("\r\x1b[K")[2].splitlines()


def test_a_note_is_dim_and_a_blank_line_above_the_answer(co):
    note, blank, answer, *_ = shown(co, "chat", "-p", "sandbox", "Hi", CI="true")
    assert note.startswith("\x1b[2mco: profile sandbox: ")
    assert note.endswith("\x1b[0m")
    assert blank == ""
    assert answer.startswith("This is the sandbox")


def test_a_note_after_the_answer_is_a_blank_line_below_it(co):
    *_, blank, note = shown(co, "chat", "-p", "sandbox", "Hi", "-u", CI="true")
    assert blank == ""
    assert note.startswith("\x1b[2mco: 1 in, ")


@pytest.mark.parametrize(
    ("environ", "begin"),
    [
        ({}, "\x1b[1;31merror:\x1b[0m "),
        ({"NO_COLOR": "1"}, "\x1b[1merror:\x1b[0m "),
        ({"TERM": "dumb"}, "error: "),
    ],
)
def test_an_error_begins_with_the_word_in_red(co, environ, begin):
    (line, *_) = shown(co, "replay", "no-such-file", **environ)
    assert line.startswith(f"{begin}no such file")


def test_a_pipe_has_the_lines_without_these_words(co):
    run = co("replay", "no-such-file", env={"FORCE_COLOR": "1"})
    assert run.stderr.startswith(b"co: no such file (no-such-file)\nhint: ")
    assert b"\x1b" not in run.stderr


def test_retries_of_one_refusal_are_one_line(co, serve):
    server = serve(BUSY, BUSY, BUSY)
    words = ("chat", "-m", "x", "Hi", "--base-url", server.url)
    lines = shown(co, *words, CI="true")
    assert len([one for one in lines if "retrying" in one]) == 1
    assert lines[-1].startswith("\x1b[1;31merror:\x1b[0m busy (HTTP 503)") or (
        "error:" in lines[-2]
    )


READS = "co: reading standard input; Ctrl-D on an empty line ends it"


@pytest.mark.parametrize(
    "words",
    [
        ("chat", "Hi", "-d", "-", "--dry-run"),
        ("chat", "-f", "-", "--dry-run"),
        ("rerank", "-q", "hi", "-", "--dry-run"),
    ],
)
def test_typed_input_is_announced_and_one_ctrl_d_after_a_line_ends_it(co, words):
    child = pexpect.spawn("co", list(words), env=co.environ, echo=False, timeout=20)
    child.expect_exact(f"\x1b[2m{READS}\x1b[0m\r\n")
    child.sendline("messages: [{role: user, content: hello}]")
    child.sendeof()
    assert b"hello" in child.read()
    child.close()
    assert child.exitstatus == 0
