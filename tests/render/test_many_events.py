"""Replies of 30,000 parts in every format: what copies them all each time takes hours.

No time is asserted: the timeout of pytest ends what is quadratic.
"""

import json
from itertools import product

import pytest

from cohere_cli.api.protocol.chat import ChatDecoder, decode_response, encode_response
from cohere_cli.api.protocol.compat import CompatDecoder, encode_completion
from cohere_cli.api.protocol.reply import accumulate
from cohere_cli.api.protocol.stream import decode_stream, require_end
from cohere_cli.errors import ServerFault
from cohere_cli.render import FORMATS, create_renderer
from cohere_cli.render.live.renderer import LiveRenderer
from cohere_cli.render.live.screen import Screen
from cohere_cli.terminal import Terminal

MANY = 30_000
END = {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}
PARAGRAPHS = ("word " * 100 + "\n\n") * 60


def event(kind, index=0, **message):
    return {"type": kind, "index": index, "delta": {"message": message}}


def text(piece, index=0):
    return event("content-delta", index, content={"text": piece})


def cited(start, end, *sources, words=""):
    citation = {"start": start, "end": end, "text": words, "sources": [*sources]}
    return event("citation-start", citations=citation)


def call(number, arguments="{}"):
    function = {"name": "f", "arguments": arguments}
    return event(
        "tool-call-start", number, tool_calls={"id": str(number), "function": function}
    )


def piece(number, arguments):
    return event(
        "tool-call-delta", number, tool_calls={"function": {"arguments": arguments}}
    )


KINDS = {
    "citations": lambda n: [
        text(PARAGRAPHS),
        *(cited(at, at + 4, "a") for at in range(n)),
    ],
    "nested citations": lambda n: [
        text(PARAGRAPHS),
        *(cited(at // 2, n - at // 2, "a") for at in range(n)),
    ],
    "citations of one span": lambda n: [
        text("word"),
        *(cited(0, 4, "a") for at in range(n)),
    ],
    "text and citations in turns": lambda n: [
        one
        for at in range(n // 2)
        for one in (
            text("w\u00f6rd "),
            cited(at * 6, at * 6 + 4, "a", words="w\u00f6rd"),
        )
    ],
    "one long word": lambda n: [
        text("a" * n),
        *(cited(0, at, "a") for at in range(1, n)),
    ],
    "sources": lambda n: [text("word"), cited(0, 4, *map(str, range(n)))],
    "calls": lambda n: [call(at) for at in range(n)],
    "calls in turns": lambda n: [
        *(call(at, "{") for at in range(n // 2)),
        *(piece(at, "}") for at in range(n // 2)),
    ],
    "arguments": lambda n: [call(0, '["'), *(piece(0, "word ") for _ in range(n))],
    "blocks": lambda n: [text("word", at) for at in range(n)],
    "thinking": lambda n: [
        *(event("content-delta", at, content={"thinking": "word"}) for at in range(n)),
        text("x", n),
    ],
    "plans": lambda n: [event("tool-plan-delta", tool_plan="word ") for _ in range(n)],
    "blanks": lambda n: [text("word\n\n"), *(text(" ") for _ in range(n)), text("x")],
}


def show(events, terminal, output, shape):
    with create_renderer(terminal, output, shape) as renderer:
        for one, reply in accumulate(events):
            renderer.show(one, reply)
    return reply


# One of each kind of part, in one format; the other pairs take minutes.
OFTEN = [("citations", "text"), ("calls", "text"), ("blocks", "text")]
PAIRS = [
    pytest.param(*pair, marks=() if pair in OFTEN else pytest.mark.slow)
    for pair in product(KINDS, (*FORMATS, "terminal"))
]


@pytest.mark.parametrize(("kind", "output"), PAIRS)
def test_a_reply_of_many_parts_is_written_without_reading_them_again(kind, output):
    datas = map(json.dumps, [*KINDS[kind](MANY), END])
    terminal = Terminal.fake(tty=output == "terminal")
    chosen = None if output == "terminal" else output
    show(decode_stream(datas, ChatDecoder()), terminal, chosen, encode_response)
    assert terminal.written or kind in ("calls", "calls in turns", "arguments", "plans")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_of_many_parts_in_one_piece_is_the_same(kind):
    datas = map(json.dumps, [*KINDS[kind](MANY), END])
    reply = show(
        decode_stream(datas, ChatDecoder()), Terminal.fake(), "json", encode_response
    )
    terminal = Terminal.fake()
    whole = require_end(decode_response(encode_response(reply)))
    show(whole, terminal, "json", encode_response)
    assert json.loads(terminal.written) == encode_response(reply)


@pytest.mark.parametrize(
    ("output", "count"),
    [
        ("text", 5_000),
        pytest.param("text", MANY, marks=pytest.mark.slow),
        pytest.param("json", MANY, marks=pytest.mark.slow),
    ],
)
def test_a_completion_of_many_answers_is_written(output, count):
    chunks = [
        {"choices": [{"index": at, "delta": {"content": "a"}}]} for at in range(count)
    ]
    terminal = Terminal.fake()
    events = decode_stream([*map(json.dumps, chunks), "[DONE]"], CompatDecoder())
    reply = show(events, terminal, output, encode_completion)
    assert len(reply.others) == count - 1


def test_citations_that_would_take_minutes_to_place_are_refused():
    answer = "word " * 200_000
    wrong = [cited(0, 4, "a", words=f"other {at}") for at in range(2_000)]
    datas = map(json.dumps, [text(answer), *wrong, END])
    events = decode_stream(datas, ChatDecoder())
    with pytest.raises(ServerFault, match="the citations do not fit"):
        show(events, Terminal.fake(), "markdown", encode_response)


class Frames(Terminal):
    """A terminal that counts what is drawn on it."""

    count = 0

    def draw(self, text):
        self.count += 1
        super().draw(text)


@pytest.mark.parametrize("kind", ["calls", "blocks", "sources"])
def test_what_arrives_within_a_frame_is_drawn_at_once_and_for_one_size(kind):
    looks = []
    terminal = Frames(**vars(Terminal.fake(tty=True)))
    screen = Screen(terminal, lambda: looks.append(1) or 24, lambda: 0.0)
    events = map(json.dumps, [*KINDS[kind](1_000), END])
    with LiveRenderer(terminal, screen=screen, stalls=False) as renderer:
        for event, reply in accumulate(decode_stream(events, ChatDecoder())):
            renderer.show(event, reply)
    assert terminal.count <= 3
    assert len(looks) <= 3
    assert terminal.written.count(b"\n") >= 999
