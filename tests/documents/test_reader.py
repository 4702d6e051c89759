import io
import os
import tracemalloc

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.documents.reader import (
    read_documents,
    read_mapping,
    read_records,
    read_text,
    read_value,
)
from cohere_cli.strict_json import dumps


def piped(data, reader=read_records, **kind):
    return list(reader(["-"], io.BytesIO(data), **kind))


def test_a_text_file_is_one_document_with_its_name(documents):
    assert documents("notes.md", "Café.\n\nTwo.\n".encode()) == [
        Document(
            data={"title": "notes.md", "path": "notes.md", "text": "Café.\n\nTwo."},
            raw=b"Caf\xc3\xa9.\n\nTwo.",
            source="notes.md",
            line=1,
            id="notes.md",
        )
    ]


def test_a_text_file_has_a_record_a_line_without_the_blank_ones(records):
    assert records("notes.TXT", b"one \n\n \t\ntwo\r\nthree") == [
        Document("one ", b"one ", "notes.TXT", 1, "notes.TXT:1"),
        Document("two", b"two\r", "notes.TXT", 4, "notes.TXT:4"),
        Document("three", b"three", "notes.TXT", 5, "notes.TXT:5"),
    ]


def test_a_byte_order_mark_does_not_belong_to_the_first_record(records):
    assert records("a.txt", b"\xef\xbb\xbfone\n") == [
        Document("one", b"one", "a.txt", 1, "a.txt:1")
    ]


@pytest.mark.parametrize("reader", [read_documents, read_records])
def test_a_file_of_records_gives_a_document_each(folder, reader):
    (folder / "a.jsonl").write_bytes(b'{"id": 7, "a": 1}\n"two"\n')
    assert list(reader(["a.jsonl"], io.BytesIO())) == [
        Document({"id": 7, "a": 1}, b'{"id": 7, "a": 1}', "a.jsonl", 1, "7"),
        Document("two", b'"two"', "a.jsonl", 2, "a.jsonl:2"),
    ]


def test_piped_text_is_one_document_called_stdin():
    assert piped(b"[1] One.\nTwo.\n", read_documents) == [
        Document({"text": "[1] One.\nTwo."}, b"[1] One.\nTwo.", "-", 1, "stdin")
    ]


def test_piped_text_has_a_record_a_line():
    assert piped(b"one\ntwo\n") == [
        Document("one", b"one", "-", 1, "stdin:1"),
        Document("two", b"two", "-", 2, "stdin:2"),
    ]


@pytest.mark.parametrize("reader", [read_documents, read_records])
@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}\n{"a": 2}\n',
        b'[{"a": 1}, {"a": 2}]',
        b'\xef\xbb\xbf [\n  {"a": 1},\n  {"a": 2}\n]\n',
        b'{\n  "a": 1\n}\n{\n  "a": 2\n}\n',
    ],
    ids=["lines", "one line", "array", "printed one after the other"],
)
def test_piped_json_is_known_by_how_it_begins(reader, data):
    assert [each.data for each in piped(data, reader)] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "data",
    [b"[1] see", b"[ ] to do", b"[[link]]", b"{% raw %}", b'"quoted"', b"{ x }"],
)
def test_text_that_only_looks_like_json_stays_text(data):
    assert [each.data for each in piped(data)] == [data.decode()]


def test_a_given_format_overrides_the_name(folder):
    (folder / "a.json").write_bytes(b"x\ty\n1\t2\n")
    found = read_records(["a.json"], io.BytesIO(), kind="tsv")
    assert [each.data for each in found] == [{"x": "1", "y": "2"}]
    assert [each.data for each in piped(b'{"a":1}', kind="lines")] == ['{"a":1}']
    assert [each.data for each in piped(b"a: 1", kind="yaml")] == [{"a": 1}]


def test_a_name_without_a_known_ending_is_looked_into(records):
    assert [each.data for each in records("log", b'{"a": 1}\n')] == [{"a": 1}]
    assert [each.data for each in records("log.txt", b'{"a": 1}\n')] == ['{"a": 1}']


def test_records_on_one_line_have_ids_of_their_own(records):
    found = records("a.json", b'["x", {"id": "own"}, "y",\n"z"]')
    assert [each.id for each in found] == ["a.json:1", "own", "a.json:1#3", "a.json:2"]


