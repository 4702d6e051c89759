"""The text of an HTML page: without tags, scripts and styles, on its own lines."""

import re
from html import unescape

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


def visible_text(page: str) -> str:
    """Return what a reader sees of *page*; each line stays the line that it was."""
    lines = _MARKUP.sub(_replacement, page).split("\n")
    return "\n".join(" ".join(unescape(line).split()) for line in lines)


def _replacement(markup: re.Match[str]) -> str:
    lines = markup[0].count("\n")
    return "\n" * lines or ("" if (markup["name"] or "").lower() in _INLINE else " ")
