"""What a setting may be, whether a flag, a variable or a profile says it.

Each check returns the setting's value, or raises `ValueError` with the allowed
range, as in "must be ...". None of them quotes the value.
"""

from typing import TypeGuard

_LONGEST = 86_400
_MOST_RETRIES = 10


def seconds(value: object) -> float:
    """Check a time in seconds: above 0, up to a day."""
    if _is_number(value) and 0 < value <= _LONGEST:
        return float(value)
    raise ValueError(f"must be a number of seconds above 0, up to {_LONGEST}")


def retries(value: object) -> int:
    """Check how often a request that failed is sent again."""
    if _is_number(value) and value in range(_MOST_RETRIES + 1):
        return int(value)
    raise ValueError(f"must be a whole number from 0 to {_MOST_RETRIES}")


def name(value: object) -> str:
    """Check a model's name: any, because new models come faster than releases."""
    if isinstance(value, str) and value.isprintable() and value.strip():
        return value.strip()
    raise ValueError("must be a name in quotes")


def switch(value: object) -> bool:
    """Check something that is on or off."""
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
