"""What is written by mistake on a command line, and the hint for it."""

import subprocess
import sys

import pytest

DASH = "a prompt that begins with a dash follows two dashes, `co {}`"


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        (
            ("chat", "- item one"),
            "no such option: -",
            DASH.format('chat -- "- item one"'),
        ),
        (
            ("compat", "-1 degree"),
            "no such option: -1",
            DASH.format('compat -- "-1 degree"'),
        ),
        (
            ("chat", "what", "is", "--x"),
            "no such option: --x",
            DASH.format("chat what is -- --x"),
        ),
        (
            ("chat", "Hi", "--modle", "x"),
            "no such option: --modle",
            "did you mean --model?",
        ),
        (
            ("chat", "-"),
            "- is not a prompt",
            "piped input is added to the prompt without it: `COMMAND | co chat`",
        ),
        (
            ("a question",),
            "no such command: 'a question'",
            'to ask a question: `co chat "a question"`',
        ),
        (
            ("chat", "Hi", "--stop", ""),
            "--stop is empty",
            r"leave it out, or name a text: --stop $'\n' is the end of a line",
        ),
        (
            ("chat", "caf\udce9"),
            "the prompt has bytes that are not UTF-8: 'caf\ufffd'",
            "pipe it in, converted: `iconv -f latin1 -t utf8 FILE | co chat`",
        ),
        (
            ("chat", "Hi", "-s", "caf\udce9"),
            "--system has bytes that are not UTF-8: 'caf\ufffd'",
            "pipe it in, converted: `iconv -f latin1 -t utf8 FILE | co chat`",
        ),
        (
            ("rerank", "-q", "caf\udce9", "README.md"),
            "the query has bytes that are not UTF-8: 'caf\ufffd'",
            "pipe it in, converted: `iconv -f latin1 -t utf8 FILE | co chat`",
        ),
    ],
)
def test_the_hint_names_what_was_probably_meant(co, words, what, hint):
    run = co(*words, env={"CO_PROFILE": "sandbox"})
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr.decode() == f"co: {what}\nhint: {hint}\n"


def test_a_dash_between_words_is_part_of_the_prompt(co):
    run = co("chat", "3", "-", "2", "--dry-run")
    assert b'"content": "3 - 2"' in run.stdout


BUG = """
import sys
from cohere_cli.commands import replay
from cohere_cli.__main__ import main
replay.run = lambda *_, **_more: 1 / 0
sys.argv = ["co", "replay", "x"]
main()
"""


def test_a_bug_is_reported_with_what_shows_where():
    run = subprocess.run(
        [sys.executable, "-c", BUG], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.splitlines() == [
        "co: a bug in co: ZeroDivisionError: division by zero",
        "hint: CO_DEBUG=1 shows where; please report it",
    ]
