"""The slides of a PPTX file: the text of shapes and tables, and the speaker's notes."""

from cohere_cli.documents.extraction.archive import Archive, Attributes
from cohere_cli.documents.extraction.extract import Extract, Section
from cohere_cli.documents.extraction.flow import TextFlow

_PRESENTATION = "ppt/presentation.xml"
_TITLES = ("title", "ctrTitle")
# On each slide, and on each page of notes.
_REPEATED = ("sldNum", "dt", "ftr", "hdr", "sldImg")


class _Shapes(TextFlow):
    """Collects the lines of shapes; `title` is that of the title's shape."""

    def __init__(self) -> None:
        super().__init__({}, frozenset("t"))
        self.title = ""
        self._begins = 0
        self._kind = ""

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "sp":
            self._begins, self._kind = len(self.lines), ""
        elif tag == "ph":
            self._kind = given.get("type", "body")
        super().start(tag, given)

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag != "sp":
            return
        if self._kind in _REPEATED:
            del self.lines[self._begins :]
        elif self._kind in _TITLES:
            self.title = " ".join(self.lines[self._begins :])


def slides_extract(archive: Archive) -> Extract:
    """Return the slides in the order of the presentation."""
    relations = archive.relations(_PRESENTATION)
    paths = [relations[one][1] for one in _slide_ids(archive) if one in relations]
    slides = [_slide(archive, path, nth) for nth, path in enumerate(paths, 1)]
    sections = tuple(slide for slide in slides if slide.text)
    title = next((slide.title for slide in sections if slide.title), "")
    return Extract(title, sections, len(slides) - len(sections))


def _slide_ids(archive: Archive) -> list[str]:
    found: list[str] = []

    def start(tag: str, given: Attributes) -> None:
        if tag == "sldId":
            found.append(given.get("r:id", ""))

    archive.parse(_PRESENTATION, start)
    return found


def _slide(archive: Archive, path: str, number: int) -> Section:
    shapes = _shapes(archive, path)
    lines = shapes.lines
    for kind, target in archive.relations(path).values():
        if kind == "notesSlide" and target in archive.names:
            notes = _shapes(archive, target).lines
            lines = [*lines, "Notes:", *notes] if notes else lines
    return Section("slide", number, shapes.title, "\n".join(lines))


def _shapes(archive: Archive, path: str) -> _Shapes:
    shapes = _Shapes()
    archive.parse(path, shapes.start, shapes.end, shapes.text)
    return shapes
