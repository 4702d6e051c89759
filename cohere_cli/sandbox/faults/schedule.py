"""When a fault strikes: the first times, always, or by chance that can be repeated."""

from collections import Counter
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from cohere_cli.sandbox.messages import Response

if TYPE_CHECKING:
    from random import Random

    from cohere_cli.sandbox.faults.parse import FaultRule


class FaultSchedule:
    """Counts, for each fault by itself, the requests that it could strike.

    Two faults in the same words, of the same *origin*, are one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[str, FaultRule]] = Counter()
        self._generators: dict[tuple[str, FaultRule], Random] = {}

    def apply(
        self, response: Response, origin: str, strikes: "Iterable[FaultRule]"
    ) -> Response:
        """Return what those of *strikes* whose time it is make of *response*."""
        for strike in strikes:
            if self._is_due(origin, strike):
                response = strike.fault.apply(response)
        return response

    def _is_due(self, origin: str, strike: "FaultRule") -> bool:
        which = (origin, strike)
        with self._lock:
            self._counts[which] += 1
            if strike.times is not None and self._counts[which] > strike.times:
                return False
            return strike.probability >= 1 or self._is_triggered(which)

    def _is_triggered(self, which: "tuple[str, FaultRule]") -> bool:
        from random import Random

        _, strike = which
        if which not in self._generators:
            # No secret: the same seed must strike the same requests.
            self._generators[which] = Random(strike.seed)  # noqa: S311 - see above
        return self._generators[which].random() < strike.probability
