"""Removes a text from turns: from prompts, answers, requests, replies and errors."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from cohere_cli.api.protocol.events import Citation
from cohere_cli.api.protocol.reply import Reply
from cohere_cli.conversation.export.events import reply_events, reply_of
from cohere_cli.conversation.turn import Turn
from cohere_cli.errors import ServerFault, UsageProblem
from cohere_cli.render.spans import CitedSpan, CitedSpans

REDACTED = "[redacted]"
"""Takes the place of a text."""

# Below these names, the names of fields and the numbers are the user's own.
_DATA = frozenset(
    {"data", "document", "tool_output", "parameters", "json_schema", "schema"}
)
# Values that the API prescribes, and names of its fields.
_PRESCRIBED = frozenset({"role", "type", "finish_reason"})
_FIELD = re.compile("[a-z_]+")


class Redaction:
    """The replacement of one text, in any spelling that JSON has for it.

    Raises `UsageProblem` for a text that is blank, or that would come back.
    """

    def __init__(self, text: str) -> None:
        if not text.strip():
            raise UsageProblem("the text to redact is blank", hint="name its words")
        if text in REDACTED:
            what = f"{text!r} is a part of {REDACTED}, which takes its place"
            raise UsageProblem(what, hint="redact a longer text")
        spellings = {
            text,
            *(json.dumps(text, ensure_ascii=one)[1:-1] for one in (False, True)),
        }
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def turn(self, turn: Turn) -> Turn:
        """Return *turn* without the text; citations cover what they covered."""
        return turn._replace(
            model=self.text(turn.model),
            profile=self.text(turn.profile),
            base_url=self.text(turn.base_url),
            prompt=self.text(turn.prompt),
            answer=self.text(turn.answer),
            request=self._value(dict(turn.request)),
            reply=self._reply(turn),
            error=self._value(dict(turn.error)),
            call=self._value(dict(turn.call), is_data=True),
        )

    def remains_in(self, turn: Turn) -> bool:
        """Whether *turn* has the text where a name of the API has it, too."""
        objects = (turn.request, turn.reply, turn.error, turn.call)
        return any(map(self._pattern.search, _texts(objects)))

    def text(self, text: str) -> str:
        """Return *text* without the text of the redaction."""
        return self._pattern.sub(REDACTED, text)

    def _value(self, value: Any, *, is_data: bool = False) -> Any:
        """Return *value* of JSON; in what *is_data*, names and numbers count, too."""
        match value:
            case str():
                return self.text(value)
            case list() | tuple():
                return [self._value(one, is_data=is_data) for one in value]
            case Mapping():
                return self._object(value, is_data=is_data)
            case bool():
                return value
            case int() | float() if is_data and self._pattern.search(str(value)):
                return REDACTED
            case _:
                return value

    def _object(self, value: Mapping[str, Any], *, is_data: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, one in value.items():
            if not is_data and name in _PRESCRIBED:
                found[name] = one
                continue
            is_field = not is_data and _FIELD.fullmatch(name)
            new = name if is_field else _unused(self.text(name), found)
            found[new] = self._value(one, is_data=is_data or name in _DATA)
        return found

    def _reply(self, turn: Turn) -> Mapping[str, Any]:
        if not turn.reply:
            return turn.reply
        reply: dict[str, Any] = self._value(dict(turn.reply))
        events = reply_of(reply_events(turn))
        if any(map(self._pattern.search, _texts_of(events))):
            # Its tokens spell what was redacted.
            reply.pop("logprobs", None)
            self._move_citations(turn.reply["message"], reply["message"], events)
        return reply

    def _move_citations(
        self, old: Mapping[str, Any], new: dict[str, Any], events: Reply
    ) -> None:
        """Have the citations of the message *new* cover the same words as before."""
        moved = {id(one.data): one for one in events.citations}
        spans = CitedSpans()
        for at, data in enumerate(_list(old.get("citations"))):
            if citation := moved.get(id(data)):
                with suppress(ServerFault):
                    span = spans.of(events, citation)
                    new["citations"][at].update(self._place(events, span, citation))

    def _place(
        self, reply: Reply, span: CitedSpan, citation: Citation
    ) -> dict[str, Any]:
        """Return the fields of *citation* that change with the text that it covers."""
        if span.channel == "plan":
            text = str(reply.tool_plan)
        else:
            block = reply.content.get(span.index)
            text = str(block.text) if block else ""
        if not (span.citation.text and self._pattern.search(text)):
            return {}
        start = self._moved(text, span.citation.start, "")
        end = self._moved(text, span.citation.end, REDACTED)
        words = {"text": self.text(text)[start:end]} if citation.text else {}
        return {"start": start, "end": end, **words}

    def _moved(self, text: str, place: int, whole: str) -> int:
        """Return where *place* of *text* is after the redaction.

        Within the redacted text it is the beginning, and *whole* further.
        """
        shift = 0
        for found in self._pattern.finditer(text):
            if found.end() <= place:
                shift += len(REDACTED) - len(found[0])
            elif found.start() < place:
                return found.start() + shift + len(whole)
        return place + shift


def _unused(name: str, used: Mapping[str, Any]) -> str:
    """Return *name*, with a number if it is *used*: two fields may become one."""
    names = (f"{name} {number}" for number in range(2, len(used) + 3))
    return next(names) if name in used else name


def _texts_of(reply: Reply) -> Iterator[str]:
    yield str(reply.tool_plan)
    yield from (str(block.text) for block in reply.content.values())


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in *value* of JSON, and the names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        yield from _texts(value.values())
    elif isinstance(value, Iterable):
        for one in value:
            yield from _texts(one)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
