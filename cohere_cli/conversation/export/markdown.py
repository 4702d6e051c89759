"""Conversations as Markdown: quoted prompts, and answers with footnotes."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from cohere_cli.api.protocol.events import ChatEvent
from cohere_cli.conversation.dates import local_time
from cohere_cli.conversation.export.events import reply_events, reply_of
from cohere_cli.conversation.steps import StepResult, Steps
from cohere_cli.conversation.turn import Turn
from cohere_cli.render.markdown.renderer import markdown_text
from cohere_cli.render.transcript.step import result_title
from cohere_cli.strict_json import dumps

_ACTS = re.compile(r"[\\`*_\[\]<>&~|$#]")


def conversation_markdown(
    conversation: str,
    name: str,
    turns: Sequence[Turn],
    steps: Steps,
    *,
    prefix: str = "",
) -> Iterator[str]:
    """Yield the parts of a document: a heading, then each turn.

    The labels of footnotes are numbers of turns and of sources, after *prefix*. *steps*
    are those of the conversation, of which *turns* may be a part.
    """
    title = f"{_escaped(name)} ({conversation})" if name else conversation
    yield f"# {title}\n\n"
    before = 0
    for turn in turns:
        yield f"## {_heading(turn, steps, before)}\n\n"
        results = steps.results(turn)
        yield from map(_result, results)
        if turn.prompt or not results:
            yield f"{_quoted(turn.prompt)}\n\n"
        events, label = reply_events(turn), f"{prefix}{turn.number}-"
        answer = markdown_text(events, label, steps.titles(turn))
        parts = (_plan(events), answer, _calls(events))
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


def step_name(turn: Turn, steps: Steps) -> str:
    """Return which step of an answer *turn* is, "" for the first or the only one."""
    number = steps.number(turn)
    return f"step {number}" if number > 1 else ""


def _heading(turn: Turn, steps: Steps, before: int) -> str:
    parts = (
        str(turn.number),
        local_time(turn.began),
        _escaped(turn.model),
        step_name(turn, steps),
        follows(turn, before),
    )
    return " · ".join(filter(None, parts))


def _quoted(prompt: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in prompt.splitlines() or [""])


def _plan(events: Sequence[ChatEvent]) -> str:
    plan = str(reply_of(events).tool_plan)
    return f"Plan: {_escaped(plan)}\n" if plan.strip() else ""


def _calls(events: Sequence[ChatEvent]) -> str:
    """Return the tool calls of a reply as a code block, "" without any."""
    made = sorted(reply_of(events).tool_calls.items())
    calls = "\n".join(f"{call.name}({call.arguments})" for _, call in made)
    return f"Tool calls:\n\n{_fenced(calls)}" if calls else ""


def _result(result: StepResult) -> str:
    """Return a result as a block that is folded: each row is a line of JSON."""
    rows = "\n".join(dumps(row) for row in result.rows)
    summary = f"<summary>{escape(result_title(result))}</summary>"
    return f"<details>\n{summary}\n\n{_fenced(rows, 'json')}\n</details>\n\n"


def _fenced(text: str, language: str = "") -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}\n"


def _escaped(text: str) -> str:
    return _ACTS.sub(r"\\\g<0>", " ".join(text.split()))
