"""What is known of a command in containment, on any system."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, Protocol

Channel = Literal["output", "errors", "report"]


class Bounds(NamedTuple):
    """The most that a command may take.

    They are seconds of processor time (0 is any), bytes of one file, bytes of memory of
    each process (None is any), and seconds between being asked to end and being killed.
    """

    seconds: int
    file_size: int
    memory: int | None
    grace: float


class Contained(Protocol):
    """A command that runs.

    Its report is lines: `cannot ERRNO`, if it could not be started, `exit CODE` or
    `signal NUMBER` of its own end, and `left` if a process could not be ended.
    """

    @property
    def is_open(self) -> bool:
        """Whether more may come from it."""
        ...

    def read(self, seconds: float) -> Iterable[tuple[Channel, bytes]]:
        """Return what comes within *seconds*; b"" is the end of a channel."""
        ...

    def ask_to_end(self) -> None:
        """Have the command ended, with all that it has started; do not wait."""
        ...
