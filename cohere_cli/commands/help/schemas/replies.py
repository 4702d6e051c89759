"""Schemas of replies and of streamed events: chat, ask, map, compat and replay."""

from cohere_cli.commands.help.schemas.errors import error
from cohere_cli.commands.help.schemas.shapes import (
    ANYTHING,
    COUNT,
    FLAG,
    NUMBER,
    OBJECT,
    TEXT,
    TEXT_OR_NULL,
    Schema,
    list_of,
    made,
    served,
    titled,
)

# What an answer that was cut off has besides.
_CUT = {"complete": FLAG, "error": error()}
_BLOCK: Schema = served(
    {"type": TEXT}, {"text": TEXT, "thinking": TEXT, "image_url": OBJECT}
)
_SOURCE = served(
    {"type": TEXT}, {"id": TEXT_OR_NULL, "document": OBJECT, "tool_output": ANYTHING}
)
_CITATION = served(
    {"start": COUNT, "end": COUNT, "text": TEXT, "sources": list_of(_SOURCE)},
    {"type": TEXT, "content_index": COUNT},
)
_FUNCTION = served({}, {"name": TEXT_OR_NULL, "arguments": TEXT_OR_NULL})
_CALL = served({"function": _FUNCTION}, {"id": TEXT_OR_NULL, "type": TEXT})
_MESSAGE = served(
    {"role": TEXT},
    {
        "content": list_of(_BLOCK),
        "tool_plan": TEXT_OR_NULL,
        "tool_calls": list_of(_CALL),
        "citations": list_of(_CITATION),
    },
)
_TOKENS = {"input_tokens": NUMBER, "output_tokens": NUMBER}
_USAGE = served(
    {}, {"billed_units": OBJECT, "tokens": served({}, _TOKENS), "cached_tokens": NUMBER}
)
_LOGPROB = served({}, {"text": TEXT, "token_ids": list_of(COUNT)})

REPLY = served(
    {"message": _MESSAGE},
    {
        "id": TEXT_OR_NULL,
        "finish_reason": TEXT_OR_NULL,
        "usage": _USAGE,
        "logprobs": list_of(_LOGPROB),
        **_CUT,
    },
)
"""The reply of /v2/chat, put together of its events."""

_CHOICE = served(
    {"index": COUNT, "message": served({"role": TEXT}, {"content": TEXT_OR_NULL})},
    {"finish_reason": TEXT_OR_NULL},
)
_COMPAT_REPLY = served(
    {"choices": list_of(_CHOICE)},
    {"id": TEXT_OR_NULL, "model": TEXT, "object": TEXT, "usage": OBJECT, **_CUT},
)
_VERDICTS = {"enum": ["supported", "ignored", "refused"]}
_FINDING = made({"path": TEXT, "verdict": _VERDICTS, "why": TEXT, "instead": TEXT})
_EVENT = served({"type": TEXT}, {"index": COUNT, "delta": OBJECT, "id": TEXT_OR_NULL})
_CHUNK = served({}, {"choices": list_of(OBJECT), "object": TEXT, "usage": ANYTHING})

_MAPPED = {
    "answer": TEXT_OR_NULL,
    "json": ANYTHING,
    "tool_calls": list_of(_CALL),
}
_ENDING = {
    "citations": list_of(_CITATION),
    "finish_reason": TEXT_OR_NULL,
    "usage": _USAGE,
    "error": {"anyOf": [error(), {"type": "null"}]},
}
_PLACE = {
    "index": COUNT,
    "source": TEXT_OR_NULL,
    "line": {"type": ["integer", "null"]},
}
_ANSWERS = list_of(made({"model": TEXT, **_ENDING}, _MAPPED))
_MAPPED_RECORD = {
    "anyOf": [
        made({**_PLACE, **_ENDING}, {"record": ANYTHING, **_MAPPED}),
        made({**_PLACE, "answers": _ANSWERS}, {"record": ANYTHING}),
    ]
}

SCHEMAS = {
    "chat json": titled("The reply of co chat -o json", REPLY),
    "chat events": titled("An event of /v2/chat", _EVENT),
    "ask json": titled("The reply of co ask -o json", REPLY),
    "ask events": titled("An event of /v2/chat", _EVENT),
    "compat json": titled(
        "The reply of co compat -o json, or what --check reports",
        {"anyOf": [_COMPAT_REPLY, list_of(_FINDING)]},
    ),
    "compat jsonl": titled("A field that co compat --check judges", _FINDING),
    "compat events": titled("A chunk of /chat/completions", _CHUNK),
    "map jsonl": titled("A record of co map, in order", _MAPPED_RECORD),
    "replay json": titled(
        "The reply of co replay -o json", {"anyOf": [REPLY, _COMPAT_REPLY]}
    ),
    "replay events": titled("An event of a recording", {"anyOf": [_EVENT, _CHUNK]}),
}
"""The schemas of replies and events, by command and format."""
