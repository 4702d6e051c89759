"""Each message and help page, word for word."""

import pytest
from co_program import Co

from tests.golden.transcript import FOLDER, entries, run

CASES = [
    pytest.param(entry, id=f"{path.stem}: {entry.command}")
    for path in sorted(FOLDER.glob("*.txt"))
    for entry in entries(path)
]


@pytest.mark.parametrize("entry", CASES)
def test_a_command_writes_what_its_golden_file_says(entry, tmp_path):
    assert str(run(entry, Co(tmp_path), tmp_path / "files")) == str(entry)


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem
)
def test_a_golden_file_is_written_as_it_is_read(path):
    assert "\n".join(map(str, entries(path))) == path.read_text()
