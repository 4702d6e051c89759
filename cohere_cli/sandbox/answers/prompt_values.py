"""Values mentioned in a prompt: URLs, dates, numbers, quoted text and names."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple, cast

from cohere_cli.sandbox.answers.text import content_words, stems

Kind = Literal["url", "email", "date", "quoted", "whole", "number", "name"]

_YEAR = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = _YEAR.split()
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DIGITS = r"(?<![\w.])-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})"
# Order matters: a date is not a number, and quoted text is one value.
_MENTION = re.compile(
    rf"""
      (?P<url>https?://[^\s<>"']*[\w/])
    | (?P<email>[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+)
    | (?P<date>\b(?:\d{{4}}-\d{{2}}-\d{{2}}
        | (?i:{_DAY}\s+(?:of\s+)?{_MONTH},?\s+\d{{4}})
        | (?i:{_MONTH}\s+{_DAY},?\s+\d{{4}}))\b)
    | (?P<quoted>"[^"\n]{{1,200}}" | “[^”\n]{{1,200}}” | «[^»\n]{{1,200}}»
        | `[^`\n]{{1,200}}` | (?<!\w)['\u2018][^'\u2019\n]{{1,200}}['\u2019](?!\w))
    | (?P<number>{_DIGITS}\.\d{{1,15}}(?!\w))
    | (?P<whole>{_DIGITS}(?!\w|\.\d))
    | (?<=[\w,:;\)]\ )(?P<name>[^\W\d_a-z][^\W\d_]+(?:[ -][^\W\d_a-z][^\W\d_]*)*)
    """,
    re.VERBOSE,
)


class Mention(NamedTuple):
    """A value in the prompt and its offset; a date is in ISO 8601."""

    kind: Kind
    text: str
    at: int


def find_mentions(prompt: str) -> Iterator[Mention]:
    """Yield the values in *prompt*, in order.

    A capital letter at the start of a sentence does not mark a name.
    """
    for found in _MENTION.finditer(prompt):
        kind = cast("Kind", found.lastgroup)
        if text := _normalize(kind, found[kind]):
            yield Mention(kind, text, found.start())


def _normalize(kind: Kind, text: str) -> str:
    match kind:
        case "date":
            return _iso_date(text)
        case "quoted":
            return text[1:-1].strip()
        case "whole" | "number":
            return text.replace(",", "")
        case "name":
            return text if text[0].isupper() else ""
        case "url" | "email":
            return text


def _iso_date(text: str) -> str:
    """Format a date as YYYY-MM-DD; empty if it is not a valid date."""
    from datetime import date

    numbers = [int(number) for number in re.findall(r"\d+", text)]
    year, day = max(numbers), numbers[0]
    named = re.search("|".join(_MONTHS), text.lower())
    month = _MONTHS.index(named[0]) + 1 if named else numbers[1]
    try:
        return date(year, month, day if named else numbers[2]).isoformat()
    except ValueError:
        return ""


_LAST_PHRASE = re.compile(
    r"\b(?:in|of|for|about|from|at|on|to|called|named)\s+(?:the\s+|a\s+|an\s+)?"
    r"([^\s,;:.?!]+(?:[ ][^\s,;:.?!]+)?)[.?!]*\s*$",
    re.IGNORECASE,
)


_WORD = re.compile(r"[^\W_]+")
# The word before a value: "day 5", "the id is 5", "day: 5".
_LABEL = re.compile(
    r"([^\W_]+)(?:\s+(?:is|was|of|on|number|no)){0,2}[\s:=#.]{1,3}$", re.IGNORECASE
)
_MAX_LABEL = 80  # characters before a value in which its label is searched

_MAX_MENTIONS = 200  # mentions that are used
_MAX_CHARACTERS = 20_000  # characters of a prompt that are read


class PromptValues:
    """The values in the first part of *prompt*; each can be taken once."""

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt[:_MAX_CHARACTERS]
        self._remaining = list(islice(find_mentions(self.prompt), _MAX_MENTIONS))
        self._words = frozenset(stems(self.prompt))

    def has_word_of(self, subject: str) -> bool:
        """Whether the prompt contains a word of *subject*."""
        return not self._words.isdisjoint(content_words(subject))

    def take(self, kinds: Iterable[Kind], subject: str = "") -> str | None:
        """Remove and return a value of the first of *kinds* that has any.

        It is the value nearest to a word of *subject*, or the earliest.
        """
        for kind in kinds:
            if mentions := [each for each in self._remaining if each.kind == kind]:
                places = self._word_positions(subject)
                nearest = min(mentions, key=lambda each: _distance(each, places))
                self._remaining.remove(nearest)
                return nearest.text
        return None

    def take_labelled(self, subject: str) -> str | None:
        """Remove and return the first value that directly follows a word of *subject*.

        In "the day 2023-09-29" that is the date, for the subject "day".
        """
        wanted = content_words(subject)
        for mention in self._remaining:
            before = self.prompt[max(mention.at - _MAX_LABEL, 0) : mention.at]
            label = _LABEL.search(before)
            if label and not wanted.isdisjoint(stems(label[1])):
                self._remaining.remove(mention)
                return mention.text
        return None

    def find_choice(self, choices: Iterable[object]) -> object | None:
        """Return the first of *choices* that the prompt mentions."""
        for choice in choices:
            words = stems(choice) if isinstance(choice, str) else []
            if words and self._words.issuperset(words):
                return choice
        return None

    def last_phrase(self) -> str | None:
        """Return the last phrase of a prompt: "tokyo" of "the weather in tokyo?"."""
        found = _LAST_PHRASE.search(self.prompt[-200:])
        return found[1] if found else None

    def _word_positions(self, subject: str) -> list[int]:
        """Return the offsets of words of *subject* in the prompt."""
        wanted = content_words(subject)
        found = _WORD.finditer(self.prompt)
        return [at.start() for at in found if not wanted.isdisjoint(stems(at[0]))]


def _distance(mention: Mention, places: list[int]) -> int:
    return min((abs(mention.at - place) for place in places), default=0)
