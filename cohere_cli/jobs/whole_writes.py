"""Writes to standard output that a signal does not cut in the middle."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from cohere_cli.system.signals import ENDING
from cohere_cli.terminal import Terminal


def write_whole(terminal: Terminal, data: bytes) -> None:
    """Write *data*, whole lines, to standard output; a signal is obeyed afterwards.

    Raises as `Terminal.write_bytes`. On a terminal the text is cleaned.
    """
    _wait(terminal)
    with _signals_held():
        if terminal.shows_output:
            terminal.write(data.decode("utf-8", "replace"))
        else:
            terminal.write_bytes(data)


def _wait(terminal: Terminal) -> None:
    """Wait for a reader that is slow; here a signal is obeyed at once."""
    from select import select

    try:
        select([], [terminal.stdout], [])
    except (OSError, ValueError):
        # It is closed, or cannot be waited for, as a pipe of Windows: the write tells.
        return


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold signals that the program handles until the end of the block."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[tuple[int, FrameType | None]] = []

    def hold(number: int, frame: FrameType | None) -> None:
        held.append((number, frame))
        # A second one ends the process at once.
        signal.signal(number, signal.SIG_DFL)

    handlers = {number: signal.getsignal(number) for number in ENDING}
    handled = {number: one for number, one in handlers.items() if callable(one)}
    for number in handled:
        signal.signal(number, hold)
    try:
        yield
    finally:
        for number, handler in handled.items():
            signal.signal(number, handler)
        for received, frame in held[:1]:
            handled[signal.Signals(received)](received, frame)
