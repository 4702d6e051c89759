"""OpenAI's own client with the compatible endpoint."""

import asyncio
import json

import pytest

from cohere_cli.sandbox import running

openai = pytest.importorskip("openai")

MODEL = "command-a-03-2025"
ASK = [{"role": "user", "content": "How warm is it in Paris?"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "How warm it is in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


@pytest.fixture(scope="module")
def sandbox():
    with running() as served:
        yield served


@pytest.fixture(scope="module")
def official(sandbox):
    with openai.OpenAI(api_key=sandbox.key, base_url=base(sandbox)) as client:
        yield client


def base(sandbox):
    return f"{sandbox.url}/compatibility/v1"


def test_chat(official):
    completion = official.chat.completions.create(model=MODEL, messages=ASK)
    (choice,) = completion.choices
    assert choice.finish_reason == "stop"
    assert "no model behind it" in choice.message.content
    assert completion.usage.total_tokens == (
        completion.usage.prompt_tokens + completion.usage.completion_tokens
    )


def test_a_stream_with_usage(official):
    chunks = [
        *official.chat.completions.create(
            model=MODEL,
            messages=ASK,
            stream=True,
            stream_options={"include_usage": True},
        )
    ]
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    completion = official.chat.completions.create(model=MODEL, messages=ASK)
    assert text == completion.choices[0].message.content
    assert (chunks[-1].choices, chunks[-1].usage) == ([], completion.usage)


def test_the_client_s_own_accumulator(official):
    wanted = {"model": MODEL, "messages": ASK, "tools": [WEATHER]}
    with official.chat.completions.stream(**wanted) as stream:
        (call,) = stream.get_final_completion().choices[0].message.tool_calls
    assert json.loads(call.function.arguments) == {"city": "Paris"}


def test_tools_with_a_second_turn(official):
    wanted = {"model": MODEL, "tools": [WEATHER]}
    first = official.chat.completions.create(messages=ASK, **wanted).choices[0]
    (call,) = first.message.tool_calls
    assert (first.finish_reason, call.function.name) == ("tool_calls", "get_weather")
    result = {"role": "tool", "tool_call_id": call.id, "content": "It is 21 degrees."}
    turns = [*ASK, first.message, result]
    second = official.chat.completions.create(messages=turns, **wanted).choices[0]
    assert (second.finish_reason, second.message.content) == (
        "stop",
        "It is 21 degrees.",
    )


def test_a_json_schema(official):
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": ["Rome", "Paris"]}},
        "required": ["city"],
    }
    completion = official.chat.completions.create(
        model=MODEL,
        messages=ASK,
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "place", "schema": schema},
        },
    )
    assert json.loads(completion.choices[0].message.content) == {"city": "Paris"}


def test_thinking(official):
    wanted = {"model": MODEL, "messages": ASK, "reasoning_effort": "high"}
    completion = official.chat.completions.create(**wanted).choices[0].message
    thinking = "There is no model here that could think."
    assert completion.reasoning_content == thinking
    deltas = [
        chunk.choices[0].delta
        for chunk in official.chat.completions.create(stream=True, **wanted)
    ]
    parts = (getattr(delta, "reasoning_content", None) or "" for delta in deltas)
    assert "".join(parts) == thinking


def test_models(official):
    assert MODEL in [model.id for model in official.models.list()]
    assert official.models.retrieve(MODEL).owned_by == "cohere"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (
            {"reasoning_effort": "low"},
            400,
            "invalid request: reasoning_effort must be one of 'none', 'high'",
        ),
        (
            {"extra_body": {"documents": []}},
            422,
            "unknown field: parameter 'documents' is not a valid field. For proper usage, please refer to https://docs.cohere.com/docs/compatibility-api",
        ),
    ],
)
def test_an_invalid_request(official, body, status, message):
    with pytest.raises(openai.APIStatusError) as caught:
        official.chat.completions.create(model=MODEL, messages=ASK, **body)
    assert (caught.value.status_code, caught.value.body["message"]) == (status, message)


def test_a_wrong_key(sandbox):
    with (
        openai.OpenAI(api_key="x", base_url=base(sandbox)) as other,
        pytest.raises(openai.AuthenticationError, match="Incorrect API key"),
    ):
        other.models.list()


def test_a_transient_fault_is_retried(official):
    completion = official.chat.completions.create(
        model=MODEL,
        messages=ASK,
        extra_headers={"X-Co-Fault": "status=503;times=1"},
    )
    assert completion.choices[0].finish_reason == "stop"


def test_many_at_once(sandbox):
    async def converse():
        async with openai.AsyncOpenAI(
            api_key=sandbox.key, base_url=base(sandbox)
        ) as client:
            create = client.chat.completions.create
            wanted = {"model": MODEL, "messages": ASK}
            whole = create(**wanted)
            return await asyncio.gather(whole, streamed(create(stream=True, **wanted)))

    async def streamed(stream):
        return [chunk async for chunk in await stream]

    completion, chunks = asyncio.run(converse())
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == completion.choices[0].message.content
