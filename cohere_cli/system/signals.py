"""Signals that end this process, and what it leaves: an exit code, and no core dump."""

import os
import signal
import sys
import threading
import time
from _thread import start_new_thread
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

_ENDED_BY_SIGNAL = 128
"""Plus its number: the exit code that shells give to a process ended by a signal."""

_PAUSES = (0.05, 0.2, 1.0)
"""Seconds before each attempt to end a wait; one suffices unless all is very busy."""

if sys.platform == "win32":
    ENDING: tuple[int, ...] = (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK)
    """What a user or the system sends to end a process."""

    # Windows has no such signal; 141 is what scripts know.
    BROKEN_PIPE = 13
    """The number for a reader of standard output that is gone."""

    # Ctrl-Break, or a console that is closed: to a script that is an interrupt, too.
    _NUMBERS = {int(signal.SIGBREAK): int(signal.SIGINT)}

    def die_of(number: int) -> NoReturn:
        """End this process with the exit code that shells give for signal *number*.

        No process of Windows ends by a signal itself.
        """
        os._exit(_ENDED_BY_SIGNAL + _NUMBERS.get(number, number))

    def leave_no_core_dump() -> None:
        """Do nothing: Windows writes no core dump into the current folder."""

    def leave_to_main_thread() -> None:
        """Do nothing: a handler of Python's runs in the main thread."""

    @contextmanager
    def _interrupting(notes: int) -> Iterator[None]:
        """Do nothing: a pipe of Windows always takes a note."""
        yield

    def _end_wait(number: int, ending: object) -> None:
        """End the process, if its handler *ending* cannot run within seconds.

        Windows has nothing that interrupts a system call of another thread. Where
        another handler stands, as in a session, whose answer alone is to end, and
        while an editor runs, the wait lasts until its own time limit.
        """
        if signal.getsignal(number) is ending:
            time.sleep(sum(_PAUSES))
            if signal.getsignal(number) is ending:
                die_of(number)

else:
    ENDING: tuple[int, ...] = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    """What a user or the system sends to end a process."""

    BROKEN_PIPE = int(signal.SIGPIPE)
    """The number for a reader of standard output that is gone."""

    def die_of(number: int) -> NoReturn:
        """End this process by signal *number* itself, so that a shell loop stops."""
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        # The first process of a container is not ended so, nor one that blocks it.
        os._exit(_ENDED_BY_SIGNAL + number)

    def leave_no_core_dump() -> None:
        """Have no core dump written, which would contain the key."""
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))

    def leave_to_main_thread() -> None:
        """Have this thread, and those that it starts, get none of `ENDING`.

        They must interrupt the main thread, and the system may give them to any thread
        that does not block them.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)

    _INTERRUPTING = signal.SIGURG
    """Ends a system call and does nothing else; without a handler it is ignored."""

    @contextmanager
    def _interrupting(notes: int) -> Iterator[None]:
        """Have the main thread be interrupted, and a note never be waited for."""
        os.set_blocking(notes, False)
        handler = signal.signal(_INTERRUPTING, lambda *_: None)
        try:
            yield
        finally:
            signal.signal(_INTERRUPTING, handler)

    def _end_wait(number: int, ending: object) -> None:
        """Interrupt the system call that the main thread waits for."""
        main = threading.main_thread().ident or 0
        for pause in _PAUSES:
            time.sleep(pause)
            signal.pthread_kill(main, _INTERRUPTING)


def signal_name(number: int) -> str:
    """Return the name of signal *number*; real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@contextmanager
def waits_ended_by(numbers: Collection[int]) -> Iterator[None]:
    """Have each of the signals *numbers* end what the main thread waits for.

    Python only notes a signal, and reads the note between two instructions. A system
    call goes on that begins just after the note, or that waits while another thread
    makes it: a read from a silent server for a minute. So a thread ends it.
    """
    endings = {number: signal.getsignal(number) for number in numbers}
    try:
        notes, writer = os.pipe()
    except OSError:  # no descriptor is left: signals are as Python has them
        yield
        return
    with _interrupting(writer):
        before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            _start_ending(notes, endings)
            yield
        finally:
            signal.set_wakeup_fd(before)
            os.close(writer)


def _start_ending(notes: int, endings: Mapping[int, object]) -> None:
    try:
        # Not a `Thread`: a signal during its `start` would leave a lock closed.
        start_new_thread(_end_waits, (notes, endings))
    except RuntimeError:  # no thread is left: the same
        os.close(notes)


def _end_waits(notes: int, endings: Mapping[int, object]) -> None:
    """End a wait of the main thread after each of the signals that *notes* brings."""
    leave_to_main_thread()
    while number := os.read(notes, 1):
        if number[0] in endings:
            _end_wait(number[0], endings[number[0]])
    os.close(notes)
