"""The regular expressions of a JSON Schema: which the API takes, which end soon."""

import re
import warnings

# What stands for itself: an escape, or a class such as [^a-z].
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_NOT_TAKEN = re.compile(r"[\^$]|\?[=!]")
_OPEN_ENDED = re.compile(r"[*+?]|\{\d*,\d*\}")
_MOST_OPEN_ENDS = 2
_LONGEST = 200  # characters: two open ends try at most 200 ** 3 / 6 times, 50 ms


def not_taken(pattern: str) -> str:
    """Return what of *pattern* the API does not take: `^`, `$`, `?=`, `?!`; or ""."""
    found = _NOT_TAKEN.search(_ATOM.sub("x", pattern))
    return found[0] if found else ""


def is_expression(pattern: str) -> bool:
    """Whether *pattern* is a regular expression at all, as Python reads them."""
    try:
        _compiled(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def is_broken(pattern: str, text: str) -> bool:
    """Whether *text* surely holds no match of *pattern*.

    Python's engine can take years over an innocent expression such as
    `(\\w+ ?)+;`. So nothing is said of one with groups or more than two open
    ends, nor of a long text: the API itself writes only what matches.
    """
    bones = _ATOM.sub("x", pattern)
    open_ends = len(_OPEN_ENDED.findall(bones))
    if "(" in bones or open_ends > _MOST_OPEN_ENDS or len(text) > _LONGEST:
        return False
    return not _compiled(pattern).search(text)


def _compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        # Python warns of classes such as [[a]: they mean here what they mean now.
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(pattern)
