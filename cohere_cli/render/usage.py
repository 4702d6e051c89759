"""Token usage and times of a reply, reported on one line after the output."""

import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from cohere_cli.api.protocol.events import (
    ChatEvent,
    MessageEnd,
)
from cohere_cli.errors import OutputUnwritable
from cohere_cli.render.renderer import Renderer
from cohere_cli.terminal import Terminal

# Seconds. Text that arrives faster came in one piece and has no token rate.
_SHORTEST_WRITING = 0.05
# Tokens per second; a lower rate is shown with one decimal.
_FAST = 10


class UsageReporter(Renderer):
    """Shows a reply with *renderer*, then reports its usage on standard error.

    Times are measured from entering the context, before the request is sent. Thinking
    counts as tokens. A reply without its end event has no usage and no report.
    *clock* returns seconds from any starting point.
    """

    def __init__(
        self,
        renderer: Renderer,
        terminal: Terminal,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(terminal)
        self._renderer = renderer
        self._clock = clock
        self._began = 0.0
        self._first: float | None = None
        self._end: float | None = None

    def __enter__(self) -> Self:
        self._renderer.__enter__()
        self._began = self._clock()
        return self

    def _show(self, event: ChatEvent) -> None:
        if self._first is None and _has_tokens(event):
            self._first = self._clock() - self._began
        if isinstance(event, MessageEnd):
            self._end = self._clock() - self._began
        self._renderer.show(event, self._reply)

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
        parts = (tokens, finish, self._times(self._end))
        # Not a note: the user asked for it, so --quiet does not silence it.
        self._terminal.say(f"co: {'; '.join(part for part in parts if part)}")

    def _times(self, end: float) -> str:
        times = [] if self._first is None else [f"first token {self._first:.2f} s"]
        tokens = output_tokens(self._reply.usage)
        writing = 0.0 if self._first is None else end - self._first
        if tokens and writing >= _SHORTEST_WRITING:
            rate = tokens / writing
            times.append(f"{rate:,.{0 if rate >= _FAST else 1}f} tokens/s")
        return ", ".join([*times, f"{end:.2f} s total"])


def _has_tokens(event: ChatEvent) -> bool:
    return bool(getattr(event, "text", "")) or event.channel == "tools"


# Name of a count -> its paths in the usage of a reply, in Cohere's and OpenAI's shape.
_BILLED = {
    "in": ("billed_units.input_tokens",),
    "out": ("billed_units.output_tokens",),
}
# The API sends image and reasoning tokens, though its documentation omits them.
_COUNTED = {
    "in": ("tokens.input_tokens", "prompt_tokens"),
    "out": ("tokens.output_tokens", "completion_tokens"),
    "total": ("total_tokens",),
    "cached": ("cached_tokens", "prompt_tokens_details.cached_tokens"),
    "reasoning": (
        "tokens.reasoning_tokens",
        "completion_tokens_details.reasoning_tokens",
    ),
    "image": ("tokens.image_tokens",),
}
# Larger counts are invalid: no reply has as many tokens.
_MOST = 10**12


def format_tokens(usage: object) -> str:
    """Return the counts on one line: `9 in, 12 out billed (510 in, 14 out)`."""
    billed, counted = _counts(usage, _BILLED), _counts(usage, _COUNTED)
    if not billed:
        return counted
    # Counts equal to the billed ones are not repeated.
    more = counted.removeprefix(billed).removeprefix(", ")
    return f"{billed} billed ({more})" if more else f"{billed} billed"


def output_tokens(usage: object) -> int | None:
    """Return the number of generated tokens, thinking included; None if unknown."""
    return _first(usage, (*_COUNTED["out"], *_BILLED["out"]))


def total_tokens(usage: object) -> int | None:
    """Return the number of tokens that were read and generated; None if unknown."""
    read = _first(usage, (*_COUNTED["in"], *_BILLED["in"]))
    generated = output_tokens(usage)
    return (
        None if read is None and generated is None else (read or 0) + (generated or 0)
    )


def billed_tokens(usage: object) -> tuple[int | None, int | None]:
    """Return the tokens of input and output that are charged; None if unknown."""
    tokens_in, tokens_out = (
        _first(usage, (*_BILLED[name], *_COUNTED[name])) for name in ("in", "out")
    )
    return tokens_in, tokens_out


def billed_units(usage: object) -> float | None:
    """Return the search units that are charged, None if unknown."""
    units = _value_at(usage, "billed_units.search_units")
    is_count = isinstance(units, int | float) and not isinstance(units, bool)
    return float(units) if is_count and 0 <= units < _MOST else None


def _counts(usage: object, paths: Mapping[str, Iterable[str]]) -> str:
    found = ((_first(usage, places), name) for name, places in paths.items())
    return ", ".join(f"{count:,} {name}" for count, name in found if count is not None)


def _first(usage: object, paths: Iterable[str]) -> int | None:
    counts = (_count(_value_at(usage, path)) for path in paths)
    return next((count for count in counts if count is not None), None)


def _value_at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _count(value: object) -> int | None:
    """Return *value* if it is a valid number of tokens; gateways send 9 as 9.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < _MOST and value == int(value) else None
