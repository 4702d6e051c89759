import json

import pytest

PATH = "/compatibility/v1/chat/completions"
ASK = [{"role": "user", "content": "The weather in Rome?"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
STOP = {"max_tokens": 2}


def ask(client, **body):
    status, text = client.post(
        PATH, {"model": "command-a-03-2025", "messages": ASK, **body}
    )
    assert status == 200, text
    return text


def test_a_stream_is_what_the_endpoint_sends(client):
    text = ask(client, stream=True, **STOP)
    name = json.loads(text.split("\n")[0].removeprefix("data: "))["id"]
    tail = '"created":1700000000,"model":"command-a-03-2025","object":"chat.completion.chunk"'

    def chunk(delta, reason="null", usage=""):
        choice = f'{{"index":0,"finish_reason":{reason},"delta":{delta}}}'
        return f'data: {{"id":"{name}","choices":[{choice}],{tail}{usage}}}\n\n'

    usage = ',"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}'
    assert text == (
        chunk('{"content":"","role":"assistant"}')
        + chunk('{"content":"This"}')
        + chunk('{"content":" is"}')
        + chunk("{}", '"length"', usage)
        + "data: [DONE]\n\n"
    )


def test_a_single_answer_is_what_the_endpoint_sends(client):
    text = ask(client, **STOP)
    assert text == (
        f'{{"id":"{json.loads(text)["id"]}","choices":[{{"index":0,"finish_reason":'
        '"length","message":{"role":"assistant","content":"This is"}}],'
        '"created":1700000000,"model":"command-a-03-2025","object":"chat.completion",'
        '"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}'
    )


def test_tool_calls_have_openai_s_format(client):
    (choice,) = json.loads(ask(client, tools=[TOOL]))["choices"]
    (call,) = choice["message"]["tool_calls"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    assert call["function"] == {"name": "get_weather", "arguments": '{"city": "Rome"}'}


def test_a_streamed_call_has_an_index(client):
    blocks = ask(client, tools=[TOOL], stream=True).split("\n\n")[:-2]
    chunks = [json.loads(block.removeprefix("data: ")) for block in blocks]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    (start, *pieces) = [d["tool_calls"][0] for d in deltas if "tool_calls" in d]
    assert (start["index"], start["type"]) == (0, "function")
    assert "".join(p["function"]["arguments"] for p in pieces) == '{"city": "Rome"}'


def test_a_tool_can_be_chosen_by_name(client):
    other = {"type": "function", "function": {"name": "other"}}
    choice = {"type": "function", "function": {"name": "other"}}
    payload = json.loads(ask(client, tools=[TOOL, other], tool_choice=choice))
    (call,) = payload["choices"][0]["message"]["tool_calls"]
    assert call["function"] == {"name": "other", "arguments": "{}"}


def test_a_tool_result_is_answered(client):
    call = {"id": "c", "type": "function", "function": {"name": "x", "arguments": "{}"}}
    turns = [
        {"role": "developer", "content": "Be brief."},
        *ASK,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "The weather is fine."},
    ]
    payload = json.loads(ask(client, messages=turns, tools=[TOOL]))
    assert payload["choices"][0]["message"]["content"] == "The weather is fine."
    assert payload["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "json_object", "schema": {"properties": {"city": {"const": "R"}}}},
        {
            "type": "json_schema",
            "json_schema": {"schema": {"properties": {"city": {"const": "R"}}}},
        },
    ],
)
def test_a_schema_is_read_from_both_forms(client, wanted):
    asked = [{"role": "user", "content": "Which city?"}]
    payload = json.loads(ask(client, messages=asked, response_format=wanted))
    assert payload["choices"][0]["message"]["content"] == '{"city":"R"}'


def test_additional_fields_of_openai_s_clients_are_ignored(client):
    ask(client, n=2, user="u", logprobs=True, stream_options={"include_usage": True})


def deltas(text):
    blocks = text.removesuffix("data: [DONE]\n\n").split("\n\n")[:-1]
    chunks = [json.loads(block.removeprefix("data: ")) for block in blocks]
    return [c["choices"][0]["delta"] for c in chunks if c["choices"]], chunks


def test_thinking_comes_before_the_text(client):
    body = {"reasoning_effort": "high", "stream": True}
    found, _ = deltas(ask(client, **body))
    names = [next(iter(delta), "") for delta in found]
    first = names.index("content", 1)
    assert set(names[1:first]) == {"reasoning_content"}
    assert set(names[first:-1]) == {"content"}
    thinking = "".join(delta.get("reasoning_content", "") for delta in found)
    assert thinking == "There is no model here that could think."
    (choice,) = json.loads(ask(client, reasoning_effort="high"))["choices"]
    assert choice["message"]["reasoning_content"] == thinking


def test_without_reasoning_effort_there_is_no_thinking(client):
    assert "reasoning" not in ask(client, reasoning_effort="none", stream=True)


def test_include_usage_adds_a_last_chunk_without_choices(client):
    wanted = {"stream": True, "stream_options": {"include_usage": True}}
    _, chunks = deltas(ask(client, **wanted, **STOP))
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"] == chunks[-2]["usage"]
    _, plain = deltas(ask(client, stream=True, stream_options={}, **STOP))
    assert plain == chunks[:-1]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"reasoning_effort": "low"},
            "invalid request: reasoning_effort must be one of 'none', 'high'",
        ),
        (
            {"tool_choice": "maybe"},
            "invalid request: tool_choice must be 'none', 'auto', 'required' or a function",
        ),
        (
            {"stream_options": {"include_usage": 1}},
            "invalid request: stream_options.include_usage must be true or false",
        ),
        (
            {"stream_options": "x"},
            "invalid request: stream_options.include_usage must be true or false",
        ),
        ({"tools": [{"type": "x"}]}, "invalid request: tools must be functions"),
        (
            {"messages": [{"role": "wizard", "content": "x"}]},
            (
                "invalid request: messages[0].role must be one of "
                "'system', 'user', 'assistant', 'tool'"
            ),
        ),
        (
            {"response_format": {"type": "xml"}},
            "invalid request: response_format must be of type text or json_object",
        ),
    ],
)
def test_unsupported_values_are_rejected(client, body, message):
    status, text = client.post(
        PATH, {"model": "command-a-03-2025", "messages": ASK, **body}
    )
    assert (status, json.loads(text)["message"]) == (400, message)
