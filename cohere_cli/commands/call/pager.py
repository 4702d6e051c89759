"""Shows what is written to standard output in `$PAGER`."""

import io
import signal
import subprocess
from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

from cohere_cli.system.programs import PAGER, words_of
from cohere_cli.terminal import Terminal
from cohere_cli.text import os_reason


class PagerProcess(io.BufferedIOBase):
    """Standard output that `$PAGER` shows; it starts with the first write.

    Notes that are written while it runs would disturb it: they follow at its end. If
    it cannot be run, a warning is printed and the output goes to the terminal.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._outer = terminal
        self._process: subprocess.Popen[bytes] | None = None
        self._notes: list[str] | None = None
        self._is_lacking = False
        stream = io.TextIOWrapper(
            cast("Any", self),
            encoding="utf-8",
            errors="backslashreplace",
            newline="\n",
        )
        # The size is that of the terminal, which a pipe does not tell.
        self.terminal = replace(
            terminal, stdout=stream, columns=terminal.width, pager=self
        )

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any) -> int:
        """Write *data* to the pager. Raises `BrokenPipeError` if it was quit."""
        if self._process is None and not self._is_lacking:
            self._start()
        if self._process is None:
            self._outer.write_bytes(data)
        elif pipe := self._process.stdin:
            pipe.write(data)
            pipe.flush()
        return len(data)

    def hold(self, note: str) -> bool:
        """Keep *note* until the end, if the pager runs."""
        if self._notes is None:
            return False
        self._notes.append(note)
        return True

    def end(self) -> None:
        """Wait until the pager is quit, and write the notes."""
        if self._process is None:
            return
        # Ctrl-C is the pager's: `co` must not return to the shell before it.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            with suppress(OSError):
                self._process.communicate()
        finally:
            signal.signal(signal.SIGINT, before)
        notes, self._notes = self._notes or [], None
        for note in notes:
            self._outer.say(note)

    def _start(self) -> None:
        environ = self._outer.environ
        command = environ.get("PAGER", "").strip() or PAGER
        try:
            # Without -R, less shows colours as `ESC[1m`.
            self._process = subprocess.Popen(  # noqa: S603 - the user's own choice
                words_of(command),
                stdin=subprocess.PIPE,
                env={"LESS": "-R", **environ},
            )
            self._notes = []
        except (OSError, ValueError) as exc:
            self._is_lacking = True
            reason = os_reason(exc) if isinstance(exc, OSError) else str(exc)
            # The output that begins has not been written: the warning is above it.
            self._outer.seam.last = "note"
            self._outer.note(f"co: warning: cannot run the pager {command!r}: {reason}")
