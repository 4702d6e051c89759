import io

import pytest

from cohere_cli.documents import source as room
from cohere_cli.documents.reader import read_records, read_text
from cohere_cli.documents.source import Skipped, iter_blocks
from cohere_cli.errors import InputProblem


def read(data):
    return list(read_records(["-"], io.BytesIO(data)))


CONVERT = "convert it, for instance: iconv -f WINDOWS-1252 -t UTF-8"


@pytest.mark.parametrize(
    ("data", "what", "line", "hint"),
    [
        (b"one\ntw\xffo", "invalid start byte at byte 6", 2, CONVERT),
        (b"one\n\xc3", "unexpected end of data at byte 4", 2, CONVERT),
        (
            b"\xef\xbb\xbfa\n\xe9t\xe9",
            "invalid continuation byte at byte 5",
            2,
            CONVERT,
        ),
        (b"\xed\xa0\x80", "invalid continuation byte at byte 0", 1, CONVERT),
        (
            b"one\n\0",
            "a NUL at byte 4",
            2,
            "only text is read: extract it first",
        ),
        (
            "éa".encode("utf-16-be"),
            "a NUL at byte 0",
            1,
            "only text is read: extract it first",
        ),
    ],
)
def test_what_is_not_utf_8_is_refused_with_its_place(refusal, data, what, line, hint):
    assert refusal(read, data) == (f"not UTF-8 text: {what}", f"stdin:{line}", hint)


@pytest.mark.parametrize(
    ("data", "what", "command"),
    [
        (b"PK\3\4\0\0", "an archive or an office file", "unzip -p FILE"),
        (b"\x1f\x8b\x08\x00", "compressed", "gunzip -c FILE"),
        (b"\xfd7zXZ\0", "compressed", "xz -dc FILE"),
        (b"SQLite format 3\0", "an SQLite database", "sqlite3 FILE .dump"),
        (b"\x7fELF\2", "a program", "strings FILE"),
    ],
)
def test_a_file_that_is_known_not_to_be_text_is_called_by_its_type(
    refusal, data, what, command
):
    hint = f"`{command} | co chat QUESTION -d -` reads its text"
    assert refusal(read, data) == (f"is {what}, not text", "stdin", hint)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\n", "a PDF"),
        (b"%PDF-1.4\nonly ASCII\n", "a PDF"),
        (b"PK\3\4" + b"\0" * 26 + b"[Content_Types].xml", "an office document"),
    ],
)
def test_where_lines_are_read_a_document_is_refused_with_what_reads_it(
    refusal, data, what
):
    commands = "`co chat QUESTION -d FILE` and `co rerank --input files`"
    hint = f"{commands} read its text"
    assert refusal(read, data) == (f"is {what}, not text", "stdin", hint)


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_is_read(name):
    text = "é𝄞\n" + "x" * 100_000 + "\r\nlast"
    found = read(f"\ufeff{text}".encode(name))
    assert [each.raw for each in found] == [line.encode() for line in text.split("\n")]
    data = io.BytesIO(f"\ufeff{text}".encode(name))
    assert read_text("-", data) == text


@pytest.mark.parametrize("end", [b"x", b"\x00\xd8\n\x00"])
def test_what_is_not_utf_16_is_refused_with_its_line(refusal, end):
    what, where, _ = refusal(read, "\ufeffone\ntwo".encode("utf-16-le") + end)
    assert (what[:14], where) == ("not UTF-8 text", "stdin:2")


def test_the_place_is_the_same_when_all_is_read_at_once(refusal):
    data = io.BytesIO(b"\xef\xbb\xbfone\ntw\xffo")
    assert refusal(read_text, "-", data) == (
        "not UTF-8 text: invalid start byte at byte 9",
        "stdin:2",
        CONVERT,
    )


def test_lines_end_at_line_feeds_alone():
    data = "a\u2028b\x0bc\x0cd\x85e\n".encode()
    assert [each.data for each in read(data)] == ["a\u2028b\x0bc\x0cd\x85e"]


def test_a_line_may_reach_over_the_first_block():
    line = "é" * 100_000
    assert [each.data for each in read(f"{line}\nb\n".encode())] == [line, "b"]


def test_too_long_a_line_is_refused(refusal, monkeypatch):
    monkeypatch.setattr(room, "MAX_BYTES", 70_000)
    assert [len(each.raw) for each in read(b"x" * 69_999 + b"\n")] == [69_999]
    assert refusal(read, b"one\n" + b"x" * 140_000) == (
        "a line is longer than 64 MiB",
        "stdin:2",
        "",
    )


