"""The limits of a trial key, for programs that want to meet them."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from time import monotonic

from cohere_cli.sandbox.refusals import Refused
from cohere_cli.sandbox.request import Request
from cohere_cli.sandbox.response import Response

# https://docs.cohere.com/docs/rate-limits: calls a minute, and a month.
_A_MINUTE = {
    "/v2/chat": 20,
    "/compatibility/v1/chat/completions": 20,
    "/v2/rerank": 10,
    "/v1/tokenize": 100,
}
_OTHERS = 500
_A_MONTH = 1000
_MINUTE = 60.0
_WORDS = "You are using a Trial key, which is limited to {} API calls / {}."


class Trial:
    """Counts calls by path, before *answer* has them; *clock* counts seconds."""

    def __init__(
        self,
        answer: Callable[[Request], Response],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._answer = answer
        self._clock = clock
        self._lock = Lock()
        self._total = 0
        self._calls: Mapping[str, deque[float]] = defaultdict(deque)

    def counted(self, request: Request) -> Response:
        """Return the reply with a trial key's headers; raises `Refused`.

        A call beyond a limit counts for nothing.
        """
        most = _A_MINUTE.get(request.path, _OTHERS)
        left = self._take(request.path, most)
        response = self._answer(request)
        told = {
            "x-endpoint-monthly-call-limit": str(_A_MONTH),
            "x-trial-endpoint-call-limit": str(most),
            "x-trial-endpoint-call-remaining": str(left),
        }
        return replace(response, headers={**response.headers, **told})

    def _take(self, path: str, most: int) -> int:
        """Count a call, and return how many are left in this minute."""
        with self._lock:
            now, calls = self._clock(), self._calls[path]
            while calls and calls[0] <= now - _MINUTE:
                calls.popleft()
            if self._total >= _A_MONTH:
                raise Refused(429, _WORDS.format(_A_MONTH, "month"))
            if len(calls) >= most:
                raise Refused(429, _WORDS.format(most, "minute"))
            calls.append(now)
            self._total += 1
            return most - len(calls)
