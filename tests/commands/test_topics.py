"""`co help TOPIC`: texts that are made of the program's own tables."""

import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cohere_cli.app import app
from cohere_cli.commands.completion.command_tree import build_tree
from cohere_cli.commands.help.topics import TOPICS, environment, exit_codes, formats
from cohere_cli.config.editing import setting_names
from cohere_cli.errors import CoError, ExitCode

ROOT = Path(__file__).parents[2]
TEXTS = sorted({*TOPICS, "topics"} - {"schemas"})


def page_of(*words, width=80):
    run = CliRunner().invoke(app, words, env={"COLUMNS": str(width)})
    assert run.exit_code == 0
    return run.stdout


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("topic", TEXTS)
def test_a_topic_fits_the_terminal_and_is_ascii(topic, width):
    page = page_of("help", topic, width=width)
    assert max(map(len, page.splitlines())) <= min(width, 100)
    assert page.isascii()


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_topics_are_listed_by_help_without_a_command(topic):
    assert topic in page_of("help").splitlines()[1]
    assert topic in page_of("help", "topics")


def test_the_list_of_commands_says_where_topics_are():
    assert page_of("--help").splitlines()[-1].endswith("; `co help` lists topics")


def test_each_exit_code_has_a_meaning_here_and_in_the_documentation():
    assert set(exit_codes.MEANINGS) == set(ExitCode)
    page = page_of("help", "exit-codes")
    rows = re.findall(r"^  (\d+) ", page, re.MULTILINE)
    assert rows[: len(ExitCode)] == [str(int(one)) for one in ExitCode]
    documented = ROOT.joinpath("docs/exit-codes.md").read_text("utf-8")
    for code in set(ExitCode) - {ExitCode.DENIED}:
        assert f"| {int(code)} |" in documented


def test_each_kind_of_error_is_listed_at_its_code():
    page = page_of("help", "exit-codes")

    def classes(of):
        return {of}.union(*map(classes, of.__subclasses__()))

    own = {one for one in classes(CoError) if one.__module__.startswith("cohere_cli")}
    for one in own:
        line = rf"^  {int(one.exit_code)} .*\b{one.kind}\b"
        assert re.search(line, page, re.MULTILINE)


def test_each_variable_of_this_program_that_is_read_is_listed():
    files = ROOT.joinpath("cohere_cli").rglob("*.py")
    found = {
        name
        for file in files
        for name in re.findall(r'"((?:CO|COHERE)_[A-Z_]+)"', file.read_text("utf-8"))
    }
    # The prefixes of variables that a tool does not get.
    assert found - {"CO_", "COHERE_"} == set(environment.OWN)


def test_each_format_of_each_command_is_described():
    found = formats.formats_of_commands(build_tree(get_command(app)))
    assert {name for names in found.values() for name in names} == set(formats.FORMATS)
    page = " ".join(page_of("help", "formats").split())
    for command, names in found.items():
        assert f"{command} {', '.join(names)}" in page


def test_settings_of_servers_are_settings():
    page = page_of("help", "self-hosted")
    rows = re.findall(r"^  ([a-z_]+)  ", page, re.MULTILINE)
    assert set(rows) <= set(setting_names())
    assert len(rows) > 5


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["exit-cods"], "did you mean `co help exit-codes`?"),
        (["enviroment"], "did you mean `co help environment`?"),
        (["schemas", "erors"], "did you mean 'errors'?"),
    ],
)
def test_a_topic_that_is_near_is_named(words, hint, monkeypatch):
    monkeypatch.setattr("sys.argv", ["co", "help", *words])
    done = CliRunner().invoke(app, ["help", *words], prog_name="co")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[1] == f"hint: {hint}"
