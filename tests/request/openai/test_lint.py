import json
import re

import pytest

from cohere_cli.request.openai.fields import FIELDS
from cohere_cli.request.openai.lint import Finding, lint, lint_fields

LISTED = """
model messages stream response_format tools temperature max_tokens stop seed top_p
frequency_penalty presence_penalty
"""
NOT_LISTED = "not documented by Cohere, but widely sent"
NATIVE = "a field of Cohere's own API"
EMBED = "an embeddings field"
NEWER = "not documented by Cohere"


@pytest.mark.parametrize("name", LISTED.split())
def test_a_field_that_cohere_documents_is_supported(name):
    assert lint_fields({name: 1}) == (Finding(name, "supported"),)


@pytest.mark.parametrize(
    ("name", "value", "verdict", "why", "instead"),
    [
        ("reasoning_effort", "none", "supported", "thinking off", ""),
        ("reasoning_effort", "high", "supported", "thinking on", ""),
        ("reasoning_effort", "low", "refused", "must be none or high", ""),
        ("reasoning_effort", "medium", "refused", "must be none or high", ""),
        ("reasoning_effort", 1, "refused", "must be none or high", ""),
        ("max_completion_tokens", 1, "supported", NOT_LISTED, "max_tokens"),
        ("tool_choice", "auto", "supported", "the default", ""),
        ("tool_choice", "none", "supported", NOT_LISTED, "co chat --tool-choice none"),
        ("tool_choice", "required", "supported", NOT_LISTED, "co chat --tool-choice required"),
        ("tool_choice", "any", "refused", "must be auto or none or required", ""),
        ("store", True, "ignored", "answers are not stored", ""),
        ("metadata", {"a": "b"}, "ignored", "metadata is not stored", ""),
        ("logit_bias", {"50256": -100}, "ignored", "token biases are not supported", ""),
        ("top_logprobs", 2, "ignored", "only the chosen token's is returned", "co chat --logprobs"),
        ("n", 2, "ignored", "one answer per request", "several calls with different seeds"),
        ("modalities", ["text"], "ignored", "answers are text only", ""),
        ("prediction", {"type": "content"}, "ignored", "predicted outputs are not supported", ""),
        ("audio", {"voice": "ash"}, "ignored", "answers are text only", ""),
        ("service_tier", "flex", "ignored", "there are no service tiers", ""),
        ("parallel_tool_calls", False, "ignored", "the model decides", ""),
        ("logprobs", True, "ignored", "not returned here", "co chat --logprobs"),
        ("user", "ada", "ignored", "users are not identified", ""),
        ("stream_options", {"include_usage": True}, "ignored", "usage is always in the last chunk", ""),
        ("functions", [], "refused", "deprecated", "tools"),
        ("function_call", "auto", "refused", "deprecated", "tool_choice"),
        ("safety_identifier", "x", "refused", NEWER, ""),
        ("prompt_cache_key", "x", "refused", NEWER, ""),
        ("prompt_cache_retention", "24h", "refused", NEWER, ""),
        ("verbosity", "low", "refused", NEWER, ""),
        ("web_search_options", {}, "refused", NEWER, "co chat -d FILE, with the search results"),
        ("documents", ["x"], "refused", NATIVE, "co chat -d FILE"),
        ("citation_options", {}, "refused", NATIVE, "co chat --citations MODE"),
        ("safety_mode", "OFF", "refused", NATIVE, "co chat --safety MODE"),
        ("k", 1, "refused", NATIVE, "co chat --top-k N"),
        ("p", 0.5, "refused", NATIVE, "top_p"),
        ("stop_sequences", ["x"], "refused", NATIVE, "stop"),
        ("strict_tools", True, "refused", NATIVE, "tools[].function.strict"),
        ("thinking", {}, "refused", NATIVE, "reasoning_effort"),
        ("priority", 1, "refused", NATIVE, "co chat --priority N"),
        ("connectors", [], "refused", "a field of Cohere's first API", "co chat -d FILE"),
        ("top_k", 5, "refused", "a field of other servers", "co chat --top-k N"),
        ("min_p", 0.1, "refused", "a field of other servers", "top_p"),
        ("repetition_penalty", 1.1, "refused", "a field of other servers", "frequency_penalty"),
        ("dimensions", 256, "refused", EMBED, ""),
        ("input_type", "image", "refused", EMBED, ""),
        ("images", ["x"], "refused", EMBED, "messages[].content[].image_url"),
        ("truncate", "END", "refused", EMBED, ""),
        ("temprature", 1, "refused", "no such field, did you mean 'temperature'?", "temperature"),
        ("xyzzy", 1, "refused", "no such field", ""),
        ("\x1b[2J\n", 1, "refused", "no such field", ""),
    ],
)  # fmt: skip
def test_any_other_field_is_reported_with_the_reason(
    name, value, verdict, why, instead
):
    path = name if name.isprintable() else f"[{json.dumps(name)}]"
    assert lint_fields({name: value}) == (Finding(path, verdict, why, instead),)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            {"messages": [{"role": "developer", "content": "x"}]},
            Finding("messages[0].role", "supported", "same as system"),
        ),
        (
            {"messages": [{"role": "function", "name": "f", "content": "x"}]},
            Finding("messages[0].role", "refused", "deprecated", "role tool"),
        ),
        (
            {"messages": [{"role": "bot"}]},
            Finding("messages[0].role", "refused", "must be system or developer or user or assistant or tool"),
        ),
        (
            {"messages": [{"role": "user", "content": "x", "name": "ada"}]},
            Finding("messages[0].name", "ignored", "participants have no names"),
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "u", "detail": "low"}}]}]},
            Finding("messages[0].content[0].type", "supported", "needs a vision model"),
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}]},
            Finding("messages[0].content[0].type", "refused", "audio input is not supported"),
        ),
        (
            {"messages": [{"role": "user", "content": [{"file": {}, "type": "file"}]}]},
            Finding("messages[0].content[0].type", "refused", "text or images only", "co chat -d FILE"),
        ),
        (
            {"messages": [{"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}]},
            Finding("messages[0].content[0].type", "refused", "text or images only", "type text"),
        ),
        (
            {"messages": [{"role": "assistant", "refusal": "no"}]},
            Finding("messages[0].refusal", "ignored", "refusals are not marked", "content"),
        ),
        (
            {"messages": [{"role": "assistant", "annotations": []}]},
            Finding("messages[0].annotations", "ignored", "part of a response, not of a request"),
        ),
        (
            {"messages": [{"role": "assistant", "audio": {"id": "x"}}]},
            Finding("messages[0].audio", "ignored", "answers are text only"),
        ),
        (
            {"messages": [{"role": "assistant", "reasoning_content": "hm"}]},
            Finding("messages[0].reasoning_content", "ignored", "earlier thinking is not accepted", "co chat -f FILE"),
        ),
        (
            {"messages": [{"role": "assistant", "reasoning": "hm"}]},
            Finding("messages[0].reasoning", "ignored", "earlier thinking is not accepted", "co chat -f FILE"),
        ),
        (
            {"messages": [{"role": "assistant", "function_call": {"name": "f"}}]},
            Finding("messages[0].function_call", "refused", "deprecated", "tool_calls"),
        ),
        (
            {"tools": [{"type": "function", "function": {"name": "f", "strict": True}}]},
            Finding("tools[0].function.strict", "supported", "calls match the schema"),
        ),
        (
            {"tools": [{"type": "custom", "custom": {"name": "f"}}]},
            Finding("tools[0].type", "refused", "only function tools are supported", "type function"),
        ),
        (
            {"tools": [{"type": "function", "function": {"nmae": "f"}}]},
            Finding("tools[0].function.nmae", "refused", "no such field, did you mean 'name'?", "name"),
        ),
        (
            {"tool_choice": {"type": "allowed_tools", "allowed_tools": {}}},
            Finding("tool_choice.type", "refused", "must be function"),
        ),
        (
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}},
            Finding("response_format.type", "refused", "the schema takes no wrapper", '{"type": "json_object", "schema": ...}'),
        ),
        (
            {"response_format": {"type": "json_object", "json_schema": {}}},
            Finding("response_format.json_schema", "refused", "the schema takes no wrapper", "schema"),
        ),
    ],
)  # fmt: skip
def test_a_nested_field_is_listed_if_there_is_a_reason(body, found):
    assert lint_fields(body)[1:] == (found,)


