"""Files that are not text, by their first bytes, and what extracts their text."""

import re
import shlex
from typing import NamedTuple

from cohere_cli.documents.open_file import suffix_of
from cohere_cli.text import STDIN


class BinaryType(NamedTuple):
    """What a file is, such as "a PDF", and the command that writes its text."""

    name: str
    command: str


_TYPES = {
    rb"%PDF-\d": BinaryType("a PDF", "pdftotext {} -"),
    rb"PK\x03\x04.{22,26}(?:mimetypeapplication/vnd\.oasis|.{0,9}\[Content_Types\])": (
        BinaryType("an office document", "pandoc -t plain {}")
    ),
    rb"PK\x03\x04": BinaryType("an archive or an office file", "unzip -p {}"),
    rb"\xd0\xcf\x11\xe0": BinaryType("an old office document", "antiword {}"),
    rb"\x1f\x8b": BinaryType("compressed", "gunzip -c {}"),
    rb"BZh\d": BinaryType("compressed", "bunzip2 -c {}"),
    rb"\xfd7zXZ\0": BinaryType("compressed", "xz -dc {}"),
    rb"\x28\xb5\x2f\xfd": BinaryType("compressed", "zstd -dc {}"),
    rb"SQLite format 3\0": BinaryType("an SQLite database", "sqlite3 {} .dump"),
    rb"\x89PNG\r\n": BinaryType("a PNG image", "tesseract {} -"),
    rb"\xff\xd8\xff": BinaryType("a JPEG image", "tesseract {} -"),
    rb"GIF8[79]a": BinaryType("a GIF image", ""),
    rb"\x7fELF": BinaryType("a program", "strings {}"),
}
_PATTERNS = {re.compile(start, re.DOTALL): kind for start, kind in _TYPES.items()}


def binary_type(head: bytes) -> BinaryType | None:
    """Return what a file is that begins with *head*; None if that is not known."""
    return next((kind for start, kind in _PATTERNS.items() if start.match(head)), None)


_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OFFICE = frozenset(
    (".docx", ".docm", ".dotx", ".pptx", ".pptm", ".ppsx", ".xlsx", ".xlsm")
)
_ARCHIVES = _OFFICE | {".epub", ".odt", ".ods"}
# As the first member of an archive, whatever the file is called.
_TYPE_FIRST = re.compile(
    rb".{26,30}(?:\[Content_Types\]\.xml|mimetypeapplication/(?:epub\+zip|"
    rb"vnd\.oasis\.opendocument\.(?:text|spreadsheet)))",
    re.DOTALL,
)


def is_extractable(head: bytes, path: str) -> bool:
    """Whether the text of the file *path*, which begins with *head*, can be extracted.

    Other archives, such as those of programs, are recognized by their names.
    """
    if head.startswith(b"%PDF-"):
        return True
    suffix = suffix_of(path)
    if head.startswith(_ZIP):
        is_named = path == STDIN or suffix in _ARCHIVES
        return is_named or _TYPE_FIRST.match(head) is not None
    # Encrypted, the newer formats are in a container of the older ones.
    return head.startswith(_OLE) and (suffix in _OFFICE or suffix == ".xls")


def has_sections(head: bytes, path: str) -> bool:
    """Whether the file has parts that are not lines: pages, slides, or cells."""
    return is_extractable(head, path) or suffix_of(path) == ".ipynb"


def extraction_hint(kind: BinaryType, path: str) -> str:
    """Return the hint how to chat about the text of the file at *path*."""
    if not kind.command:
        return "`co chat QUESTION -i FILE` sends an image"
    command = kind.command.format(shlex.quote(path))
    return f"`{command} | co chat QUESTION -d -` reads its text"


def reading_hint(path: str) -> str:
    """Return the hint which commands read the text of the file at *path*."""
    name = shlex.quote(path)
    return f"`co chat QUESTION -d {name}` and `co rerank --input files` read its text"
