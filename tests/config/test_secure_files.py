import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cohere_cli.config import secure_files
from cohere_cli.config.secure_files import FileContent, lock, make_private, read, write
from cohere_cli.errors import ConfigProblem

MEND = "fix this, or set CO_CONFIG_DIR to another directory"


def mode(path) -> int:
    return path.stat().st_mode & 0o7777


def names(directory) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_an_absent_file_holds_nothing(tmp_path):
    assert read(tmp_path / "none" / "keys.toml", secret=True) == FileContent(b"", None)


def test_bytes_come_back_as_they_were_written(tmp_path):
    path = tmp_path / "keys.toml"
    write(path, b"a\0\xff\r\n")
    assert read(path, secret=True) == FileContent(b"a\0\xff\r\n", 0o600)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277, 0o777])
def test_files_are_their_owners_alone_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        with lock(tmp_path / "co"):
            write(tmp_path / "co" / "keys.toml", b"x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "co") == 0o700
    assert mode(tmp_path / "co" / "keys.toml") == 0o600
    assert mode(tmp_path / "co" / ".lock") == 0o600


def test_a_write_closes_a_file_that_was_open_to_others(tmp_path):
    path = tmp_path / "keys.toml"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write(path, b"new")
    assert mode(path) == 0o600


def test_what_a_killed_writer_left_is_swept_away(tmp_path):
    path = tmp_path / "keys.toml"
    left = tmp_path / ".keys.toml.new"
    left.write_bytes(b"half")
    left.chmod(0o666)
    write(path, b"new")
    assert names(tmp_path) == ["keys.toml"]
    assert mode(path) == 0o600


def test_a_new_file_is_durable_before_its_name_and_its_name_before_the_end(
    tmp_path, monkeypatch
):
    """What a power cut leaves: the old file or the new one, and the new one at the end."""
    synced, fsync = [], os.fsync

    def observed(descriptor):
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        content = path.read_bytes() if path.is_file() else b""
        synced.append((path, content, names(tmp_path)))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", observed)
    write(tmp_path / "keys.toml", b"new")
    new = tmp_path / ".keys.toml.new"
    assert synced == [(new, b"new", [new.name]), (tmp_path, b"", ["keys.toml"])]


def test_a_write_leaves_no_descriptor_open(tmp_path):
    before = names(Path("/proc/self/fd"))
    with lock(tmp_path):
        write(tmp_path / "keys.toml", b"new")
        read(tmp_path / "keys.toml", secret=True)
    assert names(Path("/proc/self/fd")) == before


def test_a_link_in_the_way_of_the_new_file_is_not_followed(tmp_path):
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    (tmp_path / ".keys.toml.new").symlink_to(other)
    write(tmp_path / "keys.toml", b"secret")
    assert other.read_bytes() == b"mine"


def test_a_secret_file_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "real").write_bytes(b"x")
    path = tmp_path / "keys.toml"
    path.symlink_to("real")
    with pytest.raises(ConfigProblem) as caught:
        read(path, secret=True)
    assert str(caught.value) == f"keys.toml is a symbolic link ({path})"
    assert caught.value.hint == MEND
    assert read(path).data == b"x"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("secret", [True, False])
def test_a_file_of_another_user_is_refused(tmp_path, secret):
    path = tmp_path / "keys.toml"
    path.write_bytes(b"x")
    os.chown(path, 12345, 12345)
    with pytest.raises(ConfigProblem) as caught:
        read(path, secret=secret)
    assert str(caught.value) == f"keys.toml belongs to another user ({path})"


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path):
    path = tmp_path / "keys.toml"
    os.mkfifo(path)
    with pytest.raises(ConfigProblem) as caught:
        read(path)
    assert str(caught.value) == f"keys.toml is not a regular file ({path})"


def test_a_directory_in_the_files_place_is_refused(tmp_path):
    path = tmp_path / "keys.toml"
    path.mkdir()
    with pytest.raises(ConfigProblem) as caught:
        read(path)
    assert caught.value.where == str(path)


def test_a_file_that_cannot_be_meant_is_refused(tmp_path):
    path = tmp_path / "keys.toml"
    path.write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(ConfigProblem) as caught:
        read(path)
    assert str(caught.value) == f"keys.toml is larger than 1 MiB ({path})"


