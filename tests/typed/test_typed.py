"""What a person sees who types a command, at each width of the terminal."""

import tempfile
from pathlib import Path

import pytest

from tests.typed.screens import FOLDER, read, run

PATHS = sorted(FOLDER.glob("*.txt"))


@pytest.mark.pty
@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_typed_command_shows_its_screen_at_each_width(path):
    expected = read(path)
    # Not `tmp_path`: a message with so long a path would be wrapped.
    with tempfile.TemporaryDirectory() as home:
        assert run(expected, Path(home)) == expected


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_file_is_written_as_it_is_read(path):
    assert str(read(path)) == path.read_text()
