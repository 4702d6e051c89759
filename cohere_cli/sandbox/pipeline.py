"""Who answers a request, and what becomes of the answer: one layer upon another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohere_cli.sandbox.access import check_key, reject_browser_requests
from cohere_cli.sandbox.faults.schedule import FaultSchedule
from cohere_cli.sandbox.messages import (
    ApiError,
    Request,
    Response,
    error_response,
    invalid,
)

if TYPE_CHECKING:
    from cohere_cli.sandbox.faults.parse import FaultRule
    from cohere_cli.sandbox.recordings.recorder import RecordingTarget
    from cohere_cli.sandbox.scripts.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The configuration of a sandbox.

    `rules` come first; for what they do not answer, `replay` names a folder of
    recordings, or `record` a server to ask. `strikes` spoil every reply. With
    `trial`, the limits of a trial key hold. Without `any_key`, only the sandbox's
    own key is taken.
    """

    rules: "tuple[Rule, ...]" = ()
    faults: "tuple[FaultRule, ...]" = ()
    replay: Path | None = None
    record: "RecordingTarget | None" = None
    trial: bool = False
    any_key: bool = False


def parse_fault_options(faults: Iterable[str]) -> "tuple[FaultRule, ...]":
    """Read *faults*, as a program or a flag names them; raises `UsageProblem`."""
    texts = list(faults)
    if not texts:
        return ()
    from cohere_cli.errors import UsageProblem
    from cohere_cli.sandbox.faults.parse import InvalidFault, parse_faults

    try:
        return tuple(strike for text in texts for strike in parse_faults(text))
    except InvalidFault as exc:
        raise UsageProblem(str(exc), hint=exc.hint) from exc


def parse_script(values: Iterable[tuple[str, Any]], folder: Path) -> "tuple[Rule, ...]":
    """Read a script: each rule with its place; raises `InputProblem`."""
    rules = list(values)
    if not rules:
        return ()
    from cohere_cli.sandbox.scripts.rules import parse_rules

    return parse_rules(rules, folder)


FAULT_HEADER = "x-co-fault"
"""The header by which a request asks for faults."""

Responder = Callable[[Request], Response]


class Pipeline:
    """A sandbox's replies, for several threads, as long as its server lives.

    *key* is the one that it takes, None any. Raises `InputProblem` where a folder
    of the setup cannot be used.
    """

    def __init__(self, setup: Setup, key: str | None) -> None:
        self._key = key
        self._faults = setup.faults
        self._schedule = FaultSchedule()
        # What is recorded, or is to be, may have more endpoints than ours.
        self._answers_locally = not (setup.replay or setup.record)
        self._close: Callable[[], None] = lambda: None
        self._answer = self._with_script_and_limits(self._base_responder(setup), setup)

    def close(self) -> None:
        """Give up what is held open."""
        self._close()

    def respond(self, request: Request) -> Response:
        """Return the reply to *request*."""
        try:
            reject_browser_requests(request)
            if self._answers_locally:
                _require_endpoint(request)
            check_key(request, self._key)
            return self._respond_with_faults(request, _header_faults(request))
        except ApiError as exc:
            return error_response(exc, request.digest)
        except Exception as exc:  # noqa: BLE001 - a bug of ours must not look like silence
            why = f"internal server error: {type(exc).__name__}"
            return error_response(ApiError(500, why), request.digest)

    def _respond_with_faults(
        self, request: Request, wanted: "tuple[FaultRule, ...]"
    ) -> Response:
        try:
            response = self._answer(request)
        except ApiError as exc:
            response = error_response(exc, request.digest)
        response = self._schedule.apply(response, "header", wanted)
        return self._schedule.apply(response, "setup", self._faults)

    def _base_responder(self, setup: Setup) -> Responder:
        """Return what answers where nothing else does."""
        if setup.replay:
            from cohere_cli.sandbox.recordings.replayer import Replayer

            return Replayer(setup.replay).respond
        if setup.record:
            from cohere_cli.sandbox.recordings.recorder import RecordingProxy

            keeping = RecordingProxy(setup.record)
            self._close = keeping.close
            return keeping.asked
        return _answer_locally

    def _with_script_and_limits(self, answer: Responder, setup: Setup) -> Responder:
        if setup.rules:
            from cohere_cli.sandbox.scripts.player import ScriptPlayer

            answer = ScriptPlayer(setup.rules, answer, self._schedule).respond
        if setup.trial:
            from cohere_cli.sandbox.access import TrialLimits

            answer = TrialLimits(answer).respond
        return answer


def _answer_locally(request: Request) -> Response:
    # On the first request: a sandbox starts inside a command that shall be quick.
    from cohere_cli.sandbox.endpoints import respond

    return respond(request)


def _require_endpoint(request: Request) -> None:
    from cohere_cli.sandbox.endpoints import find_endpoint

    find_endpoint(request)


def _header_faults(request: Request) -> "tuple[FaultRule, ...]":
    text = request.headers.get(FAULT_HEADER, "")
    if not text:
        return ()
    from cohere_cli.sandbox.faults.parse import InvalidFault, parse_faults

    try:
        return parse_faults(text)
    except InvalidFault as exc:
        raise invalid(f"{FAULT_HEADER}: {exc}; {exc.hint}".removesuffix("; ")) from exc
