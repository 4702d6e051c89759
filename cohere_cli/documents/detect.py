"""Detects a source's format: by its name, else by how it begins."""

import json
import re

from cohere_cli.documents.formats import FORMATS, FormatName
from cohere_cli.documents.open_file import suffix_of

_BY_SUFFIX = {
    suffix: name for name, form in FORMATS.items() for suffix in form.suffixes
}
_TEXT = {".txt", ".text", ".md", ".markdown", ".rst", ".adoc", ".org", ".tex"}
# Prose never begins like this; it may begin with `[1]`, `[ ]`, `[[` or `{%`.
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*["{]|\[\s*\]\s*\Z)')


def detect_format(name: str, head: bytes) -> FormatName | None:
    """Return the format of the file *name* that begins with *head*, None for text.

    Where the name does not decide, only what is certainly JSON is taken as JSON.
    """
    suffix = suffix_of(name)
    if suffix in _TEXT:
        return None
    return _BY_SUFFIX.get(suffix) or _by_beginning(head)


def has_format(name: str) -> bool:
    """Whether the name of the file decides that it has records."""
    return suffix_of(name) in _BY_SUFFIX


def format_in_folder(name: str) -> FormatName | None:
    """Return the format of a file that was found in a folder, None for text.

    In a folder, JSON and YAML are mostly settings: there they are text.
    """
    form = _BY_SUFFIX.get(suffix_of(name))
    return None if form in ("json", "yaml") else form


def _by_beginning(head: bytes) -> FormatName | None:
    if not _JSON.match(head):
        return None
    first, _, _ = head.decode("utf-8-sig", "replace").lstrip().partition("\n")
    try:
        return "jsonl" if isinstance(json.loads(first), dict) else "json"
    except (ValueError, RecursionError):
        return "json"
