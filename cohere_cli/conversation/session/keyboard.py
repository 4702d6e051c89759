"""The keyboard while an answer is drawn: what is typed waits for the next prompt."""

import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cohere_cli.terminal import Terminal

_LOCAL_FLAGS = 3  # the index in what tcgetattr returns


@contextmanager
def without_echo(terminal: Terminal) -> Iterator[None]:
    """Have the terminal not show what is typed, which would disturb the drawing.

    Ctrl-C and Ctrl-Z work as ever.
    """
    try:
        descriptor = terminal.stdin.fileno()
        before = termios.tcgetattr(descriptor)
    except (OSError, ValueError, termios.error):
        yield
        return
    silent = [*before]
    silent[_LOCAL_FLAGS] &= ~termios.ECHO
    _set(descriptor, silent)
    try:
        yield
    finally:
        _set(descriptor, before)


def _set(descriptor: int, attributes: list[object]) -> None:
    # A terminal that is gone needs no setting.
    with suppress(OSError, termios.error):
        termios.tcsetattr(descriptor, termios.TCSANOW, attributes)  # type: ignore[arg-type]
