import json

import pytest

AUTH = {"Authorization": "Bearer k"}
COMMAND_A = {
    "name": "command-a-03-2025",
    "is_deprecated": False,
    "endpoints": ["chat"],
    "finetuned": False,
    "context_length": 288_000,
    "default_endpoints": ["chat"],
    "features": [
        "json_mode",
        "json_schema",
        "safety_modes",
        "tools",
        "citations",
        "strict_tools",
        "tool_choice",
    ],
}


def get(client, path):
    status, _, text = client.send("GET", path, **AUTH)
    return status, json.loads(text)


def names(client, query):
    status, page = get(client, f"/v1/models?{query}")
    assert status == 200, page
    return [model["name"] for model in page["models"]]


def test_a_model_is_described(client):
    assert get(client, "/v1/models/command-a-03-2025") == (200, COMMAND_A)


def test_the_list_has_the_same_objects_as_a_single_model(client):
    assert COMMAND_A in get(client, "/v1/models")[1]["models"]


def test_models_are_listed_by_endpoint(client):
    assert names(client, "endpoint=rerank") == [
        "rerank-v4.0-pro",
        "rerank-v4.0-fast",
        "rerank-v3.5",
        "rerank-english-v3.0",
        "rerank-multilingual-v3.0",
    ]
    assert names(client, "endpoint=embed") == []


def test_each_endpoint_has_one_default(client):
    assert names(client, "endpoint=chat&default_only=true") == ["command-a-03-2025"]
    assert names(client, "endpoint=rerank&default_only=true") == ["rerank-v3.5"]


@pytest.mark.parametrize(("size", "count"), [(1, 14), (4, 4), (13, 2), (14, 1)])
def test_the_pages_make_up_the_list(client, size, count):
    found, token, pages = [], "", 0
    while token is not None:
        _, page = get(client, f"/v1/models?page_size={size}&page_token={token}")
        found += page["models"]
        token = page.get("next_page_token")
        pages += 1
    assert (pages, found) == (count, get(client, "/v1/models")[1]["models"])


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/v1/models?page_size=0", 400, "invalid request: page_size must be between 1 and 1000"),
        ("/v1/models?page_size=1001", 400, "invalid request: page_size must be between 1 and 1000"),
        (f"/v1/models?page_size={'9' * 5000}", 400, "invalid request: page_size must be between 1 and 1000"),
        ("/v1/models?page_size=x", 400, "invalid request: page_size must be between 1 and 1000"),
        ("/v1/models?page_token=!", 400, "invalid request: page_token is not valid for this list"),
        ("/v1/models?endpoint=rerank&page_token=command-a-03-2025", 400, "invalid request: page_token is not valid for this list"),
        ("/v1/models?default_only=yes", 400, "invalid request: default_only must be true or false"),
        (
            "/v1/models?endpoint=sing",
            400,
            "invalid request: endpoint must be one of chat, embed, classify, summarize, generate, rerank, rate, fine-tuning, transcriptions",
        ),
        (
            "/v1/models/no%20body",
            404,
            "model 'no body' not found, make sure the correct model ID was used and that you have access to the model.",
        ),
        ("/v1/models/", 404, "404 page not found"),
        ("/v1/models/a/b", 404, "404 page not found"),
    ],
)  # fmt: skip
def test_an_invalid_query_or_unknown_model_is_rejected(client, path, status, message):
    got, payload = get(client, path)
    assert (got, payload["message"]) == (status, message)


def test_the_compatible_list_has_openai_s_format(client):
    status, payload = get(client, "/compatibility/v1/models")
    assert (status, [*payload]) == (200, ["object", "data"])
    assert payload["data"][1] == {
        "id": "command-a-03-2025",
        "object": "model",
        "created": 1700000000,
        "owned_by": "cohere",
    }
    one = get(client, "/compatibility/v1/models/command-a-03-2025")
    assert one == (200, payload["data"][1])


@pytest.mark.parametrize("path", ["/v1/models", "/compatibility/v1/models"])
def test_models_need_a_key(client, path):
    assert client.send("GET", path)[0] == 401
    assert client.send("POST", path, **AUTH)[0] == 405
