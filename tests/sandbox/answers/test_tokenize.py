import json

import pytest

TOKENIZE = "/v1/tokenize"


def test_tokens_of_a_text_are_returned(client):
    status, text = client.post(
        TOKENIZE, {"model": "command-a-03-2025", "text": "Refunds: 14 days"}
    )
    payload = json.loads(text)
    assert status == 200
    assert payload["token_strings"] == ["Refunds", ":", " 14", " days"]
    assert len(payload["tokens"]) == 4
    assert all(type(token) is int for token in payload["tokens"])
    assert payload["meta"] == {"api_version": {"version": "1"}}


def test_usage_counts_what_tokenize_counts(client):
    asked = "How long does a refund take, in days?"
    tokens = json.loads(
        client.post(TOKENIZE, {"model": "command-a-03-2025", "text": asked})[1]
    )
    turns = [{"role": "user", "content": asked}]
    payload = json.loads(
        client.post("/v2/chat", {"model": "command-a-03-2025", "messages": turns})[1]
    )
    assert payload["usage"]["tokens"]["input_tokens"] == len(tokens["tokens"])
    answer = {
        "model": "command-a-03-2025",
        "text": payload["message"]["content"][0]["text"],
    }
    tokens = json.loads(client.post(TOKENIZE, answer)[1])
    assert payload["usage"]["tokens"]["output_tokens"] == len(tokens["tokens"])


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"text": "a"}, 400, "a model parameter is required for this endpoint."),
        ({"model": "command-a-03-2025"}, 400, "invalid request: text is required"),
        ({"model": "command-a-03-2025", "text": ""}, 400, "invalid request: text must have from 1 to 65536 characters"),
        (
            {"model": "command-a-03-2025", "text": "x" * 65_537},
            400,
            "invalid request: text must have from 1 to 65536 characters",
        ),
        (
            {"model": "command-a-03-2025", "text": "a", "texts": []},
            422,
            "unknown field: parameter 'texts' is not a valid field. For proper usage, please refer to https://docs.cohere.com/reference/tokenize",
        ),
    ],
)  # fmt: skip
def test_an_invalid_text_is_rejected(client, body, status, message):
    got, text = client.post(TOKENIZE, body)
    assert (got, json.loads(text)["message"]) == (status, message)
