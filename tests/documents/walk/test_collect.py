import io
import os
import time

import pytest

from cohere_cli.documents import source as room
from cohere_cli.documents.document import Document
from cohere_cli.documents.open_file import open_regular_file
from cohere_cli.documents.reader import read_documents, read_records
from cohere_cli.documents.walk import collect
from cohere_cli.errors import InputProblem

LEFT_OUT = "hidden files and those in .gitignore are left out"


@pytest.fixture
def lay(folder):
    def write(files):
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)

    return write


def read_all(*sources, reader=read_documents, stdin=b"", **options):
    """The documents, and the lines of notice."""
    notices = []
    found = list(reader(sources, io.BytesIO(stdin), notify=notices.append, **options))
    return found, notices


def ids(*sources, **options):
    return [each.id for each in read_all(*sources, **options)[0]]


def test_a_folder_gives_its_texts_and_records(lay):
    lay(
        {
            "docs/a.md": b"# A\n",
            "docs/b.jsonl": b'{"x": 1}\n',
            "docs/c.json": b'[{"x": 1}]\n',
            "docs/d": b'{"x": 1}\n',
            "docs/e.yml": b"- x: 1\n",
        }
    )
    assert [(each.id, each.data) for each in read_all("docs/")[0]] == [
        ("docs/a.md", {"title": "A", "path": "docs/a.md", "text": "# A"}),
        ("docs/b.jsonl:1", {"x": 1}),
        (
            "docs/c.json",
            {"title": "c.json", "path": "docs/c.json", "text": '[{"x": 1}]'},
        ),
        ("docs/d", {"title": "d", "path": "docs/d", "text": '{"x": 1}'}),
        ("docs/e.yml", {"title": "e.yml", "path": "docs/e.yml", "text": "- x: 1"}),
    ]


def test_a_named_file_of_json_has_records_though_its_folder_is_named_too(lay):
    lay({"docs/a.json": b'[{"x": 1}]', "docs/b.md": b"b"})
    for sources in (("docs", "docs/a.json"), ("docs/a.json", "docs")):
        found, _ = read_all(*sources)
        assert (
            Document({"x": 1}, b'{"x": 1}', "docs/a.json", 1, "docs/a.json:1") in found
        )
        assert sorted(each.id for each in found) == ["docs/a.json:1", "docs/b.md"]


def test_broken_records_in_a_folder_are_text(lay):
    lay({"d/a.csv": b"x,y\n1,2\n3\n", "d/b.jsonl": b'{"x": 1}\n{\n', "d/c.csv": b"x\n"})
    assert ids("d") == ["d/a.csv", "d/b.jsonl", "d/c.csv"]
    assert ids("d", reader=read_records) == [
        "d/a.csv:1",
        "d/a.csv:2",
        "d/a.csv:3",
        "d/b.jsonl:1",
        "d/b.jsonl:2",
    ]


def test_broken_records_of_a_given_format_are_refused(lay, refusal):
    lay({"d/a": b'{"x": 1}\n{\n'})
    records = read_records(["d"], io.BytesIO(), "jsonl")
    assert refusal(list, records)[1] == "d/a:2"


def test_no_file_is_read_twice(lay, folder):
    lay({"docs/a.md": b"a", "docs/b.md": b"b"})
    (folder / "link.md").symlink_to("docs/a.md")
    both = ["docs/a.md", "docs/b.md"]
    assert ids("docs", "docs/", "./docs", "docs/*.md", "**/*.md") == both
    assert ids("docs/a.md", "docs") == both
    assert ids("docs", "docs/a.md") == ["docs/b.md", "docs/a.md"]
    assert ids("link.md", "docs") == ["link.md", "docs/b.md"]


