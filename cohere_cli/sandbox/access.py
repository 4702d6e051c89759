"""Access checks and the rate limits of a trial key."""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from hmac import compare_digest
from threading import Lock
from time import monotonic

from cohere_cli.sandbox.messages import ApiError, Request, Response

_LOOPBACK_HOST = re.compile(
    r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE
)
_BEARER = re.compile(r"bearer\s+(\S+)", re.IGNORECASE)
_WRONG_KEY = (
    "Incorrect API key provided: ***********. You can find your API key at "
    "https://dashboard.cohere.com/api-keys."
)


def reject_browser_requests(request: Request) -> None:
    """Reject requests of web pages; raises `ApiError`.

    They have an `Origin` or, by DNS rebinding, a `Host` other than this machine.
    """
    if "origin" in request.headers:
        raise ApiError(403, "requests from web pages are not allowed")
    if not _LOOPBACK_HOST.fullmatch(request.headers.get("host", "")):
        raise ApiError(403, "the Host header must name this machine")


def check_key(request: Request, key: str | None) -> None:
    """Reject a request without *key*; None accepts any key, but requires one."""
    given = _BEARER.fullmatch(request.headers.get("authorization", "").strip())
    if not given:
        raise ApiError(401, "no api key supplied")
    if key is not None and not compare_digest(given[1].encode(), key.encode()):
        raise ApiError(401, _WRONG_KEY)


# https://docs.cohere.com/docs/rate-limits: calls per minute and per month.
_CALLS_PER_MINUTE = {
    "/v2/chat": 20,
    "/compatibility/v1/chat/completions": 20,
    "/v2/rerank": 10,
    "/v1/tokenize": 100,
}
_OTHER_CALLS_PER_MINUTE = 500
_CALLS_PER_MONTH = 1000
_MINUTE = 60.0
_LIMIT_MESSAGE = "You are using a Trial key, which is limited to {} API calls / {}."


class TrialLimits:
    """Limits the calls per path before *answer* is called; *clock* returns seconds."""

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

    def respond(self, request: Request) -> Response:
        """Return the reply with a trial key's headers; raises `ApiError`.

        A rejected call does not count.
        """
        most = _CALLS_PER_MINUTE.get(request.path, _OTHER_CALLS_PER_MINUTE)
        left = self._take(request.path, most)
        response = self._answer(request)
        limits = {
            "x-endpoint-monthly-call-limit": str(_CALLS_PER_MONTH),
            "x-trial-endpoint-call-limit": str(most),
            "x-trial-endpoint-call-remaining": str(left),
        }
        return replace(response, headers={**response.headers, **limits})

    def _take(self, path: str, most: int) -> int:
        """Count a call and return how many remain in this minute."""
        with self._lock:
            if self._total >= _CALLS_PER_MONTH:
                raise ApiError(429, _LIMIT_MESSAGE.format(_CALLS_PER_MONTH, "month"))
            now, calls = self._clock(), self._calls[path]
            while calls and calls[0] <= now - _MINUTE:
                calls.popleft()
            if len(calls) >= most:
                raise ApiError(429, _LIMIT_MESSAGE.format(most, "minute"))
            calls.append(now)
            self._total += 1
            return most - len(calls)
