"""Token probabilities of an answer, paired with its text."""

from collections.abc import Mapping
from math import exp
from typing import Any

PROBABILITY_STEPS = (0.9, 0.6, 0.3, 0.1)
"""The lower bounds of all steps except the last, which begins at 0."""

# exp() of it is 0; exp() of an integer beyond the floats raises OverflowError.
_LEAST_LOGPROB = -1000.0

ScoredText = tuple[str, float | None]
"""Text, and its probability from 0 to 1, or None if unknown."""


class TokenProbabilities:
    """Pairs the answer's text with its log probabilities.

    In a stream, one event contains both. A response that was not streamed has all of
    the text first, and then an item with text for each token.
    """

    def __init__(self) -> None:
        self._waiting = ""  # text whose items may follow
        self._paired = 0  # how many characters of it have an item

    def take(self, text: str, item: Mapping[str, Any] | None) -> list[ScoredText]:
        """Return the scored text that *text* and *item* complete."""
        if text and item is not None:
            return [*self.close(), (text, probability(item))]
        if item is not None:
            return self._pair(item)
        pieces = self.close() if text else []
        self._waiting += text
        return pieces

    def close(self) -> list[ScoredText]:
        """Return the text without items."""
        rest = self._waiting[self._paired :]
        self._waiting, self._paired = "", 0
        return [(rest, None)] if rest else []

    def _pair(self, item: Mapping[str, Any]) -> list[ScoredText]:
        word = item.get("text")
        # An item whose text does not come next would colour another token.
        if not isinstance(word, str) or not self._comes_next(word):
            return []
        self._paired += len(word)
        return [(word, probability(item))]

    def _comes_next(self, word: str) -> bool:
        return bool(word) and self._waiting.startswith(word, self._paired)


def probability(item: Mapping[str, Any]) -> float | None:
    """Return the probability, 0 to 1, of an item's least likely token.

    None if its log probabilities are missing or not all numbers up to 0.
    """
    numbers = item.get("logprobs")
    if not isinstance(numbers, list) or not numbers:
        return None
    if not all(_is_logprob(number) for number in numbers):
        return None
    return exp(max(min(numbers), _LEAST_LOGPROB))


def probability_step(likely: float) -> int:
    """Return the step of a probability: 0 is the most likely, 4 the least."""
    return sum(likely < least for least in PROBABILITY_STEPS)


def _is_logprob(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value <= 0
