import pytest

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.mapping.judgement.expectation import parse_expectation


def record(data):
    return Document(data, b"", "in.jsonl", 7, "7")


@pytest.mark.parametrize(
    ("expect", "fields", "value", "judged"),
    [
        ("label=kind", ["label", "kind"], {"label": 1, "kind": 2}, 2),
        ("label", ["label", "kind"], {"label": 1, "kind": 2}, 1),
        ("label", ["kind"], {"kind": 2}, 2),
        ("label", ["label", "kind"], {"kind": 2}, None),
        ("label", [], None, "text"),
        ("label", [], {"label": 1, "kind": 2}, 1),
        ("label", [], {"kind": 2}, 2),
        ("label", [], {"kind": 2, "more": 3}, {"kind": 2, "more": 3}),
        ("label=kind", [], {"kind": 2, "label": 3}, 2),
        ("label=kind", [], {"label": 3}, None),
        ("label", [], [1], [1]),
    ],
)
def test_the_judged_value_is_the_field_else_that_of_the_name_else_the_only_one(
    expect, fields, value, judged
):
    assert parse_expectation(expect, fields).field.of("text", value) == judged


@pytest.mark.parametrize(
    ("expect", "hint"),
    [
        ("label=knd", "did you mean 'kind'?"),
        ("topic", "write --expect topic=FIELD with one of: kind, urgent"),
        ("=kind", "write --expect COLUMN or --expect COLUMN=FIELD"),
        ("label=", "write --expect COLUMN or --expect COLUMN=FIELD"),
    ],
)
def test_a_field_that_the_schema_lacks_is_refused(expect, hint):
    with pytest.raises(UsageProblem) as caught:
        parse_expectation(expect, ["kind", "urgent"])
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("column", "data", "expected"),
    [
        ("label", {"label": "x"}, "x"),
        ("a.b", {"a": {"b": 1}}, 1),
        ("a.b", {"a.b": 2, "a": {"b": 1}}, 2),
        ("a.b", {"a": "x"}, None),
        ("label", {"other": 1}, None),
        ("label", "a line of text", None),
    ],
)
def test_the_expected_value_is_the_column_of_the_record(column, data, expected):
    assert parse_expectation(column, []).expected(record(data)) == expected


def test_the_last_equals_sign_is_before_the_field():
    expectation = parse_expectation("a=b=kind", ["kind"])
    assert expectation.column == "a=b"
    assert expectation.field.name == "kind"


def test_a_column_that_no_record_has_is_refused_before_anything_is_sent():
    expectation = parse_expectation("lable", [])
    expectation.require_column([record({"a": 1}), record({"lable": "x"})])
    expectation.require_column([])
    with pytest.raises(InputProblem) as caught:
        expectation.require_column([record({"text": 1}), record({"label": "x"})])
    assert caught.value.hint == "did you mean 'label'?"
    assert caught.value.where == "in.jsonl:7"
