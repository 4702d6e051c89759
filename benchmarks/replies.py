"""What the server answers: as many tokens as asked for, and rankings by a hash."""

import json
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle, islice
from typing import Any

FIRST_TOKEN = "Zebras"
PARAGRAPH = """Zebras live in herds on the plains of Africa, where grass and water are \
near. The stripes of a zebra differ from those of each other one, so that a foal knows \
its mother by them. Lions see the herd, but not where one animal ends.\n\n"""
TOKENS = [FIRST_TOKEN, *(f" {word}" for word in PARAGRAPH.split(" ")[1:])]
EVENT_STREAM = b"text/event-stream\r\nTransfer-Encoding: chunked"
Reply = tuple[bytes, list[bytes]]
"""The type of the content, with the header of its length, and its pieces."""


def tokens(count: int) -> Iterator[str]:
    """Yield an answer of *count* tokens: paragraphs of prose."""
    return islice(cycle(TOKENS), count)


def score(text: str) -> float:
    """Return how relevant the document *text* is, from 0 to 1."""
    return zlib.crc32(text.encode()) / (1 << 32)


def event(kind: str, **fields: Any) -> bytes:
    """Return an event of `/v2/chat` as an HTTP chunk of its own."""
    data = json.dumps({"type": kind, **fields}, separators=(",", ":"))
    text = f"event: {kind}\ndata: {data}\n\n".encode()
    return _chunk(text)


def _chunk(text: bytes) -> bytes:
    """Return *text* as a chunk of HTTP; an empty one is the last."""
    return b"%x\r\n%b\r\n" % (len(text), text)


@cache
def events(count: int) -> list[bytes]:
    """Return the chunks of an answer, one for each token; the first opens it, too."""
    start = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": []}
    block = {"type": "text", "text": ""}
    opening = event("message-start", id="1", delta={"message": start})
    opening += event("content-start", index=0, delta={"message": {"content": block}})
    deltas = [{"message": {"content": {"text": token}}} for token in tokens(count)]
    chunks = [event("content-delta", index=0, delta=delta) for delta in deltas]
    return [opening + chunks[0], *chunks[1:], event("content-end", index=0) + _end()]


def _end() -> bytes:
    usage = {"tokens": {"input_tokens": 1, "output_tokens": 1}}
    delta = {"finish_reason": "COMPLETE", "usage": usage}
    return event("message-end", delta=delta) + _chunk(b"")


def chat(count: int, body: bytes) -> Reply:
    """Return an answer of *count* tokens, streamed if the body asks for that."""
    # Read as text: a million bodies are not parsed.
    return whole(count, body) if b'"stream":false' in body else stream(count)


def stream(count: int) -> Reply:
    """Return an answer of *count* tokens, of which each is an event."""
    return EVENT_STREAM, events(count)


def whole(count: int, body: bytes) -> Reply:
    """Return an answer of *count* tokens as one object; its last word is a hash."""
    text = f"{''.join(tokens(count))} {zlib.crc32(_prompt(body)):08x}"
    message = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    usage = {"billed_units": {"input_tokens": 1, "output_tokens": 1}}
    usage["tokens"] = usage["billed_units"]
    reply = {"id": "1", "message": message, "finish_reason": "COMPLETE", "usage": usage}
    data = json.dumps(reply).encode()
    return b"application/json\r\nContent-Length: %d" % len(data), [data]


def _prompt(body: bytes) -> bytes:
    """Return the prompt in *body*, from the word "record" on."""
    return body[body.find(b"record ") :].partition(b'"')[0]


def stream_v1(count: int, _body: bytes) -> Reply:
    """Return an answer in the format of `/v1/chat`: an object on each line."""
    objects = [{"event_type": "text-generation", "text": one} for one in tokens(count)]
    whole = {"text": "".join(tokens(count))}
    end = {"event_type": "stream-end", "finish_reason": "COMPLETE", "response": whole}
    chunks = [_chunk(f"{json.dumps(each)}\n".encode()) for each in [*objects, end]]
    return EVENT_STREAM, [*chunks, _chunk(b"")]


def rank(_count: int, body: bytes) -> Reply:
    """Return a ranking of the documents of *body*."""
    asked = json.loads(body)
    scores = [(-score(text), at) for at, text in enumerate(asked["documents"])]
    best = sorted(scores)[: asked.get("top_n")]
    results = [{"index": at, "relevance_score": -worth} for worth, at in best]
    reply = json.dumps({"id": "1", "results": results, "meta": {}}).encode()
    return b"application/json\r\nContent-Length: %d" % len(reply), [reply]


REPLIES: dict[tuple[bytes, bytes], Callable[[int, bytes], Reply]] = {
    (b"v2", b"chat"): chat,
    (b"v1", b"chat"): stream_v1,
    (b"v2", b"rerank"): rank,
}
