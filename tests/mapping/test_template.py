import pytest

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.mapping.template import (
    MissingField,
    Slot,
    lacking_slots,
    missing_everywhere,
    parse_template,
    slot_text,
)


def record(data, line=3):
    return Document(data, b"", "tickets.jsonl", line, "id")


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a {b} c", ("a ", Slot("b"), " c")),
        ("{a.b}{First Name}", ("", Slot("a.b"), "", Slot("First Name"), "")),
        ('{{"a": {x}}}', ("", "{", '"a": ', Slot("x"), "", "}", "")),
        ("no slot", ("no slot",)),
        ("{{text}}", ("", "{", "text", "}", "")),
    ],
)
def test_braces_are_slots_and_double_ones_are_braces(text, segments):
    assert parse_template(text, "the prompt") == segments


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{ "a": 1 }', "column 1: '{ \"a\": 1 }'"),
        ("a {}", "column 3: '{}'"),
        ("a } b", "column 3: '} b'"),
        ("one\ntwo { three", "line 2, column 5: '{ three'"),
    ],
)
def test_a_brace_that_is_no_slot_is_refused_with_its_place(text, place):
    with pytest.raises(UsageProblem) as caught:
        parse_template(text, "the prompt")
    assert caught.value.what == f"the prompt has a brace outside a slot at {place}"
    assert caught.value.hint == "write {{ or }} for a brace; a slot is {field}"


def test_a_brace_in_a_body_file_is_an_error_of_the_file():
    with pytest.raises(InputProblem) as caught:
        parse_template("{", "a message", "body.yaml")
    assert caught.value.where == "body.yaml"


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a", {"a": "x"}, "x"),
        ("a", {"a": None}, "null"),
        ("a", {"a": {"é": [1, True]}}, '{"é": [1, true]}'),
        ("a.b", {"a": {"b": 2}}, "2"),
        ("a.b", {"a.b": "whole", "a": {"b": 2}}, "whole"),
        ("a.1.b", {"a": [0, {"b": "in a list"}]}, "in a list"),
        ("n", {"n": "own"}, "own"),
        ("n", {}, "7"),
        ("line", {}, "3"),
        ("path", {}, "tickets.jsonl"),
        ("record", {"a": "x", "b": [1]}, "a: x\nb:\n- 1"),
        ("record", "a line", "a line"),
        ("text", "a line", "a line"),
    ],
)
def test_a_slot_is_a_field_of_the_record_or_else_built_in(name, data, text):
    assert slot_text(name, record(data), 7) == text


def test_the_record_has_only_the_fields_that_are_asked_for():
    data = {"a": 1, "b": 2, "c": 3}
    assert slot_text("record", record(data), 1, ("c", "a")) == "c: 3\na: 1"


@pytest.mark.parametrize(
    ("name", "data", "hint"),
    [
        ("titel", {"title": "x"}, "did you mean 'title'?"),
        ("zzz", {"a": 1, "b": 2}, "its fields: a, b"),
        ("text", {"a": 1}, "its fields: a"),
        ("a.c", {"a": {"b": 1}}, "its fields: a"),
    ],
)
def test_a_field_that_is_missing_is_the_records_error(name, data, hint):
    with pytest.raises(MissingField) as caught:
        slot_text(name, record(data), 1)
    assert str(caught.value) == f"tickets.jsonl:3 has no field {name!r}"
    assert caught.value.hint == hint


def test_a_text_has_no_fields():
    with pytest.raises(MissingField) as caught:
        slot_text("body", record("a line"), 1)
    assert str(caught.value) == "tickets.jsonl:3 is text, without a field 'body'"
    hint = "{text} is the text; --input csv, tsv or jsonl reads fields"
    assert caught.value.hint == hint


def test_slots_that_a_record_has_nothing_for_are_found():
    names = ["a", "b", "n", "record", "text"]
    assert lacking_slots(names, record({"a": None})) == {"b", "text"}
    assert lacking_slots(names, record("a line")) == {"a", "b"}


def test_a_slot_that_no_record_has_is_one_error_with_the_nearest_name():
    records = [record({"title": 1}), record({"title": 2}, 4)]
    problem = missing_everywhere(["titel"], records)
    assert str(problem) == "none of the first 2 records has a field 'titel'"
    assert problem.hint == "did you mean 'title'?"


def test_a_number_of_thousands_of_digits_is_no_place_in_a_list():
    with pytest.raises(MissingField):
        slot_text(f"a.{'9' * 5000}", record({"a": [1]}), 1)


def test_a_field_with_spaces_around_its_name_is_found_without_them():
    table = record({"a": "1", " b": "2", "c.d ": "3", " a": "4"})
    found = [slot_text(name, table, 1) for name in ("a", "b", "c.d")]
    assert found == ["1", "2", "3"]
    assert lacking_slots(["b", "c.d", "e"], table) == {"e"}
