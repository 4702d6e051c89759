import errno
import os
import re
import sqlite3
import stat

import pytest
from retrieval.searching import found

from cohere_cli.retrieval import full_text
from cohere_cli.retrieval.cache import clear_indexes, list_indexes, opened_index
from cohere_cli.retrieval.search import find_passages
from cohere_cli.retrieval.sources import SearchedSources

PEARS = {"a.txt": "pear\n", "b.txt": "plum pear\n", "c.txt": "plum\n"}


def index_file(cache):
    (path,) = cache.glob("*.sqlite")
    return path


def test_an_index_is_its_owners_alone_and_has_no_text(lay, agree, cache):
    lay({"a.txt": "a pear within a sentence\n"})
    agree("pear")
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in cache.iterdir()} == {0o600}
    assert b"within a sentence" not in index_file(cache).read_bytes()


def test_an_index_is_the_same_from_any_folder(lay, agree, cache, monkeypatch, tmp_path):
    lay({"a.txt": "pear\n", "d/b.txt": "pear\n"})
    assert agree("pear", ".")[0] == ["a.txt:1-1", "d/b.txt:1-1"]
    monkeypatch.chdir("d")
    assert agree("pear", "..")[0] == ["../a.txt:1-1", "../d/b.txt:1-1"]
    whole = str(tmp_path / "files")
    assert agree("pear", whole)[0] == [f"{whole}/a.txt:1-1", f"{whole}/d/b.txt:1-1"]
    assert len(list_indexes(cache)) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not a database, but some other text\n" * 99),
        lambda path: path.write_bytes(path.read_bytes()[:9000]),
        lambda path: path.write_bytes(os.urandom(50_000)),
        lambda path: overwrite(path, 100),
        lambda path: overwrite(path, 4096),
        lambda path: overwrite(path, 20_000),
        lambda path: change(path, "PRAGMA user_version = 1"),
        lambda path: change(path, "PRAGMA application_id = 1"),
        lambda path: change(path, "DROP TABLE words_data"),
        lambda path: change(path, "DROP TABLE passages"),
        lambda path: change(path, "DELETE FROM words_data"),
        lambda path: change(path, "DELETE FROM passages"),
        lambda path: change(path, "DELETE FROM words_docsize"),
    ],
)
def test_a_damaged_or_foreign_file_changes_no_result(lay, agree, cache, damage):
    lay({**PEARS, **{f"{number}.txt": "fig " * number for number in range(300)}})
    agree("pear")
    damage(index_file(cache))
    for _ in range(2):
        assert agree("pear")[0] == ["a.txt:1-1", "b.txt:1-1"]


def overwrite(path, at):
    with path.open("r+b") as file:
        file.seek(at)
        file.write(os.urandom(5000))


def change(path, statement):
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()


def test_a_damaged_file_is_replaced(lay, agree, cache):
    lay(PEARS)
    agree("pear")
    index_file(cache).write_bytes(b"not a database")
    assert agree("pear")[1] == []
    assert agree("pear")[1] == []
    assert list_indexes(cache)[0].passages == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE files SET path = id",
        "UPDATE files SET passages = 'x'",
        "UPDATE files SET tokens = 0",
        "UPDATE files SET blank_lines = NULL",
        "UPDATE passages SET tokens = 'x'",
        "UPDATE passages SET number = 'x'",
    ],
)
def test_values_of_a_wrong_type_are_damage(lay, agree, cache, settle, statement):
    lay(PEARS)
    settle()
    agree("pear")
    with opened_index(cache, SearchedSources.of(["."]).roots, print):
        change(index_file(cache), statement)
    found_ids, details = agree("pear")
    assert found_ids == ["a.txt:1-1", "b.txt:1-1"]
    (line,) = details
    assert re.fullmatch("the index cannot be used: .*; searching in memory", line)
    assert list_indexes(cache) == []
    assert agree("pear")[1] == []


def test_an_index_of_wrong_values_is_listed(lay, agree, cache):
    lay(PEARS)
    agree("pear")
    change(index_file(cache), "DELETE FROM source")
    assert [each.root for each in list_indexes(cache)] == [""]


def zero(data):
    data[18_944:19_456] = bytes(512)


