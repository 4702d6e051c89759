"""Text from a source, and where in the source it stands."""

from dataclasses import dataclass

from cohere_cli.errors import InputProblem


@dataclass(frozen=True, slots=True)
class Text:
    """Decoded text that begins at `line` (from 1) of `source`."""

    content: str
    source: str
    line: int = 1

    def line_at(self, position: int) -> int:
        """Return the source's line that holds the character at *position*."""
        return self.line + self.content.count("\n", 0, position)

    def column_at(self, position: int) -> int:
        """Return which character of its line *position* is, from 1."""
        return position - self.content.rfind("\n", 0, position)

    def refusal(self, what: str, position: int = 0, *, hint: str = "") -> InputProblem:
        """Return, for the caller to raise, what is wrong at *position*."""
        where = f"{self.source}:{self.line_at(position)}"
        return InputProblem(what, where=where, hint=hint)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of JSON types, and which characters of the text it was read from."""

    value: object
    start: int
    end: int
