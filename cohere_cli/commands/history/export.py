"""`co history export`: conversations in a format for other programs and readers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cohere_cli.commands.call.session import presented
from cohere_cli.commands.flags.history import ExportFlags
from cohere_cli.commands.history.selection import select, stored_history, turn_of
from cohere_cli.commands.history.transcript import write_events, write_json_of
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal

if TYPE_CHECKING:
    from cohere_cli.conversation.export.html import PageEntry
    from cohere_cli.conversation.steps import Steps
    from cohere_cli.conversation.store import History
    from cohere_cli.conversation.turn import Turn


class _Exported(NamedTuple):
    """A conversation, and the number of the only turn to export, 0 for all."""

    entry: "PageEntry"
    number: int = 0

    @property
    def place(self) -> tuple[str, str]:
        """The id and the name of the conversation."""
        return self.entry.conversation, self.entry.name


def export_conversations(
    flags: ExportFlags,
    conversation: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="Name of a conversation, or the beginning of its id; ID:N is one "
            "turn.",
        ),
    ] = None,
) -> None:
    """Write conversations with all their turns, for other programs and readers.

    A page of HTML stands alone: it needs no network, and each citation opens its
    passage.

    $ co history export trip -o html > trip.html

    $ co history export --all -o jsonl | jq -r .prompt
    """
    if flags.all == bool(conversation):
        what = "name one conversation, or give --all"
        raise UsageProblem(what, hint="`co history list` lists conversations")
    with presented(flags) as terminal, stored_history(terminal) as history:
        if conversation:
            _write(history, [_named(history, conversation)], flags, terminal)
        else:
            _write(history, _all(history), flags, terminal)


def _named(history: "History", text: str) -> _Exported:
    from cohere_cli.conversation.export.html import PageEntry

    chosen = select(history, text)
    turns = history.turns(chosen.conversation)
    shown = [turn_of(turns, chosen)] if chosen.number else turns
    name = history.name_of(chosen.conversation)
    prompt = shown[0].prompt if shown else ""
    entry = PageEntry(chosen.conversation, name, prompt, len(shown))
    return _Exported(entry, chosen.number)


def _all(history: "History") -> list[_Exported]:
    """Return all conversations, that of the oldest last turn first."""
    from cohere_cli.conversation.export.html import PageEntry

    rows = reversed(history.conversations())
    return [
        _Exported(PageEntry(one.id, one.name, one.prompt, one.turns)) for one in rows
    ]


def _write(
    history: "History",
    chosen: Sequence[_Exported],
    flags: ExportFlags,
    terminal: Terminal,
) -> None:
    match flags.output or "md":
        case "html":
            _write_html(history, chosen, terminal)
        case "json":
            _write_json(history, chosen, terminal, is_list=flags.all)
        case "jsonl":
            for one, turns, steps in _with_turns(history, chosen, terminal):
                write_json_of(*one.place, turns, steps, terminal, lines=True)
        case "events":
            _write_events(history, chosen, terminal)
        case _:
            _write_markdown(history, chosen, terminal)
    if not chosen:
        terminal.note("co: the history is empty")


def _with_turns(
    history: "History", chosen: Sequence[_Exported], terminal: Terminal
) -> "Iterator[tuple[_Exported, list[Turn], Steps]]":
    """Yield each conversation with its turns, one conversation in memory at a time.

    On a terminal that does not show the output, a line shows how far it is.
    """
    from cohere_cli.conversation.steps import Steps
    from cohere_cli.render.progress import Progress

    silent = replace(terminal, quiet=terminal.quiet or terminal.shows_output)
    with Progress(
        silent, len(chosen), activity="exporting", unit="conversation"
    ) as progress:
        for done, one in enumerate(chosen):
            progress.update(done)
            turns = history.turns(one.entry.conversation)
            wanted = [turn for turn in turns if one.number in (0, turn.number)]
            # Another process may have deleted it.
            if wanted:
                yield one, wanted, Steps(turns)


def _write_html(
    history: "History", chosen: Sequence[_Exported], terminal: Terminal
) -> None:
    from cohere_cli.conversation.export.html import (
        PAGE_END,
        conversation_html,
        page_beginning,
    )

    terminal.write(page_beginning([one.entry for one in chosen]))
    for one, turns, steps in _with_turns(history, chosen, terminal):
        is_only = len(chosen) == 1
        for part in conversation_html(one.entry, turns, steps, is_only=is_only):
            terminal.write(part)
    terminal.write(PAGE_END)


def _write_markdown(
    history: "History", chosen: Sequence[_Exported], terminal: Terminal
) -> None:
    from cohere_cli.conversation.export.markdown import conversation_markdown

    for at, (one, turns, steps) in enumerate(_with_turns(history, chosen, terminal)):
        prefix = f"{one.entry.conversation}-" if len(chosen) > 1 else ""
        text = "".join(conversation_markdown(*one.place, turns, steps, prefix=prefix))
        between = "\n" if at else ""
        terminal.write(f"{between}{text.rstrip()}\n")


def _write_json(
    history: "History",
    chosen: Sequence[_Exported],
    terminal: Terminal,
    *,
    is_list: bool,
) -> None:
    """Write an object or, as a list, one conversation a line."""
    from cohere_cli.conversation.export.objects import conversation_object
    from cohere_cli.render.json import format_json

    if not is_list:
        for one, turns, steps in _with_turns(history, chosen, terminal):
            write_json_of(*one.place, turns, steps, terminal, is_turn=bool(one.number))
        return
    before = "["
    for one, turns, steps in _with_turns(history, chosen, terminal):
        found = conversation_object(*one.place, turns, steps)
        terminal.write(f"{before}{format_json(terminal, found)}")
        before = ",\n"
    terminal.write("[]\n" if before == "[" else "]\n")


def _write_events(
    history: "History", chosen: Sequence[_Exported], terminal: Terminal
) -> None:
    if len(chosen) != 1:
        what = "-o events writes one turn"
        raise UsageProblem(what, hint="name it: co history export ID:N -o events")
    for one, turns, _ in _with_turns(history, chosen, terminal):
        write_events(one.entry.conversation, turns, terminal)