def flip(data):
    data[len(data) // 2] ^= 1


def exchange(data):
    data[8192:12_288], data[16_384:20_480] = data[16_384:20_480], data[8192:12_288]


@pytest.mark.parametrize("damage", [zero, flip, exchange])
def test_an_index_that_another_program_has_changed_is_made_anew(
    lay, agree, cache, settle, damage
):
    lay({f"{number}.txt": f"pear {'plum ' * number}\n" for number in range(150)})
    settle()
    agree("plum")
    path = index_file(cache)
    whole = path.read_bytes()
    data = bytearray(whole)
    damage(data)
    settle()
    path.write_bytes(data)
    assert agree("plum")[1] == []
    assert path.read_bytes() == whole


def test_an_index_that_runs_have_changed_at_once_is_used_again(
    lay, agree, cache, settle
):
    lay(PEARS)
    settle()
    agree("pear")
    lay({"d.txt": "pear\n"})
    settle()
    with opened_index(cache, SearchedSources.of(["."]).roots, print):
        agree("pear")
        agree("plum")
    result = find_passages("pear", ["."], cache=cache, notify=str, detail=str)
    assert result.counts.indexed == 0


def test_a_file_that_is_damaged_itself_is_read_once(lay, cache, settle):
    lay({"a.txt": "pear\n", "b.pdf": b"%PDF-1.4\ncut off"})
    settle()
    counts = [
        find_passages("pear", ["."], cache=cache, notify=str, detail=str).counts
        for _ in range(2)
    ]
    assert [each.indexed for each in counts] == [2, 0]
    assert {str(each.skipped) for each in counts} == {"1 file skipped (1 damaged)"}


def test_a_file_that_the_system_refuses_is_tried_again(lay, agree, settle, monkeypatch):
    lay({"a.txt": "pear\n", "b.txt": "pear\n"})
    settle()
    real = os.open

    def opening(path, *options):
        if path == "b.txt":
            raise OSError(errno.EMFILE, "Too many open files")
        return real(path, *options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", opening)
        assert agree("pear")[0] == ["a.txt:1-1"]
    assert agree("pear")[0] == ["a.txt:1-1", "b.txt:1-1"]


def test_a_folder_or_a_link_in_the_place_of_an_index_is_left_alone(
    lay, agree, cache, tmp_path
):
    lay(PEARS)
    agree("pear")
    path = index_file(cache)
    path.unlink()
    path.mkdir()
    found_ids, details = agree("pear")
    assert found_ids == ["a.txt:1-1", "b.txt:1-1"]
    assert details == ["the index cannot be used: is a directory; searching in memory"]
    path.rmdir()
    (tmp_path / "other").write_bytes(b"kept")
    path.symlink_to(tmp_path / "other")
    _, details = agree("pear")
    assert "searching in memory" in details[0]
    assert (tmp_path / "other").read_bytes() == b"kept"


def test_a_cache_that_cannot_be_made_is_reported(lay, tmp_path):
    lay(PEARS)
    (tmp_path / "cache").write_bytes(b"")
    result, details = found("pear", ["."], tmp_path / "cache" / "index")
    assert result == found("pear", ["."])[0]
    assert details == ["the index cannot be used: not a directory; searching in memory"]


def test_an_index_that_another_run_writes_is_read_and_completed_in_memory(
    lay, agree, cache, monkeypatch, settle
):
    monkeypatch.setattr("cohere_cli.retrieval.cache._PATIENCE", 0.01)
    lay(PEARS)
    settle()
    agree("pear")
    writer = sqlite3.connect(index_file(cache), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert agree("plum")[1] == []
    lay({"d.txt": "plum plum\n", "b.txt": "fig\n"})
    assert agree("plum") == (
        ["d.txt:1-1", "c.txt:1-1"],
        ["the index cannot be written: database is locked; searching in memory"],
    )
    writer.close()


def test_a_full_disk_changes_no_result(lay, agree, cache, monkeypatch):
    real = sqlite3.connect

    def connect(path, **options):
        database = real(path, **options)
        if str(path).endswith(".sqlite"):
            database.execute("PRAGMA max_page_count = 16")
        return database

    lay({f"{number}.txt": f"pear {'word' * number}\n" * 50 for number in range(99)})
    plain, _ = found("pear", ["."])
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        result, details = found("pear", ["."], cache)
    assert result == plain
    assert "full" in details[0]
    agree("pear")


def test_another_version_of_the_program_makes_the_index_anew(
    lay, agree, cache, monkeypatch
):
    lay(PEARS)
    agree("pear")
    monkeypatch.setattr(full_text, "SCHEMA", full_text.SCHEMA + 1)
    assert agree("pear")[1] == []
    assert list_indexes(cache)[0].passages == 3


def test_the_list_and_the_removal_of_indexes(lay, agree, cache, tmp_path):
    assert (list_indexes(cache), clear_indexes(cache)) == ([], (0, 0, 0, ()))
    lay({**PEARS, "d/d.txt": "pear\n"})
    agree("pear", ".")
    agree("pear", "d", "a.txt")
    root = tmp_path / "files"
    listed = list_indexes(cache)
    assert [(each.root, each.files, each.passages) for each in listed] == [
        (f"{root}/d, {root}/a.txt", 2, 2),
        (str(root), 4, 4),
    ]
    (cache / "notes.txt").write_text("kept")
    (cache / f"{'0' * 32}.sqlite-wal").write_text("left")
    sizes = sum(each.size for each in list_indexes(cache))
    assert clear_indexes(cache) == (3, sizes, 0, ())
    assert sizes > 10_000
    assert [path.name for path in cache.iterdir()] == ["notes.txt"]


def test_an_index_in_use_is_not_removed(lay, agree, cache):
    lay(PEARS)
    agree("pear")
    with opened_index(cache, SearchedSources.of(["."]).roots, print):
        assert clear_indexes(cache) == (0, 0, 1, ())
        assert index_file(cache).exists()
    assert clear_indexes(cache).removed == 1
