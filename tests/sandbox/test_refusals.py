import json
import re

import pytest

ASK = [{"role": "user", "content": "Hi"}]
TOOL = {"type": "function", "function": {"name": "x", "parameters": {}}}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
CHAT = "/v2/chat"
RERANK = "/v2/rerank"
COMPAT = "/compatibility/v1/chat/completions"
UNKNOWN = (
    "unknown field: parameter '{}' is not a valid field. "
    "For proper usage, please refer to https://docs.cohere.com/{}"
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
        (
            CHAT,
            {"messages": [*ASK, {"role": "system", "content": "s"}]},
            400,
            "invalid request: system turn must be the first in the list",
        ),
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
    base = {"query": "q", "documents": ["d"]} if path == RERANK else {"messages": ASK}
    got, text = client.post(path, {"model": "m", **base, **body})
    payload = json.loads(text)
    assert (got, payload["message"]) == (status, message)
    assert re.fullmatch(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", payload["id"])


@pytest.mark.parametrize("path", [CHAT, RERANK, COMPAT])
def test_a_model_must_be_named(client, path):
    rest = {"query": "q", "documents": ["d"]} if path == RERANK else {"messages": ASK}
    status, text = client.post(path, rest)
    message = "a model parameter is required for this endpoint."
    assert (status, json.loads(text)["message"]) == (400, message)


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
    body = {"model": "m", "messages": ASK, "tools": None, "seed": None}
    assert client.post(CHAT, body)[0] == 200
