"""Lines that quote files without line numbers, or among lines of other kinds."""

import io

import pytest

from cohere_cli.documents.reader import read_documents, read_records

FILES = {
    "a-b.txt": "x one\nother\nx two\nx one\n",
    "c:d.txt": "x three: 3\r\n\tx four\n",
    "e": "x five\n",
}


@pytest.fixture
def places(folder):
    for name, content in FILES.items():
        (folder / name).write_text(content, newline="")

    def read(text):
        found = read_documents(["-"], io.BytesIO(text.encode()))
        return [(one.id, one.data["text"]) for one in found]

    return read


def test_a_line_without_a_number_has_the_one_of_its_text(places):
    text = "a-b.txt:x one\na-b.txt:x two\nc:d.txt:x three: 3\r\nc:d.txt:\tx four\n"
    assert places(text) == [
        ("a-b.txt:1", "x one"),
        ("a-b.txt:3", "x two"),
        ("c:d.txt:1", "x three: 3"),
        ("c:d.txt:2", "\tx four"),
    ]


def test_a_text_that_is_there_twice_has_both_numbers(places):
    assert places("a-b.txt:x one\na-b.txt:x one\n") == [
        ("a-b.txt:1", "x one"),
        ("a-b.txt:4", "x one"),
    ]


def test_context_and_colours_are_understood(places):
    text = "\x1b[35ma-b.txt\x1b[m\x1b[36m:\x1b[mx one\na-b.txt-other\n--\ne:x five\n"
    assert places(text) == [
        ("a-b.txt:1", "x one"),
        ("a-b.txt:2", "other"),
        ("e:1", "x five"),
    ]


def test_scores_before_the_places_are_left_out(places):
    assert places("0.97\ta-b.txt:3:x two\n8.2e-06\ta-b.txt:1:x one\n") == [
        ("a-b.txt:3", "x two"),
        ("a-b.txt:1", "x one"),
    ]
    assert places("0.97\ta-b.txt:x two\n") == [("a-b.txt:3", "x two")]


def test_lines_of_other_kinds_between_them_have_their_own_place(places):
    text = "Binary file z matches\na-b.txt:3:x two\ne:x five\n"
    assert places(text) == [
        ("stdin:1", "Binary file z matches"),
        ("a-b.txt:3", "x two"),
        ("e:1", "x five"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a-b.txt:not a line of it",
        "e:\ne:",
        "missing:x one",
        "one\ntwo\ne:x five",
        "1:x one\n3:x two",
        "a-b.txt\nc:d.txt",
    ],
)
def test_another_text_is_one_document(places, text):
    assert places(text) == [("stdin", text)]


def test_a_named_file_that_quotes_others_is_one_document(places, folder):
    (folder / "log.txt").write_text("e:x five\n")
    assert places("e:x five")
    (document,) = read_documents(["log.txt"], io.BytesIO())
    assert document.id == "log.txt"


@pytest.mark.usefixtures("places")
def test_records_to_rank_are_the_whole_lines(folder):
    assert (folder / "e").exists()
    (record,) = read_records(["-"], io.BytesIO(b"e:x five\n"))
    assert (record.data, record.raw) == ("e:x five", b"e:x five")


@pytest.mark.timeout(20)
def test_lines_of_many_marks_take_little_time(places):
    text = ("a:" * 5000 + "\n") * 300
    assert places(text)[0][0] == "stdin:1-1"
