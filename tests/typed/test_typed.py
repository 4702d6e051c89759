"""What a person sees who types a command, at each width of the terminal."""

import pytest

from tests.typed.screens import FOLDER, WIDTHS, read, run

PATHS = sorted(FOLDER.glob("*.txt"))
USUAL_WIDTH = 80

pytestmark = pytest.mark.pty


def _check(path, home, widths):
    expected = read(path)
    found = run(expected, home, widths)
    assert found.screens == {width: expected.screens[width] for width in widths}
    assert found.code == expected.code


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_typed_command_shows_its_screen(path, tmp_path):
    _check(path, tmp_path, [USUAL_WIDTH])


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_typed_command_shows_its_screen_at_other_widths(path, tmp_path):
    _check(path, tmp_path, [width for width in WIDTHS if width != USUAL_WIDTH])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_file_is_written_as_it_is_read(path):
    assert str(read(path)) == path.read_text()
