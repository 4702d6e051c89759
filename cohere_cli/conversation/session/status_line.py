"""The line below the prompt: model, context in use, tokens so far."""

from typing import NamedTuple

_SEPARATOR = " · "
_THOUSAND, _TEN_THOUSAND, _MILLION = 1_000, 10_000, 1_000_000


class Status(NamedTuple):
    """What the line shows.

    `context` is in tokens, and `limit` what the model reads, None if it is unknown.
    `spent` are all tokens of the conversation, of input and output. `notes` are what
    the next request has beside its prompt: "2 images".
    """

    model: str
    context: int = 0
    limit: int | None = None
    spent: int = 0
    notes: tuple[str, ...] = ()


def status_text(status: Status, width: int) -> str:
    """Return the line in at most *width* columns: what matters least is left out."""
    context, *spent = _counts(status) or [""]
    parts = [*filter(None, [status.model, context, *status.notes]), *spent]
    text = _SEPARATOR.join(parts)
    while len(text) > width and len(parts) > 1:
        parts.pop()
        text = _SEPARATOR.join(parts)
    return text if len(text) <= width else f"{text[: max(width - 1, 0)]}…"


def _counts(status: Status) -> list[str]:
    if not status.spent:
        return []
    return [_context(status), f"{short_count(status.spent)} tokens so far"]


def _context(status: Status) -> str:
    used = f"context {short_count(status.context)}"
    if not status.limit:
        return used
    share = 100 * status.context / status.limit
    percent = f"{share:.0f}" if share >= 1 or not share else "<1"
    return f"{used} of {short_count(status.limit)} ({percent} %)"


def short_count(count: int) -> str:
    """Return *count* with at most three digits: 950, 1.2k, 34k, 1.5M."""
    if count < _THOUSAND:
        return f"{count}"
    if count < _TEN_THOUSAND:
        return f"{count / _THOUSAND:.1f}k".replace(".0k", "k")
    if count < _MILLION:
        return f"{count / _THOUSAND:.0f}k"
    return f"{count / _MILLION:.1f}M".replace(".0M", "M")
