"""Converts requests and replies of Cohere's OpenAI-compatible endpoint."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cohere_cli.api.protocol.events import KnownEvent, MessageEnd, MessageStart
from cohere_cli.api.protocol.requests import ChatBody, CompatBody, to_json
from cohere_cli.api.protocol.validation import validate
from cohere_cli.record import value_class
from cohere_cli.sandbox.answers.models import CREATED
from cohere_cli.sandbox.messages import invalid

_FINISH_REASONS = ("MAX_TOKENS", "TOOL_CALL")


def to_compat_events(events: Iterable[KnownEvent], model: str) -> Iterator[KnownEvent]:
    """Yield *events* with what this endpoint sends: the model, and OpenAI's usage.

    A stop sequence is an end like any other. The usage is sent even if it was not
    requested, as observed at the real endpoint.
    """
    for event in events:
        match event:
            case MessageStart():
                yield event.replace(model=model, created=CREATED)
            case MessageEnd(finish_reason=reason):
                finish = reason if reason in _FINISH_REASONS else "COMPLETE"
                yield event.replace(finish_reason=finish, usage=_usage(event.usage))
            case _:
                yield event


def _usage(usage: Mapping[str, Any] | None) -> Mapping[str, int]:
    billed = (usage or {}).get("billed_units", {})
    read, written = billed.get("input_tokens", 0), billed.get("output_tokens", 0)
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
    }


# Sent by OpenAI's clients, but unsupported or undocumented according to
# https://docs.cohere.com/docs/compatibility-api.
_IGNORED = """
audio logit_bias logprobs metadata modalities n parallel_tool_calls prediction
service_tier store stream_options top_logprobs user
"""
IGNORED_FIELDS = frozenset(_IGNORED.split())
_EFFORTS = {"none": "disabled", "high": "enabled"}

Json = Mapping[str, Any]


@value_class
class CompatRequest:
    """The equivalent `/v2/chat` request, and whether to stream a usage chunk."""

    body: ChatBody
    wants_usage: bool = False


def wants_usage(options: object) -> bool:
    """Whether `stream_options` request a usage chunk; raises `ApiError`."""
    if options is None:
        return False
    if isinstance(options, Mapping):
        include = options.get("include_usage", False)
        if isinstance(include, bool):
            return include
    raise invalid("stream_options.include_usage must be true or false")


def to_chat_body(body: CompatBody) -> ChatBody:
    """Return the equivalent `/v2/chat` request; raises `InvalidBody` or `ApiError`.

    Sampling parameters are left out: nothing here is sampled.
    """
    tools, choice = _tools(body)
    tokens = body.max_completion_tokens
    fields: dict[str, Any] = {
        "model": body.model,
        "messages": [_reply_message(turn) for turn in body.messages],
        "stream": body.stream,
        "max_tokens": body.max_tokens if tokens is None else tokens,
        "stop_sequences": [body.stop] if isinstance(body.stop, str) else body.stop,
        "response_format": _response_format(body.response_format or {}),
        "thinking": _thinking(body.reasoning_effort),
        "tools": tools,
        "tool_choice": choice,
    }
    return validate(
        ChatBody,
        {key: to_json(each) for key, each in fields.items() if each is not None},
    )


def _reply_message(turn: Json) -> Json:
    message = {key: value for key, value in turn.items() if value is not None}
    match message.get("role"):
        case "developer" | "system":
            return {"role": "system", "content": message.get("content", "")}
        case "assistant" if message.get("tool_calls"):
            return {"role": "assistant", "tool_calls": message["tool_calls"]}
        case "assistant" | "user" as role:
            return {"role": role, "content": message.get("content", "")}
        case "tool":
            call_id = message.get("tool_call_id", "")
            return {
                "role": "tool",
                "tool_call_id": call_id,
                "content": message.get("content", ""),
            }
        case _:
            return message


def _tools(body: CompatBody) -> tuple[list[dict[str, Any]] | None, str | None]:
    """Return the tools that may be called, and the `tool_choice` of `/v2/chat`."""
    tools = [_tool(tool) for tool in body.tools or ()]
    match body.tool_choice:
        case None | "auto":
            choice = None
        case "none" | "required" as word:
            choice = word.upper()
        case {"type": "function", "function": {"name": name}}:
            tools = [tool for tool in tools if tool["function"].get("name") == name]
            choice = "REQUIRED"
        case _:
            raise invalid(
                "tool_choice must be 'none', 'auto', 'required' or a function"
            )
    return tools or None, choice


def _tool(tool: Json) -> dict[str, Any]:
    function = tool.get("function")
    if not isinstance(function, Mapping):
        raise invalid("tools must be functions")
    copy = {key: function[key] for key in function if key != "strict"}
    copy.setdefault("parameters", {"type": "object", "properties": {}})
    return {"type": "function", "function": copy}


def _response_format(wanted: Json) -> Json | None:
    """Accept the schema where Cohere's or OpenAI's documentation places it."""
    match wanted:
        case {"type": "json_object", "schema": dict(schema)}:
            return {"type": "json_object", "json_schema": schema}
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return {"type": "json_object", "json_schema": schema}
        case {"type": "json_object" | "text" as kind}:
            return {"type": kind}
        case {}:
            if wanted:
                raise invalid("response_format must be of type text or json_object")
    return None


def _thinking(effort: str | None) -> Json | None:
    if effort is None:
        return None
    if effort not in _EFFORTS:
        raise invalid("reasoning_effort must be one of 'none', 'high'")
    return {"type": _EFFORTS[effort]}
