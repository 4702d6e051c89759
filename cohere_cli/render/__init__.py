"""Events and results to characters. Never sees the client."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self

from cohere_cli.api.accumulate import Reply
from cohere_cli.api.events import ChatEvent
from cohere_cli.errors import UsageProblem
from cohere_cli.render.plain import Plain
from cohere_cli.render.records import Events, Json
from cohere_cli.terminal import Terminal

OUTPUTS = ("text", "json", "events")
"""The formats of a reply, the usual one first."""


class Renderer(Protocol):
    """Shows a reply while it comes.

    A context manager: leaving it completes what was shown, also when an error or
    Ctrl-C ends the reply early, which then goes on its way.
    """

    def show(self, event: ChatEvent, reply: Reply) -> None:
        """Show what *event* brings; *reply* is the reply with it."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def choose(
    terminal: Terminal,
    output: str | None,
    shape: Callable[[Reply], dict[str, Any]],
) -> Renderer:
    """Return the renderer for *output*, one of `OUTPUTS`; None: the usual one.

    *shape* turns a reply into the object of a response that is not streamed.
    Raises `UsageProblem` for an unknown format.
    """
    match output:
        case None | "text":
            return _text(terminal)
        case "json":
            return Json(terminal, shape)
        case "events":
            return Events(terminal)
        case _:
            raise UsageProblem(
                f"there is no output format {output!r}",
                hint=f"choose one of {', '.join(OUTPUTS)}",
            )


def _text(terminal: Terminal) -> Renderer:
    if not terminal.can_draw:
        return Plain(terminal)
    # Rich costs 100 ms to import.
    from cohere_cli.render.live import Live

    return Live(terminal)
