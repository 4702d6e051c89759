"""Random streams at random chunkings: our decoder beside the letter of the standard.

A stream is strung together from what the grammar is sensitive to, or is a valid
answer with a few bytes changed. `python -m tests.faults.streams --count N --seed S`.
"""

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from cohere_cli.api import sse
from cohere_cli.api.protocol.chat import ChatDecoder
from cohere_cli.api.protocol.compat import CompatDecoder
from cohere_cli.api.protocol.stream import decode_stream
from cohere_cli.api.sse import iter_data
from cohere_cli.errors import AnswerIncomplete, ServerFault
from tests.faults.alone import main
from tests.faults.answers import CHAT, COMPAT, in_frames
from tests.faults.oracle import excess, interpreted
from tests.faults.tally import Tally
from tests.faults.workers import tallied

_ENDS = [b"\n", b"\n", b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n"]
_FIELDS = [b"data:", b"data: ", b"data", b"event: x", b"id: 7", b"id: \0", b":", b": c"]
_FIELDS += [b"retry: 9", b"retry:", b"Data: ", b" data: ", b"data :", b"data:  "]
_VALUES = [b"x", b"{", b"[]", b"null", b"[DONE]", b'{"type":"message-end"}', b'"', b" "]
_VALUES += [
    b"\0",
    b"\x0b",
    b"\x0c",
    b"\x1c",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
]
_VALUES += [
    b"\xff",
    b"\xc3",
    b"\xa9",
    b"\xf0\x9f\x8f",
    b"\x94",
    b"\xed\xa0\x80",
    b"\xef\xbb",
]
_TOKENS = _ENDS * 4 + _FIELDS * 2 + [b"data: "] * 14 + _VALUES
_BASES = [in_frames(answer) for answer in (*CHAT, *COMPAT)]

_SHORT_LINE = 24
_SHORT_EVENT = 60


def check(*, seed: int, count: int) -> Tally:
    """Compare *count* streams; each tenth of them with limits that it may pass."""
    return tallied("streams", _trials, seed=seed, count=count)


def _trials(seed: int, count: int) -> list[str]:
    rng = Random(seed)
    return [
        f"streams: seed {seed}, trial {at}: {message}"
        for at in range(count)
        if (message := (_limited_trial if at % 10 == 9 else _trial)(rng))
    ]


def _trial(rng: Random) -> str:
    stream = _mutated(rng) if rng.random() < 0.1 else _strung(rng)
    shown = [one.data for one in interpreted(stream) if one.data]
    chunks = _chunks(rng, stream, len(stream) or 1)
    try:
        read = list(iter_data(chunks))
        _followed(read, ChatDecoder())
        _followed(read, CompatDecoder())
    except Exception as exc:  # noqa: BLE001 - no exception is the claim
        return f"{exc!r} from {chunks!r}"
    return "" if read == shown else f"{read!r}, not {shown!r}, from {chunks!r}"


def _limited_trial(rng: Random) -> str:
    """Lower the limits, so that a short stream is one that is too long."""
    stream = _strung(rng).removeprefix(b"\xef\xbb\xbf")
    over = excess(stream, _SHORT_LINE, _SHORT_EVENT)
    shown = stream[: over.event_begins] if over else stream
    expected = [one.data for one in interpreted(shown) if one.data], over and over.what
    chunks = _chunks(rng, stream, _SHORT_LINE)
    met = _met(chunks)
    return "" if met == expected else f"{met!r}, not {expected!r}, from {chunks!r}"


def _met(chunks: list[bytes]) -> tuple[list[str], str | None]:
    limits = sse.LONGEST_LINE, sse.LONGEST_EVENT
    sse.LONGEST_LINE, sse.LONGEST_EVENT = _SHORT_LINE, _SHORT_EVENT
    read = []
    try:
        for data in iter_data(chunks):
            read.append(data)  # noqa: PERF402 - what came before an error counts
    except ServerFault as exc:
        return read, "line" if "a line of" in exc.what else "event"
    finally:
        sse.LONGEST_LINE, sse.LONGEST_EVENT = limits
    return read, None


def _followed(datas: list[str], reader: ChatDecoder | CompatDecoder) -> None:
    """Read events up to the end, which may be missing but nothing worse."""
    try:
        for _ in decode_stream(datas, reader):
            pass
    except AnswerIncomplete:
        pass


def _strung(rng: Random) -> bytes:
    return b"".join(rng.choices(_TOKENS, k=rng.randrange(18)))


def _mutated(rng: Random) -> bytes:
    stream = rng.choice(_BASES)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(stream) + 1)
        gone = rng.choice((0, 1, 1, 9))
        stream = stream[:at] + rng.choice(_TOKENS) + stream[at + gone :]
    return stream[: rng.randrange(len(stream))] if rng.random() < 0.2 else stream


def _chunks(rng: Random, stream: bytes, longest: int) -> list[bytes]:
    """Cut *stream* evenly, down to single bytes, or anywhere."""
    if rng.random() < 0.5:
        # A long one in up to 16 pieces: more would only take more time.
        size = max(rng.choice((1, 2, 3, 5, 9, 17)), len(stream) // 16)
        return _pieces(stream, min(size, longest))
    cuts = sorted({0, *rng.choices(range(len(stream) + 1), k=4), len(stream)})
    parts = (stream[at:to] for at, to in pairwise(cuts))
    return [piece for part in parts for piece in _pieces(part, longest)]


def _pieces(stream: bytes, size: int) -> list[bytes]:
    return [stream[at : at + size] for at in range(0, len(stream), size)]


def run(*, seed: int, scale: float) -> Iterator[Tally]:
    """Check 200,000, times *scale*."""
    yield check(seed=seed, count=round(200_000 * scale))


if __name__ == "__main__":
    main(check, 20_000)
