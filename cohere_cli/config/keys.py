"""An API key: trimmed, checked, and shown to people by its last characters only."""

import re
from typing import TextIO

from cohere_cli.errors import InputProblem, NotAuthenticated

# A header value could carry more, but no key of any server does, and a newline
# or a lone byte there ends in a library's message that quotes the whole key.
_FOREIGN = re.compile(r"[^\x21-\x7e]")

LONGEST = 1 << 16
"""Keys have less than 100 characters; a mistaken path or pipe may lead to anything."""

# Four characters of a shorter key would be too much of it.
_SHORTEST_SHOWN = 12


def checked_key(text: str, name: str) -> str:
    """Return the key in *text* without the white space around it.

    *name* says which key it is, in words. Raises `NotAuthenticated`, whose text
    never holds any of the key; the position counts from 1.
    """
    key = text.strip()
    if not key:
        raise NotAuthenticated(f"{name} is empty", hint=_COPY)
    foreign = _FOREIGN.search(key)
    if foreign:
        position = foreign.start() + 1
        problem = f"{name} has an invalid character at position {position}"
        raise NotAuthenticated(problem, hint=_COPY)
    return key


def piped_key(stdin: TextIO, where: str = "") -> str:
    """Return what *stdin* holds. Raises `InputProblem` for what is no text."""
    try:
        return stdin.read(LONGEST)
    except UnicodeDecodeError:
        problem = "the key from standard input is not text"
    except OSError as exc:
        problem = f"cannot read standard input: {exc.strerror or exc}"
    # Without the cause, which may hold what was read.
    raise InputProblem(problem, where=where)


def masked(key: str) -> str:
    """Return what may be shown of *key*: "…abcd", or "…" of a short one."""
    if not key:
        return ""
    return f"…{key[-4:]}" if len(key) >= _SHORTEST_SHOWN else "…"


_COPY = "copy it again from https://dashboard.cohere.com/api-keys"
