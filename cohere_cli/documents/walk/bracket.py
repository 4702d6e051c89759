"""Sets of bytes in brackets, `[a-z]`, as git reads them in a pattern."""

import string
from collections.abc import Iterable

ByteSet = int
"""Bytes 0 to 255: bit n is set if byte n belongs to it."""

ALL_BYTES: ByteSet = 2**256 - 1
_BACKSLASH, _DASH = b"\\-"
_CLOSED_AT_ONCE = (b"", b"]")


def byte_set(values: Iterable[int]) -> ByteSet:
    """Return the set of *values*."""
    return sum(1 << value for value in set(values))


_DIGIT, _LOWER, _UPPER, _PUNCT = (
    byte_set(characters.encode())
    for characters in (
        string.digits,
        string.ascii_lowercase,
        string.ascii_uppercase,
        string.punctuation,
    )
)
_GRAPH = _DIGIT | _LOWER | _UPPER | _PUNCT
# ASCII alone. For git, unlike C, no form feed and no vertical tab is a space.
_CLASSES = {
    b"alnum": _DIGIT | _LOWER | _UPPER,
    b"alpha": _LOWER | _UPPER,
    b"blank": byte_set(b" \t"),
    b"cntrl": byte_set((*range(32), 127)),
    b"digit": _DIGIT,
    b"graph": _GRAPH,
    b"lower": _LOWER,
    b"print": _GRAPH | byte_set(b" "),
    b"punct": _PUNCT,
    b"space": byte_set(b" \t\r\n"),
    b"upper": _UPPER,
    b"xdigit": byte_set(string.hexdigits.encode()),
}
_FOLDED_CLASSES = {**_CLASSES, b"upper": _LOWER | _UPPER}


class InvalidPatternError(Exception):
    """A pattern that git takes, and that matches nothing."""


class Bracket:
    """Reads the brackets that open in *pattern* at position *at*.

    `members` are the bytes that they match, `at` is the position after them. With
    *fold*, the names to match are in lower case. Raises `InvalidPatternError` for
    brackets that never close or that name an unknown class.
    """

    def __init__(self, pattern: bytes, at: int, *, fold: bool) -> None:
        self.at = at + 1
        self._pattern = pattern
        self._fold = fold
        self._previous = 0
        self._close = 0
        try:
            self.members = self._read()
        except (IndexError, KeyError):
            raise InvalidPatternError from None

    def _read(self) -> ByteSet:
        is_negated = self._pattern[self.at : self.at + 1] in (b"!", b"^")
        self.at += is_negated
        # A bracket that comes first is a member.
        members = self._member()
        while self._pattern[self.at : self.at + 1] != b"]":
            members |= self._member()
        self.at += 1
        return ALL_BYTES & ~members if is_negated else members

    def _member(self) -> ByteSet:
        """Return the bytes of one byte, range or class, and go on after it."""
        byte = self._pattern[self.at]
        if byte == _DASH and self._previous and not self._is_last():
            self.at += 1
            return self._range(self._previous, self._byte())
        if name := self._class_name():
            self.at += len(name) + len("[:]")
            self._previous = 0
            return (_FOLDED_CLASSES if self._fold else _CLASSES)[name[:-1]]
        self._previous = self._byte()
        return 1 << self._previous

    def _is_last(self) -> bool:
        return self._pattern[self.at + 1 : self.at + 2] in _CLOSED_AT_ONCE

    def _byte(self) -> int:
        """Return the next byte, which may come after a backslash."""
        self.at += self._pattern[self.at] == _BACKSLASH
        self.at += 1
        return self._pattern[self.at - 1]

    def _class_name(self) -> bytes:
        """Return the name of a class with the colon after it, b"" for other members."""
        start = self.at + len("[:")
        if not self._pattern.startswith(b"[:", self.at):
            return b""
        if self._close < start:
            # Looked for once, not once for each opening bracket.
            self._close = self._pattern.find(b"]", start) % (len(self._pattern) + 1)
        name = self._pattern[start : self._close]
        return name if name.endswith(b":") else b""

    def _range(self, first: int, last: int) -> ByteSet:
        self._previous = 0
        members = (1 << last + 1) - (1 << first) if first <= last else 0
        if self._fold:
            # Both cases are meant, though only one of them may be in the range.
            members |= (members & _UPPER) << (ord("a") - ord("A"))
        return members
