from types import SimpleNamespace

import pytest

from cohere_cli.retrieval.file_state import is_settled, state_of

NOW = 1_000_000_000_123_456_789


def status(**changed):
    times = {"st_mtime_ns": NOW, "st_ctime_ns": NOW}
    return SimpleNamespace(
        **{"st_mode": 0o100644, "st_size": 5, "st_ino": 7, **times, **changed}
    )


@pytest.mark.parametrize("name", ["st_size", "st_mtime_ns", "st_ctime_ns", "st_ino"])
def test_a_state_is_of_size_times_and_inode(name):
    assert state_of(status()) == state_of(status())
    assert state_of(status(**{name: 1})) != state_of(status())


def test_only_regular_files_have_a_state(tmp_path):
    assert state_of("missing") == state_of(tmp_path.stat()) == ""


@pytest.mark.parametrize(
    ("changed", "read_at", "settled"),
    [
        ({}, NOW, False),
        ({}, NOW + 10_000_000, False),
        ({}, NOW + 30_000_000, True),
        ({}, NOW - 1, False),
        ({"st_mtime_ns": 5}, NOW + 10_000_000, False),
        ({"st_mtime_ns": NOW + 10**12}, NOW + 30_000_000, False),
        ({"st_mtime_ns": 10**18, "st_ctime_ns": 10**18}, 10**18 + 10**9, False),
        ({"st_mtime_ns": 10**18, "st_ctime_ns": 10**18}, 10**18 + 3 * 10**9, True),
    ],
)
def test_a_file_is_trusted_once_the_clock_has_moved_on(changed, read_at, settled):
    assert is_settled(status(**changed), read_at) is settled


def test_a_file_that_is_gone_is_not_trusted():
    assert not is_settled("missing", NOW)
