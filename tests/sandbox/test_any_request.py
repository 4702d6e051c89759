"""Generated requests of every shape: each gets a valid reply."""

import json

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from cohere_cli.sandbox.messages import Request
from cohere_cli.sandbox.pipeline import Pipeline, Setup

STAGE = Pipeline(Setup(), None)
HEADERS = {"host": "localhost", "authorization": "Bearer k"}
CALM = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)  # fmt: skip

TEXT = st.text(max_size=30) | st.sampled_from(
    ["Paris, 3 May 2024", "What is the weather in Rome?", "x@example.com", "14"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=8,
)
SCHEMA_WORDS = [
    "type", "properties", "required", "enum", "const", "items", "anyOf", "oneOf",
    "allOf", "not", "$ref", "$defs", "format", "minimum", "maximum", "minItems",
    "minLength", "pattern", "default", "examples", "additionalProperties", "if",
]  # fmt: skip
SCHEMA = st.recursive(
    st.sampled_from(
        [
            {},
            {"type": "string"},
            {"type": "string", "format": "date"},
            {"type": "integer", "minimum": 3},
            {"type": ["number", "null"]},
            {"enum": ["Rome", 1, None]},
            {"$ref": "#"},
            {"$ref": "#/$defs/x"},
            {"const": {"a": 1}},
        ]
    ),
    lambda inner: (
        st.builds(lambda value: {"type": "array", "items": value}, inner)
        | st.builds(
            lambda some: {"type": "object", "properties": some, "required": [*some]},
            st.dictionaries(TEXT, inner, max_size=3),
        )
        | st.dictionaries(st.sampled_from(SCHEMA_WORDS), inner | ANYTHING, max_size=3)
    ),
    max_leaves=6,
)


def objects(**fields):
    """Generate objects with some of *fields*; a few of the values are arbitrary."""
    return st.fixed_dictionaries(
        {}, optional={name: mostly(field) for name, field in fields.items()}
    )


def mostly(field):
    return st.sampled_from(range(80)).flatmap(lambda n: field if n else ANYTHING)


def whole(**fields):
    return st.fixed_dictionaries({name: mostly(each) for name, each in fields.items()})


FUNCTION = whole(name=st.sampled_from(["get_weather", "f"]), parameters=SCHEMA)
TOOLS = st.lists(whole(type=st.just("function"), function=FUNCTION), max_size=2)
BLOCK = (
    whole(type=st.just("text"), text=TEXT)
    | whole(type=st.just("thinking"), thinking=TEXT)
    | whole(
        type=st.just("image_url"),
        image_url=whole(url=TEXT | st.just("data:image/png;base64,AA==")),
    )
    | whole(type=st.just("document"), document=whole(data=ANYTHING, id=TEXT))
)
CONTENT = TEXT | st.lists(BLOCK, max_size=3)
CALL_ID = st.sampled_from(["c1", "c2"])
CALL = whole(
    id=CALL_ID, type=st.just("function"), function=whole(name=TEXT, arguments=TEXT)
)
TURN = (
    whole(role=st.just("user"), content=CONTENT)
    | whole(role=st.just("system"), content=CONTENT)
    | whole(role=st.just("assistant"), content=CONTENT)
    | whole(role=st.just("assistant"), tool_calls=st.lists(CALL, max_size=2))
    | whole(role=st.just("tool"), tool_call_id=CALL_ID, content=CONTENT)
)
ASKED = whole(role=st.just("user"), content=TEXT)
TURNS = st.builds(
    lambda first, others: [first, *others], ASKED, st.lists(TURN, max_size=2)
)
CHAT_MODEL = st.sampled_from(["command-a-03-2025", "command-a-reasoning-08-2025"])
RERANK_MODEL = st.sampled_from(["rerank-v3.5", "rerank-v4.0-pro"])
WORDS = st.text(min_size=1, max_size=30).filter(str.strip)
DOCUMENT = WORDS | whole(data=st.dictionaries(TEXT, ANYTHING, min_size=1, max_size=3))
COUNT = st.integers(1, 50)
CHAT = st.builds(
    lambda required, optional: optional | required,
    whole(model=CHAT_MODEL, messages=TURNS),
    objects(
        stream=st.booleans(),
        tools=TOOLS,
        tool_choice=st.sampled_from(["REQUIRED", "NONE"]),
        documents=st.lists(DOCUMENT, max_size=3),
        citation_options=whole(mode=st.sampled_from(["fast", "ACCURATE", "OFF"])),
        response_format=whole(type=st.just("json_object"), json_schema=SCHEMA),
        max_tokens=COUNT,
        stop_sequences=st.lists(TEXT, max_size=5),
        logprobs=st.booleans(),
        thinking=whole(type=st.just("enabled"), token_budget=COUNT),
        seed=st.integers(0, 2**64 - 1),
    ),
)
COMPAT = st.builds(
    lambda required, optional: optional | required,
    whole(model=CHAT_MODEL, messages=TURNS),
    objects(
        stream=st.booleans(),
        stream_options=whole(include_usage=st.booleans()),
        tools=TOOLS,
        tool_choice=st.sampled_from(["auto", "none", "required"]) | ANYTHING,
        reasoning_effort=st.sampled_from(["none", "high"]),
        response_format=whole(type=st.just("json_object"), schema=SCHEMA),
        max_completion_tokens=COUNT,
        stop=TEXT | st.lists(TEXT, max_size=3),
        n=ANYTHING,
    ),
)
RERANK = whole(
    model=RERANK_MODEL, query=WORDS, documents=st.lists(TEXT, min_size=1, max_size=5)
) | objects(
    model=RERANK_MODEL,
    query=TEXT,
    documents=st.lists(DOCUMENT, max_size=3),
    top_n=COUNT,
)
TOKENIZE = objects(model=CHAT_MODEL, text=TEXT)
BODIES = {
    "/v2/chat": CHAT,
    "/compatibility/v1/chat/completions": COMPAT,
    "/v2/rerank": RERANK,
    "/v1/tokenize": TOKENIZE,
}
REQUESTS = st.sampled_from([*BODIES]).flatmap(
    lambda path: st.tuples(st.just(path), BODIES[path] | ANYTHING)
)


def answer(path, body):
    """Return status and text; read a stream to its end, so that it raises here."""
    data = json.dumps(body).encode()
    response = STAGE.respond(Request("POST", path, HEADERS, data))
    text = (
        response.body if isinstance(response.body, bytes) else b"".join(response.body)
    )
    event(f"{path} {response.status}")
    return response.status, text.decode()


def check(path, body):
    status, text = answer(path, body)
    assert status in (200, 400, 404, 422), text
    if text.startswith(("event:", "data:")):
        *events, done, end = text.split("\n\n")
        assert (done, end) == ("data: [DONE]", "")
        assert all(json.loads(each.partition("data: ")[2]) for each in events)
    else:
        assert json.loads(text)


@given(REQUESTS)
@settings(CALM, max_examples=150)
def test_generated_requests_get_a_valid_reply(request_):
    check(*request_)


@pytest.mark.slow
@pytest.mark.timeout(600)
@given(REQUESTS)
@settings(CALM, max_examples=4000)
def test_thousands_of_generated_requests_get_a_valid_reply(request_):
    check(*request_)
