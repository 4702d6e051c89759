"""The headings and code blocks of Markdown and reStructuredText, by line.

Not by markdown-it-py, which is slower by a factor of 9 and misses lenient fences.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cohere_cli.documents.open_file import suffix_of

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]++(?P<title>.*))?")
_FENCE = re.compile(r"[ \t>]*(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
_RULED = re.compile(r"={3,}[ \t]*")
# docutils takes any punctuation mark, repeated, for an underline.
_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*")


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings and fences of a text, in lines from 0.

    `headings` and `fences` map the first line of each to the line after its last.
    `title` is the text of the first heading.
    """

    title: str = ""
    headings: Mapping[int, int] = field(default_factory=dict)
    fences: Mapping[int, int] = field(default_factory=dict)


def parse_outline(lines: Sequence[str], path: str) -> Outline:
    """Return the outline of *lines*, in the markup that the suffix of *path* means."""
    match suffix_of(path):
        case ".md" | ".markdown" | ".mdx":
            return _markdown(lines)
        case ".rst":
            return _restructured(lines)
        case _:
            return Outline()


def _markdown(lines: Sequence[str]) -> Outline:
    fences = dict(_fences(lines))
    headings: dict[int, int] = {}
    titles: list[str] = []
    at = 0
    while at < len(lines):
        title = _markdown_title(lines, at)
        if at in fences:
            at = fences[at]
        elif title is not None:
            text, height = title
            headings[at] = at + height
            titles.append(text)
            at += height
        else:
            at += 1
    return Outline(next(filter(None, titles), ""), headings, fences)


def _markdown_title(lines: Sequence[str], at: int) -> tuple[str, int] | None:
    """Return the heading that begins at *at*, with its height in lines.

    A line of dashes makes a heading, too, but ends the fields that many files begin
    with: it is left out.
    """
    heading = _HEADING.fullmatch(lines[at].rstrip())
    if heading:
        return _without_closing(heading["title"] or ""), 1
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if lines[at].strip() and _RULED.fullmatch(below.rstrip()):
        return lines[at].strip(), 2
    return None


def _without_closing(title: str) -> str:
    """Return *title* without the hashes after it, as in `# Title ##`.

    Not by a regular expression: with a long run of blanks it would be quadratic.
    """
    bare = title.rstrip("#")
    is_closed = not bare or bare[-1] in " \t"
    return bare.rstrip(" \t") if is_closed else title


def _fences(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    opened, fence = 0, ""
    for at, line in enumerate(lines):
        found = _FENCE.match(line.rstrip())
        if not found:
            continue
        if not fence:
            opened, fence = at, found["fence"]
        elif found["fence"].startswith(fence) and line.rstrip().endswith(fence[0]):
            yield opened, at + 1
            fence = ""
    if fence:
        # CommonMark: one that is never closed ends with the text.
        yield opened, max(at for at, line in enumerate(lines) if line.strip()) + 1


def _restructured(lines: Sequence[str]) -> Outline:
    headings: dict[int, int] = {}
    title = ""
    for at in range(1, len(lines)):
        above, rule = lines[at - 1].rstrip(), lines[at].rstrip()
        if _underlines(rule, above):
            is_overlined = at > 1 and lines[at - 2].rstrip() == rule
            headings[at - 2 if is_overlined else at - 1] = at + 1
            title = title or above.strip()
    return Outline(title, headings)


def _underlines(rule: str, title: str) -> bool:
    if not title or _UNDERLINE.fullmatch(title):
        return False
    return bool(_UNDERLINE.fullmatch(rule)) and len(rule) >= len(title)
