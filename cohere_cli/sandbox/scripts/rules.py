"""The rules of a script, parsed and validated."""

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
from cohere_cli.text import compiled_pattern

EndpointName = Literal[
    "chat", "rerank", "compat", "models", "tokenize", "check-api-key"
]
Seconds = Annotated[float, Bounds(0, 3600)]


class _Strict:
    """Settings for pydantic: no unknown fields, no conversion of types."""

    __slots__ = ()
    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(_Strict):
    """The conditions of a rule, all of which a request must meet.

    `message` is a regular expression, searched for in the text of the last message
    or in the query of a rerank. `nth` is the number, from 1, of the request among
    those that meet the other conditions.
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
    """Words of the reply's text and the ids of the documents that support them.

    The citation is the first occurrence of the words after the previous citation.
    """

    text: str
    sources: Annotated[tuple[str, ...], Bounds(1, of="items")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(_Strict):
    """The content of a chat reply."""

    text: str | None = None
    citations: tuple[CitationReply, ...] | None = None
    thinking: str | None = None
    tool_plan: str | None = None
    tool_calls: tuple[CallReply, ...] | None = None
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReply(_Strict):
    """An error reply; the default message is the API's. `retry_after` is in seconds."""

    status: Annotated[int, Bounds(400, 599)]
    message: str | None = None
    error_type: str | None = None
    retry_after: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields(_Strict):
    """A rule as written in a script.

    It has at most one of `reply`, `json` (a literal body), `file` (a recorded body,
    its path relative to the script) and `error`; without any, the sandbox answers by
    itself. `delay` is in seconds, before the head; `fault` has the syntax of
    `faults.parse`.
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
    """A valid rule: its pattern compiled, its file read."""

    text: RuleFields
    match: Match
    message: re.Pattern[str] | None
    recording: Recording | None
    faults: tuple[FaultRule, ...]

    @property
    def reply(self) -> Reply | None:
        """The reply to a chat; a string is short for a reply with that text."""
        reply = self.text.reply
        return Reply(text=reply) if isinstance(reply, str) else reply


def parse_rules(values: Iterable[tuple[str, object]], folder: Path) -> tuple[Rule, ...]:
    """Parse the rules of a script, each given as its location and its JSON value.

    Files are relative to *folder*. Raises `InputProblem`, which names the location.
    """
    return tuple(_rule(value, where, folder) for where, value in values)


def _rule(value: object, where: str, folder: Path) -> Rule:
    if not isinstance(value, Mapping):
        hint = "the shortest rule is `- reply: TEXT`"
        raise InputProblem("a rule must be an object", where=where, hint=hint)
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
        what = f"{' and '.join(given)} cannot be combined in one rule"
        raise InputProblem(what, where=where)
    if text.reply is None:
        return
    if text.match and text.match.endpoint not in _CHAT_ENDPOINTS:
        hint = "`json` sets the body of any endpoint"
        what = f"reply does not apply to the endpoint {text.match.endpoint}"
        raise InputProblem(what, where=where, hint=hint)
    if isinstance(text.reply, Reply):
        _check_reply(text.reply, where)


def _check_reply(reply: Reply, where: str) -> None:
    if reply.text and (reply.tool_calls or reply.tool_plan):
        what = "a reply cannot have both text and a tool plan or tool calls"
        raise InputProblem(what, where=where)
    cited: list[tuple[int, int]] = find_citations(
        reply.text or "", reply.citations or ()
    )
    for citation, (start, _) in zip(reply.citations or (), cited, strict=True):
        if start < 0:
            what = f"cited text {citation.text!r} is missing or out of order"
            raise InputProblem(what, where=where)


def find_citations(
    text: str, citations: Iterable[CitationReply]
) -> list[tuple[int, int]]:
    """Return the start and end of each citation in *text*; -1 if it is not found."""
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
        return compiled_pattern(text)
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
