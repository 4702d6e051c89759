"""How likely each piece of the answer was, whichever of the two comes first."""

from collections.abc import Mapping
from math import exp
from typing import Any

PROBABILITY_STEPS = (0.9, 0.6, 0.3, 0.1)
"""Probabilities at which the next, more likely, step begins; the last begins at 0."""

# Its exponential is 0, which that of a number beyond any float is not: an error.
_LEAST_LOGPROB = -1000.0

ScoredText = tuple[str, float | None]
"""Text, and its probability from 0 to 1 if that is known."""


class TokenProbabilities:
    """Pairs the answer's text with its log probabilities.

    A stream brings both in one event. A response in one piece brings all of the
    text and then an item for each token, which has its own text.
    """

    def __init__(self) -> None:
        self._waiting = ""  # text whose items may follow it
        self._paired = 0  # how much of it they already did

    def take(self, text: str, item: Mapping[str, Any] | None) -> list[ScoredText]:
        """Return the pieces that *text* and *item* complete."""
        if text and item is not None:
            return [*self.close(), (text, probability(item))]
        if item is not None:
            return self._pair(item)
        pieces = self.close() if text else []
        self._waiting += text
        return pieces

    def close(self) -> list[ScoredText]:
        """Return the text that no item followed."""
        rest = self._waiting[self._paired :]
        self._waiting, self._paired = "", 0
        return [(rest, None)] if rest else []

    def _pair(self, item: Mapping[str, Any]) -> list[ScoredText]:
        word = item.get("text")
        # Text that does not come next would colour a token that is not its own.
        if not isinstance(word, str) or not self._comes_next(word):
            return []
        self._paired += len(word)
        return [(word, probability(item))]

    def _comes_next(self, word: str) -> bool:
        return bool(word) and self._waiting.startswith(word, self._paired)


def probability(item: Mapping[str, Any]) -> float | None:
    """Return the probability, 0 to 1, of an item's least likely token.

    None where it holds no logarithms of probabilities: numbers up to 0.
    """
    numbers = item.get("logprobs")
    if not isinstance(numbers, list) or not numbers:
        return None
    if not all(_is_logprob(number) for number in numbers):
        return None
    return exp(max(min(numbers), _LEAST_LOGPROB))


def probability_step(likely: float) -> int:
    """Return which step a probability is on: 0 is the likeliest, 4 the least."""
    return sum(likely < least for least in PROBABILITY_STEPS)


def _is_logprob(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value <= 0
