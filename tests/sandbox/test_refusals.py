import json
import re

import pytest

ASK = [{"role": "user", "content": "Hi"}]
TOOL = {"type": "function", "function": {"name": "x", "parameters": {}}}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
CALLED = {"id": "c1", "type": "function", "function": {"name": "x", "arguments": "{}"}}
CALLS = {"role": "assistant", "tool_calls": [CALLED]}
TWICE = {"role": "assistant", "tool_calls": [CALLED, CALLED]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "1"}
NO_CALL_ID = "tool call id must be provided with tool message"
CHAT = "/v2/chat"
RERANK = "/v2/rerank"
COMPAT = "/compatibility/v1/chat/completions"
MODELS = {CHAT: "command-a-03-2025", COMPAT: "command-a-03-2025", RERANK: "rerank-v3.5"}
BASES = {
    CHAT: {"messages": ASK},
    COMPAT: {"messages": ASK},
    RERANK: {"query": "q", "documents": ["d"]},
}
UNKNOWN = (
    "unknown field: parameter '{}' is not a valid field. "
    "For proper usage, please refer to https://docs.cohere.com/{}"
)

NOT_FOUND = (
    "model '{}' not found, make sure the correct model ID was used and that you have "
    "access to the model."
)


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        (CHAT, {"nope": 1}, 422, UNKNOWN.format("nope", "reference/chat")),
        (
            CHAT,
            {"tools": [{**TOOL, "function": {**TOOL["function"], "strict": True}}]},
            422,
            UNKNOWN.format("strict", "reference/chat"),
        ),
        (RERANK, {"top_k": 1}, 422, UNKNOWN.format("top_k", "reference/rerank")),
        (COMPAT, {"documents": []}, 422, UNKNOWN.format("documents", "docs/compatibility-api")),
        (
            CHAT,
            {"temperature": 1.5},
            400,
            "invalid request: temperature must be between 0 and 1.0 inclusive.",
        ),
        (CHAT, {"p": 2}, 400, "invalid request: p must be less than or equal to 0.99"),
        (CHAT, {"messages": []}, 400, "invalid request: messages must have at least 1 entry"),
        (CHAT, {"documents": ["a", " "]}, 400, "invalid request: document at index 1 cannot be empty"),
        (CHAT, {"documents": [{"data": {}}]}, 400, "invalid request: document at index 0 cannot be empty"),
        (
            CHAT,
            {"documents": [{"id": "doc:1", "data": "a"}, "b"]},
            400,
            "invalid request: duplicate document ID",
        ),
        (
            CHAT,
            {"documents": ["a"], "response_format": {"type": "json_object"}},
            400,
            "invalid request: response_format is not supported with RAG.",
        ),
        (
            CHAT,
            {"tool_choice": "REQUIRED"},
            400,
            "invalid request: tool_choice cannot be REQUIRED if no tools are given",
        ),
        (CHAT, {"messages": [*ASK, RESULT]}, 400, "tool call id not found in previous tool calls"),
        (CHAT, {"messages": [RESULT, CALLS]}, 400, "tool call id not found in previous tool calls"),
        (CHAT, {"messages": [*ASK, CALLS, {"role": "tool", "content": "1"}]}, 400, NO_CALL_ID),
        (CHAT, {"messages": [*ASK, CALLS, {**RESULT, "tool_call_id": ""}]}, 400, NO_CALL_ID),
        (COMPAT, {"messages": [*ASK, CALLS, {"role": "tool", "content": "1"}]}, 400, NO_CALL_ID),
        (CHAT, {"messages": [TWICE]}, 400, "cannot have duplicate tool ids"),
        (CHAT, {"messages": [CALLS, RESULT, CALLS]}, 400, "cannot have duplicate tool ids"),
        (COMPAT, {"messages": [TWICE, RESULT]}, 400, "cannot have duplicate tool ids"),
        (
            CHAT,
            {"tools": [{"type": "function", "function": {"name": "1-x", "parameters": {}}}]},
            400,
            ("invalid request: tool name '1-x' may have only letters, digits and "
            "underscores, and may not start with a digit"),
        ),
        (
            CHAT,
            {"messages": [{"role": "user", "content": [IMAGE] * 21}]},
            400,
            "invalid request: a request may have at most 20 images",
        ),
        (RERANK, {"documents": []}, 400, "invalid request: list of documents must not be empty"),
        (
            RERANK,
            {"query": " \n"},
            400,
            "invalid request: query must not be empty or be only whitespace",
        ),
        (
            RERANK,
            {"documents": ["a"] * 10_001},
            400,
            "invalid request: too many documents: 10001, the maximum is 10000",
        ),
        (RERANK, {"documents": [{"text": "a"}]}, 400, "invalid request: documents[0] must be a string"),
    ],
)  # fmt: skip
def test_an_invalid_body_is_rejected_with_the_api_s_message(
    client, path, body, status, message
):
    got, text = client.post(path, {"model": MODELS[path], **BASES[path], **body})
    payload = json.loads(text)
    assert (got, payload["message"]) == (status, message)
    assert re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", payload["id"])


