"""The program, to be watched on a terminal."""

from pathlib import Path

import pytest
from co_program import Co


@pytest.fixture
def co(tmp_path: Path) -> Co:
    return Co(tmp_path)
