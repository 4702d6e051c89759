"""A15 to A25: replies that are no answer: huge, foreign, redirecting, slow."""

from tests.faults.rows import ASK, ONCE, Case, Row
from tests.faults.troubles import (
    CHUNKED,
    HEAD,
    HI,
    HUGE_EVENT,
    HUGE_LINE,
    START,
    WHOLE,
    chunk,
    data,
    endless,
    hang,
    redirect,
    squeezed,
    stream,
    text,
)
from tests.raw_server import http

_EARLY = "co: answer incomplete: the stream ended before its end event"
_JSON = b'{"id": "1", "message": {"content": [{"type": "text", "text": "Hi"}]}}'
_COMPRESSED = "co: the reply is compressed (gzip), which was not requested"
_FOREIGN = "co: answer incomplete: the reply is not HTTP"


def _wrong(
    case: str, fault: str, reply: object, says: str, *words: str, hint: str = ""
) -> Row:
    """A reply that is no answer: nothing is shown, exit 8."""
    return Row(
        case=case,
        fault=fault,
        words=(*ONCE, *words),
        replies=(reply,),
        code=8,
        says=(says, hint) if hint else (says,),
    )


def _redirected(case: str, status: str, to: str) -> Row:
    return Row(
        case=case,
        fault=f"HTTP {status} to {to}",
        replies=(redirect(status, to), WHOLE),
        requests=1,
        code=8,
        says=("co: the server redirects to *; not followed (HTTP 30*)", "hint: *"),
    )


CASES: tuple[Case, ...] = (
    _wrong(
        "A15", "a line of 100 MiB", HUGE_LINE, "co: the stream has a line of over 1 MiB"
    ),
    _wrong(
        "A15",
        "an event of 100 MiB",
        HUGE_EVENT,
        "co: the stream has an event of over 4 MiB",
    ),
    Row(
        case="A15",
        fault="an error of 400 MiB",
        words=ONCE,
        replies=(
            [
                b"HTTP/1.1 500 No\r\nContent-Type: text/plain\r\n\r\n",
                endless(b"x" * (1 << 20)),
            ],
        ),
        code=8,
        says=("co: xxx*…x* (HTTP 500)", "hint: *"),
    ),
    *(
        Row(
            case="A15",
            fault=f"{fault}, without end, {' '.join(words)}",
            words=(*ASK, *words),
            replies=([HEAD, endless(piece)],),
            code=8,
            out=None,
            says=("co: the stream is longer than 12 MiB",),
            slow=True,
        )
        for words in ((), ("--json",))
        for fault, piece in {
            "an answer": text("x" * 900_000),
            "an answer in tokens": text("x") * 2000,
            "news": data({"type": "news", "x": "y" * 900_000}),
        }.items()
    ),
    _wrong(
        "A16",
        "an event of lists",
        [HEAD, *[b"data: " + b"[]," * 340_000 + b"\n"] * 3, b"\n"],
        "co: the stream has an event of more than 250,000 values",
    ),
    _wrong(
        "A16",
        "an object of lists",
        http(b"[" + b"[]," * 5_000_000, kind="application/json"),
        "co: the reply has more than 250,000 values",
        "--no-stream",
    ),
    _wrong(
        "A16",
        "a stream as a bomb",
        squeezed("200 OK", "text/event-stream"),
        _COMPRESSED,
        hint="hint: *",
    ),
    _wrong(
        "A16",
        "an object as a bomb",
        squeezed("200 OK", "application/json"),
        _COMPRESSED,
        "--no-stream",
        hint="hint: *",
    ),
    Row(
        case="A16",
        fault="an error as a bomb",
        words=ONCE,
        replies=(squeezed("500 No", "application/json"),),
        code=8,
        says=("co: the server failed (HTTP 500)", "hint: *"),
    ),
    _wrong(
        "A17",
        "a web page",
        http(b"<html><title>Log\x1b[2J in</title>", kind="text/html"),
        "co: the reply is text/html, not a stream of events: a web page: Log^[[2J in",
        hint="hint: check the base URL*",
    ),
    *(
        Row(
            case="A17",
            fault=f"the reply as JSON, of type {kind}, where a stream was requested",
            replies=(http(_JSON, kind=kind),),
            out=b"Hi\n",
        )
        for kind in ("application/json", "text/event-stream", "text/plain")
    ),
    Row(
        case="A17",
        fault="the reply as JSON, written as events",
        words=(*ASK, "-o", "events"),
        replies=(http(_JSON, kind="application/json"),),
        out=_JSON + b"\n",
    ),
    Row(
        case="A17",
        fault="a stream where JSON was requested",
        words=(*ASK, "--no-stream"),
        replies=(WHOLE,),
        out=b"Hi\n",
    ),
    Row(
        case="A18",
        fault="an empty stream",
        replies=(stream(),),
        code=18,
        says=(_EARLY, "hint: *"),
    ),
    _wrong(
        "A18",
        "an empty object",
        http(b"", kind="application/json"),
        "co: the reply is not JSON: *",
        "--no-stream",
    ),
    Row(
        case="A19",
        fault="no chunk's head",
        replies=([CHUNKED, chunk(START + HI), b"zz\r\n"],),
        code=18,
        out=b"Hi\n",
        says=(_FOREIGN, "hint: *"),
    ),
    Row(
        case="A19",
        fault="a head of 320 KB",
        words=ONCE,
        replies=([HEAD[:-2], b"X-A: " + b"a" * 320_000 + b"\r\n\r\n"],),
        code=8,
        says=("co: the reply is not HTTP (127.0.0.1:*)", "hint: check the base URL"),
    ),
    Row(
        case="A19",
        fault="another protocol",
        words=ONCE,
        replies=(b"SSH-2.0-OpenSSH_9.9\r\n\r\n",),
        code=8,
        says=("co: the reply is not HTTP (127.0.0.1:*)", "hint: check the base URL"),
    ),
    *(_redirected("A20", "307 Temporary Redirect", to) for to in ("/v2/chat",)),
    *(
        _redirected("A21", "307 Temporary Redirect", to)
        for to in ("{other}/v2/chat", "https://example.invalid/", "//[", "\\x")
    ),
    *(_redirected("A22", status, "{other}/") for status in ("302 Found", "301 Moved")),
    # A model may think for a long time, and is paid for: silence is not tried again.
    Row(
        case="A23",
        fault="no head",
        words=(*ASK, "--timeout", "0.5"),
        replies=([hang], WHOLE),
        requests=1,
        code=28,
        says=("co: timed out: no data from 127.0.0.1:* for 0.5 s", "hint: *"),
    ),
    Row(
        case="A24",
        fault="silence within a stream",
        words=(*ASK, "--timeout", "0.5"),
        replies=([HEAD, START + HI, hang],),
        code=28,
        out=b"Hi\n",
        says=("co: timed out: no data from 127.0.0.1:* for 0.5 s", "hint: *"),
    ),
    Row(
        case="A25",
        fault="a byte now and then, for ever",
        words=(*ASK, "--max-time", "1"),
        replies=([HEAD, START + HI, endless(b":\n", 0.1)],),
        code=28,
        out=b"Hi\n",
        says=("co: the call took longer than 1 s", "hint: *"),
        within=15,
    ),
    Row(
        case="A25",
        fault="a head that takes for ever",
        words=(*ASK, "--max-time", "1"),
        replies=([b"HTTP/1.1 200 OK\r\n", endless(b"X: y\r\n", 0.1)],),
        code=28,
        says=("co: the call took longer than 1 s", "hint: *"),
        within=15,
    ),
)
