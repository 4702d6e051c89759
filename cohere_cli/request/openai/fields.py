"""What Cohere's endpoint for OpenAI's bodies makes of each field, as one flat table.

Source: https://docs.cohere.com/docs/compatibility-api. What it lists is supported,
what it lists as unsupported of OpenAI's is ignored. A name that it does not have is
refused, as the API refuses every field that it does not know, unless OpenAI's clients
are known to send it without harm.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from cohere_cli.api.protocol.validation import Path

Verdict = Literal["supported", "ignored", "refused"]


@dataclass(frozen=True, slots=True)
class Field:
    """What becomes of one field, why, and the nearest way that there is instead.

    In `messages[].role=developer` the [] is any position, and what follows = is the
    value that is meant. A field whose value is `idle` asks for nothing.
    """

    path: str
    verdict: Verdict
    why: str = ""
    instead: str = ""
    idle: Any = None


def _supported(path: str, why: str = "", instead: str = "") -> Field:
    return Field(path, "supported", why, instead)


def _ignored(path: str, why: str, instead: str = "", *, idle: Any = None) -> Field:
    return Field(path, "ignored", why, instead, idle)


def _refused(path: str, why: str, instead: str = "", *, idle: Any = None) -> Field:
    return Field(path, "refused", why, instead, idle)


_TAKEN = "not in Cohere's list, many clients send it"
_NOT_LISTED = "not in Cohere's list"
_NATIVE = "a field of Cohere's own API"
_OTHERS = "a field of other servers"
_EMBED = "a field of embeddings"
_TEXT_ONLY = "answers are text"
_PARTS = "text or images only"
_THOUGHT = "earlier thinking is not taken"

FIELDS: tuple[Field, ...] = (
    _supported("model"),
    _supported("messages"),
    _supported("messages[].role=system"),
    _supported("messages[].role=developer", "means the same as system"),
    _supported("messages[].role=user"),
    _supported("messages[].role=assistant"),
    _supported("messages[].role=tool"),
    _refused("messages[].role=function", "an old name", "role tool"),
    _supported("messages[].content"),
    _supported("messages[].content[].type=text"),
    _supported("messages[].content[].text"),
    _supported("messages[].content[].type=image_url", "needs a model that sees"),
    _supported("messages[].content[].image_url"),
    _supported("messages[].content[].image_url.url"),
    _supported("messages[].content[].image_url.detail"),
    _refused("messages[].content[].type=input_audio", "no chat model listens"),
    _refused("messages[].content[].type=file", _PARTS, "co chat -d FILE"),
    _refused("messages[].content[].type=refusal", _PARTS, "type text"),
    _supported("messages[].tool_calls"),
    _supported("messages[].tool_calls[].id"),
    _supported("messages[].tool_calls[].type=function"),
    _supported("messages[].tool_calls[].function"),
    _supported("messages[].tool_calls[].function.name"),
    _supported("messages[].tool_calls[].function.arguments"),
    _supported("messages[].tool_call_id"),
    _ignored("messages[].name", "speakers have no names"),
    _ignored("messages[].refusal", "refusing is not told apart", "content"),
    _ignored("messages[].annotations", "an answer's, not a question's"),
    _ignored("messages[].audio", _TEXT_ONLY),
    _ignored("messages[].reasoning_content", _THOUGHT, "co chat -f FILE"),
    _ignored("messages[].reasoning", _THOUGHT, "co chat -f FILE"),
    _refused("messages[].function_call", "an old name", "tool_calls"),
    _supported("stream"),
    _supported("reasoning_effort=none", "no thinking"),
    _supported("reasoning_effort=high", "thinking"),
    _supported("response_format"),
    _supported("response_format.type=text"),
    _supported("response_format.type=json_object"),
    _supported("response_format.schema"),
    _refused(
        "response_format.type=json_schema",
        "the schema is not wrapped here",
        '{"type": "json_object", "schema": ...}',
    ),
    _refused("response_format.json_schema", "it is not wrapped here", "schema"),
    _ignored("response_format.json_schema.name", "a schema has no name"),
    _ignored("response_format.json_schema.strict", "it always is", idle=True),
    _supported("tools"),
    _supported("tools[].type=function"),
    _refused("tools[].type=custom", "tools are functions", "type function"),
    _supported("tools[].function"),
    _supported("tools[].function.name"),
    _supported("tools[].function.description"),
    _supported("tools[].function.parameters"),
    _supported("tools[].function.strict", "calls will fit the schema"),
    _supported("temperature"),
    _supported("max_tokens"),
    _supported("stop"),
    _supported("seed"),
    _supported("top_p"),
    _supported("frequency_penalty"),
    _supported("presence_penalty"),
    _supported("max_completion_tokens", _TAKEN, "max_tokens"),
    _supported("tool_choice", _TAKEN, "co chat --tool-choice"),
    _supported("tool_choice=auto", "what is done anyway"),
    _supported("tool_choice=none", _TAKEN, "co chat --tool-choice none"),
    _supported("tool_choice=required", _TAKEN, "co chat --tool-choice required"),
    _supported("tool_choice.type=function"),
    _supported("tool_choice.function"),
    _supported("tool_choice.function.name"),
    _ignored("store", "no answer is kept", idle=False),
    _ignored("metadata", "nothing is kept beside a request"),
    _ignored("logit_bias", "no token can be weighted"),
    _ignored("logprobs", "answers come without", "co chat --logprobs"),
    _ignored("top_logprobs", "of the chosen only", "co chat --logprobs", idle=0),
    _ignored("n", "one answer comes", "another call, another seed", idle=1),
    _ignored("modalities", _TEXT_ONLY, idle=["text"]),
    _ignored("prediction", "nothing can be foretold"),
    _ignored("audio", _TEXT_ONLY),
    _ignored("service_tier", "there are no tiers", idle="auto"),
    _ignored("parallel_tool_calls", "the model decides how many", idle=True),
    _ignored("user", "users are not told apart"),
    _ignored(
        "stream_options",
        "the last chunk tells the usage anyway",
        idle={"include_usage": True},
    ),
    _refused("functions", "an old name", "tools"),
    _refused("function_call", "an old name", "tool_choice"),
    _refused("safety_identifier", _NOT_LISTED),
    _refused("prompt_cache_key", _NOT_LISTED),
    _refused("prompt_cache_retention", _NOT_LISTED),
    _refused("verbosity", _NOT_LISTED),
    _refused("web_search_options", _NOT_LISTED, "co chat -d FILE, with what you found"),
    _refused("documents", _NATIVE, "co chat -d FILE"),
    _refused("citation_options", _NATIVE, "co chat --citations MODE"),
    _refused("safety_mode", _NATIVE, "co chat --safety MODE"),
    _refused("k", _NATIVE, "co chat --top-k N"),
    _refused("p", _NATIVE, "top_p"),
    _refused("stop_sequences", _NATIVE, "stop"),
    _refused("strict_tools", _NATIVE, "tools[].function.strict"),
    _refused("thinking", _NATIVE, "reasoning_effort"),
    _refused("priority", _NATIVE, "co chat --priority N"),
    _refused("connectors", "a field of Cohere's first API", "co chat -d FILE"),
    _refused("top_k", _OTHERS, "co chat --top-k N"),
    _refused("min_p", _OTHERS, "top_p"),
    _refused("repetition_penalty", _OTHERS, "frequency_penalty"),
    _refused("dimensions", _EMBED),
    _refused("input_type", _EMBED),
    _refused("images", _EMBED, "messages[].content[].image_url"),
    _refused("truncate", _EMBED),
)


_BY_PATH = {field.path: field for field in FIELDS}
_ENDS = re.compile(r"[.[]")
_HOLDERS = {path[: end.start()] for path in _BY_PATH for end in _ENDS.finditer(path)}
_CHOICES = {path.partition("=")[0] for path in _BY_PATH if "=" in path}


def field_at(path: Path, value: Any) -> Field:
    """Return what the table says of *value* at *path*, or that it knows no such."""
    pattern = _pattern(path)
    if pattern in _CHOICES and isinstance(value, str):
        return _BY_PATH.get(f"{pattern}={value}") or _no_choice(pattern)
    if known := _BY_PATH.get(pattern):
        return known
    return _no_choice(pattern) if pattern in _CHOICES else _unknown(pattern)


def is_known(path: Path) -> bool:
    """Whether the table has a row for this field."""
    return _pattern(path) in _BY_PATH


def is_enumerated(path: Path) -> bool:
    """Whether the table tells values of this field apart."""
    return _pattern(path) in _CHOICES


def has_subfields(path: Path) -> bool:
    """Whether the table knows fields inside this one; else its form is free."""
    return not path or _pattern(path) in _HOLDERS


def _pattern(path: Path) -> str:
    steps = ("[]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _no_choice(pattern: str) -> Field:
    taken = (field.path for field in FIELDS if field.verdict == "supported")
    words = [path.partition("=")[2] for path in taken if path.startswith(f"{pattern}=")]
    return Field(pattern, "refused", f"must be {' or '.join(words)}")


def _unknown(pattern: str) -> Field:
    holder, _, name = pattern.rpartition(".")
    near = get_close_matches(name, _names_in(holder), 1)
    if not near:
        return Field(pattern, "refused", "no such field")
    return Field(pattern, "refused", f"no such field, but {near[0]!r} is one", near[0])


def _names_in(holder: str) -> Iterator[str]:
    start = f"{holder}." if holder else ""
    inner = (path.removeprefix(start) for path in _BY_PATH if path.startswith(start))
    yield from dict.fromkeys(re.split(r"[.[=]", name)[0] for name in inner)
