import json

import pytest

from cohere_cli.errors import InputProblem
from cohere_cli.request.schema.supported import check_schema


def an_object(properties, **more):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        **more,
    }


def nested(levels):
    schema = {"type": "string"}
    for _ in range(levels):
        schema = an_object({"a": schema})
    return schema


LATEST = "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    "schema",
    [
        an_object({"a": {"type": "string", "description": "What it is."}}),
        an_object({"a": {"type": "array"}, "b": {"enum": [1, "x", None]}}),
        an_object({"a": {"const": None}, "b": True, "c": {}}),
        an_object({"a": {"type": ["integer", "null"]}}, additionalProperties=False),
        an_object({"a": {"anyOf": [{"type": "string"}, an_object({"b": {}})]}}),
        an_object({name: {} for name in ("minimum", "not", "$ref", "format", "id")}),
        an_object({"a": {"enum": [{"minimum": 1}], "default": {"not": {}}}}),
        an_object({"a": {"type": "string", "format": "date-time"}}),
        an_object({"a": {"type": "string", "pattern": r"[^a$]\$[A-Z]{3}"}}),
        an_object({"a": {"type": "string", "pattern": "[[a]"}}),
        an_object({"a": {"$ref": "#/$defs/b"}}, **{"$defs": {"b": {}}}),
        an_object({"a": {"$ref": "#/$defs/b~1c%20d"}}, **{"$defs": {"b/c d": {}}}),
        an_object({"a": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}),
        an_object({"a": {}}, **{"$schema": LATEST, "$id": "https://x.example/s"}),
        an_object({"a": {}}, **{"$schema": "http://json-schema.org/draft-07/schema#"}),
        an_object({"a": {"enum": [json.loads("[" * 900 + "]" * 900)]}}),
        an_object({"a": {"$ref": "#/properties/b/items"}, "b": {"items": True}}),
        nested(63),
    ],
)
def test_a_supported_schema_is_returned_unchanged(schema):
    assert check_schema(schema, "x.json") == schema


