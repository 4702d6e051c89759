"""The text of an HTML page: without tags, scripts and navigation, on its own lines."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape

from cohere_cli.documents.open_file import suffix_of
from cohere_cli.text import STDIN

SUFFIXES = (".html", ".htm", ".xhtml")

# What has no text for a reader; without its end tag it reaches to the end, as in a
# browser. Each form takes all that follows if it is not closed: matching is linear.
_HIDDEN = (
    r"<(script|style|template|svg|noscript)\b[^>]*+"
    r"(?:>.*?(?:</\1\b[^>]*+>?|\Z)|\Z)"
)
_COMMENT = r"<!--.*?(?:-->|\Z)"
_TAG = r"""</?(?P<name>[a-z][^\s/>]*+)(?:[^>"']++|"[^"]*+"|'[^']*+')*+>"""
_OTHER = r"<[/!?a-z][^>]*+(?:>|\Z)"
_MARKUP = re.compile(f"(?is){_HIDDEN}|{_COMMENT}|{_TAG}|{_OTHER}")
# Tags inside of a word or sentence; between two others there is a space.
_INLINE_TAGS = """
a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span
strike strong sub sup time tt u var wbr
"""
_INLINE = frozenset(_INLINE_TAGS.split())


# What is hidden wherever it is, and what is hidden if it belongs to the whole page, as
# WAI-ARIA's landmarks do: in an article, an aside or a footer is a part of its text.
_MENUS = frozenset(("nav", "menu", "navigation", "menubar", "toolbar"))
_OF_PAGE = frozenset(
    ("header", "footer", "aside", "banner", "contentinfo", "complementary", "search")
)
_CONTENTS = frozenset(("main", "article", "section"))
_MAY_HIDE = re.compile(r"(?i)<(?:nav|menu|header|footer|aside)\b|\brole\b")
_ROLE = re.compile(r"""(?i)(?<![-\w])role\s*=\s*["']?\s*([a-z]+)""")
# Bounded: a page of such beginnings is searched in linear time.
_TITLE = re.compile(r"(?i)<title\b[^>]{0,200}>([^<]{1,1000})")
_BEGINNING = re.compile(
    rb"(?i)(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html)\b"
)
_BLANK_LINES = re.compile(r"\n{3,}")


def is_page(head: bytes, path: str) -> bool:
    """Whether *path* is a page by its suffix; standard input by its first bytes."""
    if path == STDIN:
        return _BEGINNING.match(head) is not None
    return suffix_of(path) in SUFFIXES


def visible_text(page: str) -> str:
    """Return what a reader sees of *page*; each line stays the line that it was.

    Navigation is left out: menus, and the header without an `h1`, the footer and the
    sidebar of the page. A page that has nothing else is read whole.
    """
    content = _text_of(_without_navigation(page))
    return content if content.strip() else _text_of(page)


def block_text(page: str) -> str:
    """Return what a reader sees of *page*, with a line for each paragraph and cell."""
    content = _text_of(_without_navigation(page), block_end="\n")
    return _BLANK_LINES.sub("\n\n", content).strip("\n")


def page_title(page: str) -> str:
    """Return the title of *page* in one line, "" if it has none."""
    found = _TITLE.search(page)
    return " ".join(unescape(found[1]).split()) if found else ""


def _text_of(page: str, block_end: str = " ") -> str:
    def replacement(markup: re.Match[str]) -> str:
        is_inline = (markup["name"] or "").lower() in _INLINE
        return "\n" * markup[0].count("\n") or ("" if is_inline else block_end)

    lines = _MARKUP.sub(replacement, page).split("\n")
    return "\n".join(" ".join(unescape(line).split()) for line in lines)


def _without_navigation(page: str) -> str:
    """Return *page* with nothing but the line ends of its navigation."""
    if not _MAY_HIDE.search(page):
        return page
    kept, end = [], 0
    for start, stop in sorted(_navigation(page)):
        if stop > end:
            first = max(start, end)
            kept += [page[end:first], "\n" * page.count("\n", first, stop) or " "]
            end = stop
    return "".join((*kept, page[end:]))


def _navigation(page: str) -> Iterator[tuple[int, int]]:
    """Yield the range of each element of navigation; one that is not closed is none."""
    opened: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
    last_heading = -1
    for tag in _MARKUP.finditer(page):
        name = (tag["name"] or "").lower()
        if not name or name in _INLINE:
            continue
        if not tag[0].startswith("</"):
            is_part = any(opened[one] for one in _CONTENTS)
            opened[name].append((tag.start(), _is_navigation(name, tag[0], is_part)))
            last_heading = tag.start() if name == "h1" else last_heading
        elif opened[name]:
            start, is_hidden = opened[name].pop()
            if is_hidden and not (name == "header" and last_heading > start):
                yield start, tag.end()


def _is_navigation(name: str, tag: str, is_part: bool) -> bool:
    found = _ROLE.search(tag)
    role = found[1].lower() if found else name
    return role in _MENUS or (role in _OF_PAGE and not is_part)
