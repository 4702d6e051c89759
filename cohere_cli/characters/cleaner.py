"""Makes characters visible that can control a terminal or deceive a reader."""

import re
from collections.abc import Callable, Iterator, Sequence
from unicodedata import category

from cohere_cli.characters.contexts import LOOK_BACK, is_in_context
from cohere_cli.characters.kinds import NEVER, SUSPECT, is_visible, kinds_of

# As in Unicode's Stream-Safe Text Format (UAX #15): no language needs more on a letter.
_MOST_MARKS = 30
# All combining marks, and few others: what they are is looked up.
_MARK = r"[^\w\x00-\u02ff\u2000-\u20cf\u2100-\u3029\u3030-\u3098\U0001f000-\U0001fbff]"
_SUSPECT = re.compile(f"{SUSPECT}|(?<={_MARK}{{{_MOST_MARKS}}}){_MARK}")
_NEVER = re.compile(NEVER)
_OPENS, _CLOSES = "OP"  # kinds of isolates

Escape = Callable[[str], str]
"""Returns what is shown for a character."""

Change = tuple[int, str]
"""The position of a character, and what is shown for it."""


def visible_escape(character: str) -> str:
    """Return `^[` for an ASCII control, U+FFFD for a surrogate, else `\\u{200b}`."""
    if character.isascii():
        # Caret notation, as `cat -v` and most terminals show them.
        return f"^{chr(ord(character) ^ 0x40)}"
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    return f"\\u{{{ord(character):x}}}"


def has_suspects(text: str) -> bool:
    """Whether *text* has a character that is shown as an escape in some context."""
    return _SUSPECT.search(text) is not None


def clean_controls(text: str) -> str:
    """Return *text* with escapes for what is never shown, in no context."""
    if text.isascii() and text.isprintable():
        return text
    return _NEVER.sub(lambda found: visible_escape(found[0]), text)


def clean_text(text: str, escape: Escape = visible_escape) -> str:
    """Return *text* with escapes for what is invisible where it stands."""
    if _SUSPECT.search(text) is None:
        return text
    return Cleaner(escape).feed(text, final=True)


def clean_pieces(pieces: Sequence[str]) -> list[str]:
    """Return *pieces*, the parts of one text, each cleaned in the context of all."""
    whole = "".join(pieces)
    if _SUSPECT.search(whole) is None:
        return list(pieces)
    changes = dict(Cleaner().changes(whole))
    cleaned, start = list[str](), 0
    for piece in pieces:
        places = range(start, start := start + len(piece))
        shown = (changes.get(at, whole[at]) for at in places)
        cleaned.append("".join(shown))
    return cleaned


class Cleaner:
    """Cleans a text that arrives in pieces: together they are the whole, cleaned.

    A character whose context has not arrived is held back, with what follows it: at
    most `LOOK_AHEAD` characters.
    """

    def __init__(self, escape: Escape = visible_escape) -> None:
        self._escape = escape
        self._before = ""  # kinds of the last characters that were shown
        self._read = ""  # the last characters that were read, up to `_MOST_MARKS`
        self._held = ""
        self._is_isolated = False  # the last isolate that was opened is not closed

    def feed(self, text: str, *, final: bool = False) -> str:
        """Return what can be shown of *text* after what was held; all if *final*."""
        text = self._held + text
        parts, done, end = list[str](), 0, len(text)
        for at, shown in self.changes(text, final=final):
            if not shown:
                end = at
                break
            parts += [text[done:at], shown]
            done = at + 1
        parts.append(text[done:end])
        self._held = text[end:]
        self._read = (self._read + text[max(end - _MOST_MARKS, 0) : end])[-_MOST_MARKS:]
        return "".join(parts)

    def changes(self, text: str, *, final: bool = True) -> Iterator[Change]:
        """Yield what is changed in *text*, which follows the text before.

        The last is "" for a character that depends on what has not arrived.
        """
        known = done = len(self._read)
        text = self._read + text
        flood = -1  # the last mark that was one too many
        for found in _SUSPECT.finditer(text, known):
            at = found.start()
            self._look_at(text[max(done, at - LOOK_BACK) : at])
            kind, done = kinds_of(text[at]), at
            shown: bool | None
            if is_visible(kind):
                start = at if flood == at - 1 else at - _MOST_MARKS
                shown = not all(map(_is_mark, text[start : at + 1]))
                flood = flood if shown else at
            else:
                shown = self._is_shown(kind, text, at + 1, final=final)
            if shown is None:
                yield at - known, ""
                return
            if not shown:
                escape = self._escape(text[at])
                self._look_at(escape)
                done = at + 1
                yield at - known, escape
        self._look_at(text[max(done, len(text) - LOOK_BACK) :])

    def _look_at(self, shown: str) -> None:
        self._before = (self._before + kinds_of(shown))[-LOOK_BACK:]

    def _is_shown(self, kind: str, text: str, at: int, *, final: bool) -> bool | None:
        """Return whether a character of *kind* is shown; None if that depends."""
        if kind == _CLOSES:
            shown, self._is_isolated = self._is_isolated, False
            return shown
        context = is_in_context(kind, self._before, text, at, final=final)
        if kind == _OPENS:
            self._is_isolated = bool(context)
        return context


def _is_mark(character: str) -> bool:
    return category(character).startswith("M")