TAKEN = "the API takes date, date-time, time, uuid"
NOTHING = "does not point into this schema, and nothing is fetched"
MOVED = "changes how references resolve, which is not supported"
NO_DRAFT = "$schema is not a known draft of JSON Schema"
UNREQUIRED = "has no 'required' field, the API needs one in each object"


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({}, "the schema is not of type 'object'"),
        ({"type": "array"}, "the schema is not of type 'object'"),
        (
            {"type": ["object"], "required": ["a"]},
            "the schema is not of type 'object'",
        ),
        ({"type": "object"}, f"the schema {UNREQUIRED}"),
        ({"type": "object", "required": []}, f"the schema {UNREQUIRED}"),
        (an_object({"a": {"type": "object"}}), f"properties.a {UNREQUIRED}"),
        (an_object({"a": {"type": ["null", "object"]}}), f"properties.a {UNREQUIRED}"),
        (an_object({"a": {"properties": {}}}), f"properties.a {UNREQUIRED}"),
        (
            an_object({"a": {"items": {"type": "object"}}}),
            f"properties.a.items {UNREQUIRED}",
        ),
        (
            an_object({"a": {}}, **{"$defs": {"b c": {"type": "object"}}}),
            f'$defs["b c"] {UNREQUIRED}',
        ),
        *[
            (
                an_object({"a": {key: value}}),
                f"properties.a.{key} is not supported by the API",
            )
            for keys, value in [
                (["allOf", "oneOf"], [{}]),
                (["not"], {}),
                (["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], 1),
                (["minItems", "maxItems", "minLength", "maxLength"], 1),
                (["uniqueItems"], True),
            ]
            for key in keys
        ],
        *[
            (
                an_object({"a": {key: {"minimum": 1}}}),
                f"properties.a.{key}.minimum is not supported by the API",
            )
            for key in (
                "items",
                "additionalProperties",
                "contains",
                "if",
                "then",
                "else",
                "propertyNames",
            )
        ],
        (
            an_object({"a": {"anyOf": [{}, {"minimum": 1}]}}),
            "properties.a.anyOf[1].minimum is not supported by the API",
        ),
        (
            an_object({"a": {"format": "email"}}),
            f"properties.a.format is 'email', {TAKEN}",
        ),
        *[
            (an_object({"a": {"pattern": pattern}}), f"properties.a.pattern {flaw}")
            for pattern, flaw in [
                ("^a", "has '^', which the API does not support"),
                ("a$", "has '$', which the API does not support"),
                ("(?=a)", "has '?=', which the API does not support"),
                ("(?!a)", "has '?!', which the API does not support"),
                ("(", "is not a regular expression"),
                ("a{99999999999}", "is not a regular expression"),
                ("(" * 999 + ")" * 999, "is not a regular expression"),
            ]
        ],
        (
            an_object({"a": {"const": [1]}}),
            "properties.a.const is not a scalar, and the API takes no other",
        ),
        *[
            (an_object({"a": {"$ref": reference}}), f"properties.a.$ref {NOTHING}")
            for reference in (
                "http://127.0.0.1:9/x",
                "other.json",
                "#/$defs/b",
                "#b",
                "#/required",
            )
        ],
        (an_object({"a": {"$id": "b"}}), f"properties.a.$id {MOVED}"),
        (
            an_object({"a": {"$dynamicRef": "#"}}),
            "properties.a.$dynamicRef is not supported here",
        ),
        (
            an_object({"a": {}}, patternProperties={"(a+)+b": {}}),
            "patternProperties is not supported here",
        ),
        *[
            (an_object({"a": {}}, **{"$schema": draft}), NO_DRAFT)
            for draft in ("mine", "http://[x", "https://json-schema.org/draft/1999", [])
        ],
        (
            {"type": "object", "required": ["a"], "$ref": "#"},
            "the schema only refers to itself",
        ),
        (
            an_object({"a": {"anyOf": [{"$ref": "#/properties/a"}]}}),
            "properties.a only refers to itself",
        ),
        (nested(64), "the schema is nested more than 64 levels deep"),
        (nested(3000), "the schema is nested more than 64 levels deep"),
        (
            an_object({f"a{number}": {} for number in range(200_000)}),
            "the schema has more than 5,000 subschemas",
        ),
        (
            an_object({})
            | {
                "$defs": {
                    f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(200_000)
                }
            },
            "the schema has more than 5,000 subschemas",
        ),
    ],
)
def test_an_unsupported_keyword_is_refused_by_its_path(schema, message):
    with pytest.raises(InputProblem) as caught:
        check_schema(schema, "x.json")
    assert str(caught.value) == f"{message} (x.json)"


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "object", "properties": []}, "properties is not an object"),
        (an_object({"a": {}}, prefixItems={}), "prefixItems is not an array"),
        ({"type": "object", "required": "a"}, "required is not an array"),
        (an_object({"a": 1}), "properties.a is not an object or true or false"),
        (
            an_object({"a": {"type": "strin"}}),
            'properties.a.type is not one of "array", "boolean", "integer", "null", "number", "object", "string"',
        ),
        (
            an_object({"a": {"multipleOf": 0}}),
            "properties.a.multipleOf violates exclusiveMinimum 0",
        ),
    ],
)
def test_an_invalid_schema_is_refused_by_its_path(schema, message):
    with pytest.raises(InputProblem) as caught:
        check_schema(schema, "x.json")
    assert (
        str(caught.value)
        == f"the schema is not a valid JSON Schema: {message} (x.json)"
    )


def test_the_hint_is_a_remedy():
    with pytest.raises(InputProblem) as caught:
        check_schema(an_object({"a": {"minimum": 1}}), "x.json")
    assert caught.value.hint == "remove it"
