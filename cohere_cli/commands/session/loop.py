"""The loop of an interactive session: reads a line, obeys or asks, and goes on."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from cohere_cli.commands.call.prompt import read_argument
from cohere_cli.commands.session.execution import execute
from cohere_cli.commands.session.session import Session
from cohere_cli.conversation.session.line_editor import LineReader
from cohere_cli.conversation.session.slash_command import Entry, parse
from cohere_cli.errors import (
    AnswerIncomplete,
    CoError,
    InputProblem,
    OutputUnwritable,
    RequestRefused,
    SignalReceived,
    UsageProblem,
    signal_behind,
)

_LEAVE = "Ctrl-D or /quit leaves; /help lists the commands"
# Errors of the request itself: the same one would fail again.
_REFUSALS = (InputProblem, RequestRefused, UsageProblem)


def run_session(session: Session, reader: LineReader) -> None:
    """Read and obey until the person leaves.

    An error ends a turn, not the session: its prompt is the draft of the next line.
    """
    while not session.is_over:
        try:
            with _interrupts_as_exceptions():
                line = reader.read(session.draft)
        except KeyboardInterrupt:
            session.draft = ""
            session.terminal.seam.last = ""
            session.terminal.note(f"co: {_LEAVE}")
            session.leave_blank_line()
            continue
        except EOFError:
            session.terminal.draw("\n")
            return
        except SignalReceived as exc:
            _end_unless_interrupt(exc)
            session.terminal.draw("\n")
            continue
        session.draft = ""
        # The line that was typed is between what was written and what follows.
        session.terminal.seam.last = ""
        if line.strip():
            obey(session, line)
            session.leave_blank_line()


def obey(session: Session, line: str) -> None:
    """Obey the command, or ask the prompt, that *line* is; report what fails."""
    entry = None
    try:
        entry = parse(line)
        with _interruptible(session):
            if entry.command:
                execute(session, entry)
            else:
                session.ask(_text(entry.argument, session))
    except OutputUnwritable:
        raise
    except CoError as exc:
        if _is_draft(entry, exc):
            session.draft = session.draft or line
        _add_remedy(session, exc)
        session.terminal.report(exc)
        _forget_images(session, exc)
        _note_head(session)


def _is_draft(entry: Entry | None, exc: CoError) -> bool:
    """Whether the line is offered again: not if an answer came, or nothing is in it."""
    has_text = entry is None or bool(entry.argument)
    return has_text and not isinstance(exc, AnswerIncomplete)


def _text(argument: str, session: Session) -> str:
    """Return the prompt; one word `@FILE` is the text of a file."""
    is_word = argument.startswith("@") and not any(map(str.isspace, argument))
    return read_argument(argument, session.terminal) if is_word else argument


@contextmanager
def _interruptible(session: Session) -> Iterator[None]:
    """Have Ctrl-C end the block alone; what came of an answer is kept."""
    turns = len(session.conversation.turns)
    try:
        with _interrupts_as_exceptions():
            yield
    except BaseException as exc:
        received = signal_behind(exc)
        if received is None:
            raise
        _end_unless_interrupt(received)
        _note_stop(session, turns)


@contextmanager
def _interrupts_as_exceptions() -> Iterator[None]:
    """Raise `SignalReceived` at the first Ctrl-C in the block.

    A second one, of a person in a hurry, does not disturb what the first one ends.
    """

    def end(number: int, _frame: object) -> NoReturn:
        signal.signal(number, lambda *_: None)
        raise SignalReceived(number)

    before = signal.getsignal(signal.SIGINT)
    if before != signal.SIG_IGN:
        signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end_unless_interrupt(received: SignalReceived) -> None:
    if received.number != signal.SIGINT:
        raise received


def _note_stop(session: Session, turns: int) -> None:
    last = session.conversation.last
    if last is None or len(session.conversation.turns) == turns:
        session.terminal.note("co: stopped")
        return
    what = f"stopped: turn {last.number} is left out of what follows"
    if last.answer.strip():
        what = f"{what}; /branch {last.number} includes it"
    session.terminal.note(f"co: {what}")


def _add_remedy(session: Session, exc: CoError) -> None:
    """Name what a session offers beside, or in place of, the hint for a command."""
    if isinstance(exc, AnswerIncomplete):
        exc.hint = "/retry asks again"
    else:
        exc.hint = exc.hint.replace(" -m ", " /model ")
    if isinstance(exc, InputProblem) and session.flags.document:
        also = "/doc - leaves out the documents"
        exc.hint = f"{exc.hint}; {also}" if exc.hint else also


def _forget_images(session: Session, exc: CoError) -> None:
    if session.images and isinstance(exc, _REFUSALS):
        session.images.clear()
        session.terminal.note("co: the images are left out of the next prompt")


def _note_head(session: Session) -> None:
    """Say where the next prompt goes, if that is not after the last turn."""
    conversation = session.conversation
    if edited := conversation.edited:
        what = f"the next prompt takes the place of that of turn {edited.number}"
        session.terminal.note(f"co: {what}; /branch N goes on from another")
