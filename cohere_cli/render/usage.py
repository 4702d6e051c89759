"""Any renderer, and after its end one line about tokens and time."""

import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from cohere_cli.api.protocol.events import (
    ChatEvent,
    ContentDelta,
    ContentStart,
    MessageEnd,
    ToolCallStart,
    ToolPlanDelta,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import OutputUnwritable
from cohere_cli.render.renderer import Renderer
from cohere_cli.terminal import Terminal

# Seconds. What comes within fewer came in one piece: that is the network's speed.
_SHORTEST_WRITING = 0.05
# Tokens a second: below, a whole number says too little.
_FAST = 10


class UsageReporter:
    """Shows a reply as *renderer* does, then says on standard error what it took.

    Times count from the entering, when nothing is asked yet; thinking counts as
    tokens. A reply without its end has no usage: then nothing is said. *clock*
    gives seconds from any beginning.
    """

    def __init__(
        self,
        renderer: Renderer,
        terminal: Terminal,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._renderer = renderer
        self._terminal = terminal
        self._clock = clock
        self._began = 0.0
        self._first: float | None = None
        self._end: float | None = None
        self._reply = Reply()

    def __enter__(self) -> Self:
        self._renderer.__enter__()
        self._began = self._clock()
        return self

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Take the time, and show the event."""
        self._reply = reply
        if self._first is None and _has_tokens(event):
            self._first = self._clock() - self._began
        if isinstance(event, MessageEnd):
            self._end = self._clock() - self._began
        self._renderer.show(event, reply)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._renderer.__exit__(kind, error, trace)
        if self._end is None or isinstance(error, OSError | OutputUnwritable):
            return
        tokens, finish = format_tokens(self._reply.usage), self._reply.finish_reason
        told = (tokens, finish, self._times(self._end))
        # Not a note: it was asked for, so --quiet does not silence it.
        self._terminal.say(f"co: {'; '.join(part for part in told if part)}")

    def _times(self, end: float) -> str:
        told = [] if self._first is None else [f"first token {self._first:.2f} s"]
        tokens = output_tokens(self._reply.usage)
        writing = 0.0 if self._first is None else end - self._first
        if tokens and writing >= _SHORTEST_WRITING:
            told.append(_speed(tokens / writing))
        return ", ".join([*told, f"{end:.2f} s in all"])


def _has_tokens(event: ChatEvent) -> bool:
    if isinstance(event, ContentStart | ContentDelta | ToolPlanDelta):
        return bool(event.text)
    return isinstance(event, ToolCallStart)


def _speed(tokens: float) -> str:
    return f"{tokens:,.{0 if tokens >= _FAST else 1}f} tokens/s"


FieldPath = tuple[str, ...]

_BILLED: tuple[tuple[str, tuple[FieldPath, ...]], ...] = (
    ("in", (("billed_units", "input_tokens"),)),
    ("out", (("billed_units", "output_tokens"),)),
)
_OUTPUT: tuple[FieldPath, ...] = (("tokens", "output_tokens"), ("completion_tokens",))
# Image and reasoning tokens are sent, though the API's documents do not name them.
_COUNTED: tuple[tuple[str, tuple[FieldPath, ...]], ...] = (
    ("in", (("tokens", "input_tokens"), ("prompt_tokens",))),
    ("out", _OUTPUT),
    ("total", (("total_tokens",),)),
    ("cached", (("cached_tokens",), ("prompt_tokens_details", "cached_tokens"))),
    (
        "reasoning",
        (
            ("tokens", "reasoning_tokens"),
            ("completion_tokens_details", "reasoning_tokens"),
        ),
    ),
    ("image", (("tokens", "image_tokens"),)),
)
# No reply has as many: beyond, a number is a mistake, and may have any length.
_MOST = 10**12


def format_tokens(usage: object) -> str:
    """Return the counts on one line: `9 in, 12 out billed (510 in, 14 out)`."""
    billed = _listed(usage, _BILLED)
    counted = _listed(usage, _COUNTED)
    if not billed:
        return counted
    # Where the counts say nothing else, they are not said twice.
    more = counted.removeprefix(billed).removeprefix(", ")
    return f"{billed} billed ({more})" if more else f"{billed} billed"


def output_tokens(usage: object) -> int | None:
    """Return how many tokens the model wrote, thinking included, if that is known."""
    return _first(usage, (*_OUTPUT, ("billed_units", "output_tokens")))


def _listed(usage: object, counts: Iterable[tuple[str, tuple[FieldPath, ...]]]) -> str:
    found = ((_first(usage, paths), name) for name, paths in counts)
    return ", ".join(f"{count:,} {name}" for count, name in found if count is not None)


def _first(usage: object, paths: Iterable[FieldPath]) -> int | None:
    counts = (_count(_at(usage, path)) for path in paths)
    return next((count for count in counts if count is not None), None)


def _at(value: Any, path: FieldPath) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _count(value: object) -> int | None:
    """Return *value* if it can be a number of tokens; gateways send 9 as 9.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < _MOST and value == int(value) else None
