"""A turn as the columns of its table, and back."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cohere_cli.conversation.content import with_references, without_references
from cohere_cli.conversation.turn import Turn
from cohere_cli.text import valid_unicode

_JSON = ("request", "reply", "error", "call")
_END_OF_TIME = 2.5e11  # seconds: the year 9892, about the last that Python shows


def decoded(conversation: str, values: Sequence[Any], texts: Mapping[str, str]) -> Turn:
    """Return the turn with these columns. Raises `sqlite3.Error` if it is damaged."""
    fields = dict(zip(Turn._fields, values, strict=True))
    try:
        for name in _JSON:
            fields[name] = without_references(json.loads(fields[name]), texts)
        turn = Turn(**fields)
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise _damaged(conversation, fields["number"]) from exc
    if not all(map(_is_so, Turn._fields, turn)):
        raise _damaged(conversation, turn.number)
    return turn


def _is_so(name: str, value: Any) -> bool:
    """Whether *value* has the type of the field *name* of a turn."""
    if name in _JSON:
        return isinstance(value, dict)
    if name in ("number", "parent", "first"):
        return isinstance(value, int)
    if name in ("began", "seconds"):
        return isinstance(value, float) and abs(value) < _END_OF_TIME
    return isinstance(value, str)


def _damaged(conversation: str, number: object) -> sqlite3.DatabaseError:
    remedy = f"`co history delete {conversation}` removes it"
    return sqlite3.DatabaseError(
        f"turn {number} of {conversation} is damaged; {remedy}"
    )


def encoded(turn: Turn, texts: dict[str, str]) -> Iterator[Any]:
    """Yield the columns of *turn*; its long texts are added to *texts* by hash."""
    for name, value in zip(Turn._fields, turn, strict=True):
        if name in _JSON:
            shared = with_references(value, texts.__setitem__)
            yield text_bytes(
                json.dumps(shared, ensure_ascii=False, separators=(",", ":"))
            )
        else:
            yield valid_unicode(value) if isinstance(value, str) else value


def text_bytes(text: str) -> bytes:
    """Return *text* in UTF-8, in which half of a character has its place, too."""
    # A piece of a prompt or of a name may hold half of a character.
    return text.encode(errors="surrogatepass")


def text_of(body: bytes) -> str:
    """Return the text of which `text_bytes` made *body*."""
    return body.decode(errors="surrogatepass")
