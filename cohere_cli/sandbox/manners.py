"""Who is let in: programs of this machine that know the key."""

import re
from hmac import compare_digest

from cohere_cli.sandbox.refusals import Refused
from cohere_cli.sandbox.request import Request

_OURS = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
_BEARER = re.compile(r"bearer\s+(\S+)", re.IGNORECASE)
_WRONG = (
    "Incorrect API key provided: ***********. You can find your API key at "
    "https://dashboard.cohere.com/api-keys."
)


def turn_away_strangers(request: Request) -> None:
    """Refuse web pages: they send an Origin, or a name that was bound to 127.0.0.1."""
    if "origin" in request.headers:
        raise Refused(403, "requests from web pages are not allowed")
    if not _OURS.fullmatch(request.headers.get("host", "")):
        raise Refused(403, "the Host header must name this machine")


def check_key(request: Request, key: str | None) -> None:
    """Refuse a request without *key*; None takes any, but none at all."""
    given = _BEARER.fullmatch(request.headers.get("authorization", "").strip())
    if not given:
        raise Refused(401, "no api key supplied")
    if key is not None and not compare_digest(given[1].encode(), key.encode()):
        raise Refused(401, _WRONG)
