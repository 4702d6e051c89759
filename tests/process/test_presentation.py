"""--color, --width and --pager: the drawn answer in files, logs and pagers."""

import json
import re

import pexpect
import pytest
from co_program import ROOT

CITED = "tests/data/citations.sse"
ANSWER = (
    "At 25 °C 🏔️ you would not notice: the Dufourspitze (4634 m) is higher than"
    " the Matterhorn.\n"
)
MOVEMENT = re.compile(r"\r|\x1b\[[0-9;?]*[^0-9;?m]")


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (("--color", "always"), {"NO_COLOR": "1", "TERM": "dumb"}),
        (("--color", "always"), {"CI": "true"}),
        ((), {"FORCE_COLOR": "1"}),
        ((), {"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}),
    ],
)
def test_a_pipe_gets_the_drawn_answer_if_colour_is_forced(co, words, environ):
    drawn = co("replay", CITED, *words, env=environ).stdout.decode()
    assert "(4634 m)\x1b[1;36m¹\x1b[0m is" in drawn
    assert "Sources" in drawn
    assert not MOVEMENT.search(drawn)


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (("--color", "never"), {"FORCE_COLOR": "1"}),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}),
        ((), {"FORCE_COLOR": "0"}),
        (("--pager",), {"PAGER": "false"}),
        (("--width", "20"), {}),
    ],
)
def test_a_pipe_gets_the_answer_alone_otherwise(co, words, environ):
    run = co("replay", CITED, *words, env=environ)
    assert (run.stdout.decode(), run.stderr) == (ANSWER, b"")


def test_the_width_of_a_drawing_in_a_file_is_that_of_the_flag(co):
    run = co("replay", CITED, "--color", "always", "--width", "30")
    plain = re.sub("\x1b[^m]*m", "", run.stdout.decode())
    assert max(map(len, plain.splitlines())) <= 31  # 🏔️ is two characters, two columns


MARKDOWN = (
    "long " * 40 + "end.\n\n- " + "item " * 40 + "end.\n\n---\n\n|a|b|\n|-|-|\n|1|2|\n"
)


def test_width_0_leaves_paragraphs_whole_and_draws_rules_of_the_terminals_width(
    co, tmp_path
):
    start = {"content": {"type": "text", "text": MARKDOWN}}
    events = [
        {"type": "content-start", "index": 0, "delta": {"message": start}},
        {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}},
    ]
    file = tmp_path / "answer.sse"
    file.write_text("".join(f"data: {json.dumps(one)}\n\n" for one in events))
    run = co("replay", str(file), "--color", "always", "--width", "0")
    plain = re.sub("\x1b[^m]*m", "", run.stdout.decode())
    assert plain == (
        f"{'long ' * 40}end.\n\n • {'item ' * 40}end.\n\n{'─' * 80}\n\n"
        " a  b\n ────\n 1  2\n"
    )


def test_a_width_out_of_range_is_refused(co):
    run = co("replay", CITED, "--width", "-1")
    assert run.returncode == 2
    assert b"--width" in run.stderr


def on_a_terminal(co, *words: str, **environ: str) -> str:
    child = pexpect.spawn(
        "co",
        list(words),
        env={**co.environ, **environ},
        dimensions=(24, 80),
        timeout=20,
        cwd=str(ROOT),
    )
    raw = child.read().decode()
    child.close()
    return raw


@pytest.mark.pty
def test_the_pager_gets_the_drawing_and_notes_follow_it(co):
    words = ("chat", "-p", "sandbox", "Hello", "-u", "--pager")
    raw = on_a_terminal(co, *words, PAGER="sed s/^/paged:/")
    first, _, rest = raw.partition("paged:")
    assert "co: profile sandbox" in first
    assert re.search(r"\r\n\r\n\x1b\[2mco: .* total\x1b\[0m\r\n", rest)
    assert not re.search("paged:co:", raw)


@pytest.mark.pty
def test_a_pager_that_cannot_be_run_is_one_warning(co):
    raw = on_a_terminal(co, "replay", CITED, "--pager", PAGER="no-such-pager -x")
    assert raw.startswith(
        "\x1b[1;33mwarning:\x1b[0m cannot run the pager 'no-such-pager -x': "
        "no such file or directory\r\n\r\nAt 25"
    )
    assert raw.count("no-such-pager") == 1
    assert "\x1b[1;36m¹\x1b[0m" in raw


@pytest.mark.pty
def test_a_ranking_in_a_pager_is_a_table(co):
    words = ("rerank", "-p", "sandbox", "-q", "x", "examples/capitals.txt", "--pager")
    raw = on_a_terminal(co, *words, PAGER="sed s/^/paged:/")
    assert raw.count("paged:") == 5
    assert "capitals.txt:1" in raw
