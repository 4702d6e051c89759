"""When a session begins, and how: the conversation, the line editor, the first line."""

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from cohere_cli.commands.flags.answer import AnswerFlags
from cohere_cli.commands.flags.ask import AskFlags
from cohere_cli.commands.flags.chat import ChatFlags
from cohere_cli.terminal import Terminal
from cohere_cli.text import STDIN, current_folder, is_file, is_folder, plural

_MOST_LINES = 1000

if TYPE_CHECKING:
    from cohere_cli.commands.session.session import SendTurn, Session
    from cohere_cli.conversation.session.line_editor import LineReader


def wants_session(flags: AnswerFlags, terminal: Terminal) -> bool:
    """Whether a call without a prompt is a session: a person is at the terminal.

    Not with what sends nothing, reads the keyboard, or makes a prompt of its own; nor
    where `CI` is set.
    """
    is_one_call = (
        flags.dry_run
        or flags.curl
        or flags.undo
        or flags.finish
        or flags.edit is not None
        or bool(flags.image or flags.file or flags.record)
        or getattr(flags, "editor", False)
        or flags.extract is not None
        or STDIN in flags.input_files()
    )
    is_person = terminal.stdin.isatty() and terminal.stdout.isatty()
    if is_one_call or not is_person or terminal.is_ci or terminal.pager:
        return False
    return not (flags.preset and _has_prompt(flags, terminal))


def _has_prompt(flags: AnswerFlags, terminal: Terminal) -> bool:
    """Whether the presets have a message of the user."""
    from cohere_cli.commands.call.inputs import read_body_files

    file = read_body_files(flags, terminal)
    messages = file.data.get("messages") if file else None
    roles = [one.get("role") for one in messages or () if isinstance(one, dict)]
    return "user" in roles


def are_paths(words: Sequence[str]) -> bool:
    """Whether all words of `co ask` are files or folders, and none is a question."""
    return all(is_folder(word) or is_file(word) for word in words)


def chat_session(flags: ChatFlags, terminal: Terminal, send: "SendTurn") -> None:
    """Run a session of `co chat`, of the conversation that the flags choose."""
    _run(flags, flags, "chat", terminal, send)


def ask_session(
    paths: Sequence[str], flags: AskFlags, terminal: Terminal, send: "SendTurn"
) -> None:
    """Run a session of `co ask` over *paths*, else those that it asked before."""
    from cohere_cli.commands.session.session import SEARCH_FLAGS

    unset = {one.name: one.default for one in fields(AskFlags)}
    search = {
        name: value
        for name in SEARCH_FLAGS
        if (value := getattr(flags, name)) != unset[name]
    }
    names = {one.name for one in fields(ChatFlags)} & unset.keys()
    shared = {name: getattr(flags, name) for name in names}
    _run(ChatFlags(**shared), flags, "ask", terminal, send, paths=paths, search=search)


def _run(
    flags: ChatFlags,
    given: AnswerFlags,
    command: str,
    terminal: Terminal,
    send: "SendTurn",
    *,
    paths: Sequence[str] | None = None,
    search: dict[str, Any] | None = None,
) -> None:
    from cohere_cli.commands.call.conversation import going_on
    from cohere_cli.commands.session.loop import run_session
    from cohere_cli.commands.session.session import Session
    from cohere_cli.conversation.conversation import Conversation

    conversation = Conversation()
    if given.goes_on:
        conversation = going_on(given, command, (), terminal).conversation
    folders = paths
    if paths is not None and not paths:
        folders = conversation.paths(current_folder()) or (".",)
    session = Session(
        flags, conversation, terminal, send, folders=folders or (), search=search
    )
    with session.opened():
        _greet(session)
        run_session(session, _reader(session))


def _greet(session: "Session") -> None:
    """Write the first line: the model, the profile, what goes on, and the help."""
    conversation, settings = session.conversation, session.settings
    parts = [session.model]
    if settings.profile:
        parts.append(f"profile {settings.profile}")
    if turns := len(conversation.turns):
        named = conversation.name or conversation.id
        parts.append(f"{plural(turns, 'turn')} of {named}")
        if conversation.head not in (0, max(conversation.turns)):
            parts.append(f"after turn {conversation.head}")
    if session.folders:
        parts.append(f"searching {', '.join(session.folders)}")
    if not session.is_kept:
        parts.append("not in the history")
    session.terminal.note(f"co: {', '.join(parts)}; /help for help")
    session.leave_blank_line()


def _reader(session: "Session") -> "LineReader":
    from cohere_cli.commands.session.candidates import candidates_of
    from cohere_cli.conversation.session.completer import SessionCompleter
    from cohere_cli.conversation.session.line_editor import LineEditor, PlainReader

    terminal: Terminal = session.terminal
    if not terminal.can_draw:
        return PlainReader(terminal)
    return LineEditor(
        terminal,
        _earlier_lines(session),
        SessionCompleter(candidates_of(session)),
        lambda width: _status(session, width),
    )


def _earlier_lines(session: "Session") -> list[str]:
    """Return the prompts that the history keeps, which are the lines of sessions."""
    from cohere_cli.conversation.database import history_path
    from cohere_cli.conversation.store import opened_history
    from cohere_cli.errors import ConfigProblem

    if not session.is_kept:
        return []
    path = history_path(session.terminal.environ)
    try:
        with opened_history(path, create=False) as history:
            return history.prompts(_MOST_LINES)
    except ConfigProblem:
        # The first turn says what is wrong with it.
        return []


def _status(session: "Session", width: int) -> str:
    from cohere_cli.api.protocol.models import context_length
    from cohere_cli.conversation.session.status_line import Status, status_text
    from cohere_cli.render.usage import total_tokens

    conversation, model = session.conversation, session.model
    branch = conversation.branch()
    status = Status(
        model,
        context=(total_tokens(branch[-1].usage) or 0) if branch else 0,
        limit=context_length(model),
        spent=sum(total_tokens(one.usage) or 0 for one in conversation.turns.values()),
        notes=session.status_notes(),
    )
    return status_text(status, width)