def test_files_of_a_folder_that_are_not_text_are_counted(lay, folder, monkeypatch):
    monkeypatch.setattr(room, "MAX_BYTES", 70_000)
    lay(
        {
            "docs/a.md": b"a",
            "docs/a.png": b"\x89PNG\r\n\x1a\n\0\0",
            "docs/b.txt": b"\xe9t\xe9",
            "docs/c.txt": b"c" * 70_001,
            "docs/d.jsonl": b'"%s"\n' % (b"d" * 70_001),
            "docs/e.txt": b" \n",
            "docs/f.lock": b"f",
            "docs/g.js": b"g" * 5001,
        }
    )
    os.mkfifo(folder / "docs/pipe")
    (folder / "docs/link").symlink_to("nowhere")
    (folder / "docs/out").symlink_to("/etc")
    reasons = "3 generated, 2 not text, 1 over 64 MiB, 1 empty, 1 special, 1 missing"
    found, notices = read_all("docs")
    assert [each.id for each in found] == ["docs/a.md"]
    (line,) = notices
    name, _, counts = line.removesuffix(")").partition(": 10 files skipped (")
    expected = [*reasons.split(", "), "1 linked from elsewhere"]
    assert (name, sorted(counts.split(", "))) == ("docs", sorted(expected))


def test_a_long_line_at_the_beginning_decides_that_a_file_is_generated(lay):
    short, long = b"g\n" * 40_000, b"g" * 5_001
    lay({"d/a.md": b"a", "d/b.js": long + b"\n" + short + b"\xff"})
    assert read_all("d")[1] == ["d: 1 file skipped (1 generated)"]


def test_a_long_line_of_wide_characters_is_as_long_as_its_characters(lay):
    lay({"d/a.js": "é".encode() * 5_000, "d/b.js": b"\xe9" * 5_001})
    found, notices = read_all("d")
    assert {each.source for each in found} == {"d/a.js"}
    assert notices == ["d: 1 file skipped (1 not text)"]


def test_generated_records_are_skipped_too(lay):
    lay({"d/a.txt": b"a\n", "d/package-lock.json": b'{"x": 1}'})
    found, notices = read_all("d", reader=read_records)
    assert [each.id for each in found] == ["d/a.txt:1"]
    assert notices == ["d: 1 file skipped (1 generated)"]


def test_documents_are_checked_before_the_next_file_is_read(lay):
    lay({"d/a.md": b"a", "d/b.md": b"b", "d/c.bin": b"\0"})
    seen = []

    def check(document):
        seen.append(document.id)
        if len(seen) == 2:
            raise InputProblem("enough")

    notices = []
    with pytest.raises(InputProblem, match="enough"):
        list(read_documents(["d"], io.BytesIO(), notify=notices.append, check=check))
    assert (seen, notices) == (["d/a.md", "d/b.md"], [])


def test_a_file_that_is_not_text_is_opened_once(lay, monkeypatch):
    lay({"d/a.md": b"a", "d/b": b"\0", "d/c": b"", "d/e.txt": b"\xff\xfea\0"})
    opened = []
    real = collect.open_regular_file
    monkeypatch.setattr(
        collect, "open_regular_file", lambda path: opened.append(path) or real(path)
    )
    found, notices = read_all("d")
    assert [each.data["text"] for each in found] == ["a", "a"]
    assert opened == ["d/a.md", "d/e.txt"]
    assert notices == ["d: 2 files skipped (1 not text, 1 empty)"]


def test_nuls_end_the_records_of_a_found_file_too(lay):
    lay({"d/a": b"one\0two\0", "d/b": b""})
    found, notices = read_all("d", reader=read_records, null=True)
    assert ([each.data for each in found], notices) == (["one", "two"], [])


@pytest.mark.timeout(10)
def test_links_in_circles_and_long_chains_are_skipped(folder, lay):
    lay({"d/a.md": b"a"})
    for number in range(3_000):
        (folder / f"d/link{number}").symlink_to(f"link{number + 1}")
    (folder / "d/self").symlink_to("self")
    found, notices = read_all("d")
    assert [each.id for each in found] == ["d/a.md"]
    assert notices == ["d: 3,001 files skipped (2,961 unreadable, 40 missing)"]