def test_a_supported_body_is_listed_field_by_field_in_its_own_order():
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    schema = {"type": "object", "properties": {"n": {"role": "function"}}}
    body = {
        "tools": [
            {"type": "function", "function": {"name": "f", "parameters": schema}}
        ],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "response_format": {"type": "json_object", "schema": schema},
        "messages": [
            {"role": "system", "content": "x", "name": None},
            {"role": "user", "content": [{"type": "text", "text": "x"}]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "1", "content": "x"},
        ],
        "n": None,
        "model": "m",
    }
    assert lint_fields(body) == (
        Finding("tools", "supported"),
        Finding("tool_choice", "supported", NOT_LISTED, "co chat --tool-choice"),
        Finding("response_format", "supported"),
        Finding("messages", "supported"),
        Finding("model", "supported"),
    )


@pytest.mark.parametrize(
    "messages", ["x", 1, {}, [], [1, None], [[{"role": "x"}]], [[[]]]]
)
def test_a_body_of_wrong_types_is_listed_as_far_as_possible(messages):
    assert lint_fields({"messages": messages}) == (Finding("messages", "supported"),)


def test_a_refused_field_hides_only_its_own_fields():
    body = {"type": "x", "messages": [{"type": "x", "role": "developer"}], "model": "m"}
    assert lint_fields(body) == (
        Finding("type", "refused", "no such field"),
        Finding("messages", "supported"),
        Finding("messages[0].type", "refused", "no such field"),
        Finding("messages[0].role", "supported", "same as system"),
        Finding("model", "supported"),
    )


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.path)
def test_each_row_of_the_table_applies_to_its_body(field):
    path, _, value = field.path.partition("=")
    body = value or 1
    for step in reversed(re.findall(r"\w+|\[\]", path)):
        body = [body] if step == "[]" else {step: body}
    row = (path.replace("[]", "[0]"), field.verdict, field.why, field.instead)
    rows = [
        (each.path, each.verdict, each.why, each.instead) for each in lint_fields(body)
    ]
    wrapped = path.startswith("response_format.json_schema.")
    is_silent = field.verdict == "supported" and not field.why and "." in path
    assert (row in rows) != (wrapped or is_silent)


