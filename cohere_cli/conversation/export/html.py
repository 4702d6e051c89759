"""Conversations as a page of HTML that needs no network and no script.

A citation is a link to its passage, which is inside of a `details`: a browser opens
that by itself when a link leads into it.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from cohere_cli.api.protocol.events import Source
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.conversation.context import system_messages
from cohere_cli.conversation.dates import local_time, utc_time
from cohere_cli.conversation.export.events import reply_events, reply_of
from cohere_cli.conversation.export.markdown import (
    follows,
    step_name,
    turn_ending,
)
from cohere_cli.conversation.steps import StepResult, Steps
from cohere_cli.conversation.turn import Turn
from cohere_cli.render.links import LinkTarget, web_link
from cohere_cli.render.sources import ListedSource
from cohere_cli.render.tables.tool_calls import call_title
from cohere_cli.render.transcript.answer_html import (
    CitedAnswer,
    answer_html,
    escaped,
)
from cohere_cli.render.transcript.step import result_title
from cohere_cli.render.usage import format_tokens
from cohere_cli.strict_json import dumps
from cohere_cli.terminal import clean_line
from cohere_cli.text import plural

_LONGEST_TITLE = 80
# Neither scripts nor anything of another server, whatever an answer may hold.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
_TEXTS = ("text", "snippet", "content", "body", "value")
_UNPLACED = "The citations have too many wrong offsets to be shown; JSON has them."


class PageEntry(NamedTuple):
    """A conversation as the beginning of a page lists it."""

    conversation: str
    name: str
    prompt: str
    turns: int

    @property
    def title(self) -> str:
        """The name, else the beginning of the first prompt."""
        line = " ".join((self.name or self.prompt).split()) or self.conversation
        is_long = len(line) > _LONGEST_TITLE
        return f"{line[: _LONGEST_TITLE - 1]}…" if is_long else line


def page_beginning(entries: Sequence[PageEntry]) -> str:
    """Return the beginning of a page: head, title, and links if there are several."""
    is_one = len(entries) == 1
    title = entries[0].title if is_one else plural(len(entries), "conversation")
    links = (
        f'<li><a href="#{escaped(one.conversation)}">{escaped(one.title)}</a> '
        f'<span class="about">{plural(one.turns, "turn")}</span></li>\n'
        for one in entries
    )
    contents = "" if is_one else f"<nav><ol>\n{''.join(links)}</ol></nav>\n"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escaped(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n<h1>{escaped(title)}</h1>\n{contents}"
    )


def _style() -> str:
    return Path(__file__).with_name("page.css").read_text("utf-8")


PAGE_END = "</body>\n</html>\n"


def conversation_html(
    entry: PageEntry, turns: Sequence[Turn], steps: Steps, *, is_only: bool = False
) -> Iterator[str]:
    """Yield the parts of the section of a conversation; the only one needs no title.

    *steps* are those of the conversation, of which *turns* may be a part.
    """
    place = escaped(entry.conversation)
    title = "" if is_only else f"<h2>{escaped(entry.title)}</h2>\n"
    yield f'<section id="{place}">\n{title}<p class="about">{place}</p>\n'
    before, shown = 0, {turn.number for turn in turns}
    for turn in turns:
        places = _row_places(place, turn, steps, shown)
        yield _turn_html(place, turn, before, steps, places)
        before = turn.number
    yield "</section>\n"


def _row_places(
    conversation: str, turn: Turn, steps: Steps, shown: Container[int]
) -> dict[str, str]:
    """Return where the page has the rows that *turn* may cite, by their ids."""
    return {
        id_: f"{conversation}-{one.number}-r{at}-{row}"
        for one, results in steps.cited_results(turn)
        if one.number in shown
        for at, result in enumerate(results)
        for row, id_ in enumerate(result.ids)
    }


def _turn_html(
    conversation: str,
    turn: Turn,
    before: int,
    steps: Steps,
    places: Mapping[str, str],
) -> str:
    place = f"{conversation}-{turn.number}"
    ending = turn_ending(turn)
    reply, results = reply_of(reply_events(turn)), steps.results(turn)
    answer = answer_html(reply, f"{place}-", calls=steps.titles(turn), places=places)
    cited = {places.get(one.source.id, ""): one.number for one in answer.sources}
    has_prompt = turn.prompt or not results
    parts = (
        f'<article id="{place}">\n',
        _about(turn, before, steps),
        *(_folded("system message", _text_of(one)) for one in system_messages(turn)),
        *(
            _result_html(result, f"{place}-", at, cited)
            for at, result in enumerate(results)
        ),
        f'<div class="prompt">{escaped(turn.prompt)}</div>\n' if has_prompt else "",
        *_reply_parts(reply, answer, turn, f"{place}-", places),
        f'<p class="ending">{escaped(ending)}</p>\n' if ending else "",
        "</article>\n",
    )
    return "".join(parts)


def _about(turn: Turn, before: int, steps: Steps) -> str:
    moment = f'<time datetime="{utc_time(turn.began)}">{local_time(turn.began)}</time>'
    others = (
        turn.model,
        step_name(turn, steps),
        follows(turn, before),
        format_tokens(turn.usage),
    )
    known = (f"turn {turn.number}", moment, *map(escaped, filter(None, others)))
    return f'<p class="about">{" · ".join(known)}</p>\n'


def _result_html(
    result: StepResult, prefix: str, at: int, cited: Mapping[str, int]
) -> str:
    """Return a result, folded; a row that the turn cites links back to the text."""
    rows = (
        _row_html(row, f"{prefix}r{at}-{number}", prefix, cited)
        for number, row in enumerate(result.rows)
    )
    title = escaped(clean_line(result_title(result)))
    return f"<details><summary>{title}</summary>\n{''.join(rows)}</details>\n"


def _row_html(
    row: Mapping[str, Any], place: str, prefix: str, cited: Mapping[str, int]
) -> str:
    name = f"<p><b>{escaped(str(row['id']))}</b></p>\n" if "id" in row else ""
    number = cited.get(place)
    back = f'<p><a href="#{prefix}c{number}">back to the text</a></p>' if number else ""
    target = web_link(Source({"document": row}))
    fields = f"{_address(target)}{_fields(row, target)}"
    return f'<div class="passage" id="{place}">\n{name}{fields}{back}</div>\n'


def _reply_parts(
    reply: Reply,
    answer: CitedAnswer,
    turn: Turn,
    prefix: str,
    places: Mapping[str, str],
) -> Iterator[str]:
    yield _folded("thinking", reply.thinking)
    yield _folded("plan", str(reply.tool_plan))
    for _, call in sorted(reply.tool_calls.items()):
        arguments = str(call.arguments)
        title = clean_line(call_title(call.name, arguments))
        yield _folded(f"tool call: {title}", arguments or "{}")
    if answer.html:
        yield f'<div class="answer">\n{answer.html}</div>\n'
    if not answer.is_placed:
        yield f'<p class="ending">{_UNPLACED}</p>\n'
    documents = _documents(turn.request)
    for source in answer.sources:
        if place := places.get(source.source.id):
            yield _row_link(source, place)
        else:
            yield _source_html(source, documents, prefix)


def _row_link(source: ListedSource, place: str) -> str:
    """Return the entry of a row, which is among the results of a step."""
    quotes = f" {escaped(source.quotes)}" if source.words else ""
    title = escaped(clean_line(f"{source.number} · {source.title}"))
    return f'<p class="source"><a href="#{place}"><b>{title}</b></a>{quotes}</p>\n'


def _folded(title: str, text: str) -> str:
    """Return a `details` with *text*, "" without any."""
    if not text:
        return ""
    summary = f"<summary>{escaped(title)}</summary>"
    return f'<details>{summary}<div class="thinking">{escaped(text)}</div></details>\n'


def _source_html(
    source: ListedSource, documents: Mapping[str, Mapping[str, Any]], prefix: str
) -> str:
    content = source.source.content or documents.get(source.source.id, {})
    quotes = f" {escaped(source.quotes)}" if source.words else ""
    target = web_link(source.source)
    number = source.number
    return (
        f"<details><summary><b>{number} · {escaped(source.title)}</b>{quotes}</summary>"
        f'<div class="passage" id="{prefix}s{number}">\n'
        f"{_address(target)}{_fields(content, target)}"
        f'<p><a href="#{prefix}c{number}">back to the text</a></p></div></details>\n'
    )


def _address(target: LinkTarget | None) -> str:
    if target is None:
        return ""
    uri = escaped(target.uri)
    return f'<p><a rel="noopener noreferrer" href="{uri}">{uri}</a></p>\n'


def _fields(content: Mapping[str, Any], target: LinkTarget | None) -> str:
    """Return the fields of a document: its text, then those that are not *target*."""
    texts = [name for name in _TEXTS if isinstance(content.get(name), str)][:1]
    others = (
        f"<dt>{escaped(name)}</dt><dd>{escaped(_value_text(value))}</dd>"
        for name, value in content.items()
        if name not in (*texts, "id") and not (target and value == target.uri)
    )
    text = "".join(f"<p>{escaped(content[name])}</p>\n" for name in texts)
    listed = "".join(others)
    if not (text or listed):
        return "<p>The reply has no text of this source.</p>\n"
    return f"{text}<dl>{listed}</dl>\n" if listed else text


def _value_text(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value)


def _documents(request: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the fields of the documents that were sent, by their ids."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in request.get("documents") or ():
        if isinstance(one, Mapping) and isinstance(one.get("data"), Mapping):
            found[str(one.get("id", ""))] = one["data"]
    return found


def _text_of(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else dumps(content)
