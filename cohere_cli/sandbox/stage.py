"""Who answers a request, and what becomes of the answer: one layer upon another."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cohere_cli.sandbox.faults.occasions import Occasions
from cohere_cli.sandbox.manners import check_key, turn_away_strangers
from cohere_cli.sandbox.refusals import Refused, invalid
from cohere_cli.sandbox.request import Request
from cohere_cli.sandbox.response import Response, refusal
from cohere_cli.sandbox.setup import Setup

if TYPE_CHECKING:
    from cohere_cli.sandbox.faults.notation import Strike

FAULT = "x-co-fault"
"""The header by which a request asks for faults."""

Respond = Callable[[Request], Response]


class Stage:
    """A sandbox's replies, for several threads, as long as its server lives.

    *key* is the one that it takes, None any. Raises `InputProblem` where a folder
    of the setup cannot be used.
    """

    def __init__(self, setup: Setup, key: str | None) -> None:
        self._key = key
        self._strikes = setup.strikes
        self._occasions = Occasions()
        # What is recorded, or is to be, may have more endpoints than ours.
        self._knows_all = not (setup.replay or setup.record)
        self._close: Callable[[], None] = lambda: None
        self._answer = self._upon(self._ground(setup), setup)

    def close(self) -> None:
        """Give up what is held open."""
        self._close()

    def respond(self, request: Request) -> Response:
        """Return the reply to *request*."""
        try:
            turn_away_strangers(request)
            if self._knows_all:
                _find(request)
            check_key(request, self._key)
            return self._spoilt(request, _wanted(request))
        except Refused as exc:
            return refusal(exc, request.digest)
        except Exception as exc:  # noqa: BLE001 - a bug of ours must not look like silence
            why = f"internal server error: {type(exc).__name__}"
            return refusal(Refused(500, why), request.digest)

    def _spoilt(self, request: Request, wanted: "tuple[Strike, ...]") -> Response:
        try:
            response = self._answer(request)
        except Refused as exc:
            response = refusal(exc, request.digest)
        response = self._occasions.struck(response, "header", wanted)
        return self._occasions.struck(response, "setup", self._strikes)

    def _ground(self, setup: Setup) -> Respond:
        """Return what answers where nothing else does."""
        if setup.replay:
            from cohere_cli.sandbox.tapes.library import Library

            return Library(setup.replay).played
        if setup.record:
            from cohere_cli.sandbox.tapes.keeping import Keeping

            keeping = Keeping(setup.record)
            self._close = keeping.close
            return keeping.asked
        return _own

    def _upon(self, answer: Respond, setup: Setup) -> Respond:
        if setup.rules:
            from cohere_cli.sandbox.scripts.playing import Script

            answer = Script(setup.rules, answer, self._occasions).played
        if setup.trial:
            from cohere_cli.sandbox.trial import Trial

            answer = Trial(answer).counted
        return answer


def _own(request: Request) -> Response:
    # On the first request: a sandbox starts inside a command that shall be quick.
    from cohere_cli.sandbox.routes import respond

    return respond(request)


def _find(request: Request) -> None:
    from cohere_cli.sandbox.routes import endpoint_of

    endpoint_of(request)


def _wanted(request: Request) -> "tuple[Strike, ...]":
    text = request.headers.get(FAULT, "")
    if not text:
        return ()
    from cohere_cli.sandbox.faults.notation import NoFault, strikes

    try:
        return strikes(text)
    except NoFault as exc:
        raise invalid(f"{FAULT}: {exc}; {exc.hint}".removesuffix("; ")) from exc
