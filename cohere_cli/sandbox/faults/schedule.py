"""Decides which replies a fault is injected into: the first ones, all, or some."""

from collections import Counter
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from cohere_cli.sandbox.messages import Response

if TYPE_CHECKING:
    from random import Random

    from cohere_cli.sandbox.faults.parse import FaultRule


class FaultSchedule:
    """Counts the replies of each fault rule.

    Equal rules of the same *origin* share a count.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[tuple[str, FaultRule]] = Counter()
        self._generators: dict[tuple[str, FaultRule], Random] = {}

    def apply(
        self, response: Response, origin: str, rules: "Iterable[FaultRule]"
    ) -> Response:
        """Return *response* with the faults of *rules* that are due."""
        for rule in rules:
            if self._is_due(origin, rule):
                response = rule.fault.apply(response)
        return response

    def _is_due(self, origin: str, rule: "FaultRule") -> bool:
        if rule.times is None and rule.probability >= 1:
            return True
        key = (origin, rule)
        with self._lock:
            self._counts[key] += 1
            if rule.times is not None and self._counts[key] > rule.times:
                return False
            return rule.probability >= 1 or self._is_triggered(key)

    def _is_triggered(self, key: "tuple[str, FaultRule]") -> bool:
        from random import Random

        _, rule = key
        if key not in self._generators:
            # Not a secret: the same seed must select the same replies.
            self._generators[key] = Random(rule.seed)  # noqa: S311 - see above
        return self._generators[key].random() < rule.probability
