"""The pages of the manual: those of `man/` are those of the command tree."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from cohere_cli.app import app
from cohere_cli.commands.completion.command_tree import Command, Flag, build_tree
from cohere_cli.commands.help.manual import pages
from cohere_cli.commands.help.topics import topic_page

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "man" / "man1"
TREE = build_tree(get_command(app))
FILES = sorted(one.name for one in FOLDER.glob("*.1"))


def read(name):
    return FOLDER.joinpath(name).read_text("utf-8")


def test_the_pages_are_those_of_the_command_tree():
    root = get_command(app)
    names = ("exit-codes", "environment")
    topics = {name: [*topic_page(name, root)] for name in names}
    hint = "run man/write.py"
    assert dict(pages(TREE, topics)) == {name: read(name) for name in FILES}, hint


@pytest.mark.parametrize("command", TREE.commands, ids=lambda one: one.name)
def test_a_page_has_each_flag_and_each_command_below(command):
    page = read(f"co-{command.name}.1").replace("\\-", "-").replace("\\(aq", "'")
    for one in command.all():
        assert f"\n.SH {' '.join(one.path[1:]).upper()}\n" in page or one is command
        for name in (name for flag in one.flags for name in flag.names):
            assert name in page
        assert ".BR co (1)\n" in page
    assert f"co-{command.name}(1)" in read("co.1").replace("\\-", "-")


def test_text_is_data_to_roff():
    text = ".so /etc/passwd\n\n'br \\fBbold\\fP -x ~ ^ ` \" é\n\n$ co x '.y' \\n"
    below = Command(("co", "x"), ".hidden", (Flag(("-.",), "", text=".z"),), text=text)
    page = dict(pages(Command(("co",), "co", commands=(below,)), {}))["co-x.1"]
    assert page.split(".SH DESCRIPTION\n")[1].split(".SH EXIT")[0] == (
        "\\&.so /etc/passwd\n.PP\n"
        "\\(aqbr \\efBbold\\efP \\-x \\(ti \\(ha \\(ga \\(dq \\[u00E9]\n"
        ".SS Flags\n.TP\n.B \\-.\n\\&.z\n"
        ".SS Examples\n.EX\nco x \\(aq.y\\(aq \\en\n.EE\n"
    )


@pytest.mark.skipif(not shutil.which("mandoc"), reason="no mandoc here")
@pytest.mark.parametrize("name", FILES)
def test_mandoc_has_nothing_to_say(name):
    done = subprocess.run(
        ["mandoc", "-T", "lint", FOLDER / name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff here")
@pytest.mark.parametrize("name", FILES)
def test_groff_has_nothing_to_say(name):
    command = ["groff", "-man", "-Tutf8", "-ww", "-z", FOLDER / name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_pages_are_installed_with_the_package():
    build = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text("utf-8"))
    targets = build["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["shared-data"] == {"man/man1": "share/man/man1"}
    assert "/man" in targets["sdist"]["include"]


def test_the_script_writes_the_same_pages(tmp_path):
    copy = tmp_path / "man"
    copy.mkdir()
    copy.joinpath("write.py").write_text(ROOT.joinpath("man/write.py").read_text())
    copy.joinpath("man1").mkdir()
    copy.joinpath("man1", "co-removed.1").touch()
    subprocess.run([sys.executable, copy / "write.py"], check=True)
    found = {one.name: one.read_text() for one in copy.joinpath("man1").iterdir()}
    assert found == {name: read(name) for name in FILES}
