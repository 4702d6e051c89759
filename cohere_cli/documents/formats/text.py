"""Whole texts: one document or record a file, or a document a passage."""

import os
from collections.abc import Iterator
from contextlib import suppress

from cohere_cli.documents.blocks import NEWLINE, NUL
from cohere_cli.documents.chunking import split_passages
from cohere_cli.documents.document import Document
from cohere_cli.documents.formats.html import is_page, page_title, visible_text
from cohere_cli.documents.open_file import UnreadableFile, no_text_hint, suffix_of
from cohere_cli.documents.outline import parse_outline
from cohere_cli.documents.source import UTF_8, Source
from cohere_cli.text import STDIN

_EMPTY = "empty"
_GENERATED_NAMES = {
    "composer.lock",
    "go.sum",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
}
_GENERATED_SUFFIXES = (".lock", ".map", ".min.css", ".min.js", ".min.mjs")
# Code has line breaks; a paragraph of prose may be one line.
_PROSE = {".adoc", ".htm", ".html", ".markdown", ".md", ".org", ".rst", ".tex", ".txt"}
_MAX_CODE_LINE = 5_000
_MOST_BYTES = 4  # of a character in UTF-8


def is_generated(path: str, text: str = "") -> bool:
    """Whether the file's name, or a line of more than 5,000 characters, suggests it."""
    name = os.path.basename(path.lower())  # noqa: PTH119 - of any bytes
    if name in _GENERATED_NAMES or name.endswith(_GENERATED_SUFFIXES):
        return True
    if suffix_of(name) in _PROSE:
        return False
    return max(map(len, text.split("\n"))) > _MAX_CODE_LINE


def text_documents(
    source: Source, *, split: bool, is_found: bool = False
) -> Iterator[Document]:
    """Yield *source* as one document; with *split* a long one as its passages.

    Raises `UnreadableFile` if it contains no text, and for a generated file if
    *is_found*: then the user did not name it.
    """
    text, _, title = _text(source, is_found=is_found)
    lines = text.split("\n")
    outline = parse_outline(lines, source.path)
    fields = text_fields(source, title or outline.title)
    name = source.name
    passages = split_passages(lines, outline) if split else []
    if not passages:
        data = {**fields, "text": text.removesuffix("\r")}
        yield Document(data, text.encode(), source.path, 1, name)
    for each in passages:
        data = {**fields, "text": each.text}
        id_ = f"{name}:{each.line_range}"
        raw = each.text.encode()
        yield Document(data, raw, source.path, each.first, id_, part_of=name)


def text_record(source: Source, *, is_found: bool = False) -> tuple[Document, ...]:
    """Return *source* as one record; raises as `text_documents` does.

    A file that the user named is skipped, and counted, if it contains no text.
    """
    try:
        text, raw, _ = _text(source, is_found=is_found)
    except UnreadableFile as exc:
        if is_found or exc.reason != _EMPTY:
            raise
        source.skipped.add(_EMPTY)
        return ()
    data = text.removesuffix("\r")
    return (Document(data, raw, source.path, 1, source.name),)


def _text(source: Source, *, is_found: bool) -> tuple[str, bytes, str]:
    """Return what a reader sees of *source*, its own bytes, and its title if any."""
    if is_found and suffix_of(source.path) == ".svg":
        raise UnreadableFile("is a drawing", reason="SVG", where=source.name)
    if is_found and _begins_generated(source):
        raise UnreadableFile("is generated", reason="generated", where=source.name)
    whole, encoding = source.whole_text()
    original = whole.content.removesuffix("\n")
    is_html = is_page(source.head, source.path)
    text = visible_text(original) if is_html else original
    if not text.strip():
        hint = no_text_hint(source.path)
        raise UnreadableFile(
            "contains no text", reason=_EMPTY, where=source.name, hint=hint
        )
    if is_found and is_generated(source.path, text):
        raise UnreadableFile("is generated", reason="generated", where=source.name)
    source.skipped.converted += encoding != UTF_8
    title = page_title(original) if is_html else ""
    return text, original.encode(encoding), title


def _begins_generated(source: Source) -> bool:
    """Whether the first 64 KiB have a line that is too long."""
    if suffix_of(source.path) in _PROSE or NUL in source.head:
        return False
    longest = max(source.head.split(NEWLINE), key=len)
    if not _MAX_CODE_LINE < len(longest) <= _MAX_CODE_LINE * _MOST_BYTES:
        return len(longest) > _MAX_CODE_LINE
    # Where it is not UTF-8, the file is counted as not text instead.
    with suppress(UnicodeDecodeError):
        return len(longest.decode()) > _MAX_CODE_LINE
    return False


def text_fields(source: Source, heading: str) -> dict[str, str]:
    """Return the title and path that the model sees; standard input has no name.

    Without a *heading*, the title is the name of the file.
    """
    if source.path == STDIN:
        return {"title": heading} if heading else {}
    _, _, name = source.name.rpartition("/")
    return {"title": heading or name, "path": source.name}
