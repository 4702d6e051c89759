import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.protocol.requests import Tool, ToolFunction
from cohere_cli.sandbox.answers.chat import choose_tool_calls
from cohere_cli.sandbox.answers.json_filler import fill_schema
from cohere_cli.sandbox.answers.prompt_values import find_mentions
from cohere_cli.sandbox.messages import ApiError

STRINGS = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={"minLength": st.integers(0, 5), "maxLength": st.integers(5, 9)},
) | st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={"format": st.sampled_from(["date", "date-time", "uuid", "email"])},
)
NUMBERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-9, 0),
        "maximum": st.integers(3, 9),
        "multipleOf": st.integers(1, 3),
    },
) | st.fixed_dictionaries(
    {"type": st.just("number"), "exclusiveMinimum": st.integers(0, 1)},
    optional={"exclusiveMaximum": st.integers(2, 3)},
)
CHOICES = st.fixed_dictionaries(
    {"enum": st.lists(st.text() | st.integers() | st.none(), min_size=1, unique=True)}
)
PLAIN = (
    STRINGS
    | NUMBERS
    | CHOICES
    | st.sampled_from(
        [
            {"type": "boolean"},
            {"type": "null"},
            {"const": "c"},
            {"type": ["null", "integer"]},
            {"$ref": "#/$defs/colour"},
            {"anyOf": [{"type": "null"}, {"type": "array", "items": {}}]},
        ]
    )
)
NAMES = st.sampled_from(["day", "city", "amount", "tags", "query", "x"])


def _nested(inner):
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": st.integers(0, 3), "maxItems": st.integers(3, 4)},
    )
    return arrays | objects(inner)


def objects(inner):
    return st.dictionaries(NAMES, inner, max_size=4).flatmap(
        lambda properties: st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.just(properties),
                "required": st.lists(st.sampled_from([*properties] or ["x"])),
            }
        )
    )


SCHEMAS = objects(st.recursive(PLAIN, _nested, max_leaves=6))
DEFS = {"colour": {"enum": ["red", "green"]}}
TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool,
    "integer": int, "number": (int, float), "null": type(None),
}  # fmt: skip


def fits(value, schema):
    if "$ref" in schema:
        schema = DEFS["colour"]
    if "anyOf" in schema:
        return any(fits(value, branch) for branch in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    if "const" in schema:
        return value == schema["const"]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return False
    match value:
        case dict():
            inside = schema["properties"]
            return set(schema["required"]) <= value.keys() and all(
                fits(value[name], inside[name]) for name in value if name in inside
            )
        case list():
            few, many = schema.get("minItems", 0), schema.get("maxItems", len(value))
            return few <= len(value) <= many and all(
                fits(each, schema["items"]) for each in value
            )
        case str():
            long = schema.get("maxLength", len(value))
            return schema.get("minLength", 0) <= len(value) <= long
        case int() | float() if not isinstance(value, bool):
            return (
                schema.get("minimum", value) <= value <= schema.get("maximum", value)
                and value > schema.get("exclusiveMinimum", value - 1)
                and value < schema.get("exclusiveMaximum", value + 1)
                and value
                % schema.get("multipleOf", 1 if kinds == ["integer"] else value or 1)
                == 0
            )
    return True


@given(
    SCHEMAS,
    st.text() | st.just('Send 7 "apples" and 2.5 kg to Paris on 2024-02-29, a@b.co'),
)
def test_a_filled_value_conforms_to_its_schema(schema, prompt):
    value = fill_schema({**schema, "$defs": DEFS}, prompt)
    assert fits(value, schema), value


PROMPT = (
    "Can you provide a sales summary for 29th September 2023, and details about the "
    "products in the 'Electronics' category for 2 adults and 3 children in New York?"
)


def one(name, schema, prompt=PROMPT):
    root = {"type": "object", "properties": {name: schema}, "required": [name]}
    return fill_schema(root, prompt)[name]


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("day", {"type": "string", "description": "as YYYY-MM-DD"}, "2023-09-29"),
        ("at", {"type": "string", "format": "date-time"}, "2023-09-29T00:00:00Z"),
        ("category", {"type": "string"}, "Electronics"),
        ("category", {"enum": ["books", "electronics"]}, "electronics"),
        ("children", {"type": "integer"}, 3),
        ("adults", {"type": "number"}, 2),
        ("adults", {"type": "integer", "minimum": 5}, 5),
        ("tags", {"type": "array", "items": {"type": "string"}}, [
            "Electronics", "New York",
        ]),
        ("details", {"type": "boolean"}, True),
        ("verbose", {"type": "boolean"}, False),
        ("limit", {"type": "integer", "default": 10}, 2),
    ],
)  # fmt: skip
def test_values_come_from_the_prompt(name, schema, value):
    assert one(name, schema) == value


