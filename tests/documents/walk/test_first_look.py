from pathlib import Path

import pytest

from cohere_cli.documents.walk.first_look import reason_to_skip


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no /proc")
def test_a_file_that_opens_and_cannot_be_read_is_skipped():
    path = "/proc/self/mem"
    assert reason_to_skip(path, Path(path).stat(), takes_nuls=False) == "unreadable"


def test_a_file_that_is_gone_before_it_is_opened_is_skipped(tmp_path):
    status = Path(__file__).stat()
    gone = str(tmp_path / "gone")
    assert reason_to_skip(gone, status, takes_nuls=False) == "unreadable"
