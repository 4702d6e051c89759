import pytest

from cohere_cli.errors import InputProblem
from cohere_cli.request.openai.adapt import (
    AdaptedBody,
    adapt_body,
    response_format_from,
)

SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
}
UNWRAPPED = "response_format is sent in Cohere's form: json_object with a schema"


@pytest.mark.parametrize(
    ("body", "data", "notes"),
    [
        ({"n": 2}, {}, ("n is left out: one answer per request",)),
        ({"n": 1, "store": False}, {}, ()),
        (
            {"user": "ada", "model": "m", "stream_options": {"include_usage": True}},
            {"model": "m"},
            ("user is left out: users are not identified",),
        ),
        ({"documents": []}, {"documents": []}, ()),
        ({"n": None}, {"n": None}, ()),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}},
            {"response_format": {"type": "json_object", "schema": SCHEMA}},
            (UNWRAPPED,),
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"schema": 1}}},
            {"response_format": {"type": "json_schema", "json_schema": {"schema": 1}}},
            (),
        ),
    ],
)  # fmt: skip
def test_a_field_that_cohere_ignores_is_left_out_with_a_note(body, data, notes):
    before = dict(body)
    assert adapt_body(body) == AdaptedBody(data, notes)
    assert body == before


@pytest.mark.parametrize("cohere", [True, False])
@pytest.mark.parametrize("kind", ["text", "json_object", "json_schema"])
def test_a_whole_format_stays_as_it_is(kind, cohere):
    assert response_format_from({"type": kind}, "x", cohere=cohere) == {"type": kind}


def test_a_schema_is_put_where_the_server_wants_it():
    expected = {"type": "json_object", "schema": SCHEMA}
    assert response_format_from(SCHEMA, "x", cohere=True) == expected
    assert response_format_from(SCHEMA, "x", cohere=False) == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": SCHEMA},
    }


def test_a_schema_that_cohere_does_not_support_is_sent_to_other_servers():
    schema = {"type": "array"}
    wanted = response_format_from(schema, "x.json", cohere=False)["json_schema"]
    assert wanted == {"name": "answer", "schema": schema}
    with pytest.raises(InputProblem, match=r"x\.json"):
        response_format_from(schema, "x.json", cohere=True)
