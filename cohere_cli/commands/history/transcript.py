"""`co history show`: a conversation, or one turn, as it was."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cohere_cli.commands.call.session import presented
from cohere_cli.commands.flags.history import TranscriptFlags
from cohere_cli.commands.history.selection import (
    Selection,
    select,
    select_last,
    stored_history,
    turn_of,
)
from cohere_cli.errors import UsageProblem
from cohere_cli.terminal import Terminal
from cohere_cli.text import plural

if TYPE_CHECKING:
    from cohere_cli.api.protocol.events import ChatEvent
    from cohere_cli.conversation.steps import Steps
    from cohere_cli.conversation.store import History
    from cohere_cli.conversation.turn import Turn


def show_conversation(
    flags: TranscriptFlags,
    conversation: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="Name of a conversation, or the beginning of its id; ID:N is one "
            "turn. Without it, the last conversation.",
        ),
    ] = None,
) -> None:
    """Show a conversation, citations included.

    Of one with branches, the branch that the next turn follows is shown.

    $ co history show

    $ co history show trip:2 -o events | co replay -
    """
    from cohere_cli.conversation.steps import Steps

    with presented(flags) as terminal:
        with stored_history(terminal) as history:
            if conversation is None:
                chosen = select_last(history)
            else:
                chosen = select(history, conversation)
            name = history.name_of(chosen.conversation)
            turns = history.turns(chosen.conversation)
            shown = _chosen_turns(history, chosen, turns, is_all=flags.all)
        steps = Steps(turns)
        _write(chosen, name, shown, steps, terminal, output=flags.output or "text")
        if left_out := 0 if chosen.number else len(turns) - len(shown):
            what = f"{plural(left_out, 'turn')} of other branches left out"
            terminal.note(f"co: {what}; --all shows all")


def write_events(
    conversation: str, turns: "Sequence[Turn]", terminal: Terminal
) -> None:
    """Write the reply of the only one of *turns* as events."""
    from cohere_cli.conversation.export.events import event_lines

    if len(turns) > 1:
        numbers = (
            f"{conversation}:{turns[0].number} to {conversation}:{turns[-1].number}"
        )
        what = f"-o events writes one turn, and {conversation} has {len(turns):,}"
        raise UsageProblem(what, hint=f"name one of them: {numbers}")
    lines, left_out = event_lines(turns[0])
    if not lines:
        hint = "-o json has the request and the error"
        raise UsageProblem(f"{conversation}:{turns[0].number} has no reply", hint=hint)
    from cohere_cli.render.json import safe_json

    terminal.write("".join(f"{safe_json(terminal, line)}\n" for line in lines))
    if left_out:
        parts = plural(left_out, "part")
        terminal.warn(f"{parts} of the reply cannot be an event; -o json has all")


def _chosen_turns(
    history: "History", chosen: Selection, turns: "Sequence[Turn]", *, is_all: bool
) -> "Sequence[Turn]":
    from cohere_cli.conversation.branch import current_branch

    if chosen.number:
        return [turn_of(turns, chosen)]
    if is_all:
        return turns
    return current_branch(turns, history.head_of(chosen.conversation))


def write_json_of(
    conversation: str,
    name: str,
    turns: "Sequence[Turn]",
    steps: "Steps",
    terminal: Terminal,
    *,
    lines: bool = False,
    is_turn: bool = False,
) -> None:
    """Write a conversation as an object; as *lines* of turns, or as its only turn."""
    from cohere_cli.conversation.export.objects import conversation_object, turn_object
    from cohere_cli.render.json import write_json, write_json_list

    if lines:
        objects = (turn_object(conversation, name, turn, steps) for turn in turns)
        write_json_list(terminal, objects, lines=True)
    elif is_turn:
        write_json(terminal, turn_object(conversation, name, turns[0], steps))
    else:
        write_json(terminal, conversation_object(conversation, name, turns, steps))


def _write(
    chosen: Selection,
    name: str,
    turns: "Sequence[Turn]",
    steps: "Steps",
    terminal: Terminal,
    *,
    output: str,
) -> None:
    match output:
        case "events":
            write_events(chosen.conversation, turns, terminal)
        case "json" | "jsonl":
            write_json_of(
                chosen.conversation,
                name,
                turns,
                steps,
                terminal,
                lines=output == "jsonl",
                is_turn=bool(chosen.number),
            )
        case "markdown":
            from cohere_cli.conversation.export.markdown import conversation_markdown

            parts = conversation_markdown(chosen.conversation, name, turns, steps)
            terminal.write("".join(parts).rstrip("\n") + "\n")
        case _:
            _draw(chosen.conversation, name, turns, steps, terminal)


def _draw(
    conversation: str,
    name: str,
    turns: "Sequence[Turn]",
    steps: "Steps",
    terminal: Terminal,
) -> None:
    from cohere_cli.conversation.dates import local_time
    from cohere_cli.conversation.export.markdown import follows, step_name
    from cohere_cli.render.transcript.prompt import write_heading

    before = 0
    for at, turn in enumerate(turns):
        if at:
            terminal.write("\n")
        known = (
            turn.model,
            name,
            step_name(turn, steps),
            follows(turn, before or turn.parent),
        )
        about = "  ".join(filter(None, (local_time(turn.began), *known)))
        write_heading(terminal, f"{conversation}:{turn.number}", about)
        _draw_turn(turn, steps, terminal)
        before = turn.number


def _draw_turn(turn: "Turn", steps: "Steps", terminal: Terminal) -> None:
    from cohere_cli.conversation.export.events import reply_events
    from cohere_cli.conversation.export.markdown import turn_ending
    from cohere_cli.render.transcript.prompt import write_ending, write_prompt
    from cohere_cli.render.transcript.step import write_results

    if results := steps.results(turn):
        write_results(terminal, results)
    if turn.prompt or not results:
        write_prompt(terminal, turn.prompt)
    if events := reply_events(turn):
        _draw_reply(events, steps.titles(turn), terminal)
    if ending := turn_ending(turn):
        write_ending(terminal, ending)


def _draw_reply(
    events: "Sequence[ChatEvent]", calls: "Mapping[str, str]", terminal: Terminal
) -> None:
    """Show a reply, with its plan and its calls: where nothing is drawn, as text."""
    from cohere_cli.api.protocol.chat import encode_response
    from cohere_cli.commands.call.replies import show_reply
    from cohere_cli.render.renderer import DEFAULT_CHANNELS

    shown = DEFAULT_CHANNELS
    if not terminal.can_style:
        from cohere_cli.conversation.export.events import reply_of
        from cohere_cli.render.transcript.step import write_calls

        write_calls(terminal, reply_of(events))
        shown -= {"tools"}
    show_reply(events, terminal, "text", encode_response, shown, calls=calls)
