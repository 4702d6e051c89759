"""From the sections of a file, such as pages, to documents, and to one record."""

from collections.abc import Iterator
from typing import NamedTuple

from cohere_cli.documents.chunking import (
    MAX_WORDS,
    TARGET_WORDS,
    Passage,
    count_words,
    split_passages,
)
from cohere_cli.documents.document import Document
from cohere_cli.documents.extraction.extract import Extract, Section
from cohere_cli.documents.extraction.reader import read_extract
from cohere_cli.documents.formats.text import text_fields
from cohere_cli.documents.outline import parse_outline
from cohere_cli.documents.source import Source

# The name of a text in Markdown, as the sections that are not pages have it.
_MARKDOWN = "section.md"
_MAX_HEADER = 60  # words


class _Part(NamedTuple):
    """A document to be: the end of its id, its line, and its text."""

    label: str
    line: int
    text: str
    section: Section


def section_documents(source: Source, *, split: bool) -> Iterator[Document]:
    """Yield the pages, slides or passages of *source*, or without *split* all as one.

    Raises `UnreadableFile` if its text cannot be extracted.
    """
    extract = read_extract(source)
    fields, name = text_fields(source, extract.title), source.name
    parts = _parts(extract) if split else [_whole(extract)]
    for part in parts:
        data = {**fields, **_place(part.section), "text": part.text}
        id_ = f"{name}:{part.label}" if part.label else name
        whole = name if part.label else ""
        yield Document(data, part.text.encode(), source.path, part.line, id_, whole)


def section_record(source: Source) -> tuple[Document, ...]:
    """Return *source* as one record, whose bytes are those of its text."""
    text = read_extract(source).text
    return (Document(text, text.encode(), source.path, 1, source.name),)


def _whole(extract: Extract) -> _Part:
    return _Part("", 1, extract.text, Section("", 1, "", ""))


def _place(section: Section) -> dict[str, int | str]:
    """Return the fields that tell the model where in the file it is."""
    if section.unit == "sheet":
        return {"sheet": section.title}
    title: dict[str, int | str] = {"title": section.title} if section.title else {}
    is_counted = section.unit in ("page", "slide")
    return {**title, section.unit: section.number} if is_counted else title


def _parts(extract: Extract) -> Iterator[_Part]:
    if extract.sections[0].unit == "cell":
        yield from _cells(extract)
        return
    for section in extract.sections:
        yield from _section_parts(section)


def _section_parts(section: Section) -> Iterator[_Part]:
    """Yield a section whole; one of more than 400 words as its passages."""
    lines = section.text.split("\n")
    is_markdown = section.unit in ("", "cell")
    outline = parse_outline(lines, _MARKDOWN if is_markdown else "")
    passages = split_passages(lines, outline)
    if not passages:
        number = 1 if section.has_lines else section.number
        yield _Part(section.label, number, section.text, section)
    header = _header(lines) if section.unit == "sheet" else (0, "")
    for nth, passage in enumerate(passages, 1):
        yield _passage_part(section, passage, nth, header)


def _passage_part(
    section: Section, passage: Passage, nth: int, header: tuple[int, str]
) -> _Part:
    if not section.has_lines:
        label = section.label if nth == 1 else f"{section.label}#{nth}"
        return _Part(label, section.number, passage.text, section)
    label = ":".join(filter(None, (section.label, passage.line_range)))
    line, names = header
    is_below = names and passage.first > line
    text = f"{names}\n{passage.text}" if is_below else passage.text
    return _Part(label, passage.first, text, section)


def _header(rows: list[str]) -> tuple[int, str]:
    """Return the first row, by which the others are understood, and its number."""
    number, row = next((n, row) for n, row in enumerate(rows, 1) if row)
    return (number, row) if count_words(row) <= _MAX_HEADER else (0, "")


def _cells(extract: Extract) -> Iterator[_Part]:
    """Yield the cells of a notebook, neighbours joined up to about 300 words."""
    if count_words(extract.text) <= MAX_WORDS:
        yield from _group_parts(list(extract.sections))
        return
    group: list[Section] = []
    size = 0
    for cell in extract.sections:
        more = count_words(cell.text)
        if group and size + more > TARGET_WORDS:
            yield from _group_parts(group)
            group, size = [], 0
        group.append(cell)
        size += more
    yield from _group_parts(group)


def _group_parts(group: list[Section]) -> Iterator[_Part]:
    first, last = group[0], group[-1]
    if first is last:
        yield from _section_parts(first)
        return
    text = "\n\n".join(cell.text for cell in group)
    yield _Part(f"{first.label}-{last.number}", first.number, text, first)
