"""Helpers for messages: plurals, suggestions, reasons of the OS, and `-` for stdin."""

import os
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

STDIN = "-"
"""Names standard input where a file may be named."""

RESOURCE = "mcp://"
"""What the name of a resource of an MCP server begins with: `mcp://NAME/URI`."""

_MIN_BEGINNING = 3  # characters of a name that can be completed
_MIN_LETTERS = (3, 6)  # of a name for one change, and for two
_MIN_COMPARED = 2
_MOST_CHANGES = len(_MIN_LETTERS)
_MAX_LETTERS = 100  # of a name that is compared

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""UTF-8's; some editors write it first; it is not part of the text."""


def plural(number: int, noun: str, plural_noun: str = "") -> str:
    """Return *number*, with commas, and its noun: "1 record", "2,000 records"."""
    return f"{number:,} {noun if number == 1 else plural_noun or f'{noun}s'}"


def nearest(
    name: str, names: Iterable[str], synonyms: Mapping[str, str] | None = None
) -> str:
    """Return the one of *names* that *name* was probably meant to be, or "".

    A synonym decides, else a name of which one is the beginning of the other, else
    the name with the fewest letters changed: one, or two of six or more.
    """
    names, wanted = list(names), name.lower()
    if (other := (synonyms or {}).get(wanted)) in names:
        return other or ""
    return _by_beginning(wanted, names) or _by_letters(wanted, names)


def _by_beginning(wanted: str, names: list[str]) -> str:
    """Return what *wanted* begins, `temp` for `temperature`, or begins with."""
    letters = len(wanted.strip("-"))
    if letters < _MIN_BEGINNING:
        return ""
    longer = [one for one in names if one.lower().startswith(wanted)]
    if longer:
        shortest = min(longer, key=len)
        # One of many is a guess only if little is missing.
        is_clear = len(longer) == 1 or letters * 3 >= len(shortest.strip("-")) * 2
        return shortest if is_clear else ""
    shorter = [one for one in names if re.match(rf"{re.escape(one)}[-_.]", wanted)]
    whole = [one for one in shorter if len(one.strip("-")) >= _MIN_BEGINNING]
    return max(whole, key=len, default="")


def _by_letters(wanted: str, names: list[str]) -> str:
    if len(wanted.strip("-")) < _MIN_COMPARED:
        return ""
    found = ((_changes(wanted, one.lower()), one) for one in names)
    near = [pair for pair in found if pair[0] <= _most_changes(wanted, pair[1])]
    return min(near, key=lambda pair: pair[0])[1] if near else ""


def _most_changes(one: str, other: str) -> int:
    letters = max(len(one.strip("-")), len(other.strip("-")))
    return sum(letters >= least for least in _MIN_LETTERS)


def _changes(one: str, other: str) -> int:
    """Return how many letters differ: changed, added, left out, or two swapped.

    Beyond `_MOST_CHANGES` it is only known to be more.
    """
    if abs(len(one) - len(other)) > _MOST_CHANGES or len(one) > _MAX_LETTERS:
        return _MOST_CHANGES + 1
    earlier: list[int] = []
    above: list[int] = []
    row: list[int] = [*range(len(other) + 1)]
    for at, letter in enumerate(one):
        earlier, above, row = above, row, [at + 1]
        for to, wanted in enumerate(other):
            changed = above[to] + (letter != wanted)
            row.append(min(changed, above[to + 1] + 1, row[to] + 1))
            if at and to and (letter, one[at - 1]) == (other[to - 1], wanted):
                row[-1] = min(row[-1], earlier[to - 1] + 1)
    return row[-1]


def did_you_mean(
    name: str,
    names: Iterable[str],
    otherwise: str = "",
    synonyms: Mapping[str, str] | None = None,
) -> str:
    """Return a hint that names the nearest of *names*, else *otherwise*."""
    near = nearest(name, names, synonyms)
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


def is_file(path: str) -> bool:
    """Whether there is a regular file *path*; unlike pathlib's, of any name."""
    return os.path.isfile(path)  # noqa: PTH113 - `Path` raises for a name too long


def is_folder(path: str) -> bool:
    """Whether there is a folder *path*; unlike pathlib's, of any name."""
    return os.path.isdir(path)  # noqa: PTH112 - see above


def shown_source(source: str) -> str:
    """Return how a message names *source*: always valid Unicode, `stdin` for "-"."""
    return "stdin" if source == STDIN else valid_unicode(source)


def current_folder() -> str:
    """Return the path of the current directory, "" if it no longer exists."""
    try:
        return os.getcwd()  # noqa: PTH109 - a text
    except OSError:
        return ""


def valid_unicode(text: str) -> str:
    """Return *text* with U+FFFD for each half of a surrogate pair."""
    if text.isascii():
        return text
    return "".join("\ufffd" if _is_surrogate(char) else char for char in text)


def _is_surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"


_STOP_WORD_TEXT = """
a an and any are as at be but by can could did do does for from had has have he her his
how i if in into is it its me my no not of on or our should so than that the their them
then there these they this those to up us was we were what when where which who whom
whose why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORD_TEXT.split())
"""English words that say little of what a text is about, in lower case."""


def compiled_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern of a user; raises as `re.compile` does.

    Python warns on standard error of classes such as `[[a]`, whose meaning may change.
    """
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(pattern, flags)
