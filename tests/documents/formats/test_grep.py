import io
import os
import subprocess

import pytest

from cohere_cli.documents.formats import grep as room
from cohere_cli.documents.reader import read_documents, read_records
from cohere_cli.documents.skipped import BadRecords

COLONS = "foo:42:bar.rb"
FILES = {
    b"a.py": b"one\ntwo hit\nthree\n\nfive\nsix\nseven hit 12:30\n",
    "sub/é ü.txt".encode(): b"hit\r\n",
    b"\xff\t.txt": b"a hit-1-b\n",
    b"foo": b"\n" * 41 + b"bar.rb:7:hit x\n",
    COLONS.encode(): b"\n" * 6 + b"hit y\n",
    b"date-10-11-x": b"hit:3:4\n",
}
HITS = {
    ("a.py", 2, "two hit"),
    ("a.py", 7, "seven hit 12:30"),
    ("sub/é ü.txt", 1, "hit"),
    ("\udcff\t.txt", 1, "a hit-1-b"),
    ("foo", 42, "bar.rb:7:hit x"),
    (COLONS, 7, "hit y"),
    ("date-10-11-x", 1, "hit:3:4"),
}
AROUND = {
    ("a.py", 1, "one"),
    ("a.py", 3, "three"),
    ("a.py", 6, "six"),
}


@pytest.fixture
def grep(folder, tmp_path_factory):
    """Run a grep for "hit" beside the files, and return its output."""
    for name, content in FILES.items():
        path = folder / os.fsdecode(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    environ = {**os.environ, "GIT_DIR": str(tmp_path_factory.mktemp("git"))}
    environ["GIT_WORK_TREE"] = str(folder)
    for command in ("git init -q", "git add -A"):
        subprocess.run(command.split(), check=True, env=environ)

    def run(command):
        return subprocess.check_output(command.split(), env=environ)

    return run


def places(output, kind="auto", **options):
    found = read_records(["-"], io.BytesIO(output), kind, **options)
    return [(each.source.removeprefix("./"), each.line, each.data) for each in found]


COMMANDS = [
    *("git grep -n hit", "git grep -n -z hit", "git grep -n --color=always hit"),
    *("git grep -n --column hit", "git grep -n -z --column hit"),
    *("grep -rn hit .", "grep -rnZ hit .", "grep -rn --color=always hit ."),
    "grep -rnZ --color=always hit .",
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ["auto", "grep"])
def test_each_line_of_a_grep_has_its_place(grep, command, kind):
    found = places(grep(command), kind)
    assert (len(found), set(found)) == (len(HITS), HITS)


@pytest.mark.parametrize("command", COMMANDS)
def test_lines_around_a_match_have_their_place_too(grep, command):
    found = places(grep(command.replace(" hit", " -C1 hit")))
    assert (len(found), set(found)) == (len(HITS | AROUND), HITS | AROUND)


def test_nuls_between_names_and_numbers_are_known_with_nulls_too(grep):
    assert set(places(grep("grep -rnZ hit ."), null=True)) == HITS


@pytest.mark.parametrize("command", COMMANDS)
def test_records_are_greps_own_bytes_and_are_read_again(grep, command):
    output = grep(command)
    raws = [one.raw for one in read_records(["-"], io.BytesIO(output))]
    assert b"\n".join([*raws, b""]) == output
    assert set(places(b"\n".join(reversed(raws)))) == HITS


@pytest.mark.usefixtures("grep")
def test_where_two_files_may_be_meant_and_neither_has_the_line_the_longer_is():
    assert places(b"foo:42:bar.rb:7:other\n") == [(COLONS, 7, "other")]


def test_a_text_that_is_not_utf_8_is_refused_with_its_place(grep, refusal):
    assert refusal(places, grep("git grep -n one") + b"a.py:7:\xe9\n") == (
        "not UTF-8 text: unexpected end of data",
        "stdin:2",
        "convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8",
    )
    with_nul = grep("git grep -n one") + b"a.py:7:x\0\n"
    assert refusal(places, with_nul)[0] == "not UTF-8 text: a NUL at byte 19"
    assert refusal(places, with_nul, "grep")[0] == "not UTF-8 text: a NUL"


@pytest.mark.usefixtures("grep")
@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("skip", [("a.py", 2, "two hit"), ("foo", 1, "x")]),
        (
            "replace",
            [("a.py", 2, "two hit"), ("a.py", 7, "caf\ufffd"), ("foo", 1, "x")],
        ),
    ],
)
def test_a_line_that_is_not_utf_8_is_a_bad_record(policy, expected):
    bad = BadRecords(policy)
    output = b"a.py:2:two hit\na.py:7:caf\xe9\r\nfoo:1:x\n"
    assert places(output, bad=bad) == expected
    assert bad.count == 1


@pytest.mark.usefixtures("grep")
def test_after_an_endless_line_the_rest_is_not_read(monkeypatch):
    monkeypatch.setattr(room, "MAX_BYTES", 20)
    bad = BadRecords("skip")
    output = b"a.py:2:two hit\na.py:7:%b\nfoo:1:x\n" % (b"x" * 21)
    assert places(output, bad=bad) == [("a.py", 2, "two hit")]
    assert str(bad.first) == "a line is longer than 64 MiB (stdin:2)"


def test_lines_of_grep_are_documents_with_their_path_and_line(grep):
    output = grep("git grep -n hit") + b"a.py:2:two hit\nplain\n"
    found = list(read_documents(["-"], io.BytesIO(output)))
    assert [(each.id, each.data) for each in found if each.source in ("a.py", "-")] == [
        ("a.py:2", {"path": "a.py", "text": "two hit"}),
        ("a.py:7", {"path": "a.py", "text": "seven hit 12:30"}),
        ("a.py:2#2", {"path": "a.py", "text": "two hit"}),
        ("stdin:9", {"text": "plain"}),
    ]
    assert "\ufffd\t.txt:1" in [each.id for each in found]
