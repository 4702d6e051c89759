import json
import os
import shlex
import subprocess
import sys
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.tools.command import Command, CommandTool, safe_words
from cohere_cli.tools.tool import Outcome

WRITES_WORDS = "import json, sys; print(json.dumps(sys.argv[1:]))"
SCHEMA = {
    "type": "object",
    "properties": {"a": {}, "b": {"default": "B"}},
    "required": ["a"],
}


def tool(*words, **more):
    declaration = {"type": "function", "function": {"name": "f", "parameters": SCHEMA}}
    command = Command((sys.executable, "-c", WRITES_WORDS, *words), **more)
    return CommandTool(declaration, command, environ=os.environ)


def words_of(*words, **arguments):
    outcome = tool(*words, result="json").run(arguments, Event())
    assert outcome.problem == ""
    return outcome.rows[0]["result"]


def test_a_slot_is_a_whole_word_and_others_stay_as_they_are():
    words = ["x={a}", "{a}", "{{a}}", "{", "{}", "{a b}", "{print $1}", "--", "{b}"]
    assert words_of(*words, a="1 2") == [
        "x={a}",
        "1 2",
        "{a}",
        "{",
        "{}",
        "{a b}",
        "{print $1}",
        "--",
        "B",
    ]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("", ""),
        ("; rm -rf /", "; rm -rf /"),
        ("{b}", "{b}"),
        ("ü\n$(x)", "ü\n$(x)"),
        (12, "12"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ([1, "x"], '[1, "x"]'),
        ({"x": "ü"}, '{"x": "ü"}'),
        ("\ud800", "?"),
    ],
)
def test_a_value_that_is_not_a_text_is_json_in_one_word(value, word):
    assert words_of("{a}", a=value) == [word]


@pytest.mark.parametrize("value", ["-rf", "--output=/etc/passwd", "-", -5])
def test_a_value_that_could_be_an_option_is_refused_unless_options_have_ended(value):
    why = (
        "a begins with '-': it would be an option of the command, which is not allowed"
    )
    assert tool("{a}").run({"a": value}, Event()) == Outcome([{"error": why}], why)
    assert tool("{a}", "--").run({"a": value}, Event()).problem == why
    assert words_of("--", "{a}", a=value) == ["--", str(value)]


def test_a_value_with_a_nul_is_refused():
    why = "a has a NUL, which no argument of a command can have"
    assert tool("{a}").run({"a": "x\0y"}, Event()).problem == why


@given(st.dictionaries(st.sampled_from("ab"), st.text() | st.integers() | st.none()))
def test_no_value_changes_the_number_of_words_or_adds_an_option(arguments):
    template = ["prog", "-o", "{a}", "{b}", "end"]
    try:
        words = [*safe_words(template, arguments)]
    except ValueError:
        return
    assert (len(words), words[:2], words[4]) == (5, ["prog", "-o"], "end")
    assert not any(word.startswith("-") for word in words[2:])


def test_arguments_are_json_on_standard_input_if_declared():
    reads = "import sys; print(sys.stdin.read())"
    arguments = {"a": [1, {"x": "ü"}], "b": None}
    declaration = tool().declaration
    command = Command((sys.executable, "-c", reads), reads_json=True, result="json")
    made = CommandTool(declaration, command, environ=os.environ)
    assert made.run(arguments, Event()).rows == [arguments]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_what_is_shown_is_a_line_of_a_shell_of_which_all_can_be_seen(value):
    shown = tool("--", "{a}").shown({"a": value})
    assert shown.isprintable()
    if value.isprintable():
        assert shlex.split(shown)[3:] == ["--", value]


def test_the_line_that_is_shown_does_the_same_in_a_shell(tmp_path):
    folder = tmp_path / "a b"
    folder.mkdir()
    program = "import os, sys; print(os.getcwd(), sys.argv[1:]); print(input())"
    command = Command(
        (sys.executable, "-c", program, "{a}"), reads_json=True, folder=str(folder)
    )
    made = CommandTool(tool().declaration, command, environ=os.environ)
    arguments = {"a": "it's $HOME\n\t\\n\x1b2J\u202ef\U000e0041f \u00a0"}
    shown = subprocess.run(
        ["bash", "-c", made.shown(arguments)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (row,) = made.run(arguments, Event()).rows
    assert row["text"].strip() == shown.strip()
    assert json.loads(shown.splitlines()[-1]) == arguments


def test_a_failure_is_an_outcome_with_what_the_command_wrote():
    command = Command(("sh", "-c", "echo half; echo why >&2; exit 3"))
    outcome = CommandTool(tool().declaration, command, environ=os.environ).run(
        {}, Event()
    )
    assert outcome == Outcome(
        [{"error": "failed with exit code 3", "errors": "why", "output": "half\n"}],
        "failed with exit code 3: why",
    )
