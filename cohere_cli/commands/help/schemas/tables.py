"""Schemas of lists: passages, rankings, comparisons, models and conversations."""

from cohere_cli.commands.help.schemas.errors import error
from cohere_cli.commands.help.schemas.replies import SCHEMAS as REPLIES
from cohere_cli.commands.help.schemas.shapes import (
    ANYTHING,
    COUNT,
    NUMBER,
    NUMBER_OR_NULL,
    OBJECT,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    Schema,
    list_of,
    made,
    served,
    titled,
)

_SCORES = {"relevance_score": NUMBER, "bm25": NUMBER, "score": NUMBER, "title": TEXT}
_PASSAGE = made(
    {
        "id": TEXT,
        "path": TEXT,
        "first": COUNT,
        "last": COUNT,
        "line": COUNT,
        "text": TEXT,
    },
    _SCORES,
)
_RANKED = made({"index": COUNT, "relevance_score": NUMBER, "document": ANYTHING})
_RECORD = made(
    {
        "index": COUNT,
        "relevance_score": NUMBER,
        "source": TEXT_OR_NULL,
        "line": {"type": ["integer", "null"]},
        "document": ANYTHING,
    }
)
_RANKING = made({"results": list_of(_RANKED)}, {"id": TEXT_OR_NULL, "meta": OBJECT})

_MEASURED = made(
    {
        "mean": NUMBER,
        "queries": {"type": "object", "additionalProperties": NUMBER},
        "difference": NUMBER_OR_NULL,
        "p_value": NUMBER_OR_NULL,
    }
)
_CUT = ("threshold", "kept", "precision", "recall", "f1")
_RESULT = made(
    {
        "model": TEXT,
        "measures": {"type": "object", "additionalProperties": _MEASURED},
        "cut": {"anyOf": [made(dict.fromkeys(_CUT, NUMBER)), {"type": "null"}]},
    }
)
_COMPARISON = made(
    {
        "queries": list_of(TEXT),
        "left_out": {"type": "object", "additionalProperties": list_of(TEXT)},
        "results": list_of(_RESULT),
    }
)
_RESULT_ROW: Schema = {
    **served({"model": TEXT, "queries": COUNT}),
    "additionalProperties": NUMBER_OR_NULL,
}

_MODEL = {
    "anyOf": [
        served({"name": TEXT}, {"endpoints": list_of(TEXT)}),
        served({"id": TEXT}, {"object": TEXT}),
    ]
}

_TURN = {
    "turn": COUNT,
    "parent": {"type": ["integer", "null"]},
    "first_turn": {"type": ["integer", "null"]},
    "step": {"type": ["integer", "null"], "minimum": 1},
    "time": TIME,
    "seconds": NUMBER,
    "command": TEXT,
    "status": {"enum": ["complete", "incomplete", "interrupted", "error"]},
    "model": TEXT,
    "profile": TEXT_OR_NULL,
    "base_url": TEXT_OR_NULL,
    "prompt": TEXT,
    "answer": TEXT,
    "request": OBJECT,
    "reply": {"type": ["object", "null"]},
    "error": {"anyOf": [error(), {"type": "null"}]},
    "call": OBJECT,
}
_ONE_TURN = made({"conversation": TEXT, "name": TEXT_OR_NULL, **_TURN})
_CONVERSATION = made({"id": TEXT, "name": TEXT_OR_NULL, "turns": list_of(made(_TURN))})
_LISTED = made(
    {
        "id": TEXT,
        "name": TEXT_OR_NULL,
        "changed": TIME,
        "turns": COUNT,
        "head": COUNT,
        "models": list_of(TEXT),
        "commands": list_of(TEXT),
        "status": TEXT_OR_NULL,
        "prompt": TEXT_OR_NULL,
    }
)
_MATCH = made(
    {
        "conversation": TEXT,
        "name": TEXT_OR_NULL,
        "turn": COUNT,
        "time": TIME,
        "text": TEXT,
        "matches": list_of(list_of(COUNT)),
    }
)
_NUMBERS = (
    *("conversations", "turns", "input_tokens", "output_tokens", "search_units"),
    "without_usage",
)
_USED = {**dict.fromkeys(_NUMBERS, COUNT), "dollars": NUMBER_OR_NULL}
_STATISTICS = made(
    {
        "since": {"anyOf": [TIME, {"type": "null"}]},
        "models": list_of(made({"model": TEXT, **_USED})),
        "total": made(_USED),
    }
)
_EVENTS = {"anyOf": [REPLIES["chat events"], REPLIES["compat events"]]}

SCHEMAS = {
    "search json": titled(
        "The passages of co search",
        made({"query": TEXT, "results": list_of(_PASSAGE)}),
    ),
    "search jsonl": titled("A passage of co search", _PASSAGE),
    "rerank json": titled("The reply of co rerank", _RANKING),
    "rerank jsonl": titled("A record of co rerank, best first", _RECORD),
    "lab json": titled("The comparison of co lab", _COMPARISON),
    "lab jsonl": titled("A model of co lab", _RESULT_ROW),
    "models list json": titled("The server's models", list_of(_MODEL)),
    "models list jsonl": titled("A model of the server", _MODEL),
    "models show json": titled("A model of the server", _MODEL),
    "models show jsonl": titled("A model of the server", _MODEL),
    "history list json": titled("Conversations, the last first", list_of(_LISTED)),
    "history list jsonl": titled("A conversation", _LISTED),
    "history show json": titled(
        "A conversation, or one turn", {"anyOf": [_CONVERSATION, _ONE_TURN]}
    ),
    "history show jsonl": titled("A turn", _ONE_TURN),
    "history show events": titled("An event", _EVENTS),
    "history search json": titled("Turns, the best first", list_of(_MATCH)),
    "history search jsonl": titled("A turn", _MATCH),
    "history export json": titled(
        "A conversation, or a list with --all",
        {"anyOf": [_CONVERSATION, list_of(_CONVERSATION), _ONE_TURN]},
    ),
    "history export jsonl": titled("A turn", _ONE_TURN),
    "history export events": titled("An event", _EVENTS),
    "history stats json": titled("What models were used for", _STATISTICS),
}
"""The schemas of lists, by command and format."""
