import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.tools.process import Ended
from cohere_cli.tools.result import outcome_of
from cohere_cli.tools.tool import Outcome

CUT = {"note": "only the first 1 MiB of the output is here"}
FLOOD = "wrote more than 1 MiB, and was ended"


def rows(output, kind="text"):
    data = output if isinstance(output, bytes) else output.encode()
    outcome = outcome_of(Ended(data), kind)
    assert outcome.problem == ""
    return outcome.rows


def problem(output, kind):
    data = output if isinstance(output, bytes) else output.encode()
    outcome = outcome_of(Ended(data), kind)
    assert outcome.rows[0]["error"] == outcome.problem
    return outcome.problem


@pytest.mark.parametrize(
    ("output", "row"),
    [
        ("a\tb\nü\n", {"text": "a\tb\nü\n"}),
        ("a\r\nb\r\n", {"text": "a\nb\n"}),
        ("10%\r20%\r", {"text": "10%\n20%\n"}),
        ("", {"note": "there was no output"}),
        (" \n", {"note": "there was no output"}),
        (
            "\x1b[1;31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b(B\x1b7.",
            {"text": "red link.", "note": "control characters were removed"},
        ),
        ("a\x08\x9b2Jb", {"text": "a2Jb", "note": "control characters were removed"}),
        (
            b"caf\xe9 au lait",
            {
                "text": "caf\ufffd au lait",
                "note": "bytes that are not UTF-8 are U+FFFD",
            },
        ),
    ],
)
def test_text_is_one_row_that_says_what_was_changed(output, row):
    assert rows(output) == [row]


@given(st.binary(max_size=300).filter(lambda data: b"\0" not in data))
def test_a_row_of_text_has_no_control_but_tab_and_newline(data):
    (row,) = rows(data)
    for text in row.values():
        assert all(char in "\t\n" or not 0x7F <= ord(char) < 0xA0 for char in text)
        assert all(char in "\t\n" or ord(char) >= 0x20 for char in text)


def test_binary_output_is_a_failure_not_text():
    found = outcome_of(Ended(b"\x7fELF\0\0\1"), "text")
    assert found.problem == "wrote binary data, not text"


@pytest.mark.parametrize(
    ("value", "row"),
    [
        ({"a": [1, None]}, {"a": [1, None]}),
        ([1, 2], {"result": [1, 2]}),
        (None, {"result": None}),
        ("text", {"text": "text"}),
        ({}, {"note": "the object is empty"}),
    ],
)
def test_json_is_one_row(value, row):
    assert rows(json.dumps(value), "json") == [row]


DOCUMENTS = [{"id": "a", "x": 1}, {"id": "b", "x": 2.5}, {"y": None}]


@pytest.mark.parametrize(
    "output",
    [
        json.dumps(DOCUMENTS),
        json.dumps(DOCUMENTS, indent=2),
        json.dumps({"documents": DOCUMENTS, "more": 1}, indent=2),
        "".join(f"{json.dumps(one)}\n" for one in DOCUMENTS),
        "\n".join(json.dumps(one) for one in DOCUMENTS),
        "".join(f"{json.dumps(one)}\r\n\r\n" for one in DOCUMENTS),
        "\ufeff" + json.dumps(DOCUMENTS),
    ],
    ids=["list", "indented", "object", "lines", "no last end", "blank lines", "mark"],
)
def test_each_document_is_a_row_with_its_own_id(output):
    assert rows(output, "documents") == DOCUMENTS


def test_a_document_in_the_shape_of_the_api_is_its_data_with_its_id():
    documents = [{"id": "a", "data": {"x": 1}}, {"data": {"x": 2}}, {"data": "x"}]
    assert rows(json.dumps(documents), "documents") == [
        {"id": "a", "x": 1},
        {"x": 2},
        {"data": "x"},
    ]


@pytest.mark.parametrize("output", ["[]", '{"documents": []}', "", "\n"])
def test_no_document_is_a_row_that_says_so(output):
    assert rows(output, "documents") == [{"note": "the list is empty"}]


@pytest.mark.parametrize(
    ("output", "kind", "why"),
    [
        ("no", "json", "wrote no JSON: expecting value at line 1, column 1"),
        (
            "[1,\n2",
            "documents",
            "wrote no JSON: expecting ',' delimiter at line 2, column 2",
        ),
        (
            '{"a": 1}\n{"a":\n',
            "documents",
            "wrote no JSON: expecting value at line 2, column 6",
        ),
        ('{"documents": 1}', "documents", "wrote no list of documents"),
        ("1e999", "json", "wrote no valid JSON: 1e999 is out of range"),
        ("[" * 200_000, "json", "wrote no valid JSON: nested deeper than 500 levels"),
        (b'"\xff"', "json", "wrote no UTF-8: byte 2"),
        (b"\x1b[31m{}", "json", "wrote no JSON: expecting value at line 1, column 1"),
    ],
    ids=["word", "cut", "line", "object", "number", "deep", "bytes", "escape"],
)
def test_output_that_is_not_what_was_declared_is_a_failure_with_its_reason(
    output, kind, why
):
    assert problem(output, kind) == why


def test_a_failed_command_is_a_row_with_what_it_wrote():
    ended = Ended(b"half\n", b"warn\nTraceback\n\x1b[31mValueError: x\n", "failed")
    for kind in ("text", "json", "documents"):
        assert outcome_of(ended, kind) == Outcome(
            [
                {
                    "error": "failed",
                    "errors": "warn\nTraceback\nValueError: x",
                    "output": "half\n",
                }
            ],
            "failed: ValueError: x",
        )


def test_output_that_was_cut_is_a_row_beside_its_beginning():
    output = ("ü" * (1 << 20)).encode()[: (1 << 20) - 1]
    found = outcome_of(Ended(output, b"", FLOOD, is_cut=True), "text")
    text = "ü" * ((1 << 19) - 1) + "\ufffd"
    assert found == Outcome([{"text": text}, CUT], FLOOD)


def test_of_json_lines_that_were_cut_the_whole_lines_are_rows():
    output = b'{"id": "a"}\n{"id": "b"}\n{"id": "c'
    found = outcome_of(Ended(output, b"", FLOOD, is_cut=True), "documents")
    assert found == Outcome([{"id": "a"}, {"id": "b"}, CUT], FLOOD)


@pytest.mark.parametrize("kind", ["json", "documents"])
def test_other_json_that_was_cut_is_a_failure(kind):
    found = outcome_of(Ended(b'[{"id": "a"}, {"i', b"", FLOOD, is_cut=True), kind)
    assert found.problem == FLOOD
    assert found.rows == [{"error": FLOOD, "output": '[{"id": "a"}, {"i'}]