@pytest.mark.parametrize("own", ['""', "true", "1.5", "null", "[]"])
def test_an_id_that_is_neither_text_nor_integer_is_not_used(records, own):
    found = records("a.jsonl", b'{"a": 1, "id": %s}' % own.encode())
    assert [each.id for each in found] == ["a.jsonl:1"]


def test_a_name_that_is_not_unicode_still_makes_a_valid_id(documents):
    found = documents("\udcff.txt", b"x")
    assert [(each.id, each.source) for each in found] == [("\ufffd.txt", "\udcff.txt")]
    assert found[0].data == {"title": "\ufffd.txt", "path": "\ufffd.txt", "text": "x"}


@pytest.fixture
def ids(folder):
    """Write files, read them as documents, and return their ids and the notes."""

    def read(*sources, taken=(), **files):
        notes = []
        for name, content in files.items():
            (folder / name.replace("_", ".")).write_bytes(content)
        found = read_documents(
            sources or ["."], io.BytesIO(), taken=taken, notify=notes.append
        )
        return [each.id for each in found], notes

    return read


RENAMED = "with an id that another has, or on its line: named by file and line"


def test_documents_of_two_files_with_one_id_get_their_file_and_line(ids):
    files = {"a_csv": b"id,x\n1,a\n2,b\n", "b_csv": b"id,x\n1,c\n3,d\n"}
    assert ids(**files) == (
        ["a.csv:2", "2", "b.csv:2", "3"],
        [f"2 documents {RENAMED}"],
    )


def test_documents_of_one_file_with_one_id_get_their_line(ids):
    files = {"a_jsonl": b'{"id": 7, "x": 1}\n{"id": 8}\n{"id": "7", "x": 2}\n'}
    assert ids("a.jsonl", **files)[0] == ["a.jsonl:1", "8", "a.jsonl:3"]
    files = {"b_json": b'[{"id": 1}, {"id": 1}, {"id": 1}, {"x": 1}]'}
    assert ids("b.json", **files)[0] == [
        "b.json:1",
        "b.json:1#2",
        "b.json:1#3",
        "b.json:1#4",
    ]


def test_a_place_that_is_another_documents_id_is_not_used(ids):
    files = {"a_jsonl": b'{"id": 1, "x": 1}\n{"id": 1}\n{"id": "a.jsonl:2"}\n'}
    assert ids("a.jsonl", **files)[0] == ["a.jsonl:1", "a.jsonl:2#2", "a.jsonl:2"]


def test_ids_of_the_body_file_are_not_used_again(ids):
    files = {"a_csv": b"id,x\n1,a\n2,b\n"}
    assert ids("a.csv", taken=("1", "a.csv:2"), **files) == (
        ["a.csv:2#2", "2"],
        [f"1 document {RENAMED}"],
    )


def test_files_whose_names_look_alike_have_ids_of_their_own(folder, ids):
    for name in (b"\xfe.txt", b"\xff.txt"):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(b"x")
    assert ids()[0] == ["\ufffd.txt:1", "\ufffd.txt:1#2"]


def test_a_file_given_twice_is_read_once(folder):
    (folder / "a.txt").write_bytes(b"x\n")
    for reader in (read_documents, read_records):
        assert len(list(reader(["a.txt", "./a.txt"], io.BytesIO()))) == 1


def test_standard_input_cannot_be_read_twice(refusal):
    assert refusal(list, read_records(["-", "-"], io.BytesIO(b"x"))) == (
        "standard input is named twice",
        "",
        "name `-` once",
    )


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.txt", b"", ("contains no text", "a.txt", "name a file with text")),
        (
            "a.txt",
            b"\xef\xbb\xbf \n",
            ("contains no text", "a.txt", "name a file with text"),
        ),
        (
            "a.json",
            b"[]",
            ("contains no records", "a.json", "name a file with records"),
        ),
        (
            "a.csv",
            b"a,b\n",
            ("contains no records", "a.csv", "name a file with records"),
        ),
        (
            "a.yaml",
            b"# none\n",
            ("contains no records", "a.yaml", "name a file with records"),
        ),
        (
            "a.jsonl",
            b'"x"\n{}\n',
            ("an empty document", "a.jsonl:2", "remove it, or give it a field"),
        ),
        (
            "a.jsonl",
            b'""\n',
            ("an empty document", "a.jsonl:1", "remove it, or give it a field"),
        ),
    ],
)
def test_an_empty_document_is_refused(documents, refusal, name, data, problem):
    assert refusal(documents, name, data) == problem