def test_a_file_where_the_directory_should_be_is_reported(tmp_path):
    (tmp_path / "co").write_bytes(b"")
    with pytest.raises(ConfigProblem) as caught:
        read(tmp_path / "co" / "keys.toml")
    assert caught.value.what == "cannot read keys.toml: not a directory"
    with pytest.raises(ConfigProblem) as caught, lock(tmp_path / "co"):
        pass
    assert caught.value.what == "cannot write in co: not a directory"


@pytest.mark.parametrize(
    ("before", "after"),
    [(0o777, 0o755), (0o770, 0o750), (0o755, 0o755), (0o1777, 0o1777), (0o700, 0o700)],
)
def test_others_lose_the_right_to_put_files_there(tmp_path, before, after):
    directory = tmp_path / "co"
    directory.mkdir()
    directory.chmod(before)
    with lock(directory):
        pass
    assert mode(directory) == after


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_new_directories_above_are_their_owners_alone_too(tmp_path, umask):
    before = os.umask(umask)
    try:
        with lock(tmp_path / "new" / "deep" / "co"):
            pass
    finally:
        os.umask(before)
    made = [
        tmp_path / "new",
        tmp_path / "new" / "deep",
        tmp_path / "new" / "deep" / "co",
    ]
    assert list(map(mode, made)) == [0o700, 0o700, 0o700]


@pytest.mark.parametrize("before", [0o777, 0o755, 0o750, 0o700])
def test_of_the_programs_own_directory_others_lose_all_rights(tmp_path, before):
    directory = tmp_path / "data" / "models"
    directory.mkdir(parents=True)
    directory.chmod(before)
    directory.parent.chmod(before)
    make_private(directory, own=True)
    assert (mode(directory), mode(directory.parent)) == (0o700, before & 0o755)


def test_a_lock_that_was_open_to_others_is_closed(tmp_path):
    (tmp_path / ".lock").touch()
    (tmp_path / ".lock").chmod(0o666)
    with lock(tmp_path):
        pass
    assert mode(tmp_path / ".lock") == 0o600


def test_a_lock_that_is_never_released_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(secure_files, "_LOCK_TIMEOUT", 0.05)
    with lock(tmp_path), pytest.raises(ConfigProblem) as caught, lock(tmp_path):
        pass
    assert str(caught.value) == (
        f"{tmp_path.name} is locked by another co ({tmp_path})"
    )
    with lock(tmp_path):
        pass


FULL_DISK = """
import resource, sys
from pathlib import Path
from cohere_cli.config.secure_files import write
from cohere_cli.errors import ConfigProblem
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write(Path(sys.argv[1]), b"x" * 4097)
except ConfigProblem as exc:
    print(exc, exc.exit_code.value)
"""


def test_a_full_disk_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "keys.toml"
    path.write_bytes(b"old" * 1000)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path], capture_output=True, check=True
    )
    assert done.stdout.decode() == (
        f"cannot write keys.toml: file too large ({path}) 3\n"
    )
    assert path.read_bytes() == b"old" * 1000
    assert names(tmp_path) == ["keys.toml"]


WRITER = """
import sys
from pathlib import Path
from cohere_cli.config.secure_files import lock, write
path = Path(sys.argv[1])
print("ready", flush=True)
while True:
    for letter in b"ab":
        with lock(path.parent):
            write(path, bytes([letter]) * 20_000)
"""


def kill_writers(directory, times):
    path = directory / "keys.toml"
    for round_ in range(times):
        command = [sys.executable, "-c", WRITER, path]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            # Primes, so that the moments do not repeat with the writer's own beat.
            time.sleep((round_ * 7919 % 1009) / 1009 / 50)
            writer.send_signal(signal.SIGKILL)
        data = read(path, secret=True).data
        assert data in (b"", b"a" * 20_000, b"b" * 20_000)
        assert {*names(directory)} <= {".lock", "keys.toml", ".keys.toml.new"}
    with lock(directory):
        write(path, b"last")
    assert names(directory) == [".lock", "keys.toml"]


def test_a_file_is_whole_whenever_its_writer_is_killed(tmp_path):
    kill_writers(tmp_path, 25)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_file_is_whole_after_500_kills(tmp_path):
    kill_writers(tmp_path, 500)


def test_a_file_system_without_locks_is_reported(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    message = rf"^cannot lock {tmp_path.name}: no locks available \({tmp_path}\)$"
    with pytest.raises(ConfigProblem, match=message), lock(tmp_path):
        pass


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "config").touch()
    with pytest.raises(NotADirectoryError):
        make_private(tmp_path / "config")
