"""Signals that end this process, and what it leaves: an exit code, and no core dump."""

import os
import signal
import sys
from typing import NoReturn

_ENDED_BY_SIGNAL = 128
"""Plus its number: the exit code that shells give to a process ended by a signal."""

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


def signal_name(number: int) -> str:
    """Return the name of signal *number*; real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
