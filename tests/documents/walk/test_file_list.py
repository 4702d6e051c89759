import io
import os

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.documents.reader import read_records

pytestmark = pytest.mark.timeout(5)


@pytest.fixture(autouse=True)
def files(folder):
    (folder / "a.txt").write_bytes("\ufeffGröße\r\n\n2\r\n".encode())
    (folder / "b c.md").write_bytes(b"B")
    (folder / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    (folder / "empty").write_bytes(b" \n")


def listed(names, *sources, null=False):
    """The documents of the files with these names, and the lines that were expected."""
    expected = []
    stdin, tell = io.BytesIO(names), expected.append
    given = sources or ("-",)
    return list(read_records(given, stdin, "files", null=null, notify=tell)), expected


A = Document(
    "Größe\r\n\n2", "Größe\r\n\n2\r".encode(), source="a.txt", line=1, id="a.txt"
)
B = Document("B", b"B", "b c.md", 1, "b c.md")


@pytest.mark.parametrize(
    ("names", "null"),
    [
        (b"a.txt\nb c.md\n", False),
        (b"a.txt\nb c.md", False),
        (b"a.txt\0b c.md\0", True),
        (b"a.txt\0b c.md", True),
    ],
)
def test_names_on_standard_input_are_files(names, null):
    assert listed(names, null=null) == ([A, B], [])


def test_a_listed_file_that_is_not_text_is_skipped_and_counted():
    assert listed(b"a.txt\0x.png\0\0empty\0b c.md\0", null=True) == (
        [A, B],
        ["stdin: 2 files skipped (1 not text, 1 empty), 1 blank line skipped"],
    )


def test_no_file_is_read_twice():
    assert listed(b"b c.md\n./b c.md\n", "a.txt", "-", ".")[0] == [A, B]


def test_a_name_is_kept_as_it_was_given():
    assert [each.source for each in listed(b"./a.txt\n.//b c.md\n")[0]] == [
        "./a.txt",
        ".//b c.md",
    ]


def test_a_name_may_have_any_bytes(folder):
    (folder / "-").write_bytes(b"1")
    (folder / "a\nb").write_bytes(b"2")
    with open(b"\xff", "wb") as file:  # noqa: PTH123 - a name of any bytes
        file.write(b"3")
    found, _ = listed(b"-\0a\nb\0\xff\0", null=True)
    assert [(each.source, each.data) for each in found] == [
        ("./-", "1"),
        ("a\nb", "2"),
        ("\udcff", "3"),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.tx", "missing"),
        ("dangling", "missing"),
        ("a.txt/b", "unreadable"),
        ("x" * 300, "unreadable"),
        ("folder", "folder"),
        ("link", "folder"),
        ("pipe", "special"),
        ("/dev/zero", "special"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\0"])
def test_a_listed_name_that_is_not_a_readable_file_is_skipped_and_counted(
    folder, name, reason, end
):
    (folder / "folder").mkdir()
    (folder / "link").symlink_to("folder")
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")
    names = f"a.txt{end}{name}{end}b c.md{end}".encode()
    notes = [f"stdin: 1 file skipped (1 {reason})"]
    assert listed(names, null=end == "\0") == ([A, B], notes)


def test_a_missing_name_with_a_line_end_costs_no_other_file():
    assert listed(b"a.txt\0old\nname\0b c.md\0", null=True) == (
        [A, B],
        ["stdin: 1 file skipped (1 missing)"],
    )


def test_names_are_read_as_git_quotes_them_and_windows_ends_them(folder):
    (folder / 'é\t".txt').write_bytes(b"1")
    (folder / '"q"').write_bytes(b"2")
    found, notes = listed(b'"\\303\\251\\t\\".txt"\n"q"\nb c.md\r\n"a.txt"\r\n')
    assert [each.source for each in found] == ['é\t".txt', '"q"', "b c.md", "a.txt"]
    assert notes == []


def test_names_that_are_separated_otherwise_are_refused(refusal):
    assert refusal(listed, b"a.txt\0x.png\0") == (
        "a NUL in a name",
        "stdin:1",
        "use -0 if the names are separated by NULs",
    )
    assert refusal(lambda: listed(b"a.txt\nx.png\n", null=True)) == (
        "a.txt\nx.png\n: no such file",
        "stdin:1",
        "leave out -0 if the names are separated by line ends",
    )


def test_arguments_are_files_too(refusal):
    assert listed(b"", "a.txt", "*.md", "empty") == (
        [A, B],
        ["empty: 1 file skipped (1 empty)"],
    )
    assert listed(b"", ".") == (
        [A, B],
        [".: 2 files skipped (1 empty, 1 not text)"],
    )
    what, where, _ = refusal(listed, b"", "x.png")
    assert (what, where) == ("is a PNG image, not text", "x.png")


def test_files_are_read_only_as_they_are_asked_for():
    found = read_records(["-"], io.BytesIO(b"b c.md\nnowhere\n"), "files")
    assert next(found) == B
    found.close()
