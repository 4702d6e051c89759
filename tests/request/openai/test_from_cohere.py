import pytest

from cohere_cli.api.protocol.requests import ChatBody, CompatBody, to_json
from cohere_cli.api.protocol.validation import validate
from cohere_cli.request.openai.from_cohere import to_openai
from cohere_cli.request.openai.losses import Loss

USER = {"role": "user", "content": "Hi"}
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
LOST = "left out"


def translated(body):
    compat = to_openai(validate(ChatBody, {"model": "m", **body}))
    expected = to_json(compat.body)
    assert validate(CompatBody, expected) == compat.body
    assert expected.pop("model") == "m"
    return expected, compat.losses


def openai(**more):
    expected, losses = translated({"messages": [USER], **more})
    assert expected.pop("messages") == [USER]
    return expected, losses


def turn(message):
    expected, losses = translated({"messages": [message]})
    [message] = expected["messages"]
    return message, losses


def a_tool(**more):
    return {"type": "function", "function": {"name": "f", "parameters": SCHEMA, **more}}


def a_call(arguments="{}"):
    return {"id": "1", "type": "function", "function": {"name": "f", "arguments": arguments}}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"stream": False}, {"stream": False}),
        ({"p": 0.5}, {"top_p": 0.5}),
        ({"max_tokens": 5, "seed": 7}, {"max_tokens": 5, "seed": 7}),
        ({"stop_sequences": ["END"]}, {"stop": ["END"]}),
        ({"temperature": 0.3, "frequency_penalty": 0.1, "presence_penalty": 1}, {"temperature": 0.3, "frequency_penalty": 0.1, "presence_penalty": 1.0}),
        ({"thinking": {"type": "disabled"}}, {"reasoning_effort": "none"}),
        ({"thinking": {"type": "enabled"}}, {"reasoning_effort": "high"}),
        ({"response_format": {"type": "text"}}, {"response_format": {"type": "text"}}),
        (
            {"response_format": {"type": "json_object", "json_schema": SCHEMA}},
            {"response_format": {"type": "json_object", "schema": SCHEMA}},
        ),
        ({"tools": [a_tool(description="d")]}, {"tools": [a_tool(description="d")]}),
        ({"tools": [a_tool()], "strict_tools": True}, {"tools": [a_tool(strict=True)]}),
        ({"tool_choice": "NONE"}, {"tool_choice": "none"}),
        ({"tools": [a_tool()], "tool_choice": "REQUIRED"}, {"tools": [a_tool()], "tool_choice": "required"}),
        ({"documents": [], "k": 0, "priority": 0, "logprobs": False}, {}),
        ({"strict_tools": False}, {}),
    ],
)  # fmt: skip
def test_a_field_translates_to_openai_without_loss(fields, expected):
    assert openai(**fields) == (expected, ())


@pytest.mark.parametrize(
    ("fields", "expected", "loss"),
    [
        ({"documents": ["x"]}, {}, Loss("documents", LOST, "answers cannot be grounded in documents")),
        ({"citation_options": {"mode": "FAST"}}, {}, Loss("citation_options", LOST, "answers have no citations")),
        ({"safety_mode": "OFF"}, {}, Loss("safety_mode", LOST, "the safety mode cannot be set")),
        ({"k": 3}, {}, Loss("k", LOST, "only top_p limits sampling")),
        ({"priority": 3}, {}, Loss("priority", LOST, "requests have no priority")),
        ({"logprobs": True}, {}, Loss("logprobs", LOST, "log probabilities are not returned")),
        ({"strict_tools": True}, {}, Loss("strict_tools", LOST, "no tools are declared")),
        (
            {"thinking": {"type": "enabled", "token_budget": 9}},
            {"reasoning_effort": "high"},
            Loss("thinking.token_budget", LOST, "thinking has no token budget"),
        ),
    ],
)  # fmt: skip
def test_a_field_that_openai_cannot_express_is_a_loss(fields, expected, loss):
    assert openai(**fields) == (expected, (loss,))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"role": "system", "content": [{"type": "text", "text": "x"}]}, {"role": "system", "content": [{"type": "text", "text": "x"}]}),
        (
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}]},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u"}}]},
        ),
        ({"role": "assistant", "tool_plan": "I will.", "tool_calls": [a_call()]}, {"role": "assistant", "content": "I will.", "tool_calls": [a_call()]}),
        (
            {"role": "assistant", "content": [{"type": "text", "text": ""}], "tool_plan": "I will.", "tool_calls": [a_call()]},
            {"role": "assistant", "content": "I will.", "tool_calls": [a_call()]},
        ),
        ({"role": "assistant", "tool_calls": [{"id": "1"}]}, {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "", "arguments": "{}"}}]}),
        (
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "x"}]},
            {"role": "assistant", "content": "x", "reasoning_content": "hm"},
        ),
        ({"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}]}, {"role": "assistant", "reasoning_content": "hm"}),
        ({"role": "assistant", "content": [{"type": "text", "text": "x"}]}, {"role": "assistant", "content": [{"type": "text", "text": "x"}]}),
        ({"role": "tool", "tool_call_id": "1", "content": "x"}, {"role": "tool", "tool_call_id": "1", "content": "x"}),
        (
            {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "x"}]},
            {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "x"}]},
        ),
    ],
)  # fmt: skip
def test_a_message_translates_to_openai_without_loss(message, expected):
    assert turn(message) == (expected, ())


def a_result(document):
    blocks = [{"type": "document", "document": document}]
    return {"role": "tool", "tool_call_id": "1", "content": blocks}


def a_text(text):
    return {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": text}]}  # fmt: skip


@pytest.mark.parametrize(
    ("message", "expected", "loss"),
    [
        (
            {"role": "assistant", "content": "x", "citations": [{"start": 0}]},
            {"role": "assistant", "content": "x"},
            Loss("messages[0].citations", LOST, "messages have no citations"),
        ),
        (
            {"role": "assistant", "tool_plan": "I will."},
            {"role": "assistant", "content": "I will."},
            Loss("messages[0].tool_plan", "sent as text", "no tool call follows it"),
        ),
        (
            {"role": "assistant", "content": "x", "tool_plan": "I will.", "tool_calls": [a_call()]},
            {"role": "assistant", "content": "x", "tool_calls": [a_call()]},
            Loss("messages[0].tool_plan", LOST, "the text takes precedence"),
        ),
        (
            {"role": "assistant", "content": [{"type": "text", "text": "x"}, {"type": "thinking", "thinking": "hm"}]},
            {"role": "assistant", "content": "x", "reasoning_content": "hm"},
            Loss("messages[0].content", "joined", "thinking is one text before the answer"),
        ),
        (
            a_result({"id": "d", "data": {"città": 1}}),
            a_text('{"città": 1}'),
            Loss("messages[0].content[0]", "sent as text", "text blocks cannot be cited"),
        ),
        (
            a_result({"data": "x"}),
            a_text("x"),
            Loss("messages[0].content[0]", "sent as text", "text blocks cannot be cited"),
        ),
    ],
)  # fmt: skip
def test_a_part_of_a_message_without_a_counterpart_is_a_loss(message, expected, loss):
    assert turn(message) == (expected, (loss,))
