"""The formats of text that the API takes in a JSON Schema, as RFC 3339 has them."""

import re
from collections.abc import Mapping
from datetime import date

_DAY = r"\d{4}-\d\d-\d\d"
_TIME = (
    r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_UUID = r"[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}"

FORMATS: Mapping[str, re.Pattern[str]] = {
    "date": re.compile(_DAY, re.ASCII),
    "date-time": re.compile(f"{_DAY}[Tt ]{_TIME}", re.ASCII),
    "time": re.compile(_TIME, re.ASCII),
    "uuid": re.compile(_UUID, re.ASCII),
}


def has_format(form: str, text: str) -> bool:
    """Whether *text* is of the format *form*; of one unknown, everything is."""
    pattern = FORMATS.get(form)
    if pattern is None:
        return True
    if not pattern.fullmatch(text):
        return False
    return not form.startswith("date") or _is_day(text[:10])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
