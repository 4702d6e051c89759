import io
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cohere_cli.errors import ConfigProblem
from cohere_cli.jobs.journal import Journal

REPLY = {"results": [{"index": 1, "relevance_score": 0.5}]}


class Killed(BaseException):
    """What a run ends with that does not come to its end."""


@contextmanager
def killed_run(directory, job="job"):
    with suppress(Killed), Journal.at(directory, job) as journal:
        yield journal
        raise Killed


def interrupted(directory, *pairs, job="job"):
    with killed_run(directory, job) as journal:
        for key, reply in pairs:
            journal.add(key, reply)


def found(directory, *keys, job="job"):
    with killed_run(directory, job) as journal:
        return [journal.find(key) for key in keys]


def test_an_interrupted_run_is_found_again(tmp_path):
    interrupted(tmp_path, ("key", REPLY))
    assert found(tmp_path, "key") == [REPLY]


def test_a_run_that_came_to_its_end_leaves_nothing(tmp_path):
    with Journal.at(tmp_path, "job") as journal:
        journal.add("key", REPLY)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_brought_nothing_leaves_nothing(tmp_path):
    interrupted(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_request_is_not_taken_for_it(tmp_path):
    interrupted(tmp_path, ("key", REPLY))
    assert found(tmp_path, "other") == [None]


def test_another_job_has_a_journal_of_its_own(tmp_path):
    interrupted(tmp_path, ("key", REPLY))
    assert found(tmp_path, "key", job="other") == [None]


def test_half_a_line_is_passed_over_and_written_behind(tmp_path):
    interrupted(tmp_path, ("key", REPLY))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + b'{"key": "abc", "resp')
    interrupted(tmp_path, ("other", REPLY))
    assert found(tmp_path, "key", "other") == [REPLY, REPLY]


def test_it_is_the_users_alone_and_its_name_holds_no_text(tmp_path):
    interrupted(tmp_path / "new", ("key", REPLY), job="SECRET")
    (path,) = (tmp_path / "new").iterdir()
    assert "SECRET" not in path.name
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_it_is_the_users_alone_under_any_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        interrupted(tmp_path / "new" / "rankings", ("key", REPLY))
    finally:
        os.umask(before)
    made = [tmp_path / "new", tmp_path / "new" / "rankings"]
    assert [one.stat().st_mode & 0o777 for one in made] == [0o700, 0o700]
    (path,) = made[-1].iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_journal_that_was_open_to_others_is_closed(tmp_path):
    folder = tmp_path / "rankings"
    interrupted(folder, ("key", REPLY))
    (path,) = folder.iterdir()
    path.chmod(0o666)
    folder.chmod(0o777)
    interrupted(folder, ("other", REPLY))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


def test_old_journals_are_forgotten(tmp_path):
    interrupted(tmp_path, ("key", REPLY), job="old")
    (path,) = tmp_path.iterdir()
    os.utime(path, (0, 0))
    interrupted(tmp_path, ("key", REPLY))
    assert not path.exists()


def test_one_in_memory_keeps_nothing():
    with Journal.in_memory() as journal:
        journal.add("key", REPLY)
        assert (journal.finished, journal.find("key")) == (0, None)


def test_a_directory_that_cannot_be_written_in_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigProblem) as caught, Journal.at(tmp_path / "file", "job"):
        pass
    assert str(caught.value) == (
        "cannot record finished requests for --resume: "
        f"not a directory ({tmp_path / 'file'})"
    )
    assert caught.value.hint == "name another directory with CO_DATA_DIR"


def test_runs_at_the_same_time_do_not_write_over_each_other(tmp_path):
    keys = [str(at) for at in range(800)]
    parts = [[(key, REPLY) for key in keys[at::8]] for at in range(8)]
    with ThreadPoolExecutor(8) as runs:
        list(runs.map(lambda part: interrupted(tmp_path, *part), parts))
    assert found(tmp_path, *keys) == [REPLY] * len(keys)


def test_a_journal_that_cannot_be_removed_is_not_a_failure(tmp_path):
    with Journal.at(tmp_path, "job"):
        [path] = tmp_path.iterdir()
        path.unlink()
        path.mkdir()
    assert list(tmp_path.iterdir()) == [path]