@pytest.mark.parametrize(
    ("name", "prompt", "value"),
    [
        ("day", "the day 2023-09-29", "2023-09-29"),
        ("day", "what was sold on day 2023-09-29, please", "2023-09-29"),
        ("reportDay", "sales of 29 September 2023, please", "2023-09-29"),
        ("on_date", "the date: 29 September 2023", "2023-09-29"),
        ("contact_email", "write to a@b.com, please", "a@b.com"),
        ("url", "what does the url https://b.com/x hold?", "https://b.com/x"),
        ("order_id", "where is order 12345?", "12345"),
        ("order_id", "the order number is #12345", "12345"),
        ("city", "the city Rome on 2023-09-29", "Rome"),
        ("day", "sales on monday", "monday"),
    ],
)
def test_a_text_is_filled_with_the_value_alone(name, prompt, value):
    assert one(name, {"type": "string"}, prompt) == value


def test_a_lower_case_name_at_the_end_of_the_prompt_is_found():
    schema = {"type": "string"}
    assert one("city", schema, "What's the weather in tokyo?") == "tokyo"


def test_each_value_of_the_prompt_is_used_once():
    schema = {"type": "string"}
    root = {"properties": {"a": schema, "b": schema}, "required": ["a", "b"]}
    assert fill_schema(root, 'from "x" to "y"') == {"a": "x", "b": "y"}


def test_an_optional_property_that_is_not_mentioned_is_left_out():
    schema = {"properties": {"colour": {"type": "string"}}}
    assert fill_schema(schema, "Hello") == {}


def test_a_recursive_schema_is_filled_to_a_limited_depth():
    schema = {"properties": {"x": {"$ref": "#"}}, "required": ["x"]}
    assert "x" in fill_schema(schema, "Hello")


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "integer", "minimum": "x"}, "the JSON schema is not valid"),
        ({"enum": 5}, "the JSON schema is not valid"),
        (
            {"type": "string", "minLength": 10**9},
            "the JSON schema requires too many values",
        ),
        (
            {"type": "array", "minItems": 10**9},
            "the JSON schema requires too many values",
        ),
    ],
)
def test_a_schema_that_cannot_be_filled_is_rejected(schema, reason):
    with pytest.raises(ApiError) as caught:
        fill_schema(schema, "")
    assert caught.value.message == f"invalid request: {reason}"


def test_an_invalid_date_is_not_a_value():
    assert [m.text for m in find_mentions("on 31 February 2023 or May 3rd, 2024")] == [
        "2024-05-03"
    ]


def tool(name, description="", **properties):
    schema = {"type": "object", "properties": properties, "required": [*properties]}
    return Tool(ToolFunction(name, schema, description))


def test_all_tools_that_share_words_are_called():
    tools = [
        tool("sales_report", day={"type": "string", "format": "date"}),
        tool("catalog", "Finds products", category={"type": "string"}),
        tool("get_weather", "Weather of a city", city={"type": "string"}),
    ]
    found = choose_tool_calls(PROMPT, tools, required=False)
    assert found.plan == "I will call sales_report and catalog for this."
    assert [(call.name, call.arguments) for call in found.calls] == [
        ("sales_report", '{"day": "2023-09-29"}'),
        ("catalog", '{"category": "Electronics"}'),
    ]


def test_without_a_match_a_tool_is_called_only_if_required():
    tools = [tool("get_time")]
    assert choose_tool_calls("Hello", tools, required=False) is None
    assert choose_tool_calls("Hello", tools, required=True).calls[0].arguments == ""
