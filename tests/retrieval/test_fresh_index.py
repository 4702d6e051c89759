import itertools
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from retrieval.searching import found

from cohere_cli.errors import ConfigProblem
from cohere_cli.retrieval import full_text
from cohere_cli.retrieval import search as room
from cohere_cli.retrieval.indexed_files import IndexedFiles
from cohere_cli.retrieval.search import find_passages

FILES = {"a.txt": "pear one\n", "b.txt": "pear two\n", "d/c.md": "# Pear\n"}


@pytest.fixture
def indexed(cache):
    """Search, and return how many files were read."""
    return lambda: (
        find_passages(
            "pear", ["."], cache=cache, notify=print, detail=print
        ).counts.indexed
    )


def test_only_what_changed_is_read(lay, indexed, settle):
    lay(FILES)
    settle()
    assert (indexed(), indexed()) == (3, 0)
    lay({"a.txt": "pear six\n", "e.txt": "new\n"})
    settle()
    assert (indexed(), indexed()) == (2, 0)


def test_a_file_that_changed_a_moment_ago_is_not_trusted(lay, agree):
    lay(FILES)
    agree("pear")
    for word in ("fig", "nut", "fig"):
        lay({"a.txt": f"{word}s one\n"})
        assert agree(f"{word}s")[0] == ["a.txt:1-1"]


def test_a_change_of_the_same_size_with_its_time_set_back_is_seen(lay, agree, settle):
    lay(FILES)
    settle()
    agree("pear")
    status = Path("a.txt").stat()
    lay({"a.txt": "figs one\n"})
    os.utime("a.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert agree("figs")[0] == ["a.txt:1-1"]


def test_a_file_from_the_future_is_read_each_time(lay, indexed, settle):
    lay(FILES)
    os.utime("a.txt", (4e9, 4e9))
    settle()
    assert (indexed(), indexed()) == (3, 1)


def test_what_is_gone_or_ignored_or_no_longer_text_is_not_found(lay, agree, settle):
    lay({**FILES, ".gitignore": ""})
    subprocess.run(["git", "init", "-q"], check=True)
    settle()
    assert agree("pear")[0] == ["d/c.md:1-1", "a.txt:1-1", "b.txt:1-1"]
    Path("a.txt").unlink()
    assert agree("pear")[0] == ["d/c.md:1-1", "b.txt:1-1"]
    lay({".gitignore": "b.*\n"})
    assert agree("pear")[0] == ["d/c.md:1-1"]
    lay({".gitignore": "", "d/c.md": b"pear\0"})
    assert agree("pear")[0] == ["b.txt:1-1"]


def test_scores_are_those_of_a_new_index_after_any_number_of_changes(lay, agree):
    for round_ in range(12):
        lay({f"{n}.txt": f"pear plum {'pear ' * n}\n" * round_ + "x" for n in range(9)})
        agree('plum "pear plum" pear x')
        agree("pear plum", globs=["[1-4].txt"])


def test_an_index_that_is_mostly_of_replaced_files_is_made_anew(
    lay, agree, indexed, settle, monkeypatch
):
    monkeypatch.setattr("cohere_cli.retrieval.indexed_files._MOST_OTHERS", 2)
    lay(FILES)
    agree("pear")
    for number in range(6):
        lay(dict.fromkeys(FILES, f"pear {number}\n"))
        agree("pear")
    settle()
    indexed()
    assert (indexed(), agree("pear")[1]) == (0, [])


def test_a_file_that_changes_while_it_is_searched_is_read_again(
    lay, cache, monkeypatch
):
    lay(FILES)
    change_after_ranking(lay, monkeypatch)
    result, _ = found("pear", ["a.txt"], cache)
    ((id_, _, _, _, data),) = result["passages"]
    assert (id_, data["text"]) == ("a.txt:1-2", "pear\nanother pear")


def change_after_ranking(lay, monkeypatch):
    """Change a file once, after its passages were ranked and before they are read."""
    real, changes = room.rank, iter(["pear\nanother pear\n"])

    def rank(*arguments):
        ranking = real(*arguments)
        if text := next(changes, None):
            lay({"a.txt": text})
        return ranking

    monkeypatch.setattr(room, "rank", rank)


def test_a_pipe_that_is_named_is_read_once(lay, cache, monkeypatch):
    lay(FILES)
    change_after_ranking(lay, monkeypatch)
    reader, writer = os.pipe()
    os.write(writer, b"pear of a pipe\n")
    os.close(writer)
    result, _ = found("pear", [f"/dev/fd/{reader}", "."], cache)
    assert len(result["passages"]) == 4
    os.close(reader)


def test_a_file_that_changes_all_the_time_is_searched_as_it_was_read(
    lay, cache, monkeypatch
):
    lay(FILES)
    real, numbers = room.rank, itertools.count()

    def rank(*arguments):
        ranking = real(*arguments)
        lay({"a.txt": f"pear {next(numbers)}\n"})
        return ranking

    monkeypatch.setattr(room, "rank", rank)
    result, _ = found("pear", ["a.txt"], cache)
    assert [each[4]["text"] for each in result["passages"]] == ["pear 0"]
    assert result["notes"] == []


@pytest.mark.parametrize("is_changed", [False, True])
def test_an_index_that_another_run_empties_or_changes_meanwhile_gives_the_same(
    lay, cache, monkeypatch, settle, is_changed
):
    lay(FILES)
    settle()
    plain, _ = found("pear", ["."])
    found("pear", ["."], cache)
    real = IndexedFiles.commit

    def commit(files):
        real(files)
        monkeypatch.setattr(IndexedFiles, "commit", real)
        if is_changed:
            lay({"a.txt": "pear one\n"})
            found("pear", ["."], cache)
        else:
            (path,) = cache.glob("*.sqlite")
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                full_text.FullText(other).clear()

    monkeypatch.setattr(IndexedFiles, "commit", commit)
    assert found("pear", ["."], cache)[0] == plain


def test_a_python_without_full_text_search_is_refused(lay, cache, monkeypatch):
    lay(FILES)
    tables = full_text._TABLES.replace("fts5(", "fts0(")
    monkeypatch.setattr(full_text, "_TABLES", tables)
    for place in (None, cache):
        with pytest.raises(ConfigProblem, match="no full-text search"):
            found("pear", ["."], place)
