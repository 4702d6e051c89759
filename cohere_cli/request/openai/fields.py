"""One table of the fields of OpenAI's chat body, for linting and for translation.

Verdicts follow https://docs.cohere.com/docs/compatibility-api: listed fields are
supported, and OpenAI's fields that it lists as unsupported are ignored. Other names
are refused, as the API refuses unknown fields, unless common clients send them.

A new body field of `/v2/chat` is one row here: `cohere` names it, and either OpenAI's
name is the path, or `loss` states what a body without it cannot express.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cohere_cli.api.protocol.validation import Path
from cohere_cli.text import nearest

Verdict = Literal["supported", "ignored", "refused"]


@dataclass(frozen=True, slots=True)
class Field:
    """What Cohere's endpoint does with one field, why, and the closest alternative.

    In `messages[].role=developer`, [] is any position and =developer one value.
    `no_op` is the value that has no effect. `cohere` is the field of `/v2/chat` with
    the same value, `bounds` its range there; `loss` is set if only Cohere has it.
    """

    path: str
    verdict: Verdict
    why: str = ""
    instead: str = ""
    no_op: Any = None
    cohere: str = ""
    bounds: tuple[float, float] | None = None
    loss: str = ""


def _supported(path: str, why: str = "", instead: str = "") -> Field:
    return Field(path, "supported", why, instead)


def _same(
    path: str, cohere: str = "", bounds: tuple[float, float] | None = None
) -> Field:
    return Field(path, "supported", cohere=cohere or path, bounds=bounds)


def _native(path: str, instead: str, loss: str) -> Field:
    why = "a field of Cohere's own API"
    return Field(path, "refused", why, instead, cohere=path, loss=loss)


def _ignored(path: str, why: str, instead: str = "", *, no_op: Any = None) -> Field:
    return Field(path, "ignored", why, instead, no_op)


def _refused(path: str, why: str, instead: str = "", *, no_op: Any = None) -> Field:
    return Field(path, "refused", why, instead, no_op)


_TAKEN = "not documented by Cohere, but widely sent"
_NOT_LISTED = "not documented by Cohere"
_NATIVE = "a field of Cohere's own API"
_OTHERS = "a field of other servers"
_EMBED = "an embeddings field"
_TEXT_ONLY = "answers are text only"
_PARTS = "text or images only"
_THOUGHT = "earlier thinking is not accepted"

FIELDS: tuple[Field, ...] = (
    _supported("model"),
    _supported("messages"),
    _supported("messages[].role=system"),
    _supported("messages[].role=developer", "same as system"),
    _supported("messages[].role=user"),
    _supported("messages[].role=assistant"),
    _supported("messages[].role=tool"),
    _refused("messages[].role=function", "deprecated", "role tool"),
    _supported("messages[].content"),
    _supported("messages[].content[].type=text"),
    _supported("messages[].content[].text"),
    _supported("messages[].content[].type=image_url", "needs a vision model"),
    _supported("messages[].content[].image_url"),
    _supported("messages[].content[].image_url.url"),
    _supported("messages[].content[].image_url.detail"),
    _refused("messages[].content[].type=input_audio", "audio input is not supported"),
    _refused("messages[].content[].type=file", _PARTS, "co chat -d FILE"),
    _refused("messages[].content[].type=refusal", _PARTS, "type text"),
    _supported("messages[].tool_calls"),
    _supported("messages[].tool_calls[].id"),
    _supported("messages[].tool_calls[].type=function"),
    _supported("messages[].tool_calls[].function"),
    _supported("messages[].tool_calls[].function.name"),
    _supported("messages[].tool_calls[].function.arguments"),
    _supported("messages[].tool_call_id"),
    _ignored("messages[].name", "participants have no names"),
    _ignored("messages[].refusal", "refusals are not marked", "content"),
    _ignored("messages[].annotations", "part of a response, not of a request"),
    _ignored("messages[].audio", _TEXT_ONLY),
    _ignored("messages[].reasoning_content", _THOUGHT, "co chat -f FILE"),
    _ignored("messages[].reasoning", _THOUGHT, "co chat -f FILE"),
    _refused("messages[].function_call", "deprecated", "tool_calls"),
    _same("stream"),
    _supported("reasoning_effort=none", "thinking off"),
    _supported("reasoning_effort=high", "thinking on"),
    _supported("response_format"),
    _supported("response_format.type=text"),
    _supported("response_format.type=json_object"),
    _supported("response_format.schema"),
    _refused(
        "response_format.type=json_schema",
        "the schema takes no wrapper",
        '{"type": "json_object", "schema": ...}',
    ),
    _refused("response_format.json_schema", "the schema takes no wrapper", "schema"),
    _ignored("response_format.json_schema.name", "schemas have no name"),
    _ignored(
        "response_format.json_schema.strict", "schemas are always strict", no_op=True
    ),
    _supported("tools"),
    _supported("tools[].type=function"),
    _refused(
        "tools[].type=custom", "only function tools are supported", "type function"
    ),
    _supported("tools[].function"),
    _supported("tools[].function.name"),
    _supported("tools[].function.description"),
    _supported("tools[].function.parameters"),
    _supported("tools[].function.strict", "calls match the schema"),
    _same("temperature", bounds=(0, 1)),
    _same("max_tokens"),
    _same("stop", "stop_sequences"),
    _same("seed"),
    _same("top_p", "p", bounds=(0.01, 0.99)),
    _same("frequency_penalty", bounds=(0, 1)),
    _same("presence_penalty", bounds=(0, 1)),
    _supported("max_completion_tokens", _TAKEN, "max_tokens"),
    _supported("tool_choice", _TAKEN, "co chat --tool-choice"),
    _supported("tool_choice=auto", "the default"),
    _supported("tool_choice=none", _TAKEN, "co chat --tool-choice none"),
    _supported("tool_choice=required", _TAKEN, "co chat --tool-choice required"),
    _supported("tool_choice.type=function"),
    _supported("tool_choice.function"),
    _supported("tool_choice.function.name"),
    _ignored("store", "answers are not stored", no_op=False),
    _ignored("metadata", "metadata is not stored"),
    _ignored("logit_bias", "token biases are not supported"),
    Field(
        "logprobs",
        "ignored",
        "not returned here",
        "co chat --logprobs",
        cohere="logprobs",
        loss="log probabilities are not returned",
    ),
    _ignored(
        "top_logprobs",
        "only the chosen token's is returned",
        "co chat --logprobs",
        no_op=0,
    ),
    _ignored(
        "n", "one answer per request", "several calls with different seeds", no_op=1
    ),
    _ignored("modalities", _TEXT_ONLY, no_op=["text"]),
    _ignored("prediction", "predicted outputs are not supported"),
    _ignored("audio", _TEXT_ONLY),
    _ignored("service_tier", "there are no service tiers", no_op="auto"),
    _ignored("parallel_tool_calls", "the model decides", no_op=True),
    _ignored("user", "users are not identified"),
    _ignored(
        "stream_options",
        "usage is always in the last chunk",
        no_op={"include_usage": True},
    ),
    _refused("functions", "deprecated", "tools"),
    _refused("function_call", "deprecated", "tool_choice"),
    _refused("safety_identifier", _NOT_LISTED),
    _refused("prompt_cache_key", _NOT_LISTED),
    _refused("prompt_cache_retention", _NOT_LISTED),
    _refused("verbosity", _NOT_LISTED),
    _refused(
        "web_search_options", _NOT_LISTED, "co chat -d FILE, with the search results"
    ),
    _native("documents", "co chat -d FILE", "answers cannot be grounded in documents"),
    _native(
        "citation_options", "co chat --citations MODE", "answers have no citations"
    ),
    _native("safety_mode", "co chat --safety MODE", "the safety mode cannot be set"),
    _native("k", "co chat --top-k N", "only top_p limits sampling"),
    _refused("p", _NATIVE, "top_p"),
    _refused("stop_sequences", _NATIVE, "stop"),
    _refused("strict_tools", _NATIVE, "tools[].function.strict"),
    _refused("thinking", _NATIVE, "reasoning_effort"),
    _native("priority", "co chat --priority N", "requests have no priority"),
    _native("extra_body", "the fields themselves", "a server's own fields"),
    _refused("connectors", "a field of Cohere's first API", "co chat -d FILE"),
    _refused("top_k", _OTHERS, "co chat --top-k N"),
    _refused("min_p", _OTHERS, "top_p"),
    _refused("repetition_penalty", _OTHERS, "frequency_penalty"),
    _refused("dimensions", _EMBED),
    _refused("input_type", _EMBED),
    _refused("images", _EMBED, "messages[].content[].image_url"),
    _refused("truncate", _EMBED),
)

TRANSLATED = tuple(field for field in FIELDS if field.cohere)
"""The rows that name a field of `/v2/chat` with the same value."""

_BY_PATH = {field.path: field for field in FIELDS}
_ENDS = re.compile(r"[.[]")
_HOLDERS = {path[: end.start()] for path in _BY_PATH for end in _ENDS.finditer(path)}
_CHOICES = {path.partition("=")[0] for path in _BY_PATH if "=" in path}


def field_at(path: Path, value: Any) -> Field:
    """Return the row for *value* at *path*; a refusal if there is none."""
    pattern = _pattern(path)
    if pattern in _CHOICES and isinstance(value, str):
        return _BY_PATH.get(f"{pattern}={value}") or _invalid_value(pattern)
    if known := _BY_PATH.get(pattern):
        return known
    return _invalid_value(pattern) if pattern in _CHOICES else _unknown(pattern)


def is_known(path: Path) -> bool:
    """Whether the table has a row for the field at *path*."""
    return _pattern(path) in _BY_PATH


def is_enumerated(path: Path) -> bool:
    """Whether the table has rows for single values of the field at *path*."""
    return _pattern(path) in _CHOICES


def has_subfields(path: Path) -> bool:
    """Whether the table has fields inside *path*; if not, any value is allowed."""
    return not path or _pattern(path) in _HOLDERS


def _pattern(path: Path) -> str:
    steps = ("[]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _invalid_value(pattern: str) -> Field:
    taken = (field.path for field in FIELDS if field.verdict == "supported")
    words = [path.partition("=")[2] for path in taken if path.startswith(f"{pattern}=")]
    return Field(pattern, "refused", f"must be {' or '.join(words)}")


def _unknown(pattern: str) -> Field:
    holder, _, name = pattern.rpartition(".")
    near = nearest(name, _names_in(holder))
    why = f"no such field, did you mean {near!r}?" if near else "no such field"
    return Field(pattern, "refused", why, near)


def _names_in(holder: str) -> Iterator[str]:
    start = f"{holder}." if holder else ""
    inner = (path.removeprefix(start) for path in _BY_PATH if path.startswith(start))
    yield from dict.fromkeys(re.split(r"[.[=]", name)[0] for name in inner)
