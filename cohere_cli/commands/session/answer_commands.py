"""`/copy`, `/save`, `/export`, `/usage`: the answers of the conversation."""

import json
from collections.abc import Sequence
from pathlib import Path

from cohere_cli.commands.session.session import Session
from cohere_cli.conversation.export.html import (
    PAGE_END,
    PageEntry,
    conversation_html,
    page_beginning,
)
from cohere_cli.conversation.export.objects import conversation_object, turn_object
from cohere_cli.conversation.session.clipboard import clipboard_sequence
from cohere_cli.conversation.session.slash_command import parse_number, split_words
from cohere_cli.conversation.steps import Steps
from cohere_cli.conversation.turn import Turn
from cohere_cli.errors import InputProblem, UsageProblem
from cohere_cli.render.usage import format_tokens, total_tokens
from cohere_cli.text import did_you_mean, os_reason, plural

_FORMATS = ("md", "html", "json", "jsonl")


def copy(session: Session, argument: str) -> None:
    """Copy the last answer, or one of its code blocks, to the terminal's clipboard."""
    number = parse_number(argument, "code block")
    text = _last_answer(session).answer
    what = "the answer"
    if number is not None:
        text, what = _code(text, number), f"code block {number}"
    session.terminal.draw(clipboard_sequence(text))
    session.terminal.seam.last = ""
    size = plural(len(text), "character")
    session.terminal.say(f"co: {what}, {size}, was sent to the terminal's clipboard")


def _code(text: str, number: int) -> str:
    from cohere_cli.render.markdown.code_blocks import code_blocks

    blocks = [*code_blocks(text)]
    if not 0 < number <= len(blocks):
        if not blocks:
            hint = "/copy alone copies the whole answer"
            raise UsageProblem("the answer has no code block", hint=hint)
        has = plural(len(blocks), "code block")
        raise UsageProblem(f"the answer has {has}, not {number}")
    return blocks[number - 1].code


def save(session: Session, argument: str) -> None:
    """Write the last answer to a new file, or the conversation by its suffix."""
    words = split_words(argument)
    if len(words) != 1:
        raise UsageProblem("/save takes one file", hint="/save answer.txt")
    path = Path(words[0])
    form = path.suffix.lower().removeprefix(".")
    is_whole = form in _FORMATS
    answer = _last_answer(session).answer
    text = exported(session, form) if is_whole else f"{answer}\n"
    _write_new(path, text)
    what = "the conversation" if is_whole else "the last answer"
    session.terminal.say(f"co: {what} is in {path}")


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except FileExistsError as exc:
        hint = "choose another name: nothing is overwritten"
        raise InputProblem("is there already", where=str(path), hint=hint) from exc
    except (OSError, ValueError) as exc:
        what = f"cannot be written: {os_reason(exc)}"
        raise InputProblem(what, where=str(path)) from exc


def export(session: Session, argument: str) -> None:
    """Print the conversation as `co history export` does."""
    form = argument or "md"
    if form not in _FORMATS:
        hint = did_you_mean(form, _FORMATS, f"formats: {', '.join(_FORMATS)}")
        raise UsageProblem(f"unknown format {form!r}", hint=hint)
    session.terminal.write(exported(session, form))


def exported(session: Session, form: str) -> str:
    """Return all turns of the conversation, in a format of `co history export`."""
    conversation = session.conversation
    turns = [conversation.turns[number] for number in sorted(conversation.turns)]
    if not turns:
        raise UsageProblem("there is no answer yet")
    place, steps = (conversation.id, conversation.name), Steps(turns)
    if form == "md":
        from cohere_cli.conversation.export.markdown import conversation_markdown

        return "".join(conversation_markdown(*place, turns, steps)).rstrip() + "\n"
    if form == "html":
        return _page(PageEntry(*place, turns[0].prompt, len(turns)), turns, steps)
    objects = [conversation_object(*place, turns, steps)]
    if form == "jsonl":
        objects = [turn_object(*place, turn, steps) for turn in turns]
    lines = (json.dumps(one, ensure_ascii=False) for one in objects)
    return "".join(f"{line}\n" for line in lines)


def _page(entry: PageEntry, turns: Sequence[Turn], steps: Steps) -> str:
    body = conversation_html(entry, turns, steps, is_only=True)
    return "".join((page_beginning([entry]), *body, PAGE_END))


def show_usage(session: Session, _: str) -> None:
    """Show the tokens of the last turn, and of the conversation."""
    turns = [*session.conversation.turns.values()]
    if not turns:
        raise UsageProblem("there is no turn yet")
    last = turns[-1]
    counted = format_tokens(last.usage) or "no usage"
    session.terminal.say(f"co: turn {last.number}: {counted}; {last.seconds:.1f} s")
    total = sum(total_tokens(turn.usage) or 0 for turn in turns)
    of = plural(len(turns), "turn")
    session.terminal.say(f"co: conversation: {total:,} tokens in {of}")


def _last_answer(session: Session) -> Turn:
    turns = session.conversation.turns
    for number in sorted(turns, reverse=True):
        if turns[number].answer.strip():
            return turns[number]
    raise UsageProblem("there is no answer yet")
