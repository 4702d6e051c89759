"""Answers whose events are shuffled, lost, doubled or broken, folded to a reply.

Each text piece of `answers` has a mark of its own, like <3>: so it is seen what was
lost and what was made up. `python -m tests.faults.sequences --count N --seed S`.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

from cohere_cli.api.protocol import chat, compat
from cohere_cli.api.protocol.reply import Reply, accumulate
from cohere_cli.api.protocol.stream import DONE, Decoder, decode_stream
from cohere_cli.api.sse import iter_data
from cohere_cli.errors import AnswerIncomplete
from tests.faults.alone import main
from tests.faults.answers import CHAT, COMPAT, Body, in_frames, in_json
from tests.faults.tally import Tally
from tests.faults.workers import tallied

# The data of its events.
Answer = list[str]

_MARK = re.compile(r"<\d>")
_BROKEN = ["{", "null", "[]", "7", '"x"', '{"type":7}', '{"choices":[7]}', "{}"]
_NEWER = '{"type":"debug","choices":[]}'
_WRONG = [-1, 1, 2, 99, None, "0", True, 1.5, []]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One that answers in a stream: how it is read, and what makes it complete."""

    answers: list[Answer]
    reader: Callable[[], Decoder]
    shape: Callable[[Reply], dict[str, Any]]
    completes: Callable[[str], bool]


def _is_message_end(data: str) -> bool:
    return data.startswith('{"type": "message-end"')


def _finishes(data: str) -> bool:
    return data == DONE or '"finish_reason": "' in data


def _datas(answers: list[list[Body | str]]) -> list[Answer]:
    return [list(map(in_json, answer)) for answer in answers]


ENDPOINTS = [
    Endpoint(_datas(CHAT), chat.ChatDecoder, chat.encode_response, _is_message_end),
    Endpoint(_datas(COMPAT), compat.CompatDecoder, compat.encode_completion, _finishes),
]


def check(*, seed: int, count: int) -> Tally:
    """Fold *count* answers that came to harm, each read at two chunkings."""
    return tallied("sequences", _trials, seed=seed, count=count)


def _trials(seed: int, count: int) -> list[str]:
    rng = Random(seed)
    return [
        f"sequences: seed {seed}, trial {at}: {message}"
        for at in range(count)
        if (message := _trial(rng))
    ]


def _trial(rng: Random) -> str:
    endpoint = rng.choice(ENDPOINTS)
    answer = list(rng.choice(endpoint.answers))
    harms = rng.choices(_HARMS, k=rng.randrange(1, 4))
    for harm in harms:
        harm(rng, answer)
    stream = in_frames(answer)
    try:
        reply, message = _folded(endpoint, [stream])
        if (reply, message) != _folded(endpoint, _pieces(stream, rng.randrange(9, 90))):
            return f"another reply when cut otherwise, of {stream!r}"
        shown = json.dumps(endpoint.shape(reply), ensure_ascii=False)
    except Exception as exc:  # noqa: BLE001 - no exception is the claim
        return f"{exc!r} from {stream!r}"
    came = answer[: _end_of(answer)]
    if not message and not any(map(endpoint.completes, came)):
        return f"called complete without its end: {stream!r}"
    return _difference(came, shown, is_exact=not {_renumber, _break_one} & {*harms})


def _folded(endpoint: Endpoint, chunks: Iterable[bytes]) -> tuple[Reply, str]:
    """Return the reply, and what kept it from being complete."""
    replies = [Reply()]
    try:
        for _, reply in accumulate(decode_stream(iter_data(chunks), endpoint.reader())):
            replies.append(reply)
    except AnswerIncomplete as exc:
        return replies[-1], str(exc)
    return replies[-1], ""


def _pieces(stream: bytes, size: int) -> list[bytes]:
    return [stream[at : at + size] for at in range(0, len(stream), size)]


def _end_of(answer: Answer) -> int:
    """After which of its events nothing of *answer* counts any more."""
    ends = (one == DONE or _is_message_end(one) for one in answer)
    return next((at for at, is_end in enumerate(ends, 1) if is_end), len(answer))


def _difference(came: list[str], shown: str, *, is_exact: bool) -> str:
    before, after = _marks(came), _marks([shown])
    if after - before:
        return f"made up: {after - before} in {shown}"
    return f"lost: {before - after} of {came}" if is_exact and before - after else ""


def _marks(texts: Iterable[str]) -> Counter[str]:
    return Counter(mark for text in texts for mark in _MARK.findall(text))


def _shuffle(rng: Random, answer: Answer) -> None:
    rng.shuffle(answer)


def _swap(rng: Random, answer: Answer) -> None:
    if len(answer) > 1:
        one, other = rng.sample(range(len(answer)), 2)
        answer[one], answer[other] = answer[other], answer[one]


def _drop(rng: Random, answer: Answer) -> None:
    at = rng.randrange(len(answer) or 1)
    del answer[at : at + 1]


def _double(rng: Random, answer: Answer) -> None:
    at = rng.randrange(len(answer) or 1)
    answer[at:at] = answer[at : at + 1] * rng.choice((1, 1, 5))


def _insert(rng: Random, answer: Answer) -> None:
    """Among them the end, too early."""
    message = rng.choice([*_BROKEN, _NEWER, DONE, *answer[-2:]])
    answer.insert(rng.randrange(len(answer) + 1), message)


def _break_one(rng: Random, answer: Answer) -> None:
    at = rng.randrange(len(answer) or 1)
    answer[at : at + 1] = [rng.choice(_BROKEN)]


def _renumber(rng: Random, answer: Answer) -> None:
    """Give an event the number of another, or one that is none."""
    at = rng.randrange(len(answer) or 1)
    with suppress(IndexError, ValueError, AttributeError):
        message = json.loads(answer[at])
        for numbered in (message, *_calls_in(message)):
            numbered["index"] = rng.choice(_WRONG)
        answer[at] = json.dumps(message)


def _calls_in(message: Any) -> list[Any]:
    choices = message.get("choices") or [{}]
    return choices[0].get("delta", {}).get("tool_calls", [])


_HARMS = [_shuffle, _swap, _drop, _double, _insert, _break_one, _renumber]


def run(*, seed: int, scale: float) -> Iterator[Tally]:
    """Check 50,000, times *scale*."""
    yield check(seed=seed, count=round(50_000 * scale))


if __name__ == "__main__":
    main(check, 20_000)
