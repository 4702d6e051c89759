"""Whether OpenAI's own client and `co compat` tell the same of the same server."""

import json

import pytest

openai = pytest.importorskip("openai")

ASK = {"role": "user", "content": "How warm is it in Paris? Answer in JSON."}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "enum": ["Rome", "Paris"]}},
    "required": ["city"],
}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
BODIES = {
    "text": {},
    "thinking": {"reasoning_effort": "high"},
    "tools": {"tools": [WEATHER]},
    "schema": {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "place", "schema": SCHEMA},
        }
    },
}


@pytest.fixture(scope="module")
def official(sandbox):
    base = f"{sandbox.url}/compatibility/v1"
    with openai.OpenAI(api_key=sandbox.key, base_url=base) as client:
        yield client.chat.completions


def shown(completion):
    """What there is to compare of a completion."""
    (choice,) = completion["choices"]
    message, usage = choice["message"], completion["usage"]
    calls = message.get("tool_calls") or ()
    return {
        "text": message["content"],
        "thinking": message.get("reasoning_content"),
        "calls": [
            (call["id"], call["function"]["name"], call["function"]["arguments"])
            for call in calls
        ],
        "finish_reason": choice["finish_reason"],
        "usage": [
            usage[f"{kind}_tokens"] for kind in ("prompt", "completion", "total")
        ],
    }


@pytest.mark.parametrize("kind", BODIES)
def test_both_tell_the_same_streamed_and_not(official, sandboxed, kind):
    body = {"model": "command-a-03-2025", "messages": [ASK], **BODIES[kind]}
    whole = shown(official.create(**body).model_dump())
    with official.stream(**body) as stream:
        streamed = shown(stream.get_final_completion().model_dump())
    for how, theirs in (("--stream", streamed), ("--no-stream", whole)):
        words = ("compat", "-f", "-", "-q", "-o", "json", how)
        run = sandboxed(*words, stdin=json.dumps(body).encode())
        assert run.returncode == 0, run.stderr
        assert shown(json.loads(run.stdout)) == theirs
    assert streamed == whole