@pytest.mark.parametrize("path", [CHAT, RERANK, COMPAT])
def test_a_model_must_be_named(client, path):
    status, text = client.post(path, BASES[path])
    message = "a model parameter is required for this endpoint."
    assert (status, json.loads(text)["message"]) == (400, message)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("path", [CHAT, COMPAT])
def test_a_chat_model_that_no_list_has_is_not_found(client, path, stream):
    body = {"model": "command-q", "messages": ASK, "stream": stream}
    status, text = client.post(path, body)
    assert (status, json.loads(text)["message"]) == (404, NOT_FOUND.format("command-q"))


@pytest.mark.parametrize(
    ("path", "model", "status", "message"),
    [
        (RERANK, "rerank-v9", 404, NOT_FOUND.format("rerank-v9")),
        (RERANK, "command-a-03-2025", 404, NOT_FOUND.format("command-a-03-2025")),
        (CHAT, "rerank-v3.5", 404, NOT_FOUND.format("rerank-v3.5")),
        ("/v1/tokenize", "x", 404, NOT_FOUND.format("x")),
    ],
)  # fmt: skip
def test_a_model_of_another_endpoint_or_of_none_is_refused(
    client, path, model, status, message
):
    rest = BASES.get(path, {"text": "t"})
    got, text = client.post(path, {"model": model, **rest})
    assert (got, json.loads(text)["message"]) == (status, message)


@pytest.mark.parametrize("model", ["command-a-03-2025", "command-r", "tiny-aya-fire"])
def test_models_of_cohere_s_pages_are_answered(client, model):
    assert client.post(CHAT, {"model": model, "messages": ASK})[0] == 200


SYSTEM = {"role": "system", "content": "Be brief."}


@pytest.mark.parametrize("path", [CHAT, COMPAT])
@pytest.mark.parametrize(
    "turns",
    [[*ASK, SYSTEM], [*ASK, {"role": "assistant", "content": "Yes?"}, SYSTEM, *ASK]],
)
def test_a_system_message_that_is_not_first_is_answered(client, path, turns):
    assert client.post(path, {"model": MODELS[path], "messages": turns})[0] == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"NaN",
        b'{"model": NaN}',
        b'{"model": 1e999}',
        b"[" * 100_000,
        b"\xff",
        b"[]",
        b"1" * 9999,
    ],
)
def test_a_body_that_is_not_a_json_object_is_rejected(client, raw):
    status, headers, text = client.send("POST", CHAT, raw, Authorization="Bearer k")
    assert status == 400
    assert headers["content-type"] == "application/json"
    assert json.loads(text)["message"].startswith(("invalid json", "invalid request"))


def test_an_unpaired_surrogate_is_rejected(client):
    status, text = client.post(CHAT, {"model": "\ud800", "messages": ASK})
    assert status == 400
    assert "half of a surrogate pair" in text


def test_a_field_that_is_null_counts_as_absent(client):
    body = {"model": "command-a-03-2025", "messages": ASK, "tools": None, "seed": None}
    assert client.post(CHAT, body)[0] == 200
