"""YAML restricted to JSON's types, read from the parser's events.

Refused, with line: tags, merge keys, duplicate keys, keys that are not scalars,
aliases that repeat too much, and what `strict_json` refuses.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import yaml  # noqa: TID253 - this module is loaded only where YAML is read

from cohere_cli.documents.document import Document
from cohere_cli.documents.formats.json import documents_of
from cohere_cli.documents.source import LocatedValue, Source, Text
from cohere_cli.errors import InputProblem
from cohere_cli.strict_json import (
    MAX_DEPTH,
    InvalidNumber,
    iter_levels,
    parse_number,
    written_number,
)

_NumberReader = Callable[[str], int | float]
# Between two items of a block list, up to the dash.
_GAP = re.compile(r"(?:\s|#.*)*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# YAML's own tags for JSON's types; "!" means only "not resolved".
_OWN = "tag:yaml.org,2002:"
_ALLOWED_TAGS = {None, "!", f"{_OWN}str", f"{_OWN}seq", f"{_OWN}map"}
# Characters and values that aliases may add: many fields, but no alias bomb.
_MAX_ALIAS_SIZE = 1_000_000
_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
_QUOTE_HINT = "put the value in quotes to keep it as text"
_SYNTAX_HINT = "check the indentation, and quote text that contains `: ` or ` #`"


def yaml_records(source: Source) -> Iterator[Document]:
    """Yield the records of *source*: its documents, and the items of its lists."""
    values = partial(iter_records, is_strict=source.bad.are_refused)
    return documents_of(source, values)


def parse_one(text: Text) -> object:
    """Return the value of the one YAML document that *text* holds, None for none."""
    parser = _Parser(text)
    values = [parser.value(event) for event in parser.documents()]
    if len(values) > 1:
        what = "more than one YAML document"
        raise InputProblem(what, where=text.name, hint="keep one of them")
    return values[0] if values else None


def iter_records(text: Text, *, is_strict: bool = True) -> Iterator[LocatedValue]:
    """Yield the documents of *text*, each list opened into its items.

    An item of a block list comes with its dash and its indentation, so that items
    put one below the other, in any order, are a list again. Unless *is_strict*, one of
    valid syntax that is refused comes as its error.
    """
    parser = _Parser(text, written_number, is_strict=is_strict)
    for event in parser.documents():
        if isinstance(event, yaml.SequenceStartEvent):
            yield from parser.items(event)
        else:
            yield parser.located(event, parser.line_start(event.start_mark.index))


class _Parser:
    """One pass over a text's events, which have no types and expand no aliases.

    Not `yaml.compose`: its nodes do not know where an alias is, and end a block where
    the next one begins, so records would lose their exact bytes.
    """

    def __init__(
        self,
        text: Text,
        number: _NumberReader = parse_number,
        *,
        is_strict: bool = True,
    ) -> None:
        self._text = text
        self._number = number
        self._is_strict = is_strict
        self._has_ended = False
        self._depth = 0
        self._events = self._parse()
        self._anchors: dict[str, object] = {}
        self._repeated = 0
        # Where the latest scalar, alias or bracket ended. For the parser, a block list
        # or mapping ends only where the next token begins.
        self._end = 0

    def documents(self) -> Iterator[Any]:
        """Yield the first event of each document that is not empty."""
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                first = next(self._events)
                if not (isinstance(first, yaml.ScalarEvent) and _is_empty(first)):
                    yield first

    def items(self, opening: Any) -> Iterator[LocatedValue]:
        """Yield the items of the list that *opening* begins."""
        self._start_value(opening)
        end_before = opening.start_mark.index
        for event in self._until(yaml.SequenceEndEvent):
            start = event.start_mark.index
            if not opening.flow_style:
                start = self._dash(end_before, start)
            item = self.located(event, start)
            end_before = item.end
            yield item

    def located(self, event: Any, start: int) -> LocatedValue:
        """Return the value that *event* begins; its text begins at *start*."""
        content = self._text.content
        value = self._value_or_error(event)
        end = self._end
        while end > start and content[end - 1].isspace():
            end -= 1
        return LocatedValue(value, start, end)

    def _value_or_error(self, event: Any) -> object:
        depth = self._depth - isinstance(event, yaml.CollectionStartEvent)
        try:
            return self.value(event)
        except InputProblem as exc:
            if self._is_strict or self._has_ended:
                raise
            while self._depth > depth:
                next(self._events)
            return exc

    def value(self, event: Any, depth: int = 0) -> object:
        """Return the value that *event* begins, *depth* levels down."""
        if isinstance(event, yaml.AliasEvent):
            return self._expand_alias(event, depth)
        self._start_value(event)
        if depth > MAX_DEPTH:
            raise self._error(_TOO_DEEP, event)
        value: object
        if isinstance(event, yaml.SequenceStartEvent):
            items = self._until(yaml.SequenceEndEvent)
            value = [self.value(item, depth + 1) for item in items]
        elif isinstance(event, yaml.MappingStartEvent):
            value = self._mapping(depth)
        else:
            value = self._scalar(event)
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _mapping(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._key(event)
            if key in found:
                raise self._error(
                    f"duplicate key {key!r}", event, hint="keep one of them"
                )
            found[key] = self.value(next(self._events), depth + 1)
        return found

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._error("a key must be a scalar", event)
        if event.value == "<<" and event.implicit[0]:
            hint = "write out its fields"
            raise self._error("the merge key << is not supported", event, hint=hint)
        self.value(event)
        # As written: `1:` is the field "1", `null:` the field "null".
        return str(event.value)

    def _scalar(self, event: Any) -> object:
        written: str = event.value
        # libyaml refuses it by itself; PyYAML's own parser does not.
        if _LONE_SURROGATE.search(written):
            raise self._error("half of a surrogate pair is not a character", event)
        # Text if quoted, or tagged: the only tag for scalars is !!str.
        if event.tag or not event.implicit[0]:
            return written
        try:
            return parse_scalar(written, self._number)
        except InvalidNumber as exc:
            raise self._error(str(exc), event, hint=_QUOTE_HINT) from exc

    def _expand_alias(self, event: Any, depth: int) -> object:
        if event.anchor not in self._anchors:
            what = f"alias *{event.anchor} has no anchor before it"
            raise self._error(what, event)
        value = self._anchors[event.anchor]
        for below, level in enumerate(iter_levels(value), depth):
            self._repeated += sum(map(_weight, level))
            if self._repeated > _MAX_ALIAS_SIZE or below > MAX_DEPTH:
                hint = "write out what is repeated, or leave it out"
                raise self._error("aliases repeat too much", event, hint=hint)
        return value

    def _start_value(self, event: Any) -> None:
        # An anchor may be defined again, but not used inside its own value.
        self._anchors.pop(event.anchor, None)
        if event.tag not in _ALLOWED_TAGS:
            tag = event.tag.replace(_OWN, "!!")
            raise self._error(f"tag {tag} is not supported", event, hint=_QUOTE_HINT)

    def _until(self, end: type) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _parse(self) -> Iterator[Any]:
        # libyaml where there is one: the same events, many times as fast.
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        events: Iterator[Any] = yaml.parse(self._text.content, Loader=loader)
        try:
            for event in events:
                if isinstance(event, yaml.ScalarEvent) or not _is_empty(event):
                    self._end = event.end_mark.index
                self._depth += isinstance(event, yaml.CollectionStartEvent)
                self._depth -= isinstance(event, yaml.CollectionEndEvent)
                yield event
        # PyYAML's own parser lets the last two escape for "\U7fffffff".
        except (yaml.YAMLError, ValueError, OverflowError) as exc:
            raise self._syntax(exc) from exc

    def _syntax(self, exc: Exception) -> InputProblem:
        self._has_ended = True
        mark = getattr(exc, "problem_mark", None)
        position = mark.index if mark else self._end
        what = getattr(exc, "problem", None) or "bad escape"
        if "nesting depth" in what:  # PyYAML 6.0.4 stops before we do
            return self._text.error_at(_TOO_DEEP, max(position, 0))
        character = getattr(exc, "character", None)
        if isinstance(character, int):
            what = f"control character U+{character:04X}"
            position = self._text.content.find(chr(character))
        what = f"not valid YAML: {what}"
        return self._text.error_at(what, max(position, 0), hint=_SYNTAX_HINT)

    def _error(self, what: str, event: Any, *, hint: str = "") -> InputProblem:
        return self._text.error_at(what, event.start_mark.index, hint=hint)

    def _dash(self, end_before: int, start: int) -> int:
        """Return where an item begins: at its dash, after the item before it."""
        gap = _GAP.match(self._text.content, end_before, start)
        dash = gap.end() if gap else start
        is_dash = self._text.content.startswith("-", dash)
        return self.line_start(dash) if is_dash else start

    def line_start(self, start: int) -> int:
        """Return where the line begins, if only its indentation is before *start*."""
        content = self._text.content
        indented = start
        while indented and content[indented - 1] == " ":
            indented -= 1
        begins_line = indented == 0 or content[indented - 1] == "\n"
        return indented if begins_line else start


def _is_empty(event: Any) -> bool:
    return bool(event.start_mark.index == event.end_mark.index)


def _weight(value: object) -> int:
    return 1 + len(value) if isinstance(value, str) else 1


_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def parse_scalar(word: str, number: _NumberReader) -> str | int | float | bool | None:
    """Return the value of the unquoted scalar *word*; *number* reads one.

    Raises `InvalidNumber` for one that JSON does not have.
    """
    if word in _WORDS:
        return _WORDS[word]
    if _NUMBER.fullmatch(word):
        return number(word)
    if _NOT_FINITE.fullmatch(word):
        raise InvalidNumber(f"{word} is not a finite number")
    return word
