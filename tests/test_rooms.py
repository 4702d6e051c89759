import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "cohere_cli").rglob("*.py"))


def test_rooms_import_downwards_only():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


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
