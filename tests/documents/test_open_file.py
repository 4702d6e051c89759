import io
import os
import socket
import threading
from pathlib import Path

import pytest

from cohere_cli.documents.open_file import UnreadableFile, open_regular_file
from cohere_cli.documents.reader import read_text

PIPE_IT = "pipe it in and name it `-`"
pytestmark = pytest.mark.timeout(5)


def read(path):
    return read_text(str(path), io.BytesIO(b"never read"))


def test_a_folder_is_not_a_file(folder, refusal):
    assert refusal(read, folder) == (
        "is a folder, not a regular file",
        str(folder),
        "name the files in it",
    )


def test_a_pipe_without_a_writer_does_not_block(folder, refusal):
    os.mkfifo(folder / "pipe")
    assert refusal(read, "pipe") == ("is a pipe, not a regular file", "pipe", PIPE_IT)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_a_device_is_not_read(refusal, path):
    assert refusal(read, path) == ("is a device, not a regular file", path, PIPE_IT)


def test_a_socket_is_not_read(folder, refusal):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        assert refusal(read, "socket") == (
            "is a socket, not a regular file",
            "socket",
            PIPE_IT,
        )


def test_a_missing_file_is_reported_with_the_nearest_name(folder, refusal):
    (folder / "notes.txt").write_bytes(b"")
    assert refusal(read, "note.txt") == (
        "no such file",
        "note.txt",
        "did you mean notes.txt?",
    )
    assert refusal(read, folder / "note.txt")[2] == f"did you mean {folder}/notes.txt?"


def test_a_missing_file_near_no_other_is_reported_with_where_it_was_looked_for(
    folder, refusal
):
    here = f"the current folder is {folder}"
    assert refusal(read, "nothing-like-it") == ("no such file", "nothing-like-it", here)
    assert refusal(read, "no/where/a.txt")[2] == "there is no folder no/where"
    assert refusal(read, folder / "no/a.txt")[2] == f"there is no folder {folder}/no"
    assert refusal(read, folder / "nothing-like-it")[2] == ""


def test_a_url_is_reported_as_it_was_typed(refusal):
    hint = "`curl -sL https://a.com/x | co chat QUESTION -d -` reads a page"
    for name in ("https:/a.com/x", "https://a.com/x"):
        assert refusal(read, name) == ("no such file", "https://a.com/x", hint)


def test_an_empty_name_is_not_a_file(refusal):
    assert refusal(read, "")[:2] == ("no such file", "an empty name")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("a.txt/b", "not a directory"),
        ("x" * 300, "file name too long"),
        ("loop", "too many levels of symbolic links"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_the_reason_of_the_operating_system_is_reported(folder, refusal, path, reason):
    (folder / "a.txt").write_bytes(b"")
    (folder / "loop").symlink_to("loop")
    assert refusal(read, path) == (f"cannot be read: {reason}", path, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_reported(folder, refusal):
    (folder / "a.txt").write_bytes(b"x")
    (folder / "a.txt").chmod(0)
    assert refusal(read, "a.txt") == ("cannot be read: permission denied", "a.txt", "")


def test_a_link_to_a_file_is_read(folder):
    (folder / "a.txt").write_bytes(b"x")
    (folder / "b.txt").symlink_to("a.txt")
    assert read("b.txt") == "x"


def test_no_descriptor_stays_open(folder, refusal):
    (folder / "a.txt").write_bytes(b"x")
    before = len(list(Path("/dev/fd").iterdir()))
    read("a.txt")
    refusal(read, folder)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_pause_in_non_blocking_input_is_not_its_end():
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    later = threading.Timer(
        0.05, lambda: (os.write(writing, b"late"), os.close(writing))
    )
    later.start()
    with os.fdopen(reading, "rb") as stdin:
        assert read_text("-", stdin) == "late"
    later.join()


def test_a_pipe_that_takes_a_files_place_is_not_read(folder, refusal, monkeypatch):
    (folder / "a.txt").write_bytes(b"x")
    file = (folder / "a.txt").stat()
    os.mkfifo(folder / "pipe")
    monkeypatch.setattr(os, "stat", lambda _: file)
    before = len(list(Path("/dev/fd").iterdir()))
    assert refusal(read, "pipe") == ("is a pipe, not a regular file", "pipe", PIPE_IT)
    assert len(list(Path("/dev/fd").iterdir())) == before


@pytest.mark.parametrize("folder", ["/dev/fd", "/proc/self/fd"])
def test_a_pipe_that_a_shell_has_opened_is_read(folder):
    reading, writing = os.pipe()
    later = threading.Timer(
        0.05, lambda: (os.write(writing, b"late"), os.close(writing))
    )
    later.start()
    assert read(f"{folder}/{reading}") == "late"
    later.join()
    os.close(reading)


def test_a_pipe_is_read_though_its_writer_is_gone():
    reading, writing = os.pipe()
    os.write(writing, b"early")
    os.close(writing)
    assert read(f"/dev/fd/{reading}") == "early"
    os.close(reading)


@pytest.mark.parametrize("name", ["https://e.org/a b", "https:/e.org/a b"])
def test_a_url_is_not_a_file_and_the_hint_reads_the_page(refusal, name):
    assert refusal(read, Path(name))[2] == (
        "`curl -sL 'https://e.org/a b' | co chat QUESTION -d -` reads a page"
    )


def test_a_leading_at_sign_is_pointed_out_if_the_file_exists_without_it(
    refusal, folder, monkeypatch
):
    monkeypatch.chdir(folder)
    (folder / "notes.txt").touch()
    assert refusal(read, Path("@notes.txt"))[2] == "leave out the @: notes.txt"


def test_a_file_of_the_same_name_with_another_suffix_is_near(refusal, folder):
    (folder / "notes.txt").touch()
    hint = refusal(read, folder / "notes.markdown")[2]
    assert hint == f"did you mean {folder}/notes.txt?"


@pytest.mark.parametrize(
    ("path", "reason"), [(".", "folder"), ("/dev/null", "special")]
)
def test_a_reason_to_skip_is_one_word(path, reason):
    with pytest.raises(UnreadableFile) as caught:
        open_regular_file(path)
    assert caught.value.reason == reason
