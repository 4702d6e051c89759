"""What a reply cost in tokens, in the words of either endpoint.

`/v2/chat` says `billed_units`, `tokens` and `cached_tokens`; the compatible
endpoint says `prompt_tokens` and `completion_tokens`, as OpenAI does. Numbers that
were not said, or are none, are left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Path = tuple[str, ...]

_BILLED: tuple[tuple[str, tuple[Path, ...]], ...] = (
    ("in", (("billed_units", "input_tokens"),)),
    ("out", (("billed_units", "output_tokens"),)),
)
_OUTPUT: tuple[Path, ...] = (("tokens", "output_tokens"), ("completion_tokens",))
# Image and reasoning tokens are sent, though the API's documents do not name them.
_COUNTED: tuple[tuple[str, tuple[Path, ...]], ...] = (
    ("in", (("tokens", "input_tokens"), ("prompt_tokens",))),
    ("out", _OUTPUT),
    ("total", (("total_tokens",),)),
    ("cached", (("cached_tokens",), ("prompt_tokens_details", "cached_tokens"))),
    (
        "reasoning",
        (
            ("tokens", "reasoning_tokens"),
            ("completion_tokens_details", "reasoning_tokens"),
        ),
    ),
    ("image", (("tokens", "image_tokens"),)),
)
# No reply has as many: beyond, a number is a mistake, and may have any length.
_MOST = 10**12


def tokens_text(usage: object) -> str:
    """Return the counts on one line: `9 in, 12 out billed (510 in, 14 out)`."""
    billed = _listed(usage, _BILLED)
    counted = _listed(usage, _COUNTED)
    if not billed:
        return counted
    # Where the counts say nothing else, they are not said twice.
    more = counted.removeprefix(billed).removeprefix(", ")
    return f"{billed} billed ({more})" if more else f"{billed} billed"


def output_tokens(usage: object) -> int | None:
    """Return how many tokens the model wrote, thinking included, if that is known."""
    return _first(usage, (*_OUTPUT, ("billed_units", "output_tokens")))


def _listed(usage: object, counts: Iterable[tuple[str, tuple[Path, ...]]]) -> str:
    found = ((_first(usage, paths), name) for name, paths in counts)
    return ", ".join(f"{count:,} {name}" for count, name in found if count is not None)


def _first(usage: object, paths: Iterable[Path]) -> int | None:
    counts = (_count(_at(usage, path)) for path in paths)
    return next((count for count in counts if count is not None), None)


def _at(value: Any, path: Path) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _count(value: object) -> int | None:
    """Return *value* if it can be a number of tokens; gateways send 9 as 9.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < _MOST and value == int(value) else None
