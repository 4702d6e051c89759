"""The waits of a job's requests before they are sent again, joined to pauses."""

from collections import Counter
from math import ceil, inf

from cohere_cli.errors import RetryNotice
from cohere_cli.text import plural


class Pauses:
    """Counts waits. A pause lasts from the first of them until no request waits.

    `noted` is the number of waits about which a line was written. All times are
    seconds of one clock.
    """

    def __init__(self) -> None:
        self.noted = 0
        self._causes: Counter[str] = Counter()
        self._cause = ""
        self._until = -inf

    def add(self, wait: RetryNotice, now: float) -> bool:
        """Count a wait that begins *now*; return whether a pause begins with it."""
        is_first = now >= self._until
        self._causes[wait.cause] += 1
        if now + wait.seconds > self._until:
            self._until = now + wait.seconds
            self._cause = wait.cause
        return is_first

    def shown(self, now: float) -> str:
        """Return `waiting 3 s: rate limit`; "" if no request waits."""
        left = ceil(self._until - now) if now < self._until else 0
        return f"waiting {left} s: {self._cause}" if left else ""

    def summary(self) -> str:
        """Return the number of waits by cause; "" if a line was written about each."""
        number = self._causes.total()
        if number == self.noted:
            return ""
        causes = ", ".join(f"{one} ({n:,})" for one, n in self._causes.most_common())
        return f"{plural(number, 'wait')} before retries: {causes}"
