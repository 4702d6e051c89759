"""Who answers a request, and what becomes of the answer: one layer upon another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohere_cli.sandbox.access import check_key, turn_away_strangers
from cohere_cli.sandbox.faults.schedule import Occasions
from cohere_cli.sandbox.messages import Refused, Request, Response, invalid, refusal

if TYPE_CHECKING:
    from cohere_cli.sandbox.faults.parse import Strike
    from cohere_cli.sandbox.recordings.recorder import Recorder
    from cohere_cli.sandbox.scripts.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a sandbox is told at its start.

    `rules` come first; for what they do not answer, `replay` names a folder of
    recordings, or `record` a server to ask. `strikes` spoil every reply. With
    `trial`, the limits of a trial key hold. Without `any_key`, only the sandbox's
    own key is taken.
    """

    rules: "tuple[Rule, ...]" = ()
    faults: "tuple[Strike, ...]" = ()
    replay: Path | None = None
    record: "Recorder | None" = None
    trial: bool = False
    any_key: bool = False


def strikes_of(faults: Iterable[str]) -> "tuple[Strike, ...]":
    """Read *faults*, as a program or a flag names them; raises `UsageProblem`."""
    texts = list(faults)
    if not texts:
        return ()
    from cohere_cli.errors import UsageProblem
    from cohere_cli.sandbox.faults.parse import NoFault, strikes

    try:
        return tuple(strike for text in texts for strike in strikes(text))
    except NoFault as exc:
        raise UsageProblem(str(exc), hint=exc.hint) from exc


def rules_of_script(
    values: Iterable[tuple[str, Any]], folder: Path
) -> "tuple[Rule, ...]":
    """Read a script: each rule with its place; raises `InputProblem`."""
    rules = list(values)
    if not rules:
        return ()
    from cohere_cli.sandbox.scripts.rules import rules_of

    return rules_of(rules, folder)


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
        self._faults = setup.faults
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
        return self._occasions.struck(response, "setup", self._faults)

    def _ground(self, setup: Setup) -> Respond:
        """Return what answers where nothing else does."""
        if setup.replay:
            from cohere_cli.sandbox.recordings.replayer import Library

            return Library(setup.replay).played
        if setup.record:
            from cohere_cli.sandbox.recordings.recorder import Keeping

            keeping = Keeping(setup.record)
            self._close = keeping.close
            return keeping.asked
        return _own

    def _upon(self, answer: Respond, setup: Setup) -> Respond:
        if setup.rules:
            from cohere_cli.sandbox.scripts.player import Script

            answer = Script(setup.rules, answer, self._occasions).played
        if setup.trial:
            from cohere_cli.sandbox.access import Trial

            answer = Trial(answer).counted
        return answer


def _own(request: Request) -> Response:
    # On the first request: a sandbox starts inside a command that shall be quick.
    from cohere_cli.sandbox.endpoints import respond

    return respond(request)


def _find(request: Request) -> None:
    from cohere_cli.sandbox.endpoints import endpoint_of

    endpoint_of(request)


def _wanted(request: Request) -> "tuple[Strike, ...]":
    text = request.headers.get(FAULT, "")
    if not text:
        return ()
    from cohere_cli.sandbox.faults.parse import NoFault, strikes

    try:
        return strikes(text)
    except NoFault as exc:
        raise invalid(f"{FAULT}: {exc}; {exc.hint}".removesuffix("; ")) from exc
