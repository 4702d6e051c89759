"""Any renderer, and after its end one line about tokens and time."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from cohere_cli.api.accumulate import Reply
from cohere_cli.api.events import (
    ChatEvent,
    ContentDelta,
    ContentStart,
    MessageEnd,
    ToolCallStart,
    ToolPlanDelta,
)
from cohere_cli.errors import OutputUnwritable
from cohere_cli.render.renderer import Renderer
from cohere_cli.render.usage import output_tokens, tokens_text
from cohere_cli.terminal import Terminal

# Seconds. What comes within fewer came in one piece: that is the network's speed.
_SHORTEST_WRITING = 0.05
# Tokens a second: below, a whole number says too little.
_FAST = 10


class Metered:
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
        tokens, finish = tokens_text(self._reply.usage), self._reply.finish_reason
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
