"""Passages that were found, in each format, on a screen and in a pipe."""

import re

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.render.tables.passage import RankedPassage
from cohere_cli.render.tables.passage_view import wrapped
from cohere_cli.render.tables.passages import PassageStyle, write_passages
from cohere_cli.render.widths import display_width
from cohere_cli.terminal import Terminal

CODE = 'def wait(attempt):\n    """Wait\n    for a retry.\n    """\n    return attempt'
PYTHON = RankedPassage(
    Document(
        {"title": "retry.py", "path": "api/retry.py", "text": CODE},
        CODE.encode(),
        "api/retry.py",
        7,
        "r:7-11",
    ),
    first=7,
    last=11,
    at=2,
    score=0.91,
)
ROW = RankedPassage(
    Document(
        {"name": "retries\nhere", "number": "2"},
        b'"retries\nhere",2',
        "a.csv",
        4,
        "a.csv:4",
    ),
    first=4,
    last=5,
    at=0,
    score=1.5,
    is_reranked=False,
)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def written(output, *passages, terminal=None, **style):
    terminal = terminal or Terminal.fake()
    style = PassageStyle(query="retry", **style)
    write_passages(terminal, output, passages, style)
    return terminal.written.decode()


def test_a_pipe_gets_a_line_a_passage_as_grep_writes_it():
    assert written(None, PYTHON, ROW) == (
        'api/retry.py:9:    for a retry.\na.csv:4:"retries\n'
    )


def test_context_is_marked_as_grep_marks_it_and_ends_with_the_passage():
    assert written("text", PYTHON, ROW, context=1) == (
        'api/retry.py-8-    """Wait\n'
        "api/retry.py:9:    for a retry.\n"
        'api/retry.py-10-    """\n'
        "--\n"
        'a.csv:4:"retries\n'
        'a.csv-5-here",2\n'
    )


def test_a_nul_ends_lines_and_paths():
    assert written("text", PYTHON, null=True) == "api/retry.py:9:    for a retry.\0"
    assert written("paths", PYTHON, PYTHON, ROW, null=True) == "api/retry.py\0a.csv\0"


def test_a_path_that_looks_like_a_flag_is_not_one():
    one = PYTHON._replace(document=PYTHON.document._replace(source="-rf"))
    assert written("text", one) == "./-rf:9:    for a retry.\n"
    assert written("paths", one) == "./-rf\n"


def test_json_has_the_passage_its_lines_and_the_name_of_its_score():
    assert written("jsonl", ROW) == (
        '{"id": "a.csv:4", "bm25": 1.5, "path": "a.csv", "first": 4, "last": 5, '
        '"line": 4, "text": "\\"retries\\nhere\\",2"}\n'
    )
    assert written("json", PYTHON).startswith(
        '{"query": "retry", "results": [{"id": "r:7-11", "relevance_score": 0.91, '
        '"path": "api/retry.py", "first": 7, "last": 11, "line": 9, "title": "retry.py"'
    )
    assert written("json") == '{"query": "retry", "results": []}\n'


def test_a_file_name_that_is_not_utf_8_stays_itself_in_text_and_has_u_fffd_in_json():
    one = ROW._replace(document=ROW.document._replace(source="\udcff.csv"))
    terminal = Terminal.fake()
    write_passages(terminal, "text", [one], PassageStyle())
    assert terminal.written == b'\xff.csv:4:"retries\n'
    assert '"path": "\ufffd.csv"' in written("jsonl", one)


@pytest.mark.parametrize("output", ["table", "markdown"])
def test_rows_of_a_table_show_the_best_line_and_the_text(output):
    shown = written(output, PYTHON)
    assert "0.91" in shown
    assert "api/retry.py:9" in shown
    assert "return attempt" in shown


def test_a_screen_shows_lines_from_the_best_one_on_with_their_numbers():
    terminal = Terminal.fake(tty=True)
    shown = written(None, PYTHON, ROW, terminal=terminal)
    assert COLOURS.sub("", shown) == (
        "r:7-11  0.910\n"
        " 7  def wait(attempt):\n"
        ' 8      """Wait\n'
        " 9      for a retry.\n"
        '10      """\n'
        "11      return attempt\n"
        "\n"
        "a.csv:4  1.50\n"
        '4  "retries\n'
        '5  here",2\n'
    )


