import time

import pytest
from referencing.exceptions import Unresolvable

from cohere_cli.request.schema.validate import find_violation


def an_object(properties, **more):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        **more,
    }


ORDER = an_object(
    {
        "items": {
            "type": "array",
            "items": an_object({"price": {"type": "number"}, "on": {"format": "date"}}),
        },
        "kind": {"enum": ["a", "b"]},
    },
    additionalProperties=False,
)
ITEM = '{"price": 1, "on": "2024-02-29"}'


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (f'{{"items": [{ITEM}], "kind": "a"}}', ""),
        (' {"kind": "b", "items": []}\n', ""),
        (
            f'{{"items": [{ITEM}, {{"price": "1"}}], "kind": "a"}}',
            "items[1].price is not a number",
        ),
        (
            f'{{"items": [{ITEM}, {{"on": ""}}], "kind": "a"}}',
            "items[1].on is not a date",
        ),
        ('{"items": [{"price": 1}], "kind": "a"}', "items[0].on is missing"),
        ('{"items": [], "kind": "c"}', 'kind is not one of "a", "b"'),
        ('{"items": [], "kind": "a", "x\\ny": 1}', '["x\\ny"] is not in the schema'),
        ('{"items": []}', "kind is missing"),
        ("[]", "the answer is not an object"),
        ("", "the answer is not JSON: expecting value at line 1, column 1"),
        (
            '{"items":\n [}',
            "the answer is not JSON: expecting value at line 2, column 3",
        ),
        (
            "```json\n{}\n```",
            "the answer is not JSON: expecting value at line 1, column 1",
        ),
        (
            '{"items": [], "ki',
            "the answer is not JSON: unterminated string at line 1, column 15",
        ),
        ('{"items": NaN}', "the answer is not JSON: NaN is not JSON"),
        ('{"items": 1e999}', "the answer is not JSON: 1e999 is out of range"),
        ("1" * 5000, "the answer is not JSON: a number has 5,000 digits"),
        ("[" * 99_999, "the answer is not JSON: nested deeper than 500 levels"),
        (
            " " * (10 << 20),
            "the answer is too long to be checked: over 1,048,576 characters",
        ),
    ],
)
def test_the_first_violation_of_a_schema_is_reported(answer, message):
    assert find_violation(answer, ORDER) == message


NULL = {"type": "null"}
WORD = {"type": "string"}


@pytest.mark.parametrize(
    ("value", "schema", "message"),
    [
        ("1", {"type": ["string", "null"]}, "a is not a string or null"),
        ("1.5", {"type": "integer"}, "a is not an integer"),
        ("0", {"type": "boolean"}, "a is not true or false"),
        ("{}", {"type": "array"}, "a is not an array"),
        ("1", {"const": "x"}, 'a is not "x"'),
        ("1", {"const": "x" * 99}, f'a is not "{"x" * 58}…'),
        ("[]", {"contains": {}}, "a violates contains {}"),
        (
            '{"b": 1}',
            an_object({"b": False}),
            "a has a value that is not allowed",
        ),
        ('"ab"', {"pattern": "[A-Z]{2}"}, 'a does not match "[A-Z]{2}"'),
        ('"xABx"', {"pattern": "[A-Z]{2}"}, ""),
        ("1", {"pattern": "[A-Z]{2}", "format": "date"}, ""),
        ("1", {"anyOf": [WORD, NULL]}, "a matches none of the alternatives"),
        ("{}", {"anyOf": [an_object({"b": {}}), NULL]}, "a.b is missing"),
        (
            "{}",
            {"anyOf": [an_object({"b": {}}), an_object({"c": {}})]},
            "a matches none of the alternatives",
        ),
        ('{"b": 1}', {"anyOf": [an_object({"b": WORD}), NULL]}, "a.b is not a string"),
        ("1", {"$ref": "#/$defs/word"}, "a is not a string"),
        (
            '{"' + "b" * 99 + '": 1}',
            {"additionalProperties": False},
            f'a["{"b" * 58}…] is not in the schema',
        ),
        (
            f"1{'0' * 400}",
            {"multipleOf": 0.5},
            "the answer has a number that is too large to be checked",
        ),
    ],
)
def test_each_keyword_has_its_message(value, schema, message):
    whole = an_object({"a": schema}, **{"$defs": {"word": WORD}, "$id": "http://x/"})
    assert find_violation(f'{{"a": {value}}}', whole) == message


def test_a_long_enum_is_cut():
    message = find_violation('{"a": 1}', an_object({"a": {"enum": ["x"] * 999}}))
    assert message == "a is not one of " + '"x", ' * 12 + "…"


def test_nothing_is_fetched(monkeypatch):
    asked = []
    monkeypatch.setattr("urllib.request.urlopen", asked.append)
    schema = an_object({"a": {"$ref": "http://127.0.0.1:9/x"}})
    with pytest.raises(Unresolvable):
        find_violation('{"a": 1}', schema)
    assert asked == []


def test_an_older_draft_is_validated_by_its_own_rules():
    pair = {"type": "array", "items": [{"type": "integer"}, {"type": "string"}]}
    old = an_object(
        {"a": pair}, **{"$schema": "http://json-schema.org/draft-07/schema#"}
    )
    assert find_violation('{"a": [1, "x"]}', old) == ""
    assert find_violation('{"a": [1, 2]}', old) == "a[1] is not a string"


def test_an_answer_may_nest_as_its_schema_does_but_not_without_end():
    tree = an_object({"a": {"anyOf": [{"$ref": "#"}, NULL]}})
    assert find_violation('{"a":' * 20 + "null" + "}" * 20, tree) == ""
    assert (
        find_violation('{"a":' * 900 + "null" + "}" * 900, tree)
        == "the answer is not JSON: nested deeper than 500 levels"
    )


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)+b", "a*a*a*a*a*b", ".*.*b"])
def test_a_slow_pattern_does_not_hang(pattern):
    started = time.monotonic()
    find_violation(f'{{"a": "{"a" * 5000}"}}', an_object({"a": {"pattern": pattern}}))
    assert time.monotonic() - started < 1


def test_only_the_first_of_many_violations_is_computed():
    answer = f'{{"a": [{"1," * 100_000}1]}}'
    schema = an_object({"a": {"items": WORD}})
    find_violation("{}", schema)
    started = time.monotonic()
    assert find_violation(answer, schema) == "a[0] is not a string"
    assert time.monotonic() - started < 0.5
