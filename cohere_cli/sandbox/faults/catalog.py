"""All faults by name: each is a small function from a good reply to a bad one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cohere_cli.sandbox.faults import effects
from cohere_cli.sandbox.messages import Response


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
        return effects.with_header(struck, "retry-after", f"{self.retry_after:g}")


class Kind(NamedTuple):
    """A fault's function, its number where none is said, and the number's range."""

    spoil: Callable[[Response, float], Response]
    usual: float
    low: float = 0
    high: float = 1_000_000


# The number is, by kind: seconds; a status; events that come before; bytes; MiB.
FAULTS: Mapping[str, Kind] = {
    "slow-headers": Kind(effects.before_head, 1.0),
    "slow-start": Kind(effects.before_tokens, 1.0),
    "slow-tokens": Kind(effects.between_tokens, 0.1),
    "status": Kind(effects.status, 500, 400, 599),
    "redirect": Kind(effects.redirect, 307, 300, 399),
    "html": Kind(effects.page, 200, 200, 599),
    "wrong-type": Kind(effects.wrong_type, 0),
    "refuse": Kind(effects.reset_before_head, 0),
    "reset": Kind(effects.reset, 3),
    "cut": Kind(effects.cut, 3),
    "end": Kind(effects.end, 3),
    "cut-in-event": Kind(effects.cut_in_event, 3),
    "cut-in-character": Kind(effects.cut_in_character, 3),
    "stall": Kind(effects.stall, 3),
    "split": Kind(effects.split, 1, 1),
    "garbage": Kind(effects.garbage, 3),
    "unknown-event": Kind(effects.unknown_event, 3),
    "failed": Kind(effects.failed, 3),
    "huge-line": Kind(effects.huge_line, 100),
    "gzip-bomb": Kind(effects.gzip_bomb, 1000),
}