@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.jsonl", "a.csv", "a.yaml"])
def test_an_empty_file_has_no_records(records, name):
    assert records(name, b"") == []
    assert records(name, b"\n\n") == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b'{"a": [1, null]}'),
        ("a.yaml", b"# why\na: [1, null]\n"),
        ("a", b'{"a":\n [1, null]}\n'),
        ("a", b"a: [1, null]"),
    ],
)
def test_a_mapping_is_read_from_json_or_yaml(folder, name, data):
    (folder / name).write_bytes(data)
    assert read_mapping(name, io.BytesIO()) == {"a": [1, None]}


def test_a_value_may_be_a_list():
    assert read_value("-", io.BytesIO(b"- a: 1\n- b\n")) == [{"a": 1}, "b"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"- a\n", ("expected one JSON or YAML object, found a list", "stdin", "")),
        (b"word", ("expected one JSON or YAML object, found a string", "stdin", "")),
        (b"7", ("expected one JSON or YAML object, found a number", "stdin", "")),
        (b"true", ("expected one JSON or YAML object, found a boolean", "stdin", "")),
        (b"# none\n", ("expected one JSON or YAML object, found null", "stdin", "")),
        (b" \n", ("contains no text", "stdin", "did the command before it fail?")),
        (
            b"a: 1\n---\nb: 1\n",
            ("more than one YAML document", "stdin", "keep one of them"),
        ),
        (
            b'{"a": 1}\n{"a": 2}\n',
            (
                "not valid JSON: extra data at column 1",
                "stdin:2",
                "JSON has no comments, and no comma after the last item",
            ),
        ),
    ],
)
def test_a_source_that_is_not_one_object_is_refused(refusal, data, problem):
    assert refusal(read_mapping, "-", io.BytesIO(data)) == problem


def test_text_is_given_as_it_is():
    assert read_text("-", io.BytesIO(b" a\r\n\n")) == " a\r\n\n"
    assert read_text("-", io.BytesIO(b"")) == ""


def test_records_are_read_only_as_they_are_asked_for(folder):
    (folder / "a.jsonl").write_bytes(b'"one"\nbroken\n')
    found = read_records(["a.jsonl", "missing"], io.BytesIO())
    assert next(found).data == "one"
    found.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.txt", b"x" * 1023),
        ("a.jsonl", b'"%s"' % (b"x" * 1021)),
        ("a.csv", b"y" * 1020 + b",zz"),
    ],
)
def test_a_large_file_is_read_in_constant_memory(folder, name, line):
    (folder / name).write_bytes((line + b"\n") * (50 * 2**20 // (len(line) + 1)))
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_records([name], io.BytesIO()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count > 1000
    assert peak < 2**20


@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_records_with_a_duplicate_key_are_counted(kind):
    notes = []
    data = b'{"a": 1, "a": 2}\n{"b": {"c": 1, "c": 2}}\n{"d": 1}\n'
    found = piped(data, kind=kind, notify=notes.append)
    assert [each.data for each in found] == [{"a": 2}, {"b": {"c": 2}}, {"d": 1}]
    assert notes == ["stdin: 2 records with a duplicate key, its last value is used"]


def test_one_value_with_a_duplicate_key_is_refused(refusal):
    data = io.BytesIO(b'\n{"a": 1, "a": 2}')
    assert refusal(read_value, "-", data) == (
        "duplicate key 'a'",
        "stdin:2",
        "keep one of them",
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [("json", '{"a": [10.50, 1E5, -0]}'), ("yaml", "{a: [10.50, 1E5, -0]}")],
)
def test_numbers_keep_their_spelling(kind, text):
    [found] = piped(text.encode(), kind=kind)
    assert dumps(found.data) == '{"a": [10.50, 1E5, -0]}'
    assert found.data == {"a": [10.5, 1e5, 0]}
