"""Which format a source is in: by its name, else by how it begins."""

import json
import os
import re
from typing import Literal

_GENERATED_NAMES = {
    "composer.lock",
    "go.sum",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
}
_GENERATED_SUFFIXES = (".lock", ".map", ".min.css", ".min.js", ".min.mjs")
# People who write code break lines; those who write prose need not.
_PROSE_SUFFIXES = {
    ".adoc",
    ".htm",
    ".html",
    ".markdown",
    ".md",
    ".org",
    ".rst",
    ".tex",
    ".txt",
}
_MAX_CODE_LINE = 5_000


def is_generated(path: str, text: str = "") -> bool:
    """Whether the file's name, or a line of more than 5,000 characters, says so."""
    _, _, name = path.lower().rpartition("/")
    if name in _GENERATED_NAMES or name.endswith(_GENERATED_SUFFIXES):
        return True
    if suffix_of(name) in _PROSE_SUFFIXES:
        return False
    return any(len(line) > _MAX_CODE_LINE for line in text.split("\n"))


Format = Literal["lines", "jsonl", "json", "yaml", "csv", "tsv", "grep"]
InputFormat = Literal["auto", "files"] | Format


_BY_SUFFIX: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".csv": "csv",
    ".tsv": "tsv",
}
_TEXT_SUFFIXES = {".txt", ".text", ".md", ".markdown", ".rst", ".adoc", ".org", ".tex"}
# No prose begins so; `[1]`, `[ ]`, `[[` and `{%` it does.
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*["}]|\[\s*["{]|\[\s*\]\s*\Z)')


def detect_format(name: str, head: bytes) -> Format | None:
    """Return the format of the file *name* that begins with *head*, None for text.

    Where the name does not tell, only what is certainly JSON is taken for it.
    """
    ending = suffix_of(name)
    if ending in _TEXT_SUFFIXES:
        return None
    return _BY_SUFFIX.get(ending) or _by_beginning(head)


def format_in_folder(name: str) -> Format | None:
    """Return the format of a file that nobody named, None for text.

    In a folder, JSON and YAML are mostly settings: they are text there.
    """
    form = _BY_SUFFIX.get(suffix_of(name))
    return None if form in ("json", "yaml") else form


def suffix_of(name: str) -> str:
    """Return how a file's name ends, from the last dot on, in lower case."""
    # Not by pathlib: of ten thousand files it would take a second.
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - see above


def _by_beginning(head: bytes) -> Format | None:
    if not _JSON.match(head):
        return None
    first, _, _ = head.decode("utf-8-sig", "replace").lstrip().partition("\n")
    return "jsonl" if _is_object(first) else "json"


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