def test_a_journal_that_cannot_be_made_private_is_closed(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "no")

    before = len([*Path("/proc/self/fd").iterdir()])
    monkeypatch.setattr(os, "fchmod", refuse)
    with pytest.raises(ConfigProblem, match="cannot record finished requests"):
        Journal.at(tmp_path, "job")
    assert len([*Path("/proc/self/fd").iterdir()]) == before


class Unreadable(io.BufferedReader):
    def __next__(self):
        raise OSError(5, "Input/output error")


def test_a_journal_that_cannot_be_read_is_closed_and_named(tmp_path, monkeypatch):
    interrupted(tmp_path, ("key", REPLY))
    before = len([*Path("/proc/self/fd").iterdir()])
    monkeypatch.setattr("cohere_cli.jobs.journal.BufferedReader", Unreadable)
    with pytest.raises(ConfigProblem, match="input/output error"):
        Journal.at(tmp_path, "job")
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def kept(directory, resume=True):
    return Journal.kept_at(directory, "job", resume=resume)


def test_a_kept_journal_is_found_after_a_run_that_left_nothing_out(tmp_path):
    with kept(tmp_path) as journal:
        journal.add("key", REPLY)
        journal.mark_whole()
    with kept(tmp_path) as journal:
        assert (journal.find("key"), journal.finished) == (REPLY, 1)
        assert not journal.is_continued


def test_a_kept_journal_begins_again_after_a_whole_run_unless_it_is_resumed(tmp_path):
    with kept(tmp_path) as journal:
        journal.add("key", REPLY)
        journal.mark_whole()
    with kept(tmp_path, resume=False) as journal:
        journal.add("other", REPLY)
    with kept(tmp_path) as journal:
        assert (journal.find("key"), journal.find("other")) == (None, REPLY)


def test_what_a_killed_run_has_kept_is_not_lost_by_a_run_that_does_not_resume(tmp_path):
    with suppress(Killed), kept(tmp_path) as journal:
        journal.add("key", REPLY)
        raise Killed
    with kept(tmp_path, resume=False) as journal:
        assert (journal.find("key"), journal.is_continued) == (None, True)
        journal.add("other", REPLY)
        assert journal.find("other") == REPLY
    with kept(tmp_path) as journal:
        assert (journal.find("key"), journal.find("other")) == (REPLY, REPLY)


def test_what_a_run_that_left_something_out_has_kept_is_not_lost(tmp_path):
    with kept(tmp_path) as journal:
        journal.add("key", REPLY)
    with kept(tmp_path, resume=False) as journal:
        assert journal.is_continued
    with kept(tmp_path) as journal:
        assert journal.find("key") == REPLY


def test_a_failure_is_the_latest_and_hides_no_reply(tmp_path):
    with kept(tmp_path) as journal:
        journal.fail("one", "refused")
        journal.add("two", REPLY)
        journal.fail("two", "refused")
        journal.fail("three", "refused")
        journal.add("three", REPLY)
    with kept(tmp_path) as journal:
        failed = [journal.has_failed(key) for key in ("one", "two", "three", "four")]
        assert failed == [True, True, False, False]
        assert journal.has_failures
        assert [journal.find(key) for key in ("one", "two", "three")] == [
            None,
            REPLY,
            REPLY,
        ]


def test_requests_that_failed_are_not_counted_as_finished(tmp_path):
    with kept(tmp_path) as journal:
        journal.fail("one", "refused")
        journal.add("two", REPLY)
        journal.fail("three", "refused")
        journal.add("three", REPLY)
        assert journal.finished == 2
    with kept(tmp_path) as journal:
        assert journal.finished == 2


def test_a_failure_that_was_answered_later_is_none(tmp_path):
    with kept(tmp_path) as journal:
        journal.fail("one", "refused")
        journal.add("one", {"text": '","failed":'})
    with kept(tmp_path) as journal:
        assert not journal.has_failures


def test_a_journal_of_one_run_finds_its_own_replies():
    with Journal.of_run() as journal:
        journal.add("key", REPLY)
        assert (journal.find("key"), journal.finished) == (REPLY, 0)


def test_threads_that_write_at_once_find_each_reply(tmp_path):
    replies = {f"key {n}": {"n": n, "text": "x" * 40 * n} for n in range(200)}
    with kept(tmp_path) as journal:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(journal.add, replies, replies.values()))
        assert {key: journal.find(key) for key in replies} == replies
