"""From a script's values to rules that can be played; or what is wrong, and where."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cohere_cli.api.validate import InvalidBody, validate
from cohere_cli.errors import InputProblem
from cohere_cli.sandbox.faults.notation import NoFault, Strike, strikes
from cohere_cli.sandbox.scripts.rule import CitationReply, Match, Reply, RuleText
from cohere_cli.sandbox.tapes.kept import Kept, kept_in

_GIVEN = ("reply", "json", "file", "error")
_CHATS = (None, "chat", "compat")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is sound: its patterns compiled, its file read."""

    text: RuleText
    match: Match
    message: re.Pattern[str] | None
    kept: Kept | None
    strikes: tuple[Strike, ...]

    @property
    def reply(self) -> Reply | None:
        """What a chat is to answer; text alone is short for a reply with it."""
        said = self.text.reply
        return Reply(text=said) if isinstance(said, str) else said


def rules_of(values: Iterable[tuple[str, object]], folder: Path) -> tuple[Rule, ...]:
    """Read the rules of a script, each given as its place and its JSON types.

    Files are looked for in *folder*. Raises `InputProblem`, which names the place.
    """
    return tuple(_rule(value, where, folder) for where, value in values)


def _rule(value: object, where: str, folder: Path) -> Rule:
    if not isinstance(value, Mapping):
        raise InputProblem("a rule must be an object", where=where)
    try:
        text = validate(RuleText, value)
    except InvalidBody as exc:
        near = exc.flaw.nearest
        hint = f"did you mean {near}?" if near else ""
        raise InputProblem(str(exc.flaw), where=where, hint=hint) from exc
    _refuse_contradictions(text, where)
    match = text.match or Match()
    return Rule(
        text=text,
        match=match,
        message=_pattern(match.message, where),
        kept=None if text.file is None else kept_in(folder / text.file, where),
        strikes=_strikes(text.fault, where),
    )


def _refuse_contradictions(text: RuleText, where: str) -> None:
    given = [name for name in _GIVEN if getattr(text, name) is not None]
    if len(given) > 1:
        said = f"a rule gives one thing, not {' and '.join(given)}"
        raise InputProblem(said, where=where)
    if text.reply is None:
        return
    if text.match and text.match.endpoint not in _CHATS:
        hint = "`json` gives any endpoint's body"
        said = f"a reply is no answer of {text.match.endpoint}"
        raise InputProblem(said, where=where, hint=hint)
    if isinstance(text.reply, Reply):
        _refuse_contradictory_reply(text.reply, where)


def _refuse_contradictory_reply(reply: Reply, where: str) -> None:
    if reply.text and (reply.tool_calls or reply.tool_plan):
        said = "a reply has text, or a plan and tool calls, not both"
        raise InputProblem(said, where=where)
    cited: list[tuple[int, int]] = places(reply.text or "", reply.citations or ())
    for citation, (start, _) in zip(reply.citations or (), cited, strict=True):
        if start < 0:
            said = f"the text has no {citation.text!r} to cite, or not in this order"
            raise InputProblem(said, where=where)


def places(text: str, citations: Iterable[CitationReply]) -> list[tuple[int, int]]:
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
        said = f"match.message is no regular expression: {exc}"
        raise InputProblem(said, where=where) from exc


def _strikes(text: str | None, where: str) -> tuple[Strike, ...]:
    if text is None:
        return ()
    try:
        return strikes(text)
    except NoFault as exc:
        raise InputProblem(str(exc), where=where, hint=exc.hint) from exc
