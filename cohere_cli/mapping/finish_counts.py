"""Counts the answers that ended otherwise than with a whole text, for a note."""

from cohere_cli.mapping.answer import is_cut_off
from cohere_cli.mapping.result import Result
from cohere_cli.text import plural


class FinishCounts:
    """The answers that were cut off at their limit of tokens, and the calls of tools.

    Neither is an error: the API calls both complete. With *shows_calls* the output has
    the calls themselves.
    """

    def __init__(self, *, shows_calls: bool) -> None:
        self._shows_calls = shows_calls
        self._cut = self._calls = 0

    def add(self, result: Result) -> None:
        """Count the answers of *result*; an error has its own message."""
        for one in result.outcomes:
            if one.finish_reason != "COMPLETE" and not one.error:
                self._cut += is_cut_off(one)
                self._calls += bool(one.tool_calls)

    def notes(self) -> list[str]:
        """Return what a user must know of the answers, in lines."""
        found = []
        if self._cut:
            were = "was" if self._cut == 1 else "were"
            what = f"{plural(self._cut, 'answer')} {were} cut off at max_tokens"
            found.append(f"{what}: raise --max-tokens")
        if self._calls and not self._shows_calls:
            ask = "asks" if self._calls == 1 else "ask"
            what = f"{plural(self._calls, 'answer')} {ask} for a tool instead"
            found.append(f"{what}: -o jsonl has the calls")
        return found
