"""A1 to A14: streams that break off, and streams that are odd but in order."""

import json
from collections.abc import Iterator

from tests.faults.rows import ASK, Case, Outcome, Row
from tests.faults.troubles import (
    CHUNKED,
    END,
    HEAD,
    HI,
    START,
    WHOLE,
    byte_by_byte,
    chunk,
    data,
    end,
    reset,
    stream,
    text,
)

_ONCE_MORE = "hint: what arrived was written; the same command asks again"
_EARLY = "co: answer incomplete: the stream ended before its end event"
_EMPTY = "co: no answer: the reply has no text, thinking or tool call (finish reason COMPLETE)"
_LOST = "co: answer incomplete: the connection was lost"
_UNREAD = "co: answer incomplete: an event could not be read"
_THERE = text(" there")
_ODD = "Zürich 🏔 \u2028 \u0085 \u00a0."


def _is_marked(outcome: Outcome) -> Iterator[str]:
    answer = json.loads(outcome.out)
    if answer.get("complete") is not False or "answer" not in str(answer):
        yield f"the object does not say that it is incomplete: {outcome.out!r}"


def _cut(case: str, fault: str, reply: object, says: str = _EARLY) -> Row:
    """A stream that breaks off after "Hi": what came is kept, and reported as cut off."""
    given = (reply,)
    return Row(
        case=case,
        fault=fault,
        replies=given,
        code=18,
        out=b"Hi\n",
        says=(says, "hint: *"),
    )


def _garbled(fault: str, event: bytes) -> Row:
    """One event among good ones that is none: the others are shown, and it is reported."""
    reply = stream(START, HI, b"data: " + event + b"\n\n", _THERE, END)
    return Row(
        case="A9" if len(event) > 20 or event == b"NaN" else "A8",
        fault=fault,
        replies=(reply,),
        code=18,
        out=b"Hi there\n",
        says=(_UNREAD, _ONCE_MORE),
    )


def _delta(content: str, more: str = "") -> bytes:
    event = '{"type":"content-delta","delta":{"message":{"content":%s}}%s}'
    return b"data: " + (event % (content, more)).encode() + b"\n\n"


def _compat(
    fault: str, *choices: dict[str, object], code: int = 0, says: tuple[str, ...] = ()
) -> Row:
    """A stream of `co compat` whose answer is "Hi", whatever else is in it."""
    chunks = [data({"choices": [choice]}) for choice in choices]
    return Row(
        case="A8",
        fault=fault,
        words=("compat", "Hi", "--base-url", "{url}"),
        replies=(stream(*chunks, b"data: [DONE] \n\n"),),
        code=code,
        out=b"Hi\n",
        says=says,
    )


def _choice(index: int = 0, **delta: object) -> dict[str, object]:
    return {"index": index, "delta": delta}


def _piece(index: int, name: str, arguments: str) -> dict[str, object]:
    called = {"name": name, "arguments": arguments}
    call = {"index": index, "id": f"t{index}" if name else "", "function": called}
    return _choice(tool_calls=[call])


_TOOL = {"name": "f", "parameters": {"type": "object"}}
_WITH_TOOL = {"tools": [{"type": "function", "function": _TOOL}]}
_CALLS = "co: the model requests 2 tool calls: f, g (-o json includes their arguments)"


def _half(fault: str, *texts: str, out: str) -> Row:
    """Half a character without its other half: all but it is shown."""
    return Row(
        case="A9",
        fault=fault,
        replies=(stream(START, *(_delta(f'"{one}"') for one in texts), END),),
        code=18,
        out=out.encode(),
        says=(_UNREAD, _ONCE_MORE),
    )


def _cited(fault: str, marked: str, *content: bytes, **citation: object) -> Row:
    """A citation whose place has to be found: no word is split, and no other marked."""
    sources = [{"type": "document", "id": "a"}]
    cited = {"delta": {"message": {"citations": {**citation, "sources": sources}}}}
    event = data({"type": "citation-start", "index": 0, **cited})
    return Row(
        case="A8",
        fault=fault,
        words=(*ASK, "-o", "markdown"),
        replies=(stream(START, *content, event, END),),
        out=marked.encode(),
    )


