"""The parts of a reply that can be shown or hidden, and which of them are."""

from typing import Literal

from cohere_cli.api.protocol.events import (
    ChatEvent,
    CitationEnd,
    CitationStart,
    ContentDelta,
    ContentEnd,
    ContentStart,
    GarbledEvent,
    MessageEnd,
    MessageStart,
    ToolCallDelta,
    ToolCallEnd,
    ToolCallStart,
    ToolPlanDelta,
    UnknownEvent,
)
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.errors import UsageProblem

CHANNELS = ("thinking", "plan", "tools", "citations", "usage", "logprobs")
"""The names that `--show` and `--hide` take."""

DEFAULT_CHANNELS = frozenset({"thinking", "plan", "tools", "citations"})
"""What is shown unless flags say otherwise."""

EXPLICIT_THINKING = "thinking aloud"
"""Thinking that is told on standard error where nothing can be drawn.

No name for flags: naming `thinking` in `--show` asks for it.
"""

EventChannel = Literal["answer", "thinking", "plan", "tools", "citations", "message"]


def select_channels(
    show: str | None, hide: str | None, usual: frozenset[str] = DEFAULT_CHANNELS
) -> frozenset[str]:
    """Return what is shown: what is *usual* with *show* and without *hide*.

    Both are names with commas between, in any case; `hide` wins. Where nothing can
    be drawn, a pipe or a dumb terminal, thinking is shown only if *show* names it.
    Raises `UsageProblem` for an unknown name.
    """
    shown, hidden = _named(show), _named(hide)
    aloud = {EXPLICIT_THINKING} if "thinking" in shown else set()
    silent = {EXPLICIT_THINKING} if "thinking" in hidden else set()
    return (usual | shown | aloud) - hidden - silent


def channel_of(event: ChatEvent, reply: Reply) -> EventChannel:
    """Return what *event* tells of; *reply* is the reply with it."""
    match event:
        case ContentStart(index=index) | ContentDelta(index=index):
            thinks = reply.content[index].type == "thinking"
            return "thinking" if thinks else "answer"
        case ToolPlanDelta():
            return "plan"
        case ToolCallStart() | ToolCallDelta() | ToolCallEnd():
            return "tools"
        case CitationStart() | CitationEnd():
            return "citations"
        case MessageStart() | ContentEnd() | MessageEnd():
            return "message"
        case UnknownEvent() | GarbledEvent():
            return "message"


def _named(flag: str | None) -> frozenset[str]:
    names = (name.strip().lower() for name in (flag or "").split(","))
    return frozenset(_known(name) for name in names if name)


def _known(name: str) -> str:
    if name in CHANNELS:
        return name
    from difflib import get_close_matches

    near = get_close_matches(name, CHANNELS, 1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    raise UsageProblem(
        f"there is no channel {name!r}", hint=f"{meant}channels: {', '.join(CHANNELS)}"
    )
