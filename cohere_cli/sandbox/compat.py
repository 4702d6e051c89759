"""`POST /compatibility/v1/chat/completions`: OpenAI's words for the same requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cohere_cli.api.bodies import ChatBody, CompatBody, as_json
from cohere_cli.api.validate import validate
from cohere_cli.sandbox.refusals import invalid

# https://docs.cohere.com/docs/compatibility-api: said to be unsupported there, or
# not said at all, and sent by OpenAI's clients.
_UNHEARD = """
audio logit_bias logprobs metadata modalities n parallel_tool_calls prediction
service_tier store stream_options top_logprobs user
"""
IGNORED = frozenset(_UNHEARD.split())
_EFFORTS = {"none": "disabled", "high": "enabled"}

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompatRequest:
    """The same request to `/v2/chat`, and whether a stream ends on its usage."""

    body: ChatBody
    wants_usage: bool = False


def wants_usage(options: object) -> bool:
    """Whether `stream_options` ask for a chunk of usage; raises `Refused`."""
    if options is None:
        return False
    said = options.get("include_usage", False) if isinstance(options, Mapping) else None
    if isinstance(said, bool):
        return said
    raise invalid("stream_options.include_usage must be true or false")


def as_chat(body: CompatBody) -> ChatBody:
    """Return the same request to `/v2/chat`; raises `InvalidBody` or `Refused`.

    Sampling is left out: nothing here is sampled.
    """
    tools, choice = _tools(body)
    tokens = body.max_completion_tokens
    said: dict[str, Any] = {
        "model": body.model,
        "messages": [_message(turn) for turn in body.messages],
        "stream": body.stream,
        "max_tokens": body.max_tokens if tokens is None else tokens,
        "stop_sequences": [body.stop] if isinstance(body.stop, str) else body.stop,
        "response_format": _response_format(body.response_format or {}),
        "thinking": _thinking(body.reasoning_effort),
        "tools": tools,
        "tool_choice": choice,
    }
    return validate(
        ChatBody, {key: as_json(each) for key, each in said.items() if each is not None}
    )


def _message(turn: Json) -> Json:
    said = {key: value for key, value in turn.items() if value is not None}
    match said.get("role"):
        case "developer" | "system":
            return {"role": "system", "content": said.get("content", "")}
        case "assistant" if said.get("tool_calls"):
            return {"role": "assistant", "tool_calls": said["tool_calls"]}
        case "assistant" | "user" as role:
            return {"role": role, "content": said.get("content", "")}
        case "tool":
            named = said.get("tool_call_id", "")
            return {
                "role": "tool",
                "tool_call_id": named,
                "content": said.get("content", ""),
            }
        case _:
            return said


def _tools(body: CompatBody) -> tuple[list[dict[str, Any]] | None, str | None]:
    """Return the tools that may be called, and whether one must be."""
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
    said = {key: function[key] for key in function if key != "strict"}
    said.setdefault("parameters", {"type": "object", "properties": {}})
    return {"type": "function", "function": said}


def _response_format(wanted: Json) -> Json | None:
    """Take the schema from where Cohere's documentation has it, or OpenAI's."""
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
