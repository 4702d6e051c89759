"""The paragraphs and table rows of a word processor's file, each a line of text."""

from cohere_cli.documents.extraction.archive import Archive, Attributes
from cohere_cli.documents.extraction.extract import Extract, Section

_MAX_LEVEL = 6
# Deleted text, fields' instructions, comments, and what stands for older programs.
_SKIPPED = frozenset(
    (
        *("Fallback", "delText", "delInstrText", "instrText", "pPr", "sectPr"),
        *("annotation", "tracked-changes", "note-citation", "sequence-decls"),
    )
)
_WHITE = {"tab": "\t", "ptab": "\t", "br": " ", "cr": " ", "line-break": " ", "s": " "}
_PARAGRAPHS = frozenset(("p", "h"))
_ROWS = frozenset(("tr", "table-row"))
_CELLS = frozenset(("tc", "table-cell"))


class TextFlow:
    """Collects lines: one for a paragraph, one for a row of a table.

    *styles* gives the level of headings by the name of their style. In *texts*, if
    given, are the only elements whose characters count.
    """

    def __init__(
        self, styles: dict[str, int], texts: frozenset[str] = frozenset()
    ) -> None:
        self.lines: list[str] = []
        self._styles = styles
        self._texts = texts
        self._skipped = 0
        self._counted = 0
        # Paragraphs stand in text boxes of paragraphs, and tables in cells of tables.
        self._paragraphs: list[list[str]] = []
        self._levels: list[int] = []
        self._rows: list[list[list[str]]] = []

    def start(self, tag: str, given: Attributes) -> None:
        """Take the start of an element."""
        if tag == "pStyle" and self._levels:
            self._levels[-1] = self._styles.get(given.get("val", ""), self._levels[-1])
        elif tag == "outlineLvl" and self._levels and given.get("val", "").isdigit():
            self._levels[-1] = int(given["val"][:2]) + 1
        if self._skipped or tag in _SKIPPED:
            self._skipped += 1
            return
        self._counted += tag in self._texts
        if tag in _PARAGRAPHS:
            self._begin_paragraph(given)
        elif tag in _ROWS:
            self._rows.append([])
        elif tag in _CELLS and self._rows:
            self._rows[-1].append([])
        elif tag in _WHITE and self._paragraphs:
            self._paragraphs[-1].append(_WHITE[tag])

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if self._skipped:
            self._skipped -= 1
            return
        self._counted -= tag in self._texts
        if tag in _PARAGRAPHS:
            self._end_paragraph()
        elif tag in _ROWS:
            self._end_row()

    def text(self, characters: str) -> None:
        """Take characters; those outside of paragraphs are white space of the file."""
        is_text = self._counted if self._texts else self._paragraphs
        if is_text and self._paragraphs and not self._skipped:
            self._paragraphs[-1].append(characters)

    def _begin_paragraph(self, given: Attributes) -> None:
        level = given.get("outline-level", "")
        self._paragraphs.append([])
        self._levels.append(int(level[:2]) if level.isdigit() else 0)

    def _end_paragraph(self) -> None:
        words = " ".join("".join(self._paragraphs.pop()).split())
        level = min(self._levels.pop(), _MAX_LEVEL)
        if words:
            self._add(words, level)

    def _add(self, words: str, level: int) -> None:
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(words)
        else:
            self.lines.append(f"{'#' * level} {words}" if level else words)

    def _end_row(self) -> None:
        cells = [" ".join(words) for words in self._rows.pop()]
        if any(cells):
            self._add(" | ".join(cells), 0)


def word_extract(archive: Archive) -> Extract:
    """Return the body of a DOCX file, then its footnotes and endnotes."""
    flow = TextFlow(_heading_styles(archive), frozenset("t"))
    for name in ("document", "footnotes", "endnotes"):
        part = f"word/{name}.xml"
        if name == "document" or part in archive.names:
            archive.parse(part, flow.start, flow.end, flow.text)
    return _extract(flow, _title(archive, "docProps/core.xml"))


def open_document_extract(archive: Archive) -> Extract:
    """Return the text of an ODT file."""
    flow = TextFlow({})
    archive.parse("content.xml", flow.start, flow.end, flow.text)
    return _extract(flow, _title(archive, "meta.xml"))


def _extract(flow: TextFlow, title: str) -> Extract:
    heading = next((line for line in flow.lines if line.startswith("#")), "")
    title = title or heading.lstrip("#").strip()
    text = "\n".join(flow.lines)
    return Extract(title, (Section("", 1, "", text),) if text else ())


def _heading_styles(archive: Archive) -> dict[str, int]:
    """Return the level of each style of headings: its id is in the user's language."""
    levels: dict[str, int] = {}
    style = ""

    def start(tag: str, given: Attributes) -> None:
        nonlocal style
        if tag == "style":
            style = given.get("styleId", "")
        elif tag == "name" and style:
            name, _, number = given.get("val", "").lower().rpartition(" ")
            if name == "heading" and number.isdigit():
                levels[style] = int(number[:2])
            elif number == "title":
                levels[style] = 1

    if "word/styles.xml" in archive.names:
        archive.parse("word/styles.xml", start)
    return levels


def _title(archive: Archive, part: str) -> str:
    """Return the title among the properties of the file, "" if there is none."""
    found: list[str] = []
    inside = False

    def start(tag: str, _: Attributes) -> None:
        nonlocal inside
        inside = tag == "title"

    def text(characters: str) -> None:
        if inside:
            found.append(characters)

    if part in archive.names:
        archive.parse(part, start, text=text)
    return " ".join("".join(found).split())
