"""What is extracted from a file: its text in sections, such as pages, or a failure."""

from typing import Literal, NamedTuple, get_args

MAX_CHARACTERS = 16 * 2**20
"""Of the text of one file: more than any model reads."""


Unit = Literal["", "page", "slide", "chapter", "sheet", "cell"]

UNITS = frozenset(get_args(Unit))
_LABELS: dict[str, str] = {
    "page": "p",
    "slide": "slide",
    "chapter": "ch",
    "cell": "cell",
}


class Section(NamedTuple):
    """A part of a file, or with the unit "" all of it.

    `number` counts the sections of the file, from 1. `title` may be ""; that of a
    sheet is its name. Lines of a sheet are its rows.
    """

    unit: Unit
    number: int
    title: str
    text: str

    @property
    def label(self) -> str:
        """What its id has after the path: "p3", a sheet's name, or ""."""
        if self.unit in _LABELS:
            return f"{_LABELS[self.unit]}{self.number}"
        return self.title if self.unit == "sheet" else ""

    @property
    def has_lines(self) -> bool:
        """Whether a reader can count its lines: rows, and paragraphs of a text."""
        return self.unit in ("", "sheet")


class Extract(NamedTuple):
    """The sections of a file that have text, in order, and its title or "".

    `textless` counts pages and the like that have none, or cannot be read.
    """

    title: str
    sections: tuple[Section, ...]
    textless: int = 0

    @property
    def text(self) -> str:
        """The text of all sections."""
        return "\n\n".join(section.text for section in self.sections)


class Refused(Exception):
    """A file whose text cannot be extracted; the message is a key of `FAILURES`.

    It *is_final* if it is of the file itself, rather than of the process or machine.
    """

    def __init__(self, reason: str, *, is_final: bool = True) -> None:
        super().__init__(reason)
        self.is_final = is_final


NOT_INSTALLED = "requiring cohere-cli[files]"


class Failure(NamedTuple):
    """Why no text is extracted: of a named file, and the remedy."""

    what: str
    hint: str


FAILURES = {
    "encrypted": Failure(
        "is encrypted", "save a copy without a password; for a PDF: qpdf --decrypt"
    ),
    "damaged": Failure(
        "is damaged: its text cannot be extracted", "open it, and save a new copy"
    ),
    "too slow": Failure(
        "cannot be extracted within 30 s of computing", "divide it, or export its text"
    ),
    "too large": Failure(
        "is too large to extract its text", "divide it, or export its text"
    ),
    "no text": Failure(
        "contains no text", "if it was scanned, ocrmypdf adds the text of its pictures"
    ),
    NOT_INSTALLED: Failure(
        "cannot be read without cohere-cli[files]", "pip install 'cohere-cli[files]'"
    ),
    "not text": Failure("is an archive, not text", "name the files in it, after unzip"),
}
"""Failures by the reason that the summary of skipped files gives."""

OUT_OF_MEMORY, REFUSED_BY_SYSTEM = "out of memory", "refused by the system"
PASSING = {OUT_OF_MEMORY: "too large", REFUSED_BY_SYSTEM: "damaged"}
"""Failures that may be of the machine, by what the process answers."""
