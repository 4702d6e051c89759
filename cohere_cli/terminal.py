"""Standard streams, their capabilities, and `clean()` for untrusted text.

No other module of `co` uses `sys.stdin`, `sys.stdout`, `sys.stderr`, the
environment or the terminal's size. Standard output is the answer; notes go to
standard error.
"""

import atexit
import contextlib
import errno
import io
import os
import re
import shutil
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TextIO, cast

from cohere_cli.errors import CoError, Declined, OutputUnwritable
from cohere_cli.text import os_reason, shortened

# In caret notation, as `cat -v` and most terminals show them.
_ASCII_CONTROLS = {
    code: f"^{chr(code ^ 0x40)}" for code in {*range(0x20), 0x7F} - {0x09, 0x0A}
}

# With a size that is 0, no number, or more than memory holds, Typer and Rich fail.
_SIZES = ("COLUMNS", "LINES", "TERMINAL_WIDTH")
_SIZE = re.compile("[1-9][0-9]{0,3}")


def clean(text: str) -> str:
    """Make untrusted *text* safe to print: what controls or deceives becomes visible.

    C0 and C1 controls (but not tab and newline), DEL, and characters that are
    invisible or reorder others become visible text, unless a script needs them where
    they stand; lone surrogates become U+FFFD. *text* is whole: for a text in pieces
    there is `characters.cleaner.Cleaner`.
    """
    if text.isascii():
        return text if text.isprintable() else text.translate(_ASCII_CONTROLS)
    from cohere_cli.characters.cleaner import clean_text

    return clean_text(text)


def clean_line(text: str) -> str:
    """Like `clean`, for text that must stay on one line."""
    return clean(" ".join(text.split("\n")))


# Bytes: as much as a pipe takes without waiting for its reader.
_MOST_HELD = 1 << 16

_note_masks: list[Callable[[str], str]] = []


def mask_notes(mask: Callable[[str], str]) -> None:
    """Pass each later line on standard error through *mask*, which removes secrets.

    It stays for the rest of the process: a traceback, too, may quote a server.
    """
    _note_masks.append(mask)


Colour = Literal["auto", "always", "never"]


# SGR by the word that a note on a terminal begins with.
_NOTE_STYLES = {"error:": "1;31", "warning:": "1;33"}
_WITHOUT_COLOUR, _DIM = "1", "2"


def masked(text: str) -> str:
    """Return *text* without the secrets that `mask_notes` knows."""
    for mask in _note_masks:
        text = mask(text)
    return text


