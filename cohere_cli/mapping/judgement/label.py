"""Labels: which values of records and answers are equal, and how they are spelled."""

import json
import re
from collections.abc import Sequence
from decimal import Context, Decimal
from enum import Enum
from hashlib import blake2b
from typing import Any
from unicodedata import normalize

from cohere_cli import strict_json


class NoLabel(Enum):
    """What stands in the place of a label: its value is how it is shown."""

    NOTHING = "(nothing)"
    """Null, a missing field, or a blank text."""

    FAILED = "(failed)"
    """There is no answer."""

    OTHER = "(other)"
    """An answer after so many different ones that it has no count of its own."""


Label = str | NoLabel
"""A text that is the same for equal values."""

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,39})(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?")
_EXACT = Context(prec=100)
# Characters. Of a longer text, the label has the beginning and a digest: ten thousand
# long answers would take too much memory.
_LONGEST, _BEGINNING = 100, 60


def label_of(value: Any) -> Label:
    """Return the label of *value*, of JSON types.

    Numbers and booleans are equal to their texts: 1.0 to "1", true to "TRUE". Texts
    are compared without white space around them and without case, lists and objects
    without the order of keys.
    """
    text = spelling(value)
    return _shortened(_text_label(text)) if text else NoLabel.NOTHING


def spelling(value: Any) -> str:
    """Return *value* as it is shown: a text trimmed, "" for null, else its JSON."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else strict_json.dumps(value)


def _text_label(text: str) -> str:
    if _NUMBER.fullmatch(text):
        number = Decimal(text).normalize(_EXACT)
        return str(number) if number else "0"  # -0 too
    if text.startswith(("[", "{")):
        text = _in_order(text)
    return normalize("NFC", text.casefold())


def _in_order(text: str) -> str:
    try:
        value = strict_json.loads(text, halves=True)
    except ValueError:
        return text
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12)
    return f"{text[:_BEGINNING]}…{digest.hexdigest()}"


class Spellings:
    """How labels are spelled: as in their first record, else as in the first answer.

    At most `MOST` of each are known; the others are spelled as the label itself.
    """

    MOST = 10_000
    _MOST_WAYS = 4

    def __init__(self) -> None:
        self._expected: dict[Label, list[str]] = {}
        self._answered: dict[Label, str] = {}

    def expected(self, value: Any) -> Label:
        """Return the label of *value*, which a record has."""
        label, text = label_of(value), spelling(value)[:_LONGEST]
        ways = self._expected.get(label)
        if ways is None:
            if len(self._expected) < self.MOST:
                self._expected[label] = [text]
        elif text not in ways and len(ways) < self._MOST_WAYS:
            ways.append(text)
        return label

    def answered(self, value: Any) -> Label:
        """Return the label of *value*, which is an answer."""
        label = label_of(value)
        if label not in self._answered and len(self._answered) < self.MOST:
            self._answered[label] = spelling(value)[:_LONGEST]
        return label

    def of(self, label: Label) -> str:
        """Return how *label* is spelled."""
        if isinstance(label, NoLabel):
            return label.value
        ways = self._expected.get(label)
        return ways[0] if ways else self._answered.get(label, label)

    def merged(self) -> Sequence[Sequence[str]]:
        """Return the spellings of each label that records spell in several ways."""
        return [ways for ways in self._expected.values() if len(ways) > 1]
