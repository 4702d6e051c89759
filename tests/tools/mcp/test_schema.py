"""Schemas and names of tools as the API takes them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.tools.mcp.names import api_names
from cohere_cli.tools.mcp.schema import is_sane, without_limits

TEXT = {"type": "string"}


def simplified(**properties):
    schema, left_out = without_limits({"type": "object", "properties": properties})
    return schema["properties"], left_out


def test_what_the_api_takes_stays_as_it_is():
    schema = {
        "type": "object",
        "properties": {
            "a": {"$ref": "#/$defs/size"},
            "b": {"anyOf": [TEXT, {"type": "null"}]},
            "c": {"type": "string", "format": "date"},
        },
        "required": ["a"],
        "$defs": {"size": {"enum": ["s", "m"]}},
    }
    assert without_limits(schema) == (schema, [])


def test_what_it_refuses_is_in_the_description_instead():
    found, left_out = simplified(
        n={"type": "integer", "minimum": 1, "maximum": 9, "description": "How many"},
        u={"type": "string", "format": "uri"},
        p={"type": "string", "pattern": "^a$"},
    )
    assert found == {
        "n": {"type": "integer", "description": "How many (minimum: 1, maximum: 9)"},
        "u": {"type": "string", "description": "(format: uri)"},
        "p": {"type": "string", "description": "(pattern: ^a$)"},
    }
    assert left_out == ["minimum", "maximum", "format", "pattern"]


def test_one_of_becomes_any_of_and_all_of_is_joined():
    parts = [
        {"properties": {"x": TEXT}, "required": ["x"]},
        {"properties": {"y": TEXT}, "required": ["y"]},
    ]
    found, left_out = simplified(
        a={"oneOf": [TEXT]}, b={"type": "object", "allOf": parts}
    )
    assert found == {
        "a": {"anyOf": [TEXT]},
        "b": {
            "type": "object",
            "properties": {"y": TEXT, "x": TEXT},
            "required": ["y", "x"],
        },
    }
    assert left_out == []


@pytest.mark.parametrize("target", ["http://x.example/s", "#/nowhere", 7])
def test_a_reference_that_leads_nowhere_is_left_out(target):
    _, left_out = simplified(a={"$ref": target})
    assert left_out == ["$ref"]


@pytest.mark.parametrize("schema", [{}, {"type": "string"}, {"properties": 3}])
def test_the_schema_is_an_objects(schema):
    found, _ = without_limits(schema)
    assert (found["type"], found["properties"]) == ("object", {})


def test_a_schema_that_is_too_deep_or_too_large_is_any_object():
    deep = {}
    for _ in range(100):
        deep = {"properties": {"a": deep}}
    large = {"properties": {f"p{number}": TEXT for number in range(3000)}}
    for schema in (deep, large):
        assert not is_sane(schema)
        assert without_limits(schema) == (
            {"type": "object", "properties": {}},
            ["all of it: it is too large"],
        )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "allOf",
                    "anyOf",
                    "oneOf",
                    "$ref",
                    "items",
                    "format",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["properties", "allOf", "$defs"]), JSON))
def test_no_schema_is_too_odd(schema):
    found, _ = without_limits(schema)
    assert found["type"] == "object"
    assert isinstance(found["properties"], dict)


def test_names_are_made_of_the_letters_that_the_api_takes():
    pairs = [
        ("a-b", "c.d"),
        ("a", "b_c_d"),
        ("a", "ü"),
        ("a", "x" * 80),
        ("a", "x" * 81),
    ]
    names = api_names(pairs)
    assert names[:3] == ["a_b_c_d", "a_b_c_d_2", "a__"]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,63}", one) for one in names)


@given(st.lists(st.tuples(st.sampled_from(["a", "a_b"]), st.text(max_size=70))))
def test_each_tool_has_a_name_of_its_own(pairs):
    names = api_names(pairs)
    assert len(set(names)) == len(pairs)
    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,63}", one) for one in names)