def test_too_large_a_text_is_refused(refusal, monkeypatch):
    monkeypatch.setattr(room, "MAX_BYTES", 70_000)
    assert len(read_text("-", io.BytesIO(b"x" * 70_000))) == 70_000
    assert refusal(read_text, "-", io.BytesIO(b"x" * 70_001)) == (
        "larger than 64 MiB",
        "stdin",
        "split it, or write its records as JSON lines",
    )


def test_a_stream_that_fails_is_an_input_problem(refusal):
    class Failing(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    assert refusal(read_text, "-", Failing()) == (
        "cannot be read: input/output error",
        "stdin",
        "",
    )


def test_a_file_that_is_not_ready_is_an_input_problem(refusal):
    class Waiting(io.BytesIO):
        def read(self, size=-1):
            return None

    assert refusal(read_text, "-", Waiting())[0] == (
        "cannot be read: resource temporarily unavailable"
    )


def test_a_binary_file_is_known_by_its_beginning(refusal):
    data = io.BytesIO(b"\0" * 200_000)
    assert refusal(read_text, "-", data)[0] == "not UTF-8 text: a NUL at byte 0"
    assert data.tell() == 65_536


@pytest.mark.timeout(5)
@pytest.mark.parametrize("kind", ["lines", "jsonl", "json", "yaml", "csv", "files"])
def test_gigabytes_of_nuls_are_refused_at_once(folder, refusal, kind):
    with (folder / "hole").open("wb") as file:
        file.write(b'"x"\n')
        file.truncate(10 * 2**30)
    found = read_records(["hole"], io.BytesIO(), kind)
    assert refusal(list, found)[1:2] == ("hole:2",)


@pytest.mark.timeout(5)
def test_nuls_alone_are_not_records(folder, refusal):
    with (folder / "hole").open("wb") as file:
        file.write(b"one\0")
        file.truncate(10 * 2**30)
    found = read_records(["hole"], io.BytesIO(), "lines", null=True)
    assert next(found).data == "one"
    what, where, _ = refusal(list, found)
    assert (what, where) == ("not UTF-8 text: nothing but NULs", "hole:65534")


def test_the_lines_before_a_broken_one_are_read():
    found = read_records(["-"], io.BytesIO(b"one\ntwo\n\xff\n"))
    assert [next(found).data, next(found).data] == ["one", "two"]
    with pytest.raises(InputProblem):
        next(found)


def blocks(*pieces, end=b"\n", most=100, offset=0):
    found = iter_blocks(pieces, end, most=most, offset=offset)
    return [(each.first, each.offset, each.raw_lines) for each in found]


def test_a_block_has_the_lines_that_are_whole():
    assert blocks(b"a\nb\nc", b"d", b"e\n", b"f", offset=3) == [
        (1, 3, [b"a", b"b"]),
        (3, 7, [b"cde"]),
        (4, 11, [b"f"]),
    ]


def test_an_empty_line_is_a_line():
    assert blocks(b"\n", b"\n\na", b"\n") == [
        (1, 0, [b""]),
        (2, 1, [b"", b""]),
        (4, 3, [b"a"]),
    ]
    assert blocks() == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_the_pieces_do_not_change_the_lines(size):
    data = b"one\r\n\n\xc3\xa9t\xc3\xa9\n\nlast"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    found = list(iter_blocks(pieces, b"\n", most=100))
    assert [raw for each in found for raw in each.raw_lines] == data.split(b"\n")
    assert b"".join(each.data for each in found) == data


def test_nuls_may_end_lines():
    assert blocks(b"a\n\0b", b"\0", end=b"\0") == [(1, 0, [b"a\n"]), (2, 3, [b"b"])]


def test_reading_stops_after_a_nul_that_does_not_end_a_line():
    assert blocks(b"a\nb", b"c\0d\ne", b"f\n") == [
        (1, 0, [b"a"]),
        (2, 2, [b"bc\0d", b"e"]),
    ]


def test_nothing_is_read_after_a_line_that_is_too_long():
    endless = iter(lambda: b"x" * 40, b"")
    (found,) = iter_blocks(endless, b"\n", most=100)
    assert len(found.data) == 160


def test_skipped_files_are_counted_by_reason():
    skipped = Skipped()
    assert not skipped
    skipped.add("not text")
    assert str(skipped) == "1 file skipped (1 not text)"
    skipped.add("over 64 MiB")
    skipped.add("not text")
    assert skipped
    assert str(skipped) == "3 files skipped (2 not text, 1 over 64 MiB)"


def test_blank_lines_are_counted_after_the_files():
    skipped = Skipped(blank_lines=1)
    assert skipped
    assert str(skipped) == "1 blank line skipped"
    skipped.add("empty")
    skipped.blank_lines = 1200
    assert str(skipped) == "1 file skipped (1 empty), 1,200 blank lines skipped"
