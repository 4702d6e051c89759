"""The chapters of an EPUB book, in the order in which they are read."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from cohere_cli.documents.extraction.archive import Archive, Attributes, resolved
from cohere_cli.documents.extraction.extract import Extract, Refused, Section
from cohere_cli.documents.formats.html import block_text, page_title

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"


class _Package:
    """The list of a book's files, and the order of its chapters."""

    def __init__(self) -> None:
        self.title = ""
        self.chapters: list[str] = []
        self._items: dict[str, str] = {}
        self._is_title = False

    def start(self, tag: str, given: Attributes) -> None:
        self._is_title = tag == "title" and not self.title
        if tag == "item" and "nav" not in given.get("properties", "").split():
            self._items[given.get("id", "")] = given.get("href", "")
        elif tag == "itemref" and given.get("idref", "") in self._items:
            self.chapters.append(self._items[given["idref"]])

    def text(self, characters: str) -> None:
        if self._is_title:
            self.title += characters

    def end(self, _: str) -> None:
        self._is_title = False


def book_extract(archive: Archive) -> Extract:
    """Return the chapters; the table of contents is none."""
    path = _package_path(archive)
    package = _Package()
    archive.parse(path, package.start, package.end, package.text)
    names = [resolved(path, href) for href in package.chapters]
    if not _encrypted(archive).isdisjoint(names):
        raise Refused("encrypted")
    chapters = [_chapter(archive, name, nth) for nth, name in enumerate(names, 1)]
    sections = tuple(chapter for chapter in chapters if chapter.text)
    return Extract(" ".join(package.title.split()), sections)


def _package_path(archive: Archive) -> str:
    found: list[str] = []

    def start(tag: str, given: Attributes) -> None:
        if tag == "rootfile":
            found.append(given.get("full-path", ""))

    archive.parse(_CONTAINER, start)
    return next(iter(found), "")


def _encrypted(archive: Archive) -> set[str]:
    """Return the members that are encrypted: of many books only the fonts."""
    found: set[str] = set()

    def start(tag: str, given: Attributes) -> None:
        if tag == "CipherReference":
            found.add(resolved("", given.get("URI", "")))

    if _ENCRYPTION in archive.names:
        archive.parse(_ENCRYPTION, start)
    return found


def _chapter(archive: Archive, name: str, number: int) -> Section:
    data = archive.read(name)
    is_utf_16 = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    page = data.decode("utf-16" if is_utf_16 else "utf-8-sig", "replace")
    return Section("chapter", number, page_title(page), block_text(page))