def test_code_is_coloured_as_what_it_is_although_its_string_begins_above():
    terminal = Terminal.fake(tty=True)
    row = written(None, PYTHON, terminal=terminal, context=0).splitlines()[1]
    terminal = Terminal.fake(tty=True)
    keyword = written(None, PYTHON._replace(at=4), terminal=terminal, context=0)
    string = re.search(r"(\x1b\[[0-9;]*m)    for a", row)
    code = re.search(r"(\x1b\[[0-9;]*m)return", keyword)
    assert string[1] != code[1]
    assert re.search(r"\x1b\[[0-9;]*1;4;?[0-9;]*mretry", row)


def test_a_line_wider_than_the_screen_is_an_excerpt_around_the_query():
    words = " ".join(f"word{number}" for number in range(300))
    data = {"path": "a.txt", "text": f"{words} a retry happens {words}"}
    one = RankedPassage(Document(data, b"", "a.txt", 1, "a.txt:1-1"), 1, 1, 0, 0.5)
    shown = written(None, one, terminal=Terminal.fake(tty=True, columns=40))
    first, *others = COLOURS.sub("", shown).splitlines()[1:]
    assert first.startswith("1  …")
    assert {row[:3] for row in others} == {"   "}
    assert "a retry happens" in " ".join(row[3:].strip() for row in (first, *others))
    assert max(map(len, (first, *others))) <= 40
    assert len(others) <= 3


def test_a_wide_line_is_divided_between_words_below_its_beginning():
    data = {"path": "a.py", "text": "    retry = call(first_argument, second_argument)"}
    one = RankedPassage(Document(data, b"", "a.py", 1, "a.py:1-1"), 1, 1, 0, 0.5)
    shown = written(None, one, terminal=Terminal.fake(tty=True, columns=36))
    assert COLOURS.sub("", shown).splitlines()[1:] == [
        "1      retry = call(first_argument,",
        "   second_argument)",
    ]


@pytest.mark.parametrize("room", [1, 2, 5, 40])
@pytest.mark.parametrize("text", ["", "a b", "  two  words ", "日本語の文書", "x" * 90])
def test_rows_of_a_line_are_the_line_and_fit(text, room):
    rows = wrapped(text, room)
    assert "".join(rows) == text
    assert all(display_width(row.rstrip()) <= max(room, 2) for row in rows)


def test_escape_sequences_of_a_file_reach_no_screen():
    data = {"path": "a", "text": "retry \x1b]0;owned\x07\x1b[2J"}
    for name in ("a.txt", "a.py"):
        one = RankedPassage(
            Document(data, b"", name, 1, f"{name}\x1b[2J:1-1"), 1, 1, 0, 0.5
        )
        for output in ("full", "table", "text", "markdown", "jsonl", "json", "paths"):
            shown = written(output, one, terminal=Terminal.fake(tty=True))
            assert "\x1b" not in COLOURS.sub("", shown)
            assert "\x07" not in shown


def test_a_page_of_a_pdf_is_its_number_not_a_line():
    data = {"title": "T", "path": "a.pdf", "page": 3, "text": "one\na retry\nthree"}
    page = RankedPassage(
        Document(data, b"", "a.pdf", 3, "a.pdf:p3"), first=3, last=5, at=1, score=0.5
    )
    assert written("text", page) == "a.pdf:3:a retry\n"
    assert written("text", page, context=1) == (
        "a.pdf-3-one\na.pdf:3:a retry\na.pdf-3-three\n"
    )
    assert '"first": 3, "last": 3, "line": 3' in written("jsonl", page)
    shown = written(None, page, terminal=Terminal.fake(tty=True))
    assert COLOURS.sub("", shown) == "a.pdf:p3  0.500\n  one\n  a retry\n  three\n"
