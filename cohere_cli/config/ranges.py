"""What a setting may be, whether a flag, a variable or a profile says it.

Each check returns the setting's value, or raises `ValueError` with the allowed
range, as in "must be ...". None of them quotes the value.
"""

import re
from typing import TypeGuard

_LONGEST = 86_400
_MOST_RETRIES = 10
_MOST_AT_ONCE = 64
_MOST_A_MINUTE = 100_000

CHANNELS = ("thinking", "plan", "tools", "citations", "usage", "logprobs")
"""What of an answer can be shown or hidden: the names that `render` knows."""
FAULTS = (
    "slow-headers",
    "slow-start",
    "slow-tokens",
    "status",
    "redirect",
    "html",
    "wrong-type",
    "refuse",
    "reset",
    "cut",
    "end",
    "cut-in-event",
    "cut-in-character",
    "stall",
    "split",
    "garbage",
    "unknown-event",
    "failed",
    "huge-line",
    "gzip-bomb",
)
"""What can go wrong in a sandbox: the names that `sandbox` knows."""
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_FAULT = re.compile(rf"\s*(?:{'|'.join(FAULTS)})\s*(?:[=;].*)?")


def seconds(value: object) -> float:
    """Check a time in seconds: above 0, up to a day."""
    if _is_number(value) and 0 < value <= _LONGEST:
        return float(value)
    raise ValueError(f"must be a number of seconds above 0, up to {_LONGEST}")


def retries(value: object) -> int:
    """Check how often a request that failed is sent again."""
    return _whole(value, 0, _MOST_RETRIES)


def concurrency(value: object) -> int:
    """Check how many requests are under way at a time."""
    return _whole(value, 1, _MOST_AT_ONCE)


def rate(value: object) -> int:
    """Check how many requests are sent in a minute."""
    return _whole(value, 1, _MOST_A_MINUTE)


def name(value: object) -> str:
    """Check a model's name: any, because new models come faster than releases."""
    if isinstance(value, str) and value.isprintable() and value.strip():
        return value.strip()
    raise ValueError("must be a name in quotes")


def path(value: object) -> str:
    """Check a path on a server, such as that of its rerank endpoint."""
    if isinstance(value, str) and _PATH.fullmatch(value):
        return value
    raise ValueError("must be a path such as /v1/rerank")


def channels(value: object) -> tuple[str, ...]:
    """Check a list of parts of an answer."""
    if isinstance(value, list) and all(one in CHANNELS for one in value):
        return tuple(value)
    raise ValueError(f"must be a list of any of {', '.join(CHANNELS)}")


def faults(value: object) -> tuple[str, ...]:
    """Check a list of faults by their names; the sandbox checks their numbers."""
    if isinstance(value, list) and all(map(_names_faults, value)):
        return tuple(value)
    names = ", ".join(FAULTS)
    raise ValueError(f"must be a list of any of {names}, with numbers such as cut=5")


def switch(value: object) -> bool:
    """Check something that is on or off."""
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def text(value: object) -> str:
    """Check that something is text."""
    if isinstance(value, str):
        return value
    raise ValueError("must be text in quotes")


def _names_faults(value: object) -> bool:
    return isinstance(value, str) and all(map(_FAULT.fullmatch, value.split(",")))


def _whole(value: object, least: int, most: int) -> int:
    if _is_number(value) and value in range(least, most + 1):
        return int(value)
    raise ValueError(f"must be a whole number from {least} to {most}")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
