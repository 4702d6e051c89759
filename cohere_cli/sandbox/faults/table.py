"""All faults by name: each is a small function from a good reply to a bad one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cohere_cli.sandbox.faults import cuts, delays, heads, insertions
from cohere_cli.sandbox.response import Response


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong. `number` is the fault's own; None means its default.

    `retry_after` are seconds that an error asks the client to wait.
    """

    name: str
    number: float | None = None
    retry_after: float | None = None

    def strike(self, response: Response) -> Response:
        """Return what becomes of *response*."""
        kind = FAULTS[self.name]
        number = kind.usual if self.number is None else self.number
        struck = kind.spoil(response, number)
        if self.retry_after is None:
            return struck
        return heads.with_header(struck, "retry-after", f"{self.retry_after:g}")


class Kind(NamedTuple):
    """A fault's function, its number where none is said, and the number's range."""

    spoil: Callable[[Response, float], Response]
    usual: float
    low: float = 0
    high: float = 1_000_000


# The number is, by kind: seconds; a status; events that come before; bytes; MiB.
FAULTS: Mapping[str, Kind] = {
    "slow-headers": Kind(delays.before_head, 1.0),
    "slow-start": Kind(delays.before_tokens, 1.0),
    "slow-tokens": Kind(delays.between_tokens, 0.1),
    "status": Kind(heads.status, 500, 400, 599),
    "redirect": Kind(heads.redirect, 307, 300, 399),
    "html": Kind(heads.page, 200, 200, 599),
    "wrong-type": Kind(heads.wrong_type, 0),
    "refuse": Kind(cuts.reset_before_head, 0),
    "reset": Kind(cuts.reset, 3),
    "cut": Kind(cuts.cut, 3),
    "end": Kind(cuts.end, 3),
    "cut-in-event": Kind(cuts.cut_in_event, 3),
    "cut-in-character": Kind(cuts.cut_in_character, 3),
    "stall": Kind(cuts.stall, 3),
    "split": Kind(cuts.split, 1, 1),
    "garbage": Kind(insertions.garbage, 3),
    "unknown-event": Kind(insertions.unknown_event, 3),
    "failed": Kind(insertions.failed, 3),
    "huge-line": Kind(insertions.huge_line, 100),
    "gzip-bomb": Kind(insertions.gzip_bomb, 1000),
}
