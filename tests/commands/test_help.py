import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cohere_cli.app import app
from cohere_cli.commands.completion.command_tree import build_tree

PANELS = ["Input", "Output", "Model", "Batching", "Connection"]
COMMANDS = {" ".join(one.path[1:]): one for one in build_tree(get_command(app)).all()}
MANY_FLAGS = ["chat", "rerank", "lab", "compat", "models list"]


def help_of(words):
    run = CliRunner().invoke(app, [*words.split(), "--help"], env={"COLUMNS": "80"})
    assert run.exit_code == 0
    return run.stdout


@pytest.mark.parametrize("words", COMMANDS)
def test_eighty_columns_show_each_flag_by_its_full_name(words):
    shown = help_of(words)
    names = [name for flag in COMMANDS[words].flags for name in flag.names]
    assert [name for name in names if name not in shown] == []


@pytest.mark.parametrize("words", COMMANDS)
def test_no_part_of_a_commands_text_is_lost_as_markup(words):
    command = get_command(app)
    for word in words.split():
        command = command.commands[word]
    assert " ".join(command.help.split()) in " ".join(help_of(words).split())


@pytest.mark.parametrize("words", MANY_FLAGS)
def test_panels_stand_in_one_order_in_all_commands(words):
    found = re.findall(rf"╭─ ({'|'.join(PANELS)}) ─", help_of(words))
    assert found == [panel for panel in PANELS if panel in found]
    assert found[-1] == "Connection"


@pytest.mark.parametrize("words", MANY_FLAGS)
def test_flags_with_a_short_name_come_first_in_their_panel(words):
    for panel in help_of(words).split("╭─ ")[2:]:
        rows = [row for row in panel.splitlines() if row.startswith("│ --")]
        has_short = [re.match(r"│ --\S+ +-\w ", row) is not None for row in rows]
        assert has_short == sorted(has_short, reverse=True)