def test_each_search_reports_its_own_skips(lay):
    lay({"a/x.md": b"x", "a/y": b"\0", "b/x.md": b"x", "b/z": b"\0"})
    assert read_all("a/", "b/*")[1] == [
        "a/: 1 file skipped (1 not text)",
        "b/*: 1 file skipped (1 not text)",
    ]


@pytest.mark.parametrize("reader", [read_documents, read_records])
def test_a_search_that_finds_nothing_is_refused(lay, refusal, reader):
    lay({"docs/.a.md": b"a", "bin/a": b"\0", "bin/b": b"\0"})
    what, none = "contains no readable files", "no file matches"
    deeper = f"`**` matches subfolders; {LEFT_OUT}"
    for source, expected in {
        "docs/": (what, "docs/", LEFT_OUT),
        "bin": (what, "bin", "2 files skipped (2 not text)"),
        "*.rst": (none, "*.rst", deeper),
        "nowhere/**": (none, "nowhere/**", deeper),
        "bin/a*": (none, "bin/a*", "1 file skipped (1 not text)"),
    }.items():
        assert refusal(list, reader([source], io.BytesIO())) == expected


def test_a_file_called_like_standard_input_is_a_file(lay):
    lay({"-": b"file"})
    assert ids("./-") == ["./-"]
    assert ids(".", "-", stdin=b"piped") == ["./-", "stdin"]


def test_records_are_read_only_as_they_are_asked_for(lay):
    lay({"docs/a.md": b"a"})
    found = read_records(["docs", "nowhere"], io.BytesIO())
    assert next(found).id == "docs/a.md:1"
    found.close()


def test_a_large_file_of_a_folder_is_read_twice_but_given_once(lay, monkeypatch):
    monkeypatch.setattr(collect, "_MAX_HELD_BYTES", 10)
    lay({"d/a.txt": b"one\n\ntwo and more", "d/b.csv": b"x,y\n1,2\n3\n4,5\n"})
    lay({"d/c.txt": b"text and more \0"})
    found, notices = read_all("d", reader=read_records)
    assert [each.raw for each in found] == [
        *(b"one", b"two and more"),
        *(b"x,y", b"1,2", b"3", b"4,5"),
    ]
    assert notices == ["d: 1 file skipped (1 not text), 1 blank line skipped"]


def test_a_file_of_a_folder_with_more_than_16_mib_is_not_held(lay, monkeypatch):
    opened = []

    def opening(path, **more):
        opened.append(str(path))
        return open_regular_file(path, **more)

    monkeypatch.setattr(collect, "open_regular_file", opening)
    line = b"x" * 65_535 + b"\n"
    lay({"d/16.txt": line * 256, "d/more.txt": line * 257})
    assert sum(1 for _ in read_records(["d"], io.BytesIO())) == 513
    assert opened.count("d/16.txt") + 1 == opened.count("d/more.txt")


def test_a_large_file_of_a_folder_without_a_readable_record_is_skipped(lay):
    lay({"d/a.txt": b"a", "d/bad.txt": (b"\xff" * 65_535 + b"\n") * 257})
    found, notices = read_all("d", reader=read_records)
    assert [each.raw for each in found] == [b"a"]
    assert notices == ["d: 1 file skipped (1 not text)"]


def test_a_file_of_rules_has_512_kib_at_most(lay):
    rules = b"a.txt\n" + b"#" * (512 * 1024 - 6)
    lay({"d/a.txt": b"a", "d/b.txt": b"b", "d/.gitignore": rules})
    assert ids("d") == ["d/b.txt"]
    lay({"d/.gitignore": rules + b"#"})
    with pytest.raises(InputProblem, match="is larger than 512 KiB"):
        ids("d")


@pytest.mark.slow
def test_ten_thousand_files_are_read_in_five_seconds(lay):
    lay({f"many/{at % 100}/{at}.md": b"# A\n\nSome words.\n" for at in range(10_000)})
    begun = time.perf_counter()
    assert len(ids("many")) == 10_000
    assert time.perf_counter() - begun < 5
