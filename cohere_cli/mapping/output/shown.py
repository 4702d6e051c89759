"""Rows as a screen shows them."""

from collections.abc import Callable

from cohere_cli.documents.document import Document
from cohere_cli.errors import CoError
from cohere_cli.mapping.output.row_writer import Writer
from cohere_cli.mapping.result import Result
from cohere_cli.text import BYTE_ORDER_MARK


class Shown(Writer):
    """The rows of *writer*, as *show* changes their text."""

    def __init__(self, writer: Writer, show: Callable[[str], str]) -> None:
        self._writer = writer
        self._show = show
        self.shows_calls = writer.shows_calls

    def head(self) -> bytes:
        return self._shown(self._writer.head())

    def row(self, result: Result) -> bytes:
        return self._shown(self._writer.row(result))

    def _shown(self, data: bytes) -> bytes:
        text = data.removeprefix(BYTE_ORDER_MARK).decode(errors="replace")
        return self._show(text).encode()

    def refusal(self, record: Document) -> CoError | None:
        return self._writer.refusal(record)

    def notes(self) -> list[str]:
        return self._writer.notes()


def shown_table(text: str) -> str:
    """Return rows of a table with line ends that a screen does not show."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
