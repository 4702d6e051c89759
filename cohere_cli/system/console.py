"""The console of Windows, which obeys escape sequences once that is switched on."""

import sys
from collections.abc import MutableMapping

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _OUTPUT, _ERRORS = -11, -12
    _ENABLE_VIRTUAL_TERMINAL_PROCESSING = 0x4
    _UTF_8 = 65001
    # What a console with these sequences understands, in the words of other systems.
    _TERM = "xterm-256color"

    def prepare(environ: MutableMapping[str, str]) -> None:
        """Switch escape sequences and UTF-8 on; say so in *environ* by TERM.

        A console that has none, before Windows 10, is left without TERM: then nothing
        is drawn. A TERM that is set stays.
        """
        kernel = ctypes.windll.kernel32
        kernel.SetConsoleOutputCP(_UTF_8)  # for what other programs write to it
        switched = [_switch_on(kernel, number) for number in (_OUTPUT, _ERRORS)]
        if any(switched):
            environ.setdefault("TERM", _TERM)

    def _switch_on(kernel: ctypes.WinDLL, number: int) -> bool:
        """Switch escape sequences on; whether the stream is a console that has them."""
        kernel.GetStdHandle.restype = wintypes.HANDLE
        handle = wintypes.HANDLE(kernel.GetStdHandle(wintypes.DWORD(number)))
        mode = wintypes.DWORD()
        if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
            return False
        wanted = mode.value | _ENABLE_VIRTUAL_TERMINAL_PROCESSING
        return bool(kernel.SetConsoleMode(handle, wintypes.DWORD(wanted)))

else:

    def prepare(environ: MutableMapping[str, str]) -> None:
        """Do nothing: a terminal obeys, and TERM says what."""
