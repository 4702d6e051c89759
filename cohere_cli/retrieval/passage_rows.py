"""Documents as rows of the index: their lines, words, headings and path."""

from collections.abc import Iterable, Iterator

from cohere_cli.documents.document import Document
from cohere_cli.documents.outline import parse_outline
from cohere_cli.retrieval.full_text import PassageRow
from cohere_cli.retrieval.passages import is_passage, text_of
from cohere_cli.retrieval.word_parts import extra_words

_OUTLINED = (".md", ".markdown", ".mdx", ".rst")


def passage_rows(documents: Iterable[Document], path: str) -> Iterator[PassageRow]:
    """Yield the rows of the documents of one file; *path* is what is indexed of it."""
    words = _storable(f"{path} {extra_words(path)}")
    headings = _Headings(path)
    for number, document in enumerate(documents):
        text = _storable(text_of(document))
        title = headings.of(document, text)
        first, last = lines_of(document, text)
        yield PassageRow(number, first, last, text, extra_words(text), title, words)


def lines_of(document: Document, text: str) -> tuple[int, int]:
    """Return the first and the last line of a document in its file, from 1."""
    if is_passage(document):
        return document.line, document.line + text.count("\n")
    return document.line, document.line + document.raw.count(b"\n")


class _Headings:
    """The headings of a file, as far as it was read."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._is_outlined = path.lower().endswith(_OUTLINED)
        self._above = ""

    def of(self, document: Document, text: str) -> str:
        """Return the title of the file, the heading above a passage, and its own."""
        if not self._is_outlined or isinstance(document.data, str):
            return ""
        lines = text.split("\n")
        starts = parse_outline(lines, self._path).headings
        own = [" ".join(lines[start:end]) for start, end in starts.items()]
        found = [str(document.data.get("title", "")), self._above, *own]
        if own:
            self._above = own[-1]
        return _storable("\n".join(dict.fromkeys(found)))


def _storable(text: str) -> str:
    """Return *text* without halves of surrogate pairs, which SQLite refuses."""
    return text if text.isascii() else text.encode(errors="replace").decode()