MESSAGES = [{"role": "user", "content": "x"}]


@pytest.mark.parametrize(
    ("body", "path", "why"),
    [
        ({"messages": MESSAGES}, "model", "it is missing"),
        ({"model": "m"}, "messages", "it is missing"),
        ({"model": "m", "messages": []}, "messages", "it must have at least 1 entry"),
        ({"model": "m", "messages": "x"}, "messages", "it must be an array"),
        ({"model": "m", "messages": [{"content": "x"}]}, "messages[0].role", "it is missing"),
        ({"model": "m", "messages": [{"role": "user"}]}, "messages[0].content", "it is missing"),
        ({"model": "m", "messages": MESSAGES, "temperature": "hot"}, "temperature", "it must be a number"),
        ({"model": "m", "messages": MESSAGES, "top_p": 2}, "top_p", "it must be less than or equal to 1"),
        ({"model": "m", "messages": MESSAGES, "stop": [1]}, "stop[0]", "it must be a string"),
        ({"model": "m", "messages": MESSAGES, "tools": [{"type": "function"}]}, "tools[0].function", "it is missing"),
    ],
)  # fmt: skip
def test_a_field_of_the_wrong_type_is_refused_too(body, path, why):
    assert lint(body)[-1] == Finding(path, "refused", why)


@pytest.mark.parametrize(
    "body",
    [
        {"model": "m", "messages": MESSAGES, "reasoning_effort": 1},
        {"model": "m", "messages": [{"role": "function", "content": "x"}]},
        {"model": "m", "messages": MESSAGES, "documents": 5},
        {"model": "m", "messages": MESSAGES, "seed": 1},
    ],
)
def test_a_refused_field_is_listed_once(body):
    assert lint(body) == lint_fields(body)


def test_the_table_has_each_field_once_and_a_reason_for_what_is_not_supported():
    assert len({field.path for field in FIELDS}) == len(FIELDS)
    assert all(field.why for field in FIELDS if field.verdict != "supported")
