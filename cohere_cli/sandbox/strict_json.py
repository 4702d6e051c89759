"""JSON from outside, as RFC 8259 has it: no NaN, and no number that is infinite."""

import json
from math import isfinite
from typing import Any, NoReturn


def parsed(text: str | bytes) -> Any:
    """Return what *text* says; raises ValueError for all that it cannot be."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _refuse(digits)
