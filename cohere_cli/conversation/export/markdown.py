"""Conversations as Markdown: quoted prompts, and answers with footnotes."""

import re
from collections.abc import Iterator, Sequence

from cohere_cli.api.protocol.events import ChatEvent
from cohere_cli.conversation.dates import local_time
from cohere_cli.conversation.export.events import reply_events, reply_of
from cohere_cli.conversation.turn import Turn
from cohere_cli.render.markdown.renderer import markdown_text

_ACTS = re.compile(r"[\\`*_\[\]<>&~|$#]")


def conversation_markdown(
    conversation: str, name: str, turns: Sequence[Turn], *, prefix: str = ""
) -> Iterator[str]:
    """Yield the parts of a document: a heading, then each turn.

    The labels of footnotes are numbers of turns and of sources, after *prefix*.
    """
    title = f"{_escaped(name)} ({conversation})" if name else conversation
    yield f"# {title}\n\n"
    before = 0
    for turn in turns:
        yield f"## {_heading(turn, before)}\n\n"
        yield f"{_quoted(turn.prompt)}\n\n"
        events = reply_events(turn)
        parts = (markdown_text(events, f"{prefix}{turn.number}-"), _calls(events))
        yield from (f"{part.rstrip()}\n\n" for part in parts if part)
        if ending := turn_ending(turn):
            yield f"*[{_escaped(ending)}]*\n\n"
        before = turn.number


def turn_ending(turn: Turn) -> str:
    """Return how a turn ended that is not complete, with the error, else ""."""
    if turn.status == "complete":
        return ""
    message = turn.error.get("message")
    return f"{turn.status}: {message}" if message else turn.status


def follows(turn: Turn, before: int) -> str:
    """Return which turn *turn* follows, "" if that is the one *before* it."""
    if turn.parent == before:
        return ""
    return f"follows turn {turn.parent}" if turn.parent else "begins anew"


def _heading(turn: Turn, before: int) -> str:
    parts = (
        str(turn.number),
        local_time(turn.began),
        _escaped(turn.model),
        follows(turn, before),
    )
    return " · ".join(filter(None, parts))


def _quoted(prompt: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in prompt.splitlines() or [""])


def _calls(events: Sequence[ChatEvent]) -> str:
    """Return the tool calls of a reply as a code block, "" without any."""
    made = sorted(reply_of(events).tool_calls.items())
    calls = "\n".join(f"{call.name}({call.arguments})" for _, call in made)
    if not calls:
        return ""
    longest = max(map(len, re.findall("`+", calls)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"Tool calls:\n\n{fence}\n{calls}\n{fence}\n"


def _escaped(text: str) -> str:
    return _ACTS.sub(r"\\\g<0>", " ".join(text.split()))
