import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_FILES, MOST_LOADED = 15, 50
MODULES = sorted((ROOT / "cohere_cli").rglob("*.py"))


def test_rooms_import_downwards_only():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_no_modules_import_each_other_in_a_circle_and_a_call_loads_few():
    command = [sys.executable, ROOT / "benchmarks/house.py"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures = dict(
        re.split(r" {2,}", line, maxsplit=1) for line in run.stdout.splitlines()
    )
    assert figures["circles"] == "0"
    assert int(figures["most files in a folder"].split()[0]) <= MOST_FILES
    assert int(figures["own modules that a plain `co chat` loads"]) <= MOST_LOADED


def test_only_the_terminal_knows_the_processs_streams_and_environment():
    streams = re.compile(r"\bsys\.(stdin|stdout|stderr)\b|\bos\.environ\b|\bprint\(")
    users = [path.name for path in MODULES if streams.search(path.read_text())]
    assert users == ["terminal.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_room_begins_with_a_sentence(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_the_project_speaks_of_itself_alone():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    here = Path(__file__).resolve()
    for name in filter(None, tracked.stdout.split("\0")):
        path = ROOT / name
        if path.resolve() != here and path.is_file():
            assert b"/work/" not in path.read_bytes(), name
