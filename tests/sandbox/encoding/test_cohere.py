import json

import pytest

AUTH = {"Authorization": "bearer any-key", "Accept": "application/json"}
ASK = [{"role": "user", "content": "How long does a refund take?"}]
POLICY = {"id": "policy", "data": {"text": "Refunds take 14 days."}}
TOOL = {
    "type": "function",
    "function": {"name": "refund", "parameters": {"type": "object", "properties": {}}},
}
SOURCE = (
    '{"type":"document","id":"policy",'
    '"document":{"id":"policy","text":"Refunds take 14 days."}}'
)


def stream(client, **body):
    sent = json.dumps(
        {"model": "command-a-03-2025", "messages": ASK, "stream": True, **body}
    ).encode()
    status, headers, text = client.send("POST", "/v2/chat", sent, **AUTH)
    assert (status, headers["content-type"]) == (200, "text/event-stream")
    assert text.endswith(b"}\n\ndata: [DONE]\n\n")
    return text.decode()


def events(text):
    """Return each event's data; its `event:` line must have the same type."""
    found = []
    for block in text.removesuffix("data: [DONE]\n\n").split("\n\n")[:-1]:
        kind, data = block.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert kind == f"event: {found[-1]['type']}"
    return found


def kinds(text):
    return [event["type"] for event in events(text)]


def deltas(text, key):
    messages = (event.get("delta", {}).get("message", {}) for event in events(text))
    return [each[key] for each in messages if key in each]


def test_a_stream_is_what_the_api_sends(client):
    text = stream(client, documents=[POLICY])
    start, rest = text.split("\n\n", 1)
    name = json.loads(start.partition("data: ")[2])["id"]
    assert start == (
        "event: message-start\n"
        f'data: {{"id":"{name}","type":"message-start","delta":{{"message":'
        '{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],'
        '"citations":[]}}}'
    )
    words = ["Refunds", " take", " 14", " days", "."]
    assert rest == (
        "event: content-start\n"
        'data: {"type":"content-start","index":0,"delta":{"message":{"content":'
        '{"type":"text","text":""}}}}\n\n'
        + "".join(
            "event: content-delta\n"
            'data: {"type":"content-delta","index":0,"delta":{"message":{"content":'
            f'{{"text":"{word}"}}}}}}}}\n\n'
            for word in words
        )
        + "event: citation-start\n"
        'data: {"type":"citation-start","index":0,"delta":{"message":{"citations":'
        '{"start":0,"end":21,"text":"Refunds take 14 days.",'
        f'"sources":[{SOURCE}],"type":"TEXT_CONTENT"}}}}}}}}\n\n'
        "event: citation-end\n"
        'data: {"type":"citation-end","index":0}\n\n'
        "event: content-end\n"
        'data: {"type":"content-end","index":0}\n\n'
        "event: message-end\n"
        'data: {"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":'
        '{"billed_units":{"input_tokens":34,"output_tokens":5},'
        '"tokens":{"input_tokens":34,"output_tokens":5},"cached_tokens":0}}}\n\n'
        "data: [DONE]\n\n"
    )


def test_a_single_answer_is_what_the_api_sends(client):
    body = {"model": "command-a-03-2025", "messages": ASK, "documents": [POLICY]}
    status, text = client.post("/v2/chat", body)
    assert status == 200
    assert text == (
        f'{{"id":"{json.loads(text)["id"]}","message":{{"role":"assistant","content":'
        '[{"type":"text","text":"Refunds take 14 days."}],"citations":[{"start":0,'
        f'"end":21,"text":"Refunds take 14 days.","sources":[{SOURCE}],'
        '"type":"TEXT_CONTENT"}]},"finish_reason":"COMPLETE","usage":{"billed_units":'
        '{"input_tokens":34,"output_tokens":5},"tokens":{"input_tokens":34,'
        '"output_tokens":5},"cached_tokens":0}}'
    )


def test_the_same_request_gets_the_same_bytes(client):
    assert stream(client) == stream(client)


@pytest.mark.parametrize("mode", ["OFF", "disabled"])
def test_citations_can_be_switched_off(client, mode):
    text = stream(client, documents=[POLICY], citation_options={"mode": mode})
    assert "citation-start" not in kinds(text)


@pytest.mark.parametrize("mode", ["fast", "ACCURATE"])
def test_only_accurate_citations_come_after_the_text(client, mode):
    two = [POLICY, "A refund can take long."]
    found = kinds(stream(client, documents=two, citation_options={"mode": mode}))
    after = found[found.index("citation-start") :]
    assert ("content-delta" in after) == (mode == "fast")


def test_a_citation_comes_right_after_the_text_it_covers(client):
    text = stream(client, documents=[POLICY, "A refund can take long."])
    length = 0
    for event in events(text):
        message = event.get("delta", {}).get("message", {})
        if "index" in event:
            length += len(message.get("content", {}).get("text", ""))
        if event["type"] == "citation-start":
            assert message["citations"]["end"] == length