class Seam:
    """What was written last: "output", "note", or "" for nothing yet."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last = ""


# Standard output and standard error of the process, whoever writes there.
_SEAM = Seam()


class Pager(Protocol):
    """The program that shows standard output page by page."""

    def hold(self, note: str) -> bool:
        """Keep *note* until the pager has ended; False if it does not run."""
        ...


class Overlay(Protocol):
    """A line that stands on the terminal until there is something else to show."""

    def lifted(self) -> AbstractContextManager[None]:
        """Erase the line while the block writes a note; it may come again below."""
        ...

    def end(self) -> None:
        """Erase the line for good: output, a question or another line follows."""
        ...


@dataclass(repr=False, eq=False)  # which would take most of a millisecond
class Terminal:
    """The standard streams of the process and their capabilities."""

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    environ: Mapping[str, str] = field(default_factory=dict)
    columns: int | None = None
    quiet: bool = False
    verbose: bool = False
    seam: Seam = field(default_factory=Seam)
    overlay: Overlay | None = None
    pager: Pager | None = None
    colour: Colour = "auto"
    chosen_width: int | None = None
    """Columns that the user chose; 0: only the terminal itself wraps lines."""
    # What a burst has written so far; None outside of one.
    _held: bytearray | None = None

    @classmethod
    def system(cls) -> "Terminal":
        """The process's own streams; UTF-8 in any locale."""
        for name in _SIZES:
            if name in os.environ and not _SIZE.fullmatch(os.environ[name]):
                del os.environ[name]
        # Help is written to them by Typer.
        for name in ("stdout", "stderr"):
            setattr(sys, name, _with_complete_writes(getattr(sys, name)))
        if any(one and one.isatty() for one in (sys.stdout, sys.stderr)):
            from cohere_cli.system.console import prepare

            prepare(os.environ)
        # A stream is None when its descriptor was closed before the start.
        return cls(
            stdin=sys.stdin or Path(os.devnull).open(encoding="utf-8"),
            stdout=sys.stdout or cast("TextIO", _Closed()),
            stderr=sys.stderr or io.StringIO(),
            environ=os.environ,
            seam=_SEAM,
        )

    @classmethod
    def fake(
        cls,
        stdin: bytes = b"",
        *,
        tty: bool = False,
        columns: int = 80,
        environ: Mapping[str, str] | None = None,
    ) -> "Terminal":
        """Streams in memory. With *tty* all three claim to be a terminal."""
        kind = _FakeTerminal if tty else io.TextIOWrapper
        return cls(
            stdin=kind(io.BytesIO(stdin), encoding="utf-8"),
            stdout=kind(io.BytesIO(), encoding="utf-8", newline=""),
            stderr=kind(io.BytesIO(), encoding="utf-8", newline=""),
            environ={"TERM": "xterm-256color"} if environ is None else environ,
            columns=columns,
        )

    @property
    def written(self) -> bytes:
        """The bytes written to a fake terminal's standard output."""
        return _contents(self.stdout)

    @property
    def noted(self) -> str:
        """The text written to a fake terminal's standard error."""
        return _contents(self.stderr).decode()

    @property
    def shows_output(self) -> bool:
        """Whether standard output is a terminal, also if a pager is between."""
        return self.pager is not None or self.stdout.isatty()

    @property
    def shows_notes(self) -> bool:
        """Whether standard error is a terminal."""
        return self.stderr.isatty()

    @property
    def can_draw(self) -> bool:
        """Whether standard output supports cursor movements."""
        return self.pager is None and self.stdout.isatty() and self._has_escapes

    @property
    def can_style(self) -> bool:
        """Whether standard output may hold bold, dim and colours."""
        return self._forces_colour or (self.shows_output and self._has_escapes)

    @property
    def can_redraw(self) -> bool:
        """Whether rows of standard output may be redrawn: not in the log of CI."""
        return self.can_draw and not self.is_ci

    @property
    def can_redraw_notes(self) -> bool:
        """Whether rows of standard error may be redrawn."""
        return self.shows_notes and self._has_escapes and not self.is_ci

    @property
    def is_ci(self) -> bool:
        """Whether `CI` is set: a log would show the movements of the cursor."""
        return self.environ.get("CI", "").lower() not in ("", "0", "false")

    @property
    def _has_escapes(self) -> bool:
        return self.environ.get("TERM", "") not in ("", "dumb")

    @property
    def has_colour(self) -> bool:
        """Whether standard output may be coloured: --color, else the variables."""
        return self._forces_colour or (self.allows_colour and self.can_style)

    @property
    def allows_colour(self) -> bool:
        """Whether neither --color nor NO_COLOR nor CLICOLOR=0 forbids colours."""
        if self.colour == "auto":
            is_off = self.environ.get("CLICOLOR") == "0" and not self._forces_colour
            return not (self.environ.get("NO_COLOR") or is_off)
        return self.colour == "always"

    @property
    def _forces_colour(self) -> bool:
        """Whether styles are wanted in files and pipes, too; NO_COLOR prevails."""
        if self.colour != "auto" or self.environ.get("NO_COLOR"):
            return self.colour == "always"
        forcing = ("FORCE_COLOR", "CLICOLOR_FORCE")
        return any(self.environ.get(name, "") not in ("", "0") for name in forcing)

    @property
    def can_ask(self) -> bool:
        """Whether a question can be asked: stdin and stderr are terminals."""
        return self.stdin.isatty() and self.stderr.isatty()

    def confirm(self, question: str) -> bool | None:
        """Ask a yes-or-no question; None without a terminal."""
        answer = self.ask(f"{question} [y/N] ")
        return None if answer is None else answer.lower() in ("y", "yes")

    def ask(self, question: str) -> str | None:
        """Return the line that is typed after *question*; None without a terminal.

        If standard input is a pipe, it is read from the controlling terminal.
        """
        if not self.shows_notes or self.environ.get("CI"):
            return None
        if self.overlay:
            self.overlay.end()
        try:
            from cohere_cli.system.keyboard import with_echo

            with self._keyboard() as keyboard, with_echo(keyboard, is_on=True):
                self.stderr.write(clean_line(question))
                self.stderr.flush()
                line = keyboard.readline()
                if not line.endswith("\n"):  # Ctrl-D, which is not shown
                    self.stderr.write("\n")
                return line.strip()
        except OSError:
            return None

    @contextlib.contextmanager
    def _keyboard(self) -> Iterator[TextIO]:
        if self.stdin.isatty():
            yield self.stdin
        else:
            from cohere_cli.system.keyboard import PATH

            with Path(PATH).open(encoding="utf-8") as keyboard:
                yield keyboard

    @property
    def has_piped_input(self) -> bool:
        """Whether standard input is a pipe, a file or a socket, and not closed.

        Not the same as "no terminal": a service's standard input is often /dev/null
        or another device without data.
        """
        if isinstance(self.stdin, _FakeTerminal):
            return False
        try:
            mode = os.fstat(self.stdin.fileno()).st_mode
        except (OSError, ValueError):
            return isinstance(getattr(self.stdin, "buffer", None), io.BytesIO)
        return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)

    def is_input_silent(self, seconds: float) -> bool:
        """Whether standard input has neither data nor an end within *seconds*."""
        from cohere_cli.system.open_files import is_silent

        return is_silent(self.stdin, seconds)

    @property
    def width(self) -> int:
        """Columns to draw in: those chosen, else of standard output; 80 if unknown."""
        return self.chosen_width or self.columns or self._size().columns

    @property
    def fitted_width(self) -> int | None:
        """Columns that rows are fitted to; None: rows are as long as what they show."""
        is_fitted = self.chosen_width is not None or self.shows_output
        return self.width if is_fitted and self.wraps else None

    @property
    def wraps(self) -> bool:
        """Whether lines are wrapped here, and not by the terminal itself."""
        return self.chosen_width != 0

    @property
    def height(self) -> int:
        """Rows of standard output; 24 if unknown."""
        return self._size().lines

    def _size(self) -> os.terminal_size:
        with contextlib.suppress(OSError, ValueError):
            size = os.get_terminal_size(self.stdout.fileno())
            # A new pseudo-terminal may have no size yet.
            if size.columns and size.lines:
                return size
        return shutil.get_terminal_size()

    def write(self, text: str) -> None:
        """Write and flush part of the answer; on a terminal it is cleaned."""
        if self.shows_output:
            text = clean(text)
        self.write_bytes(text.encode("utf-8", "replace"))

    def write_bytes(self, data: bytes) -> None:
        """Write the user's own bytes to standard output and flush it."""
        if self._held is None:
            self._put(data)
            return
        if len(data) > _MOST_HELD:
            # Not held, which would copy it.
            self.flush()
            self._put(data)
            return
        self._held += data
        if len(self._held) > _MOST_HELD:
            self.flush()

    @contextlib.contextmanager
    def burst(self) -> Iterator[None]:
        """Write at once what is written meanwhile: at the end, or from 64 KiB on.

        For what follows without waiting: until the end, a reader sees nothing of it.
        """
        self._held = self._held or bytearray()
        try:
            yield
        finally:
            self.end_burst()

    def end_burst(self) -> None:
        """Write what a burst holds; what follows is written as it comes."""
        self.flush()
        self._held = None

    def flush(self) -> None:
        """Write what a burst holds so far."""
        if self._held:
            # Emptied first: what an interrupt ends is not written twice.
            held, self._held = self._held, bytearray()
            self._put(held)

    def _put(self, data: bytes | bytearray) -> None:
        # Once for each token: a context manager would cost as much as the write.
        if self.overlay or self.seam.last != "output":
            self._begin_output()
        try:
            self.stdout.flush()
            self.stdout.buffer.write(data)
            self.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as exc:
            raise unwritable(exc) from exc

    def draw(self, text: str) -> None:
        """Write text that contains the program's own escape sequences."""
        self.flush()
        if self.overlay or self.seam.last != "output":
            self._begin_output()
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as exc:
            raise unwritable(exc) from exc

    def _begin_output(self) -> None:
        """Erase what stands in for output, and leave a blank line below notes."""
        if self.overlay:
            self.overlay.end()
        before, self.seam.last = self.seam.last, "output"
        if before == "note" and self._shares_screen:
            self.stdout.write("\n")

    @property
    def _shares_screen(self) -> bool:
        """Whether output and notes are seen one below the other."""
        return self.pager is None and self.stdout.isatty() and self.stderr.isatty()

    def note(self, text: str) -> None:
        """Write *text* to standard error, unless --quiet is given."""
        if not self.quiet:
            self.say(text)

    def detail(self, text: str) -> None:
        """Write *text* to standard error if --verbose is given."""
        if self.verbose:
            self.say(text)

    def say(self, text: str) -> None:
        """Write *text* to standard error as one line; an error is ignored.

        Of more than 4,000 characters, those in the middle are left out. On a terminal
        the line is dim, and apart from the output by a blank line.
        """
        if self.writes_json_notes:
            self._write_note(self._as_json(text))
        else:
            text = shortened(clean_line(masked(text)))
            self._write_note(self._as_note(text), held=text)

    def _write_note(self, line: str, *, held: str = "") -> None:
        """Write a whole *line* to standard error; a pager holds the text *held*."""
        self.flush()  # both streams may be the same file
        if self.pager and self.pager.hold(held or line):
            return
        lifted = self.overlay.lifted() if self.overlay else contextlib.nullcontext()
        try:
            with lifted:
                self.stderr.write(f"{self._apart()}{line}\n")
                self.stderr.flush()
        except (OSError, ValueError):
            _redirect_to_devnull(self.stderr)

    def fail(self, text: str) -> None:
        """Like `say`, for an error: on a terminal it begins with `error:`."""
        is_named = self.shows_notes or self.writes_json_notes
        self.say(f"co: error: {text}" if is_named else f"co: {text}")

    def report(self, problem: CoError) -> None:
        """Write *problem* to standard error, with its hint on a line of its own.

        As JSON it is one object, with its exit code and what a program may need. What
        the user declined is a plain note.
        """
        if self.writes_json_notes:
            self._write_note(self._json({"error": problem.as_object()}))
            return
        if isinstance(problem, Declined):
            self.say(f"co: {problem}")
            return
        self.fail(str(problem))
        if problem.hint:
            self.say(f"hint: {problem.hint}")

    def warn(self, text: str) -> None:
        """Like `say`, for a warning: on a terminal it begins with `warning:`."""
        is_named = self.shows_notes or self.writes_json_notes
        self.say(f"co: warning: {text}" if is_named else f"co: {text}")

    @property
    def writes_json_notes(self) -> bool:
        """Whether errors, warnings and notes are lines of JSON."""
        return self.environ.get("CO_ERRORS") == "json"

    @staticmethod
    def write_notes_as(form: str) -> None:
        """Have all terminals of this process write notes as *form*: text or json."""
        os.environ["CO_ERRORS"] = form

    def _as_json(self, text: str) -> str:
        """Return a note as JSON: its kind, by the word that it begins with."""
        line = text.removeprefix("co: ")
        word, _, rest = line.partition(": ")
        kind = word if word in ("error", "warning", "hint") else "note"
        return self._json({kind: {"message": line if kind == "note" else rest}})

    def _json(self, value: Mapping[str, Mapping[str, Any]]) -> str:
        import json

        shown = {
            kind: {
                name: masked(text) if isinstance(text, str) else text
                for name, text in fields.items()
            }
            for kind, fields in value.items()
        }
        # A screen gets escapes for all that is not plain.
        return json.dumps(shown, ensure_ascii=self.shows_notes)

    def _apart(self) -> str:
        """Return the blank line between output and the note that follows it."""
        before, self.seam.last = self.seam.last, "note"
        return "\n" if before == "output" and self._shares_screen else ""

    def _as_note(self, line: str) -> str:
        """Return *line* as it is shown: on a terminal, its kind is seen at a glance."""
        if not self.shows_notes:
            return line
        word, _, rest = line.removeprefix("co: ").partition(" ")
        style = _NOTE_STYLES.get(word)
        if style is None:
            is_note = line.startswith(("co: ", "hint: ")) and self._has_escapes
            return f"\x1b[{_DIM}m{line}\x1b[0m" if is_note else line
        if not self._has_escapes:
            return f"{word} {rest}"
        style = style if self.allows_colour else _WITHOUT_COLOUR
        return f"\x1b[{style}m{word}\x1b[0m {rest}"

    def discard_output(self) -> None:
        """Discard what standard output still buffers."""
        _redirect_to_devnull(self.stdout)


