"""Recognizes text in Windows-1252, and so in Latin-1, by its bytes.

Any bytes can be decoded so: other encodings, and what is not text, are refused.
"""

import re

# C0 without tab, line ends and form feed, DEL, and what the encoding leaves undefined.
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
_LETTER = rb"A-Za-z\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xc0-\xd6\xd8-\xf6\xf8-\xff"
# Signs; not the hyphens, dashes, apostrophes and the raised dot of Catalan.
_SIGN = rb"\x80\x82-\x89\x8b\x95\x98\x99\x9b\xa1-\xac\xae-\xb3\xb5\xb6\xb8-\xbf\xd7\xf7"
# Inside of words no language has them: they are letters of another encoding.
_SIGN_IN_WORD = re.compile(rb"(?<=[%b])[%b](?=[%b])" % (_LETTER, _SIGN, _LETTER))
_ASCII_LETTERS = re.compile(rb"[A-Za-z]+")
_HIGH_LETTERS = re.compile(
    rb"[\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xc0-\xd6\xd8-\xf6\xf8-\xff]+"
)
_HIGH = re.compile(rb"[\x80-\xff]+")
# Four accented letters in a row are a word of another script.
_FOREIGN_WORD = re.compile(rb"[\xc0-\xd6\xd8-\xf6\xf8-\xff]{4}")
# One of ten may be an error.
_TOLERANCE = 10
# Of the letters that European languages write, at most about a fifth has an accent.
_MOST_ACCENTS = 3


def is_windows_1252(data: bytes) -> bool:
    """Whether *data*, which is not UTF-8, is a text in Windows-1252."""
    if _NOT_TEXT.search(data) or _FOREIGN_WORD.search(data):
        return False
    accented = _length(_HIGH_LETTERS, data)
    if accented * _MOST_ACCENTS > _length(_ASCII_LETTERS, data) + _MOST_ACCENTS:
        return False
    high = _length(_HIGH, data)
    odd = sum(1 for _ in _SIGN_IN_WORD.finditer(data))
    return odd * _TOLERANCE <= high and not _is_damaged_utf_8(data)


def _length(part: re.Pattern[bytes], data: bytes) -> int:
    return sum(found.end() - found.start() for found in part.finditer(data))


def _is_damaged_utf_8(data: bytes) -> bool:
    """Whether too many of the high bytes happen to be characters of UTF-8."""
    text = data.decode(errors="surrogateescape")
    invalid = sum("\udc80" <= char <= "\udcff" for char in text)
    valid = sum(not char.isascii() for char in text) - invalid
    return valid * _TOLERANCE > invalid
