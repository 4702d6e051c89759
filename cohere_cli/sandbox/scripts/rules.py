"""From a script's values to rules that can be played; or what is wrong, and where."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from cohere_cli.api.protocol.requests import Bounds
from cohere_cli.api.protocol.validation import InvalidBody, validate
from cohere_cli.errors import InputProblem
from cohere_cli.sandbox.faults.parse import FaultRule, InvalidFault, parse_faults
from cohere_cli.sandbox.recordings.replayer import Recording, read_recording

EndpointName = Literal[
    "chat", "rerank", "compat", "models", "tokenize", "check-api-key"
]
Seconds = Annotated[float, Bounds(0, 3600)]


class _Strict:
    """What pydantic reads when it checks: nothing unknown, no text for a number."""

    __slots__ = ()
    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(_Strict):
    """The requests a rule applies to: every given condition must hold.

    `message` is a regular expression, searched for in the text of the last message,
    or in a rerank's query. `nth` counts, from 1, the requests for which the rest
    holds.
    """

    endpoint: EndpointName | None = None
    model: str | None = None
    message: str | None = None
    stream: bool | None = None
    nth: Annotated[int, Bounds(1)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReply(_Strict):
    """A tool call to make."""

    name: str
    arguments: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationReply(_Strict):
    """Words of the reply's text, and the ids of the documents that they rest on.

    It is the first place after the citation before where the text has the words.
    """

    text: str
    sources: Annotated[tuple[str, ...], Bounds(1, of="items")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(_Strict):
    """What a chat answers."""

    text: str | None = None
    citations: tuple[CitationReply, ...] | None = None
    thinking: str | None = None
    tool_plan: str | None = None
    tool_calls: tuple[CallReply, ...] | None = None
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReply(_Strict):
    """A refusal; without a message, it has the API's own. `retry_after` is seconds."""

    status: Annotated[int, Bounds(400, 599)]
    message: str | None = None
    error_type: str | None = None
    retry_after: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields(_Strict):
    """A rule as it is written.

    What it gives is at most one of: `reply`, `json` (a body as it is), `file` (a
    recorded body, its path seen from the script) and `error`. If it gives none, the
    sandbox answers as ever. `delay` is seconds before the head; `fault` is in the
    words of `faults.notation`.
    """

    match: Match | None = None
    reply: str | Reply | None = None
    json: Mapping[str, Any] | None = None
    file: str | None = None
    error: ErrorReply | None = None
    delay: Seconds | None = None
    fault: str | None = None


_CONTENTS = ("reply", "json", "file", "error")
_CHAT_ENDPOINTS = (None, "chat", "compat")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is sound: its patterns compiled, its file read."""

    text: RuleFields
    match: Match
    message: re.Pattern[str] | None
    recording: Recording | None
    faults: tuple[FaultRule, ...]

    @property
    def reply(self) -> Reply | None:
        """What a chat is to answer; text alone is short for a reply with it."""
        reply = self.text.reply
        return Reply(text=reply) if isinstance(reply, str) else reply


def parse_rules(values: Iterable[tuple[str, object]], folder: Path) -> tuple[Rule, ...]:
    """Read the rules of a script, each given as its place and its JSON types.

    Files are looked for in *folder*. Raises `InputProblem`, which names the place.
    """
    return tuple(_rule(value, where, folder) for where, value in values)


def _rule(value: object, where: str, folder: Path) -> Rule:
    if not isinstance(value, Mapping):
        raise InputProblem("a rule must be an object", where=where)
    try:
        text = validate(RuleFields, value)
    except InvalidBody as exc:
        near = exc.violation.nearest
        hint = f"did you mean {near}?" if near else ""
        raise InputProblem(str(exc.violation), where=where, hint=hint) from exc
    _check_contents(text, where)
    match = text.match or Match()
    return Rule(
        text=text,
        match=match,
        message=_pattern(match.message, where),
        recording=None
        if text.file is None
        else read_recording(folder / text.file, where),
        faults=_parse_faults(text.fault, where),
    )


def _check_contents(text: RuleFields, where: str) -> None:
    given = [name for name in _CONTENTS if getattr(text, name) is not None]
    if len(given) > 1:
        what = f"a rule gives one thing, not {' and '.join(given)}"
        raise InputProblem(what, where=where)
    if text.reply is None:
        return
    if text.match and text.match.endpoint not in _CHAT_ENDPOINTS:
        hint = "`json` gives any endpoint's body"
        what = f"a reply is not an answer of {text.match.endpoint}"
        raise InputProblem(what, where=where, hint=hint)
    if isinstance(text.reply, Reply):
        _check_reply(text.reply, where)


def _check_reply(reply: Reply, where: str) -> None:
    if reply.text and (reply.tool_calls or reply.tool_plan):
        what = "a reply has text, or a plan and tool calls, not both"
        raise InputProblem(what, where=where)
    cited: list[tuple[int, int]] = find_citations(
        reply.text or "", reply.citations or ()
    )
    for citation, (start, _) in zip(reply.citations or (), cited, strict=True):
        if start < 0:
            what = f"the text has no {citation.text!r} to cite, or not in this order"
            raise InputProblem(what, where=where)


def find_citations(
    text: str, citations: Iterable[CitationReply]
) -> list[tuple[int, int]]:
    """Return where *text* has the words of each citation; -1 where it has not."""
    found: list[tuple[int, int]] = []
    position = 0
    for citation in citations:
        start = text.find(citation.text, position) if citation.text else -1
        position = start + len(citation.text)
        found.append((start, position))
    return found


def _pattern(text: str | None, where: str) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as exc:
        what = f"match.message is not a regular expression: {exc}"
        raise InputProblem(what, where=where) from exc


def _parse_faults(text: str | None, where: str) -> tuple[FaultRule, ...]:
    if text is None:
        return ()
    try:
        return parse_faults(text)
    except InvalidFault as exc:
        raise InputProblem(str(exc), where=where, hint=exc.hint) from exc
