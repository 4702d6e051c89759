"""Helpers for messages: plurals, suggestions, reasons of the OS, and `-` for stdin."""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice

STDIN = "-"
"""Names standard input where a file may be named."""

_MIN_BEGINNING = 3  # characters of a name that can be completed
_MIN_LIKENESS = 0.72  # of difflib's ratio: `modle` and `model` have 0.8

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""UTF-8's; some editors write it first; it is not part of the text."""


def plural(number: int, noun: str, plural_noun: str = "") -> str:
    """Return *number*, with commas, and its noun: "1 record", "2,000 records"."""
    return f"{number:,} {noun if number == 1 else plural_noun or f'{noun}s'}"


def nearest(
    name: str, names: Iterable[str], synonyms: Mapping[str, str] | None = None
) -> str:
    """Return the one of *names* that *name* was probably meant to be, or "".

    A synonym decides, else the shortest name that begins so, else one with few
    letters changed.
    """
    names, wanted = list(names), name.lower()
    if (other := (synonyms or {}).get(wanted)) in names:
        return other or ""
    if len(wanted.strip("-")) >= _MIN_BEGINNING:
        longer = [one for one in names if one.lower().startswith(wanted)]
        if longer:
            return min(longer, key=len)
    from difflib import get_close_matches

    near = get_close_matches(wanted, names, 1, _MIN_LIKENESS)
    return near[0] if near else ""


def did_you_mean(name: str, names: Iterable[str], otherwise: str = "") -> str:
    """Return a hint that names the nearest of *names*, else *otherwise*."""
    near = nearest(name, names)
    return f"did you mean {near!r}?" if near else otherwise


_MOST_LISTED = 20


def listed(names: Collection[str]) -> str:
    """Return the first 20 of *names* in one line, and how many there are if more."""
    shown = ", ".join(islice(names, _MOST_LISTED))
    more = len(names) - _MOST_LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown


def os_reason(error: BaseException) -> str:
    """Return why the operating system refused, in lower case and without paths."""
    return (getattr(error, "strerror", None) or str(error)).lower()


_LONGEST_SHOWN = 4000  # about as long as a path may be


def shortened(text: str, most: int = _LONGEST_SHOWN) -> str:
    """Return *text* with at most *most* characters: without its middle, if need be.

    A message ends with the place of its error, so that both ends matter.
    """
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def shown_source(source: str) -> str:
    """Return how a message names *source*: always valid Unicode, `stdin` for "-"."""
    return "stdin" if source == STDIN else valid_unicode(source)


def valid_unicode(text: str) -> str:
    """Return *text* with U+FFFD for each half of a surrogate pair."""
    if text.isascii():
        return text
    return "".join("\ufffd" if _is_surrogate(char) else char for char in text)


def _is_surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"
