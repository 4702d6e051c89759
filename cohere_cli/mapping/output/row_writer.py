"""What every format of the output has: a head, rows, and notes for the user."""

from abc import ABC, abstractmethod

from cohere_cli.documents.document import Document
from cohere_cli.errors import CoError
from cohere_cli.mapping.result import Result


class Writer(ABC):
    """Makes the bytes of the output, a record at a time, in one of the formats.

    `shows_calls` is whether a row has the calls of tools that an answer asks for.
    """

    shows_calls = False

    def head(self) -> bytes:
        """Return what comes before the first row."""
        return b""

    @abstractmethod
    def row(self, result: Result) -> bytes:
        """Return a record and its answers, whole, with the end of its last line."""

    def refusal(self, record: Document) -> CoError | None:
        """Return why a row cannot hold *record*, before it is sent; None if it can.

        The record has this error, then: its row has nothing of the record but it.
        """
        return None

    def notes(self) -> list[str]:
        """Return what a user must know of the rows since the last call, in lines."""
        return []