def _same(case: str, fault: str, reply: object, out: str = "Hi\n") -> Row:
    """A stream that is odd but in order: nobody notices."""
    return Row(case=case, fault=fault, replies=(reply,), out=out.encode())


_TEXT_EVENTS = START + text(_ODD) + END
_SPLIT = b'data: {"type":"content-delta","index":0,\ndata: "delta":{"message":{"content":{"text":"Hi"}}}}\n\n'
_NO_DATA = b"retry: 5\n\nid: 1\n\nevent: ping\n\n\n\n: a comment\n\ndata:\n\n"
_NOT_UTF8 = HI.replace(b"Hi", b"a\xffb\xc3")
_REASON = (
    '{"type": "error", "message": "no more \\u001b]52;c;aGk=\\u0007", "status": 503}'
)

CASES: tuple[Case, ...] = (
    _cut("A1", "a clean end without message-end", stream(START, HI)),
    Row(
        case="A1",
        fault="the same, as JSON",
        words=(*ASK, "--json"),
        replies=(stream(START, HI),),
        code=18,
        out=None,
        says=(_EARLY, _ONCE_MORE),
        also=_is_marked,
    ),
    _same("A2", "no [DONE] after message-end", WHOLE),
    _same(
        "A2", "[DONE] after message-end", stream(START, HI, END, b"data: [DONE]\n\n")
    ),
    _cut("A2", "[DONE] without message-end", stream(START, HI, b"data: [DONE]\n\n")),
    _cut("A3", "an end within an event", stream(START, HI, _THERE[:-25])),
    _cut("A3", "an end within a line", stream(START, HI, b"da")),
    _cut(
        "A4", "dropped within a chunk", [CHUNKED, chunk(START + HI), b"ff\r\nda"], _LOST
    ),
    _cut("A4", "dropped between chunks", [CHUNKED, chunk(START + HI)], _LOST),
    _cut("A5", "a reset", [HEAD, START + HI, reset], _LOST),
    # Not documented by Cohere, but seen with proxies and others: its words are shown.
    _cut(
        "A6",
        "an error event",
        stream(START, HI, b"data: " + _REASON.encode() + b"\n\n"),
        "co: answer failed: no more ^[]52;c;aGk=^G",
    ),
    _cut(
        "A6",
        "finish_reason ERROR",
        stream(START, HI, end("ERROR", error="no\x1b[2J more")),
        "co: answer failed: no^[[2J more",
    ),
    _cut(
        "A6",
        "finish_reason TIMEOUT",
        stream(START, HI, end("TIMEOUT")),
        "co: answer incomplete: the model ran out of time",
    ),
    *(
        _cut(
            "A6",
            f"finish_reason {reason}",
            stream(START, HI, end(reason)),
            f"co: answer incomplete: {why}",
        )
        for reason, why in {
            "abort": "the server aborted it",
            "CONTENT_FILTER": "a content filter stopped it",
            "NEW": "the server ended it with finish reason NEW",
        }.items()
    ),
    Row(
        case="A6",
        fault="no content at all",
        words=(*ASK, "--json"),
        replies=(stream(START, END),),
        code=18,
        out=None,
        says=(_EMPTY, "hint: --record FILE stores what the server sent"),
        also=_is_marked,
    ),
    Row(
        case="A7",
        fault="two events that are no JSON, among good ones",
        replies=(stream(START, HI, b"data: {garb\n\n" * 2, _THERE, END),),
        code=18,
        out=b"Hi there\n",
        says=("co: answer incomplete: 2 events could not be read", _ONCE_MORE),
    ),
    _garbled("null", b"null"),
    _garbled("a list", b"[1]"),
    _garbled("a type that is no text", b'{"type": 1}'),
    _same("A8", "an unknown event", stream(START, HI, data({"type": "news"}), END)),
    _garbled("nesting", b"[" * 200_000),
    _garbled("5,000 digits", b'{"type": "x", "n": ' + b"9" * 5000 + b"}"),
    _garbled("NaN", b"NaN"),
    _half("half a character", "Hi\\ud83d", "there", out="Hi\ufffdthere\n"),
    _half("half a character at the end", "Hi\\ud83d", out="Hi\ufffd\n"),
    _same(
        "A8",
        "a character in two halves",
        stream(START, _delta('"\\ud83d"'), _delta('"\\ude00"'), END),
        "😀\n",
    ),
    *(
        _same("A8", fault, stream(START, *events, END))
        for fault, events in {
            "null beside the text": [_delta('{"text":"Hi","thinking":null}')],
            "content as a list": [_delta('["H",{"type":"text","text":"i"}]')],
            "an index as a float": [_delta('"Hi"', ',"index":0.0')],
            "thinking and text without an index": [
                _delta('{"type":"thinking","thinking":"Hm"}'),
                _delta('{"type":"text","text":"Hi"}'),
            ],
        }.items()
    ),
    _cited(
        "offsets of a citation that are wrong",
        "Hi there[^1] you\n\n[^1]: a — “there”\n",
        text("Hi there you"),
        start=0,
        end=5,
        text="there",
    ),
    _cited(
        "words of a citation that the answer lacks",
        "Hi[^1] there\n\n[^1]: a\n",
        text("Hi there"),
        start=0,
        end=1,
        text="elsewhere",
    ),
    _cited(
        "a citation of the thinking, without an index",
        "also\n",
        _delta('{"type":"thinking","thinking":"also"}'),
        _delta('{"type":"text","text":"also"}', ',"index":1'),
        start=0,
        end=3,
        text="als",
        type="THINKING_CONTENT",
    ),
    Row(
        case="A8",
        fault="log probabilities that are no JSON",
        replies=(stream(START, _delta('"Hi"', ',"logprobs":{"x":NaN}'), END),),
        code=18,
        out=b"Hi\n",
        says=(_UNREAD, _ONCE_MORE),
    ),
    _same("A10", "invalid UTF-8", stream(START, _NOT_UTF8, END), "a\ufffdb\ufffd\n"),
    _same("A11", "byte by byte", [HEAD, byte_by_byte(_TEXT_EVENTS)], f"{_ODD}\n"),
    *(
        _same("A12", fault, stream(events), f"{_ODD}\n")
        for fault, events in {
            "CRLF": _TEXT_EVENTS.replace(b"\n", b"\r\n"),
            "CR": _TEXT_EVENTS.replace(b"\n", b"\r"),
            "a byte order mark": b"\xef\xbb\xbf" + _TEXT_EVENTS,
            "comments": b": one\n" + _TEXT_EVENTS.replace(b"\n\n", b"\n: two\n\n"),
        }.items()
    ),
    _same("A12", "data of two lines", stream(START, _SPLIT, END)),
    _same("A12", "a mark before data", stream(b"\xef\xbb\xbf" + HI, END)),
    _same("A13", "events without data", stream(START, _NO_DATA, HI, _NO_DATA, END)),
    _same("A14", "no blank line at the end", stream(START, HI, END.strip())),
    _compat(
        "thinking in tags and in parts",
        _choice(content=[{"type": "thinking", "thinking": "Hm"}]),
        _choice(content="<think>H"),
        _choice(content="m</think>\n\nHi"),
    ),
    _compat(
        "calls whose pieces come in turns",
        _choice(content="Hi"),
        _piece(0, "f", "{"),
        _piece(1, "g", "{"),
        _piece(0, "", "}"),
        _piece(1, "", "}"),
        says=(_CALLS,),
    ),
    _compat(
        "two choices",
        _choice(content="H"),
        _choice(1, content="No"),
        _choice(content="i"),
        says=(
            "co: the server sent 2 answers; this is the first (-o json includes all)",
        ),
    ),
    _compat(
        "an error inside a choice",
        _choice(content="Hi"),
        {"finish_reason": "error", "error": {"message": "upstream died"}},
        code=18,
        says=("co: answer failed: upstream died", _ONCE_MORE),
    ),
    Row(
        case="A6",
        fault="a required tool call that does not come",
        words=(*ASK, "-f", "{home}/body.json", "--tool-choice", "required"),
        before=lambda home: (home / "body.json").write_text(json.dumps(_WITH_TOOL)),
        replies=(WHOLE,),
        code=18,
        out=b"Hi\n",
        says=(
            "co: the answer has no tool call, which tool_choice requires",
            _ONCE_MORE,
        ),
    ),
)
