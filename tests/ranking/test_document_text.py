import pytest
import yaml

from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.ranking.batching import RerankParameters, document_text
from cohere_cli.strict_json import decode_record


def record(data):
    return Document(data, b"", "songs.jsonl", 3, "songs.jsonl:3")


def test_lines_are_sent_as_they_are_and_zero_asks_for_all():
    body = RerankParameters(query="q", model="m").body(["a", "b"], top_n=0)
    assert body == RerankBody(model="m", query="q", documents=("a", "b"))


def test_a_record_is_sent_as_yaml_with_its_fields_in_their_own_order():
    fields = {"title": "Zürich", "body": "long " * 50, "n": 1, "tags": ["a"]}
    text = document_text(record(fields))
    assert text.startswith("title: Zürich\nbody: 'long long")
    assert len(text.splitlines()) == 5
    assert list(yaml.safe_load(text).items()) == list(fields.items())


def test_chosen_fields_are_sent_in_the_order_of_choice():
    fields = {"title": "Help!", "year": 1965, "notes": "an album"}
    assert document_text(record(fields), ["notes", "title"]) == (
        "notes: an album\ntitle: Help!\n"
    )


def test_a_record_may_lack_some_of_the_fields():
    assert document_text(record({"title": "Help!"}), ["notes", "title"]) == (
        "title: Help!\n"
    )


def test_a_record_without_any_of_the_fields_is_refused():
    with pytest.raises(InputProblem) as caught:
        document_text(record({"title": "Help!", "year": 1965}), ["text", "body"])
    assert str(caught.value) == (
        "the record has no field 'text', 'body' (songs.jsonl:3)"
    )
    assert caught.value.hint == "its fields: title, year"


def test_a_text_has_no_fields():
    with pytest.raises(InputProblem) as caught:
        document_text(record("Help!"), ["title"])
    assert str(caught.value) == (
        "--field needs records with fields; this one is text (songs.jsonl:3)"
    )


@pytest.mark.parametrize("query", ["", "  ", "\n"])
def test_a_blank_query_is_refused_before_anything_is_sent(query):
    with pytest.raises(UsageProblem, match=r"^the query is blank$"):
        RerankParameters(query=query, model="m")


def test_numbers_are_sent_as_they_are_written():
    data, _, _ = decode_record('{"a": 10.50, "b": [1E5, -0, 2.0], "c": "1.50"}', 0)
    expected = "a: 10.50\nb:\n- 1E5\n- -0\n- 2.0\nc: '1.50'\n"
    assert document_text(record(data)) == expected
