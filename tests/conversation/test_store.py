"""The history: what is added, found, changed and deleted, and by whom at once."""

import signal
import sqlite3
import stat
import subprocess
import sys
import time

import pytest

from cohere_cli.conversation.database import HistoryUnusable
from cohere_cli.conversation.store import MARKS, Filters, Place, opened_history
from cohere_cli.conversation.turn import Turn, new_id

LONG = "The quick brown fox jumps over the lazy dog. " * 20


def turn(prompt, answer, **changes):
    values = {
        "number": 0,
        "parent": 0,
        "command": "chat",
        "status": "complete",
        "model": "m",
        "profile": "",
        "base_url": "https://api.example.com",
        "began": 100.0,
        "seconds": 1.5,
        "prompt": prompt,
        "answer": answer,
        "request": {"model": "m", "messages": [{"role": "user", "content": prompt}]},
        "reply": {"message": {"content": [{"type": "text", "text": answer}]}},
    }
    return Turn(**values | changes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "history" / "history.sqlite"


@pytest.fixture
def history(path):
    with opened_history(path) as opened:
        yield opened


def test_turns_come_back_as_they_were_added(history):
    document = {"id": "d", "data": {"text": LONG}}
    first = turn("Hi\ud83d", "Hello, 世界", request={"documents": [document, document]})
    second = turn("More", LONG, parent=1, error={"exit": 18}, call={"paths": ["."]})
    added = [history.add("abc", each) for each in (first, second)]
    assert added == [first._replace(number=1), second._replace(number=2)]
    # Half of a character cannot be searched for.
    assert history.turns("abc") == [added[0]._replace(prompt="Hi\ufffd"), added[1]]


def test_a_long_text_is_stored_once(path, history):
    for at in range(3):
        request = {"documents": [{"data": {"text": LONG}}, {"data": {"text": LONG}}]}
        history.add(f"c{at}", turn("Hi", "Hello", request=request))
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT CAST(body AS TEXT) FROM texts").fetchall()
    assert rows == [(LONG,)]


def test_the_files_are_their_owners_alone(path, history):
    history.add("abc", turn("Hi", "Hello"))
    modes = {
        each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()
    }
    names = ["history.sqlite", "history.sqlite-shm", "history.sqlite-wal"]
    assert modes == dict.fromkeys(names, 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_next_turn_follows_the_last_complete_one(history):
    for status in ("complete", "error", "interrupted", "incomplete"):
        history.add("abc", turn("Hi", "", status=status))
    assert history.head_of("abc") == 1
    history.set_head("abc", 0)
    assert history.head_of("abc") == 0


@pytest.mark.parametrize(
    ("terminal", "folder", "commands", "found"),
    [
        ("tty1", "/b", ["chat"], "one"),
        ("tty9", "/b", ["chat"], "two"),
        ("", "/c", ["chat", "ask"], "three"),
        ("", "", ["chat"], "two"),
        ("tty1", "/a", ["compat"], ""),
    ],
)
def test_the_last_conversation_is_of_the_terminal_else_of_the_folder_else_of_all(
    history, terminal, folder, commands, found
):
    history.add("one", turn("Hi", "", began=1.0), Place("tty1", "/a"))
    history.add("two", turn("Hi", "", began=2.0), Place("tty2", "/b"))
    history.add("three", turn("Hi", "", began=3.0, command="ask"), Place("", "/c"))
    history.add("four", turn("Hi", "", began=4.0, status="error"), Place("tty1", "/b"))
    assert history.latest(Place(terminal, folder), commands) == found


def test_a_conversation_is_found_by_its_name_or_the_beginning_of_its_id(history):
    history.add("abcd", turn("Hi", ""), name="trip")
    history.add("abxy", turn("Hi", ""))
    assert history.find("trip") == ["abcd"]
    assert history.find("ab") == ["abcd", "abxy"]
    assert history.find("abx") == ["abxy"]
    assert history.find("tri") == []


def test_a_name_is_of_one_conversation(history):
    history.add("one", turn("Hi", ""), name="trip")
    history.add("two", turn("Hi", ""))
    assert history.set_name("two", "trip") is False
    assert history.set_name("two", "food") is True
    assert history.set_name("one", "trip") is True
    assert [history.name_of(each) for each in ("one", "two")] == ["trip", "food"]


def test_words_are_found_in_prompts_and_answers(history):
    history.add("one", turn("When do we retry?", "After a timeout, twice."))
    history.add("two", turn("Name a timeout", "60 seconds", began=200.0))
    begin, end = MARKS
    found = history.search("retrying timeouts")
    assert [(each.conversation, each.number, each.snippet) for each in found] == [
        ("one", 1, f"After a {begin}timeout{end}, twice.")
    ] or found[0].snippet == f"When do we {begin}retry{end}?"
    assert {each.conversation for each in history.search("timeout")} == {"one", "two"}
    assert history.search('"timeout a"') == []
    assert history.search('AND OR "') == history.search("(*)") == []


def test_words_of_a_script_without_spaces_are_found(history):
    history.add("one", turn("你好世界", "再见"))
    begin, end = MARKS
    (found,) = history.search("世界")
    assert found.snippet == f"你好{begin}世界{end}\n再见"


def test_filters_choose_turns_and_their_conversations(history):
    history.add("one", turn("Hi", "", began=1.0, model="a"))
    history.add("one", turn("Ho", "", began=2.0, status="error"))
    history.add("two", turn("Ha", "", began=3.0, model="b"))
    chosen = {
        Filters(since=2.0): ["two", "one"],
        Filters(until=2.0): ["one"],
        Filters(model="b"): ["two"],
        Filters(status="error"): ["one"],
        Filters(matching="ha"): ["two"],
        Filters(): ["two", "one"],
    }
    for filters, ids in chosen.items():
        assert [one.id for one in history.conversations(filters)] == ids
    listed = history.conversations(Filters(model="a"))[0]
    assert listed._asdict() == {
        "id": "one",
        "name": "",
        "turns": 2,
        "head": 1,
        "changed": 2.0,
        "status": "error",
        "prompt": "Hi",
        "models": ("a", "m"),
        "commands": ("chat",),
    }
    since = [each.turn.prompt for each in history.all_turns(Filters(since=2.0))]
    assert since == ["Ho", "Ha"]


def test_deleted_turns_leave_no_byte_in_the_files(path):
    with opened_history(path) as history:
        secret = f"{LONG} PELICAN"
        history.add("one", turn("the PELICAN flies", secret))
        history.add("two", turn("Hi", "the HERON stays"))
        assert history.delete(["one", "nothing"]) == 1
        assert history.overwrite_freed() is True
        stored = b"".join(each.read_bytes() for each in path.parent.iterdir())
        assert b"pelican" not in stored.lower()
        assert b"HERON" in stored
        assert [each.conversation for each in history.search("heron")] == ["two"]
        assert history.search("pelican") == []


def test_a_replaced_text_leaves_no_byte_in_the_files(path):
    def without(one):
        return one._replace(prompt="?", request={"messages": []})

    with opened_history(path) as history:
        history.add("one", turn("PELICAN " * 50, "Yes"))
        assert history.replace("one", without) == 1
        assert history.replace("one", without) == 0
        assert history.overwrite_freed() is True
        stored = b"".join(each.read_bytes() for each in path.parent.iterdir())
        assert b"pelican" not in stored.lower()
        assert [each.prompt for each in history.turns("one")] == ["?"]


def test_a_history_that_is_missing_is_read_as_empty_and_not_created(path):
    with opened_history(path, create=False) as history:
        assert history.conversations() == []
        assert len(history) == 0
    assert not path.parent.exists()


def damaged(path):
    path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)


def foreign(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes(text)")


def newer(path):
    with opened_history(path):
        pass
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")


def link(path):
    path.symlink_to("/dev/null")


def fifo(path):
    import os

    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (damaged, "it is not a history of co"),
        (foreign, "it is not a history of co"),
        (newer, "a newer co has written it (version 99)"),
        (link, "too many levels of symbolic links"),
        (fifo, "it is not a regular file"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_history_that_cannot_be_used_is_refused_with_the_reason(path, make, reason):
    path.parent.mkdir(parents=True)
    make(path)
    with pytest.raises(HistoryUnusable) as caught, opened_history(path):
        pass
    assert str(caught.value) == f"the history cannot be used: {reason} ({path})"


_WRITER = """
import sys
from pathlib import Path
from cohere_cli.conversation.store import opened_history
from tests.conversation.test_store import turn
for at in range(20):
    with opened_history(Path(sys.argv[1])) as history:
        history.add(sys.argv[2], turn(f"{sys.argv[2]} {at}", "Hello"))
"""


def test_processes_that_write_a_fresh_history_at_once_lose_no_turn(path):
    ids = [f"c{at}" for at in range(8)]
    command = [sys.executable, "-c", _WRITER, path]
    writers = [subprocess.Popen([*command, each]) for each in ids]
    assert [each.wait(timeout=100) for each in writers] == [0] * len(ids)
    with opened_history(path) as history:
        for each in ids:
            prompts = [one.prompt for one in history.turns(each)]
            assert prompts == [f"{each} {at}" for at in range(20)]


def test_ids_differ_and_begin_with_a_letter():
    ids = {new_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(len(each) == 8 and each[0].isalpha() for each in ids)


@pytest.mark.parametrize(
    "value",
    [
        {"\0text": [1]},
        {"\0text": "0" * 32},
        {"\0text": LONG, "\0\0text": "x", "\0": 1},
        [{"\0text": {"\0text": LONG}}],
    ],
)
def test_a_field_named_as_a_reference_comes_back_as_it_was(history, value):
    source = {"document": value}
    reply = {"message": {"citations": [{"sources": [source]}]}}
    added = history.add("abc", turn("Hi", "Hello", reply=reply))
    assert history.turns("abc") == [added]


@pytest.mark.parametrize(
    "damage",
    [
        "reply = x'7b'",
        "request = CAST('[1]' AS BLOB)",
        "call = x'ba'",
        "prompt = NULL",
        "began = 'soon'",
        "began = 1e20",
        "parent = 'x'",
        """reply = CAST('{"a":{"' || '\\u0000text":"0"}}' AS BLOB)""",
    ],
)
def test_a_turn_that_is_damaged_is_named_and_can_be_deleted(path, damage):
    with opened_history(path) as history:
        history.add("abc", turn("Hi", "Hello"))
        history.add("other", turn("Hi", "Hello"))
    with sqlite3.connect(path) as database:
        database.execute(f"UPDATE turns SET {damage} WHERE key = 1")
    message = "turn 1 of abc is damaged; `co history delete abc` removes it"
    with pytest.raises(HistoryUnusable, match=message), opened_history(path) as history:
        history.turns("abc")
    with opened_history(path) as history:
        assert len(history.turns("other")) == 1
        assert history.delete(["abc"]) == 1


def test_what_is_not_utf_8_is_looked_up_without_a_fault(history):
    odd = "caf\udce9"
    history.add("abc", turn("Hi", "Hello"), Place("tty", f"/home/{odd}"))
    assert history.find(odd) == []
    assert history.search(odd) == []
    assert history.conversations(Filters(model=odd, matching=odd)) == []
    assert history.latest(Place("", f"/home/{odd}"), ["chat"]) == "abc"
    assert history.remove_folders("abc", odd) == 1


def test_any_number_is_a_limit(history):
    history.add("abc", turn("Hi", "Hello"))
    assert len(history.search("Hello", 10**30)) == 1
    assert len(history.conversations(limit=10**30)) == 1


def test_turns_share_a_long_text_in_memory_too(history):
    request = {"documents": [{"data": {"text": LONG}}]}
    for _ in range(2):
        history.add("abc", turn("Hi", "Hello", request=request))
    first, second = (one.request["documents"][0] for one in history.turns("abc"))
    assert first["data"]["text"] is second["data"]["text"]


def test_prompts_of_any_size_are_no_lines_of_a_session(history):
    for prompt in ("One", "x" * 100_000, "Two"):
        history.add("abc", turn(prompt, "Hello"))
    assert history.prompts(9) == ["One", "Two"]


_WAITING = """
import signal, sqlite3, sys
from pathlib import Path
from cohere_cli.conversation.store import opened_history
with opened_history(Path(sys.argv[1])) as history:
    print("ready", flush=True)
    history.set_head("abc", 0)
"""


def test_the_wait_for_a_locked_history_ends_at_an_interrupt(path, history):
    history.add("abc", turn("Hi", "Hello"))
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        command = [sys.executable, "-c", _WAITING, str(path)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            _, noted = process.communicate(timeout=20)
    assert b"KeyboardInterrupt" in noted
    assert b"locked" not in noted
