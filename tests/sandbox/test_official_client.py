"""Cohere's own client with the sandbox."""

import asyncio
import json
import logging
import warnings

import httpx
import pytest

from cohere_cli.sandbox import running

with warnings.catch_warnings():
    # The client's imports cause deprecation warnings of other libraries.
    warnings.simplefilter("ignore")
    cohere = pytest.importorskip("cohere")

MODEL = "command-a-03-2025"
ASK = [{"role": "user", "content": "How long does a refund of 29 May 2024 take?"}]
DOCUMENTS = [{"id": "policy", "data": {"text": "A refund takes 14 days."}}]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "refund_report",
            "description": "Retrieves the refunds of a day.",
            "parameters": {
                "type": "object",
                "properties": {"day": {"type": "string", "format": "date"}},
                "required": ["day"],
            },
        },
    }
]


@pytest.fixture(scope="module")
def official():
    with running() as sandbox, httpx.Client() as http:
        yield cohere.ClientV2(sandbox.key, base_url=sandbox.url, httpx_client=http)


@pytest.fixture(autouse=True)
def silent(caplog):
    """Fail if the client logs a warning: it drops fields that it cannot parse."""
    yield
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_chat(official):
    reply = official.chat(model=MODEL, messages=ASK)
    assert reply.finish_reason == "COMPLETE"
    assert "no model behind it" in reply.message.content[0].text
    assert reply.usage.billed_units.input_tokens == 11


def test_chat_stream(official):
    events = [*official.chat_stream(model=MODEL, messages=ASK)]
    text = "".join(
        event.delta.message.content.text
        for event in events
        if event.type == "content-delta"
    )
    assert text == official.chat(model=MODEL, messages=ASK).message.content[0].text
    assert [events[0].type, events[-1].type] == ["message-start", "message-end"]


def test_documents(official):
    stream = official.chat_stream(model=MODEL, messages=ASK, documents=DOCUMENTS)
    (cited,) = [event for event in stream if event.type == "citation-start"]
    citation = cited.delta.message.citations
    assert citation.text == "A refund takes 14 days."
    assert citation.sources[0].document == {
        "id": "policy",
        "text": "A refund takes 14 days.",
    }


def test_a_reasoning_model(official):
    reply = official.chat(model="command-a-reasoning-08-2025", messages=ASK)
    assert [block.type for block in reply.message.content] == ["thinking", "text"]


def test_tools_with_a_second_turn(official):
    first = official.chat(model=MODEL, messages=ASK, tools=TOOLS)
    (call,) = first.message.tool_calls
    assert call.function.arguments == '{"day": "2024-05-29"}'
    block = {"type": "document", "document": {"data": {"refund": "3 euros"}}}
    turns = [
        *ASK,
        first.message,
        {"role": "tool", "tool_call_id": call.id, "content": [block]},
    ]
    second = official.chat(model=MODEL, messages=turns, tools=TOOLS)
    assert second.message.content[0].text == "refund: 3 euros."
    (citation,) = second.message.citations
    assert citation.sources[0].id == f"{call.id}:0"
    assert citation.sources[0].tool_output == {"refund": "3 euros"}


def test_tools_stream(official):
    events = [*official.chat_stream(model=MODEL, messages=ASK, tools=TOOLS)]
    arguments = "".join(
        event.delta.message.tool_calls.function.arguments
        for event in events
        if event.type == "tool-call-delta"
    )
    assert arguments == '{"day": "2024-05-29"}'
    assert events[-1].delta.finish_reason == "TOOL_CALL"


def test_rerank(official):
    reply = official.rerank(
        model="rerank-v3.5", query="kite", documents=["a", "a kite"], top_n=1
    )
    assert [each.index for each in reply.results] == [1]
    assert reply.meta.billed_units.search_units == 1


def test_an_invalid_request(official):
    with pytest.raises(cohere.BadRequestError) as caught:
        official.rerank(model="rerank-v3.5", query="kite", documents=[])
    assert caught.value.body["message"] == (
        "invalid request: list of documents must not be empty"
    )


SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
}


def test_a_json_schema(official):
    wanted = {"type": "json_object", "json_schema": SCHEMA}
    asked = [{"role": "user", "content": "My friend John is 30. JSON, please."}]
    reply = official.chat(model=MODEL, messages=asked, response_format=wanted)
    assert json.loads(reply.message.content[0].text) == {"name": "John", "age": 30}


def test_a_reasoning_model_s_stream(official):
    wanted = {"model": "command-a-reasoning-08-2025", "messages": ASK}
    events = [*official.chat_stream(**wanted)]
    starts = [
        (event.index, event.delta.message.content.type)
        for event in events
        if event.type == "content-start"
    ]
    assert starts == [(0, "thinking"), (1, "text")]


def test_models(official):
    found = official.models.list(endpoint="rerank", default_only=True).models
    assert [model.name for model in found] == ["rerank-v3.5"]
    assert official.models.get(MODEL).context_length == 288_000


def test_tokenize(official):
    reply = official.tokenize(text="14 days", model=MODEL, offline=False)
    assert reply.token_strings == ["14", " days"]


def test_a_wrong_key():
    with running() as sandbox, httpx.Client() as http:
        other = cohere.ClientV2("other", base_url=sandbox.url, httpx_client=http)
        with pytest.raises(cohere.UnauthorizedError, match="Incorrect API key"):
            other.chat(model=MODEL, messages=ASK)


def test_many_at_once():
    async def converse():
        with running() as sandbox:
            async with httpx.AsyncClient() as http:
                client = cohere.AsyncClientV2(
                    sandbox.key, base_url=sandbox.url, httpx_client=http
                )
                reply, ranked, events = await asyncio.gather(
                    client.chat(model=MODEL, messages=ASK, documents=DOCUMENTS),
                    client.rerank(
                        model="rerank-v3.5", query="kite", documents=["a", "a kite"]
                    ),
                    streamed(client),
                )
                with pytest.raises(cohere.UnprocessableEntityError):
                    await client.chat(model="", messages=ASK, request_options=EXTRA)
        return reply, ranked, events

    async def streamed(client):
        wanted = {"model": MODEL, "messages": ASK, "tools": TOOLS}
        return [event async for event in client.chat_stream(**wanted)]

    reply, ranked, events = asyncio.run(converse())
    assert reply.message.citations[0].text == "A refund takes 14 days."
    assert ranked.results[0].index == 1
    assert events[-1].delta.finish_reason == "TOOL_CALL"


EXTRA = {"additional_body_parameters": {"nope": 1}}
