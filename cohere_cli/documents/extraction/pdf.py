"""The pages of a PDF, by PDFium."""

import os
from typing import TYPE_CHECKING, BinaryIO

from cohere_cli.documents.extraction.extract import Extract, Refused, Section

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_WRONG_PASSWORD = 4
# Files end with this line, or with some bytes of padding after it.
_END, _TAIL = b"%%EOF", 4096
# PDFium's marks of a word that is divided at the end of a line.
_DIVISIONS = str.maketrans("", "", "\x02\ufffe")
# Titles that programs make from names of files.
_NO_TITLES = ("untitled", "microsoft word - ", "microsoft powerpoint - ")


def pdf_extract(file: BinaryIO) -> Extract:
    """Return the pages of a PDF; raises `Refused`."""
    from pypdfium2 import PdfDocument, PdfiumError

    _require_end(file)
    try:
        document = PdfDocument(file)
    except PdfiumError as exc:
        is_encrypted = getattr(exc, "err_code", None) == _WRONG_PASSWORD
        raise Refused("encrypted" if is_encrypted else "damaged") from exc
    numbers = range(1, len(document) + 1)
    pages = [Section("page", n, "", _page_text(document, n)) for n in numbers]
    sections = tuple(page for page in pages if page.text)
    return Extract(_title(document), sections, len(pages) - len(sections))


def _require_end(file: BinaryIO) -> None:
    """Refuse a file that was cut off: PDFium may find its first pages."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _TAIL, 0))
    tail = file.read().rstrip(b"\0\r\n\t ")
    if _END not in tail:
        raise Refused("damaged")
    file.seek(0)


def _page_text(document: "PdfDocument", number: int) -> str:
    """Return the text of a page, "" if it has none or cannot be read."""
    from pypdfium2 import PdfiumError

    try:
        page = document[number - 1]
        text = page.get_textpage()
        # Of the whole page: "bounded" cuts words at its edges.
        content: str = text.get_text_range()
    except PdfiumError:
        return ""
    # Thousands of open pages would fill the memory.
    text.close()
    page.close()
    return content.translate(_DIVISIONS).strip()


def _title(document: "PdfDocument") -> str:
    title = " ".join(document.get_metadata_value("Title").split())
    return "" if title.lower().startswith(_NO_TITLES) else title
