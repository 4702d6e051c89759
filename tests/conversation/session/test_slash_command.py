import pytest

from cohere_cli.conversation.session.slash_command import (
    COMMANDS,
    Entry,
    parse,
    parse_number,
    split_words,
)
from cohere_cli.errors import UsageProblem


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("/model command-r", Entry("model", "command-r")),
        ("  /MODEL   command-r  ", Entry("model", "command-r")),
        ("/undo", Entry("undo", "")),
        ("/system Be brief.\nBe kind.", Entry("system", "Be brief.\nBe kind.")),
        ("/?", Entry("help", "")),
        ("/exit", Entry("quit", "")),
        ("exit", Entry("quit", "")),
        ("quit", Entry("quit", "")),
        ("quit smoking, how?", Entry("", "quit smoking, how?")),
        ("/etc/hosts: what is it?", Entry("", "/etc/hosts: what is it?")),
        ("/ or -?", Entry("", "/ or -?")),
        ("//tmp is full", Entry("", "/tmp is full")),
        ("What is a/b?", Entry("", "What is a/b?")),
        ("", Entry("", "")),
    ],
)
def test_a_line_is_a_command_or_a_prompt(line, entry):
    assert parse(line) == entry


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("/modle x", "did you mean '/model'? // begins a prompt with a slash: //modle"),
        (
            "/tmp is full",
            "/help lists the commands; // begins a prompt with a slash: //tmp",
        ),
    ],
)
def test_an_unknown_command_is_not_sent_and_the_nearest_is_named(line, hint):
    with pytest.raises(UsageProblem) as caught:
        parse(line)
    assert str(caught.value).startswith("no such command: /")
    assert caught.value.hint == hint


def test_words_are_those_of_a_shell_and_a_tilde_is_the_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    assert split_words("a 'b c' d\\ e ~/f '~'x") == [
        "a",
        "b c",
        "d e",
        "/home/ann/f",
        "~x",
    ]


def test_a_quote_without_its_end_is_refused():
    with pytest.raises(UsageProblem, match="has a quote without its end"):
        split_words("'a b")


@pytest.mark.parametrize(("argument", "number"), [("", None), ("12", 12), ("0", 0)])
def test_a_number_may_be_left_out(argument, number):
    assert parse_number(argument, "turn") == number


@pytest.mark.parametrize("argument", ["x", "-1", "1.5", "٣", "9" * 9, "1 2"])
def test_what_is_no_number_is_refused(argument):
    with pytest.raises(UsageProblem, match="is not the number of a turn"):
        parse_number(argument, "turn")


def test_the_help_of_each_command_fits_in_a_line():
    for name, command in COMMANDS.items():
        assert len(f"/{name} {command.arguments}") <= 26, name
        assert len(command.summary) <= 62, name
