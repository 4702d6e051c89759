"""What every renderer of a reply can do."""

from types import TracebackType
from typing import Protocol, Self

from cohere_cli.api.protocol.events import ChatEvent
from cohere_cli.api.protocol.reply import Reply


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
