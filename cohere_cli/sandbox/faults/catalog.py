"""All faults by name, with their effects, defaults and ranges."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cohere_cli.record import value_class
from cohere_cli.sandbox.faults import effects
from cohere_cli.sandbox.messages import Response


@value_class
class Fault:
    """A fault and its number; None is the default.

    `retry_after` is the value of that header, in seconds.
    """

    name: str
    number: float | None = None
    retry_after: float | None = None

    def apply(self, response: Response) -> Response:
        """Return *response* with the fault."""
        kind = FAULTS[self.name]
        number = kind.default if self.number is None else self.number
        faulty = kind.effect(response, number)
        if self.retry_after is None:
            return faulty
        return effects.with_header(faulty, "retry-after", f"{self.retry_after:g}")


class FaultKind(NamedTuple):
    """A fault's effect, the default of its number and the number's range."""

    effect: Callable[[Response, float], Response]
    default: float
    low: float = 0
    high: float = 1_000_000


# The number is, by kind: seconds, a status, events before the fault, bytes or MiB.
FAULTS: Mapping[str, FaultKind] = {
    "slow-headers": FaultKind(effects.slow_headers, 1.0),
    "slow-start": FaultKind(effects.slow_start, 1.0),
    "slow-tokens": FaultKind(effects.slow_tokens, 0.1),
    "status": FaultKind(effects.status, 500, 400, 599),
    "redirect": FaultKind(effects.redirect, 307, 300, 399),
    "html": FaultKind(effects.html, 200, 200, 599),
    "wrong-type": FaultKind(effects.wrong_type, 0),
    "refuse": FaultKind(effects.refuse, 0),
    "reset": FaultKind(effects.reset, 3),
    "cut": FaultKind(effects.cut, 3),
    "end": FaultKind(effects.end, 3),
    "cut-in-event": FaultKind(effects.cut_in_event, 3),
    "cut-in-character": FaultKind(effects.cut_in_character, 3),
    "stall": FaultKind(effects.stall, 3),
    "split": FaultKind(effects.split, 1, 1),
    "garbage": FaultKind(effects.garbage, 3),
    "unknown-event": FaultKind(effects.unknown_event, 3),
    "failed": FaultKind(effects.failed, 3),
    "huge-line": FaultKind(effects.huge_line, 100),
    "gzip-bomb": FaultKind(effects.gzip_bomb, 1000),
}
