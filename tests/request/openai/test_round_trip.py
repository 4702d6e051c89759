import json

from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.protocol.requests import ChatBody, CompatBody, to_json
from cohere_cli.api.protocol.validation import validate
from cohere_cli.request.openai.from_cohere import to_openai
from cohere_cli.request.openai.lint import lint_fields
from cohere_cli.request.openai.to_cohere import to_native

TEXT = st.text(max_size=8)
SOME = st.text(min_size=1, max_size=8)
PART = st.fixed_dictionaries({"type": st.just("text"), "text": TEXT})
PARTS = st.lists(PART, min_size=1, max_size=3)
URL = {"url": SOME}
DETAIL = {"detail": st.sampled_from(["auto", "low", "high"])}
ADDRESS = st.fixed_dictionaries(URL, optional=DETAIL)
IMAGE = st.fixed_dictionaries({"type": st.just("image_url"), "image_url": ADDRESS})
USER_PARTS = st.lists(PART | IMAGE, min_size=1, max_size=3)
OBJECT = st.dictionaries(TEXT, st.none() | st.integers() | TEXT, max_size=2)
CALLED = st.fixed_dictionaries({"name": SOME, "arguments": OBJECT.map(json.dumps)})
CALL = st.fixed_dictionaries({"id": TEXT, "type": st.just("function"), "function": CALLED})  # fmt: skip
CALLS = st.lists(CALL, min_size=1, max_size=2)
FUNCTION = {"name": SOME, "parameters": OBJECT}
SHARED = {
    "stream": st.booleans(),
    "max_tokens": st.integers(0, 9999),
    "seed": st.integers(0, 2**64 - 1),
    "temperature": st.floats(0, 1),
    "frequency_penalty": st.floats(0, 1),
    "presence_penalty": st.floats(0, 1),
}
STOPS = st.lists(TEXT, max_size=5)
TOP_P = st.floats(0.01, 0.99)
SCHEMA = OBJECT


def turn(role, **fields):
    return st.fixed_dictionaries({"role": st.just(role), **fields})


def formats(name):
    kinds = st.sampled_from(["text", "json_object"])
    plain = st.fixed_dictionaries({"type": kinds})
    return plain | st.fixed_dictionaries({"type": st.just("json_object"), name: SCHEMA})


def tools(strict):
    named = st.fixed_dictionaries(FUNCTION, optional={"description": TEXT})
    functions = named.map(lambda one: {**one, **strict})
    tool = st.fixed_dictionaries({"type": st.just("function"), "function": functions})
    return st.lists(tool, min_size=1, max_size=3)


SAME_TURNS = (
    turn("user", content=TEXT | USER_PARTS)
    | turn("assistant", content=TEXT | PARTS)
    | turn("tool", tool_call_id=TEXT, content=TEXT | PARTS)
    | turn("assistant", tool_calls=CALLS)
)
SYSTEM = turn("system", content=TEXT | PARTS)


def conversations(turns):
    rest = st.lists(turns, min_size=1, max_size=4)
    return st.builds(list.__add__, st.lists(SYSTEM, max_size=2), rest)


THINKING = st.fixed_dictionaries({"type": st.just("thinking"), "thinking": SOME})
THOUGHT = st.builds(lambda one, texts: [one, *texts], THINKING, st.lists(PART, max_size=2))  # fmt: skip
NATIVE_TURNS = (
    SAME_TURNS
    | turn("assistant", content=THOUGHT)
    | turn("assistant", tool_plan=SOME, tool_calls=CALLS)
    | turn("assistant", content=THINKING.map(lambda one: [one]), tool_calls=CALLS)
)
NATIVE = st.fixed_dictionaries(
    {"model": TEXT, "messages": conversations(NATIVE_TURNS)},
    optional={
        **SHARED,
        "p": TOP_P,
        "stop_sequences": STOPS,
        "thinking": st.sampled_from(["enabled", "disabled"]).map(lambda on: {"type": on}),
        "tool_choice": st.sampled_from(["REQUIRED", "NONE"]),
        "response_format": formats("json_schema"),
        "tools": tools({}),
    },
)  # fmt: skip

PLANNED = turn("assistant", content=SOME, tool_calls=CALLS)
REASONED = turn("assistant", content=TEXT, reasoning_content=SOME)
OPENAI = st.fixed_dictionaries(
    {"model": TEXT, "messages": conversations(SAME_TURNS | PLANNED | REASONED)},
    optional={
        **SHARED,
        "top_p": TOP_P,
        "stop": TEXT | STOPS,
        "reasoning_effort": st.sampled_from(["none", "high"]),
        "tool_choice": st.sampled_from(["auto", "required", "none"]),
        "response_format": formats("schema"),
        "tools": st.sampled_from([{}, {"strict": True}, {"strict": False}]).flatmap(tools),
    },
)  # fmt: skip


def normal(body):
    """Return OpenAI's *body* as it is written when there is more than one way."""
    if isinstance(body.get("stop"), str):
        body = {**body, "stop": [body["stop"]]}
    return {key: value for key, value in body.items() if value != "auto"}


@given(NATIVE)
def test_a_native_body_comes_back_from_openai_s_words(body):
    chat = validate(ChatBody, body)
    there = to_openai(chat)
    assert validate(CompatBody, to_json(there.body)) == there.body
    back = to_native(to_json(there.body))
    assert (there.losses, back.losses, back.body) == ((), (), chat)


@given(OPENAI)
def test_openai_s_body_comes_back_from_native_words(body):
    there = to_native(body)
    assert validate(ChatBody, to_json(there.body)) == there.body
    back = to_openai(there.body)
    assert (there.losses, back.losses, to_json(back.body)) == ((), (), normal(body))


@given(NATIVE)
def test_nothing_in_a_translated_body_is_refused(body):
    compat = to_openai(validate(ChatBody, body)).body
    verdicts = {each.verdict for each in lint_fields(to_json(compat))}
    assert verdicts <= {"supported", "ignored"}
