import io

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.documents.reader import read_records


@pytest.fixture
def found(folder):
    """What is read of the output of a grep that was run beside a.py and b c.py."""
    (folder / "a.py").write_bytes(b"x")
    (folder / "b c.py").write_bytes(b"x")

    def read(text, kind="auto", **expected):
        return list(read_records(["-"], io.BytesIO(text.encode()), kind, **expected))

    return read


def places(documents):
    return [(each.source, each.line, each.data) for each in documents]


def test_a_line_of_grep_is_ranked_by_its_text(found):
    assert found("a.py:3:\tfoo: 1\r\nb c.py:12:x:y:\n") == [
        Document("\tfoo: 1", b"a.py:3:\tfoo: 1\r", "a.py", 3, "a.py:3"),
        Document("x:y:", b"b c.py:12:x:y:", "b c.py", 12, "b c.py:12"),
    ]


def test_a_column_number_is_not_part_of_the_text(found):
    assert places(found("a.py:3:7:  foo\na.py:4:1:12:30\n")) == [
        ("a.py", 3, "  foo"),
        ("a.py", 4, "12:30"),
    ]


def test_a_number_is_text_where_not_all_lines_have_one(found):
    assert places(found("a.py:3:7: foo\na.py:4:bar\n")) == [
        ("a.py", 3, "7: foo"),
        ("a.py", 4, "bar"),
    ]


def test_the_lines_around_a_match_have_a_place_too_and_the_separator_is_left_out(found):
    text = "a.py:3:foo\na.py-4-bar\na.py=1=def\n--\nnowhere.py:5:x\nat 12:30: y\n:7:z\n"
    assert places(found(text)) == [
        ("a.py", 3, "foo"),
        ("a.py", 4, "bar"),
        ("a.py", 1, "def"),
        ("-", 5, "nowhere.py:5:x"),
        ("-", 6, "at 12:30: y"),
        ("-", 7, ":7:z"),
    ]


@pytest.mark.parametrize(
    "text", ["nowhere.py:3:x", "a.py:0:x", "a.py: x", "a.py:3", "12:30:x", ".:1:x"]
)
def test_text_that_names_no_file_is_plain(found, text):
    assert places(found(text)) == [("-", 1, text)]


def test_grep_output_of_missing_files_is_read_if_the_format_is_given(found):
    assert places(found("x/nowhere.py:3:foo\nbar\n", "grep")) == [
        ("x/nowhere.py", 3, "foo"),
        ("-", 2, "bar"),
    ]


def test_a_file_of_greps_lines_is_known_too(found, folder):
    (folder / "hits.txt").write_bytes(b"\xef\xbb\xbfa.py:3:foo\n")
    found = read_records(["hits.txt"], io.BytesIO())
    assert places(found) == [("a.py", 3, "foo")]


def test_a_line_in_which_nothing_was_found_is_blank(found):
    expected = []
    assert places(found("a.py:3:\n\na.py:4:x\n", notify=expected.append)) == [
        ("a.py", 4, "x")
    ]
    assert expected == ["stdin: 2 blank lines skipped"]


@pytest.mark.timeout(5)
def test_a_long_line_is_not_searched_for_a_path(found):
    text = f"a.py:1:x\n{':' * 1_000_000}\n{'1:' * 1_000_000}"
    assert [each.source for each in found(text)] == ["a.py", "-", "-"]


def test_between_nuls_a_record_may_have_lines(found):
    expected = []
    text = "a\r\nb\n\0\0é\0 \0c\r"
    assert places(found(text, null=True, notify=expected.append)) == [
        ("-", 1, "a\r\nb\n"),
        ("-", 3, "é"),
        ("-", 5, "c\r"),
    ]
    assert expected == ["stdin: 2 blank lines skipped"]


def test_nuls_change_nothing_in_other_kinds(found):
    assert [each.data for each in found('{"a": 1}\n{"a": 2}\n', null=True)] == [
        {"a": 1},
        {"a": 2},
    ]
    assert places(found("a.py:3:foo\n", null=True)) == [("a.py", 3, "foo")]
    assert places(found("a.py:3:x\0b", null=True)) == [
        ("-", 1, "a.py:3:x"),
        ("-", 2, "b"),
    ]


def test_blank_lines_are_counted_once_a_source(folder):
    expected = []
    (folder / "d").mkdir()
    (folder / "d/a.txt").write_bytes(b"a\n\n")
    (folder / "d/b.csv").write_bytes(b"x\n\n1\n")
    (folder / "d/c.jsonl").write_bytes(b'\n{"x": 1}')
    (folder / "e.txt").write_bytes(b"\ne\n")
    list(read_records(["d", "e.txt"], io.BytesIO(), notify=expected.append))
    assert expected == ["d: 3 blank lines skipped", "e.txt: 1 blank line skipped"]


def test_blank_lines_of_several_named_files_are_one_line(folder):
    expected = []
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_bytes(b"a\n" + b"\n" * (name != "b.txt"))
    (folder / "twice.jsonl").write_bytes(b'\n{"x": 1, "x": 2}\n')
    names = ["a.txt", "twice.jsonl", "b.txt", "c.txt"]
    list(read_records(names, io.BytesIO(), notify=expected.append))
    doubled = "1 record with a duplicate key, its last value is used"
    assert expected == [
        f"twice.jsonl: 1 blank line skipped, {doubled}",
        "2 files: 2 blank lines skipped",
    ]


def test_between_nuls_a_first_record_of_json_is_text_like_the_others(found):
    assert places(found('{"a": 1}\0two\nlines\0', null=True)) == [
        ("-", 1, '{"a": 1}'),
        ("-", 2, "two\nlines"),
    ]
