"""The keyboard of this process: opened, and with or without an echo."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _ENABLE_LINE_INPUT, _ENABLE_ECHO_INPUT = 0x2, 0x4

    PATH = "CONIN$"
    """What opens the keyboard of the console, also if standard input is a pipe."""

    @contextmanager
    def with_echo(keyboard: TextIO, *, is_on: bool) -> Iterator[None]:
        """Have the console show what is typed, a line at a time, or not show it."""
        import msvcrt

        kernel = ctypes.windll.kernel32
        mode = wintypes.DWORD()
        try:
            handle = wintypes.HANDLE(msvcrt.get_osfhandle(keyboard.fileno()))
        except (OSError, ValueError):
            yield
            return
        if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
            yield
            return
        # An echo without lines is not allowed.
        both = _ENABLE_LINE_INPUT | _ENABLE_ECHO_INPUT
        changed = mode.value | both if is_on else mode.value & ~_ENABLE_ECHO_INPUT
        kernel.SetConsoleMode(handle, changed)
        try:
            yield
        finally:
            kernel.SetConsoleMode(handle, mode)

else:
    import termios
    from contextlib import suppress

    _LOCAL_FLAGS = 3  # the index in what tcgetattr returns

    PATH = "/dev/tty"
    """What opens the keyboard of the terminal, also if standard input is a pipe."""

    @contextmanager
    def with_echo(keyboard: TextIO, *, is_on: bool) -> Iterator[None]:
        """Have the terminal show what is typed, a line at a time, or not show it."""
        try:
            descriptor = keyboard.fileno()
            before = termios.tcgetattr(descriptor)
        except (OSError, ValueError, termios.error):
            yield
            return
        changed = [*before]
        if is_on:
            changed[_LOCAL_FLAGS] |= termios.ECHO | termios.ICANON
            _set(descriptor, termios.TCSAFLUSH, changed)
        else:
            changed[_LOCAL_FLAGS] &= ~termios.ECHO
            _set(descriptor, termios.TCSANOW, changed)
        try:
            yield
        finally:
            _set(descriptor, termios.TCSADRAIN if is_on else termios.TCSANOW, before)

    def _set(descriptor: int, when: int, attributes: list[object]) -> None:
        # A terminal that is gone needs no setting.
        with suppress(OSError, termios.error):
            termios.tcsetattr(descriptor, when, attributes)  # type: ignore[arg-type]