def test_a_reasoning_model_thinks_in_block_0_and_cites_block_1(client):
    text = stream(client, model="command-a-reasoning-08-2025", documents=[POLICY])
    starts = [e for e in events(text) if e["type"] == "content-start"]
    assert [e["index"] for e in starts] == [0, 1]
    assert [c["type"] for c in deltas(text, "content")[1:] if "type" in c] == [
        "thinking",
        "text",
    ]
    assert [c["content_index"] for c in deltas(text, "citations")[1:]] == [1]


def test_thinking_can_be_switched_off(client):
    text = stream(client, model="command-a-plus-05-2026", thinking={"type": "disabled"})
    assert "thinking" not in text


def test_a_tool_call_streams_its_plan_and_arguments(client):
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    }
    function = {"name": "get_weather", "parameters": schema}
    asked = [{"role": "user", "content": "The weather in Rome?"}]
    tools = [{"type": "function", "function": function}]
    text = stream(client, messages=asked, tools=tools)
    assert "".join(deltas(text, "tool_plan")) == "I will call get_weather for this."
    _, start, *pieces = deltas(text, "tool_calls")
    assert start["id"].startswith("get_weather_")
    assert start["function"] == {"name": "get_weather", "arguments": ""}
    written = "".join(piece["function"]["arguments"] for piece in pieces)
    assert written == '{"city": "Rome"}'
    assert kinds(text)[-2:] == ["tool-call-end", "message-end"]
    assert events(text)[-1]["delta"]["finish_reason"] == "TOOL_CALL"


def test_a_tool_without_parameters_is_called_with_null_in_one_event(client):
    body = {"model": "command-a-03-2025", "messages": ASK, "tools": [TOOL]}
    message = json.loads(client.post("/v2/chat", body)[1])["message"]
    assert [*message] == ["role", "tool_plan", "tool_calls"]
    assert message["tool_calls"][0]["function"]["arguments"] == "null"
    assert "tool-call-delta" not in kinds(stream(client, tools=[TOOL]))


def test_tool_choice_none_calls_nothing(client):
    assert "tool-call-start" not in stream(client, tools=[TOOL], tool_choice="NONE")


def test_a_tool_s_result_is_cited(client):
    turns = [
        *ASK,
        {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function"}]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"days": 14}'},
    ]
    text = stream(client, messages=turns, tools=[TOOL])
    assert deltas(text, "citations")[1:] == [
        {
            "start": 6,
            "end": 8,
            "text": "14",
            "sources": [{"type": "tool", "id": "c1:0", "tool_output": {"days": 14}}],
            "type": "TEXT_CONTENT",
        }
    ]


def reply(client, **body):
    payload = json.loads(
        client.post("/v2/chat", {"model": "command-a-03-2025", **body})[1]
    )
    return payload["message"]["content"][-1]["text"], payload


@pytest.mark.parametrize("name", ["json_schema", "schema"])
def test_a_schema_is_filled(client, name):
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    }
    wanted = {"type": "json_object", name: schema}
    asked = [{"role": "user", "content": "My friend John is 30"}]
    text, _ = reply(client, messages=asked, response_format=wanted)
    assert text == '{"name":"John","age":30}'


def test_json_without_a_schema_is_an_object(client):
    text, _ = reply(client, messages=ASK, response_format={"type": "json_object"})
    assert "no model" in json.loads(text)["answer"]


def test_max_tokens_truncates_the_text(client):
    text, payload = reply(client, messages=ASK, documents=[POLICY], max_tokens=3)
    assert (text, payload["finish_reason"]) == ("Refunds take 14", "MAX_TOKENS")
    assert "citations" not in payload["message"]
    assert payload["usage"]["billed_units"]["output_tokens"] == 3


def test_a_stop_sequence_is_not_returned(client):
    text, payload = reply(
        client, messages=ASK, documents=[POLICY], stop_sequences=["14"]
    )
    assert (text, payload["finish_reason"]) == ("Refunds take ", "STOP_SEQUENCE")


def test_each_token_has_logprobs(client):
    _, payload = reply(client, messages=ASK, documents=[POLICY], logprobs=True)
    assert [item["text"] for item in payload["logprobs"]] == [
        "Refunds",
        " take",
        " 14",
        " days",
        ".",
    ]


def test_images_are_described_by_type_and_size(client):
    content = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "image_url", "image_url": {"url": "https://example.com/x.png"}},
    ]
    text, _ = reply(client, messages=[{"role": "user", "content": content}])
    assert text.startswith(
        "You sent 2 images: image/png, 3 bytes; https://example.com/x.png. This is the "
    )


def test_any_other_prompt_gets_a_description_of_the_sandbox(client):
    assert "no model behind it" in reply(client, messages=ASK)[0]


def test_an_unpaired_surrogate_in_a_tool_result_is_replaced(client):
    asked = {"role": "assistant", "tool_calls": [{"id": "c"}]}
    result = {"role": "tool", "tool_call_id": "c", "content": '{"a": "x\\ud800y"}'}
    text, payload = reply(client, messages=[*ASK, asked, result])
    assert text == '{"a": "x\\ud800y"}.'
    assert payload["message"]["citations"][0]["text"] == text[:-1]
