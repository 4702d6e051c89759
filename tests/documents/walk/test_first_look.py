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


@pytest.mark.parametrize("name", ["a.png", "b/c.PNG", "d/e.o", "a.tar.gz", "m.pyc"])
def test_a_file_with_the_name_of_a_binary_one_is_not_opened(name):
    status = Path(__file__).stat()
    assert reason_to_skip(name, status, takes_nuls=False) == "not text"


@pytest.mark.parametrize(
    "name",
    ["png", ".png", "a.png.txt", "libc.so", "a.bin", "a.pdf", "a.docx", "a.ipynb"],
)
def test_a_file_with_another_name_is_judged_by_its_bytes(tmp_path, name):
    (tmp_path / name).write_bytes(b"text\n")
    path = str(tmp_path / name)
    assert reason_to_skip(path, Path(path).stat(), takes_nuls=False) == ""


def test_an_empty_file_with_the_name_of_a_binary_one_is_empty(tmp_path):
    (tmp_path / "a.png").touch()
    path = str(tmp_path / "a.png")
    assert reason_to_skip(path, Path(path).stat(), takes_nuls=False) == "empty"


def test_records_between_nuls_may_have_any_name(tmp_path):
    (tmp_path / "a.o").write_bytes(b"a\0b\0")
    path = str(tmp_path / "a.o")
    assert reason_to_skip(path, Path(path).stat(), takes_nuls=True) == ""
