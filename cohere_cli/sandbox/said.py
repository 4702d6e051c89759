"""A prompt that is asked for values: each thing that it names is given out once."""

import re
from collections.abc import Iterable
from itertools import islice

from cohere_cli.sandbox.mentions import Kind, Mention, mentions
from cohere_cli.sandbox.words import telling, words

_LAST_PHRASE = re.compile(
    r"\b(?:in|of|for|about|from|at|on|to|called|named)\s+(?:the\s+|a\s+|an\s+)?"
    r"([^\s,;:.?!]+(?:[ ][^\s,;:.?!]+)?)[.?!]*\s*$",
    re.IGNORECASE,
)


_MOST = 200  # mentions: a prompt that names more is a text
_READ = 20_000  # characters of a prompt; what follows is material, not wishes


class Said:
    """What the beginning of *prompt* says that has not been taken yet."""

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt[:_READ]
        self._left = list(islice(mentions(self.prompt), _MOST))
        self._words = frozenset(words(self.prompt))

    def speaks_of(self, subject: str) -> bool:
        """Whether the prompt has a word of *subject*."""
        return not self._words.isdisjoint(telling(subject))

    def take(self, kinds: Iterable[Kind], subject: str = "") -> str | None:
        """Take a mention of the first of *kinds* that has any: the one nearest to
        a word of *subject*, else the earliest.
        """
        for kind in kinds:
            if some := [each for each in self._left if each.kind == kind]:
                places = self._places(subject)
                nearest = min(some, key=lambda each: _distance(each, places))
                self._left.remove(nearest)
                return nearest.text
        return None

    def member(self, choices: Iterable[object]) -> object | None:
        """Return the first of *choices* that the prompt names."""
        for choice in choices:
            said = words(choice) if isinstance(choice, str) else []
            if said and self._words.issuperset(said):
                return choice
        return None

    def last_phrase(self) -> str | None:
        """Return what a prompt like "the weather in tokyo?" ends on."""
        found = _LAST_PHRASE.search(self.prompt[-200:])
        return found[1] if found else None

    def _places(self, subject: str) -> list[int]:
        """Return where the prompt has a word of *subject*."""
        wanted = telling(subject)
        found = re.finditer(r"[^\W_]+", self.prompt)
        return [at.start() for at in found if not wanted.isdisjoint(words(at[0]))]


def _distance(mention: Mention, places: list[int]) -> int:
    return min((abs(mention.at - place) for place in places), default=0)
