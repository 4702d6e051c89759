"""Texts with one right answer a query: manual pages and documented functions.

Both are on the machine already. The NAME line of a manual page is a query for its
DESCRIPTION, in which the page's names are blanked; the first paragraph of a docstring
is a query for its function without that docstring.
"""

import ast
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MANUALS = Path("/usr/share/man")
SECTIONS = ("man1", "man5", "man7", "man8")
# Programs with thousands of pages that are nearly the same.
_OF_ONE_PROGRAM = re.compile(r"aws|gcloud")
_MIN_SECTIONS, _MIN_STATEMENTS = 3, 3
_MIN_QUERY, _MIN_TEXT = 3, 30  # words, or bytes / 12
_SECTION = re.compile(r'^\.S[Hh] +"?([^"\n]*)"?.*\n', re.MULTILINE)
_FONT = re.compile(
    r"\\f(?:\[[^]]*]|\(..|.)|\\s[-+]?\d|\\[|^&,/:%]|\\\".*|\\m\[[^]]*]", re.MULTILINE
)
_NAMED = {"-": "-", "(aq": "'", "(lq": '"', "(rq": '"', "(em": "-", "e": "\\"}
_ESCAPE = re.compile(r"\\(\(..|\*\(..|\[[^]]*]|.)")
_KEPT_REQUEST = re.compile(
    r"^\.(?:B|I|BR|RB|IR|RI|BI|IB|SM|SB|TP|Nm|Nd|Ar|Fl|Cm|Xr|SS|Sx|Em|Li|Pa|IP|Op)\b ?"
)


class Judged(NamedTuple):
    """A query, the text that answers it, and the suffix of its file."""

    query: str
    text: str
    suffix: str


def manual_pages(language: str = "", most: int = 200) -> list[Judged]:
    """Return up to *most* manual pages of *language*, "" for English."""
    folders = [MANUALS / language / section for section in SECTIONS]
    paths = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    found: dict[str, Judged] = {}
    for path in sorted(paths, key=_shuffled):
        if _OF_ONE_PROGRAM.match(path.name) or path.suffix != ".gz":
            continue
        judged = _judged_page(path)
        if judged and judged.query.lower() not in found:
            found[judged.query.lower()] = judged
        if len(found) == most:
            break
    return list(found.values())


def functions(folder: Path, most: int = 300) -> list[Judged]:
    """Return up to *most* functions of the Python files below *folder*."""
    paths = [path for path in folder.rglob("*.py") if "test" not in str(path).lower()]
    found: dict[str, Judged] = {}
    for path in sorted(paths, key=_shuffled):
        # A few of each file: else one large module would be the collection.
        for judged in list(_functions(path))[:3]:
            found.setdefault(judged.query, judged)
        if len(found) >= most:
            break
    return list(found.values())[:most]


def _shuffled(path: Path) -> int:
    """Return the place of *path* in an order that is the same on every machine."""
    return zlib.crc32(path.name.encode())


def _judged_page(path: Path) -> Judged | None:
    try:
        source = gzip.decompress(path.read_bytes()).decode()
    except (OSError, UnicodeDecodeError):
        return None
    heads = list(_SECTION.finditer(source))
    if len(heads) < _MIN_SECTIONS:
        return None
    ends = [*(head.start() for head in heads[1:]), len(source)]
    sections = [
        (head[1].strip(), _plain(source[head.end() : end]))
        for head, end in zip(heads, ends, strict=True)
    ]
    # The first section is NAME in any language; DESCRIPTION the longest of the next.
    name, dash, query = " ".join(sections[0][1].split()).partition(" - ")
    text = max((text for _, text in sections[1:4]), key=len)
    if not dash or _words(query) < _MIN_QUERY or _words(text) < _MIN_TEXT:
        return None
    names = {path.name.split(".")[0], *re.findall(r"[\w.+-]+", name)}
    blanked = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    return Judged(query, re.sub(rf"(?i)\b(?:{blanked})\b", " ", text), ".txt")


def _words(text: str) -> float:
    return max(len(text.split()), len(text.encode()) / 12)


def _plain(roff: str) -> str:
    lines = []
    for line in roff.split("\n"):
        kept = _KEPT_REQUEST.sub("", line)
        if not kept.startswith((".", "'")):
            lines.append(kept)
    text = _FONT.sub("", "\n".join(lines))
    return _ESCAPE.sub(lambda found: _NAMED.get(found[1], " "), text)


def _functions(path: Path) -> Iterator[Judged]:
    try:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
    except (OSError, ValueError, SyntaxError):
        return
    lines = source.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            query = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
            doc = node.body[0]
            rest = lines[node.lineno - 1 : doc.lineno - 1]
            rest += lines[doc.end_lineno or doc.lineno : node.end_lineno]
            text = "\n".join(rest)
            if len(query.split()) >= _MIN_QUERY and len(node.body) >= _MIN_STATEMENTS:
                yield Judged(query, text, ".py")
