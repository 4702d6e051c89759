"""Valid answers of both endpoints, in the words of the wire."""

import json
from collections.abc import Sequence

Body = dict[str, object]


def in_frames(answer: Sequence[Body | str]) -> bytes:
    """Return the body of an event stream that says *answer*."""
    return "".join(f"data: {in_json(one)}\n\n" for one in answer).encode()


def in_json(noted: Body | str) -> str:
    """Return the data of one event; text, such as `[DONE]`, as it is."""
    return noted if isinstance(noted, str) else json.dumps(noted, ensure_ascii=False)


def message(kind: str, at: int = 0, **noted: object) -> Body:
    return {"type": kind, "index": at, "delta": {"message": noted}}


def content(at: int, kind: str, *pieces: str) -> list[Body]:
    start = message("content-start", at, content={"type": kind, kind: ""})
    deltas = (message("content-delta", at, content={kind: piece}) for piece in pieces)
    return [start, *deltas, message("content-end", at)]


def call(at: int, *pieces: str) -> list[Body]:
    function = {"name": f"tool{at}", "arguments": ""}
    start = {"id": f"call{at}", "type": "function", "function": function}
    more = ({"function": {"arguments": piece}} for piece in pieces)
    return [
        message("tool-call-start", at, tool_calls=start),
        *(message("tool-call-delta", at, tool_calls=piece) for piece in more),
        message("tool-call-end", at),
    ]


def citation(at: int, text: str) -> list[Body]:
    source = {"type": "document", "id": "d", "document": {"id": "d", "title": "é"}}
    shown = {"start": 0, "end": 2, "text": text, "sources": [source]}
    return [message("citation-start", at, citations=shown), message("citation-end", at)]


def end(reason: str = "COMPLETE") -> Body:
    usage = {"tokens": {"input_tokens": 1, "output_tokens": 2}}
    return {"type": "message-end", "delta": {"finish_reason": reason, "usage": usage}}


def chunk(reason: str | None = None, **delta: object) -> Body:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {"id": "c1", "model": "m", "choices": [choice]}


def called(at: int, arguments: str, **named: str) -> Body:
    function = {"arguments": arguments, **({"name": f"tool{at}"} if named else {})}
    return chunk(tool_calls=[{"index": at, "function": function, **named}])


START: Body = {"type": "message-start", "id": "r1", "delta": {"message": {}}}
# The marks in angle brackets are unlike each other, so that each can be traced.
CHAT: list[list[Body | str]] = [
    [START, *content(0, "text", "<1>", "<2> Zü", "<3> 🏔"), *citation(0, "Zü"), end()],
    [
        START,
        *content(0, "thinking", "<1>", "<2>"),
        *content(1, "text", "<3>", "<4>", "<5>"),
        end("MAX_TOKENS"),
        "[DONE]",
    ],
    [
        START,
        message("tool-plan-delta", tool_plan="<1>"),
        message("tool-plan-delta", tool_plan="<2>"),
        *call(0, '{"a<3>', '":1}<4>'),
        *call(1, '{"b<5>', '":2}<6>'),
        end("TOOL_CALL"),
    ],
]
COMPAT: list[list[Body | str]] = [
    [
        chunk(role="assistant", content=""),
        chunk(reasoning_content="<1>"),
        chunk(content="<2>"),
        chunk(content="<3> é"),
        chunk("stop"),
        {"id": "c1", "choices": [], "usage": {"total_tokens": 3}},
        "[DONE]",
    ],
    [
        called(0, "", id="call0"),
        called(0, '{"a<1>'),
        called(0, '":1}<2>'),
        called(1, "<3>", id="call1"),
        chunk("tool_calls"),
        "[DONE]",
    ],
]
