"""Records of a ranking as documents with the places of what was ranked."""

import io
import json

import pytest

from cohere_cli.documents.reader import read_documents, read_records


def ranked(document, source="a.txt", line=3, **more):
    score = {"index": 0, "relevance_score": 0.5}
    return json.dumps(
        {**score, "source": source, "line": line, "document": document, **more}
    )


def documents(*lines, **options):
    text = "\n".join(lines).encode()
    found = read_documents(["-"], io.BytesIO(text), **options)
    return [(one.id, one.data, one.source, one.line) for one in found]


def test_a_ranked_line_has_the_path_and_the_line_of_its_file():
    assert documents(ranked("one"), ranked("two", "b/c.txt", 1)) == [
        ("a.txt:3", {"path": "a.txt", "text": "one"}, "a.txt", 3),
        ("b/c.txt:1", {"path": "b/c.txt", "text": "two"}, "b/c.txt", 1),
    ]


def test_a_ranked_record_keeps_its_fields_and_its_own_id():
    assert documents(ranked({"id": 7, "n": 1}), ranked({"n": 2}, "b.csv", 5)) == [
        ("7", {"id": 7, "n": 1}, "a.txt", 3),
        ("b.csv:5", {"n": 2}, "b.csv", 5),
    ]


def test_a_line_of_standard_input_has_no_path():
    assert documents(ranked("one", "-")) == [("stdin:3", {"text": "one"}, "-", 3)]


def test_a_whole_file_is_divided_as_the_file_itself_is(folder):
    text = "\n".join(["# Head", *(f"line {n} of five words" for n in range(99))])
    (folder / "a.md").write_text(text)
    own = [(one.id, one.data["text"]) for one in read_documents(["a.md"], None)]
    (record,) = read_records(["a.md"], None, "files")
    line = ranked(record.data, record.source, record.line)
    assert [(id_, data["text"]) for id_, data, *_ in documents(line)] == own
    ((id_, data, *_),) = documents(line, split=False)
    assert (id_, data) == ("a.md", {"path": "a.md", "text": text})


def test_a_ranking_in_a_named_file_is_read_so_too(folder):
    (folder / "best.jsonl").write_text(ranked("one"))
    (document,) = read_documents(["best.jsonl"], None)
    assert document.id == "a.txt:3"


@pytest.mark.parametrize(
    "line",
    [
        ranked("one", more=1),
        ranked(5),
        ranked("one", source=1),
        ranked("one", line="3"),
        '{"source": "a.txt", "line": 1, "document": "x"}',
    ],
)
def test_another_record_stays_what_it_is(line):
    assert documents(line) == [("stdin:1", json.loads(line), "-", 1)]