def end_process(code: object) -> None:
    """End the process with exit code *code*, without freeing each of its objects.

    Python's own end takes a sixth of a short call. Return where it is needed: a thread
    still works, or output cannot be written.
    """
    working = (one for one in threading.enumerate() if not one.daemon)
    if not isinstance(code, int) or [*working] != [threading.main_thread()]:
        return
    atexit._run_exitfuncs()  # noqa: SLF001 - as at Python's own end
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except (OSError, ValueError):
        return
    os._exit(code)


FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
"""What the system answers where a disk, a quota or a file is full."""


def unwritable(exc: OSError) -> OutputUnwritable:
    """Return the error to raise where standard output cannot be written.

    Raises `BrokenPipeError` if its reader is gone, which each system says its own way.
    """
    from cohere_cli.system.open_files import is_broken_pipe

    if is_broken_pipe(exc):
        raise BrokenPipeError from exc
    hint = "free disk space, or write to another disk" if exc.errno in FULL else ""
    return OutputUnwritable(f"cannot write output: {os_reason(exc)}", hint=hint)


def _redirect_to_devnull(stream: TextIO) -> None:
    """Redirect *stream*, so that the flush at exit does not fail again."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _with_complete_writes(stream: TextIO | None) -> TextIO | None:
    """Return *stream* as UTF-8, without short writes if it is a descriptor's."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    raw = getattr(stream.buffer, "raw", stream.buffer)
    if not isinstance(raw, io.RawIOBase):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        return stream
    stream.flush()
    return io.TextIOWrapper(
        cast("io.BufferedWriter", _CompleteWriter(stream, raw)),
        encoding="utf-8",
        errors="backslashreplace",
        newline="\n",  # never "\r\n"
        line_buffering=stream.line_buffering,
    )


