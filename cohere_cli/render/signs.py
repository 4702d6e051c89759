"""The sign by which a citation and its source find each other: ¹, or [1].

On its way through Markdown and Rich each of its characters is followed by a word
joiner, which has no width and is in no text from outside: `clean()` leaves none.
"""

import re
from collections.abc import Iterable

from cohere_cli.terminal import Terminal

SIGN = re.compile("((?:[^\u2060]\u2060)+)")
"""What a sign looks like until it is drawn."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def takes_raised(terminal: Terminal) -> bool:
    """Say whether *terminal* has raised figures: Linux's console has few of them."""
    return terminal.environ.get("TERM") != "linux"


def sign(numbers: Iterable[int], *, raised: bool) -> str:
    """Return what is seen for the sources of *numbers*."""
    if raised:
        # ¹² is the twelfth source, ¹·² are the first and the second.
        return "·".join(str(number) for number in numbers).translate(_RAISED)
    return "".join(f"[{number}]" for number in numbers)


def joined(sign: str) -> str:
    """Return *sign* as it goes through Markdown and Rich."""
    return "".join(f"{character}\u2060" for character in sign)
