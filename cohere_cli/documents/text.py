"""Text from a source, where in the source it stands, and what values it holds."""

from typing import NamedTuple

from cohere_cli.errors import InputProblem


# Tuples, both: each line of JSON makes them.
class Text(NamedTuple):
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


class Value(NamedTuple):
    """A value of JSON types, and which characters of the text it was read from."""

    value: object
    start: int
    end: int


def kind_of_value(value: object) -> str:
    """Say what *value*, of JSON types, is: "a list"."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
