import shlex
import sys

import pytest
from packaging.version import Version
from typer.testing import CliRunner

from cohere_cli import __version__
from cohere_cli.app import app
from cohere_cli.commands.help import renamed
from cohere_cli.commands.help.renamed import RenamedFlag, RenamedValue

FLAG = RenamedFlag("co rerank", "--keep", "--top-n", "9.0.0")
FORMAT = RenamedValue("co rerank", ("-o", "--output"), "lines", "text", "9.0.0")
OF_FLAG = "co: --keep is now --top-n; the old name goes with version 9.0.0\n"
OF_FORMAT = "co: {0} lines is now {0} text; the old name goes with version 9.0.0\n"


@pytest.fixture
def ran(monkeypatch):
    """Run a command line while two names are renamed."""
    monkeypatch.setattr(renamed, "FLAGS", (FLAG,))
    monkeypatch.setattr(renamed, "VALUES", (FORMAT,))

    def run(line):
        words = shlex.split(line)
        monkeypatch.setattr(sys, "argv", ["co", *words])
        return CliRunner().invoke(app, words, input="a\nb\n", prog_name="co")

    return run


@pytest.mark.parametrize(
    ("line", "warnings"),
    [
        ("rerank -q b --keep 1 --dry-run", OF_FLAG),
        ("rerank -q b --keep=1 --dry-run", OF_FLAG),
        ("rerank -q b --keep 1 --keep 1 --dry-run", OF_FLAG),
        ("rerank -q b --top-n 1 -o lines --dry-run", OF_FORMAT.format("-o")),
        (
            "rerank -q b --top-n 1 --output=lines --dry-run",
            OF_FORMAT.format("--output"),
        ),
        ("rerank -q b --keep 1 -o lines --dry-run", OF_FLAG + OF_FORMAT.format("-o")),
    ],
)
def test_an_old_name_works_with_one_warning_of_the_new_one(ran, line, warnings):
    done, new = ran(line), ran("rerank -q b --top-n 1 --dry-run")
    assert (done.exit_code, done.stdout) == (0, new.stdout)
    assert done.stderr.removesuffix(new.stderr) == warnings


@pytest.mark.parametrize(
    "line",
    ["lab --keep 1", "rerank -q b -- --keep", "rerank -q lines --top-n x", "rerank -q"],
)
def test_an_old_name_of_another_command_or_after_two_dashes_is_none(ran, line):
    assert "is now" not in ran(line).stderr


def test_an_old_name_does_not_outlive_the_release_that_it_goes_with():
    for one in (*renamed.FLAGS, *renamed.VALUES):
        assert Version(one.until) > Version(__version__)