class _CompleteWriter(io.BufferedIOBase):
    """Writes all of the data or raises.

    A plain write to a descriptor may be short: at a file size limit, on a full disk,
    or where the descriptor is non-blocking. With PYTHONUNBUFFERED nothing above it
    writes the rest. Nothing is buffered: what an interrupt ends is not written twice.
    """

    def __init__(self, stream: TextIO, raw: io.RawIOBase) -> None:
        self._stream = stream  # which closes *raw* when it is collected
        self._raw = raw

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        rest = memoryview(data).cast("B")
        size = len(rest)
        while rest:
            rest = rest[self._raw.write(rest) or self._wait() :]
        return size

    def _wait(self) -> int:
        """Wait until the non-blocking descriptor takes more."""
        from cohere_cli.system.open_files import wait_for_room

        wait_for_room(self.fileno())
        return 0


class _FakeTerminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


class _Closed(io.TextIOWrapper):
    """Standard output of a program started with `>&-`."""

    def __init__(self) -> None:
        stream = cast("io.BufferedWriter", _ClosedStream())
        super().__init__(stream, encoding="utf-8")


class _ClosedStream(io.BufferedIOBase):
    """Refuses what is written at once: Python 3.13 shows errors of a later flush."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raise OSError(9, "standard output is closed")


def _contents(stream: TextIO) -> bytes:
    stream.flush()
    return cast("io.BytesIO", stream.buffer).getvalue()
