"""The path of a request through the sandbox: access, limits, script, faults."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohere_cli.record import value_class
from cohere_cli.sandbox.access import check_key, reject_browser_requests
from cohere_cli.sandbox.faults.schedule import FaultSchedule
from cohere_cli.sandbox.messages import (
    ApiError,
    Request,
    Response,
    error_response,
    invalid,
)
from cohere_cli.sandbox.values import check_values

if TYPE_CHECKING:
    from cohere_cli.sandbox.faults.parse import FaultRule
    from cohere_cli.sandbox.recordings.recorder import RecordingTarget
    from cohere_cli.sandbox.scripts.rules import Rule


@value_class
class Setup:
    """The configuration of a sandbox.

    `rules` are tried first. Other requests are answered from the recordings in the
    folder `replay`, or by the server of `record`, or by the sandbox itself.
    `faults` are injected into every reply. `trial` enforces the limits of a trial
    key. `any_key` accepts any key, not only the sandbox's own.
    """

    rules: "tuple[Rule, ...]" = ()
    faults: "tuple[FaultRule, ...]" = ()
    replay: Path | None = None
    record: "RecordingTarget | None" = None
    trial: bool = False
    any_key: bool = False


def parse_fault_options(faults: Iterable[str]) -> "tuple[FaultRule, ...]":
    """Parse *faults* from a program or a flag; raises `UsageProblem`."""
    texts = list(faults)
    if not texts:
        return ()
    from cohere_cli.errors import UsageProblem
    from cohere_cli.sandbox.faults.parse import InvalidFault, parse_faults

    try:
        return tuple(rule for text in texts for rule in parse_faults(text))
    except InvalidFault as exc:
        raise UsageProblem(str(exc), hint=exc.hint) from exc


def parse_script(values: Iterable[tuple[str, Any]], folder: Path) -> "tuple[Rule, ...]":
    """Parse a script's rules, each with its location; raises `InputProblem`."""
    rules = list(values)
    if not rules:
        return ()
    from cohere_cli.sandbox.scripts.rules import parse_rules

    return parse_rules(rules, folder)


FAULT_HEADER = "x-co-fault"
"""The header in which a request names faults to inject."""

Responder = Callable[[Request], Response]


class Pipeline:
    """Answers requests; safe to use from several threads.

    *key* is the only key accepted; None accepts any. Raises `InputProblem` if a
    folder of the setup cannot be used.
    """

    def __init__(self, setup: Setup, key: str | None) -> None:
        self._key = key
        self._faults = setup.faults
        self._schedule = FaultSchedule()
        # A recorded server may have endpoints that the sandbox does not have.
        self._answers_locally = not (setup.replay or setup.record)
        self._close: Callable[[], None] = lambda: None
        self._answer = self._with_script_and_limits(self._base_responder(setup), setup)

    def close(self) -> None:
        """Close the connections to a recorded server."""
        self._close()

    def admit(self, request: Request) -> None:
        """Raise `ApiError` if *request* is refused whatever its body is."""
        reject_browser_requests(request)
        if self._answers_locally:
            _require_endpoint(request)
        check_key(request, self._key)

    def respond(self, request: Request) -> Response:
        """Return the reply to *request*, which was admitted."""
        try:
            check_values(request.body)
            return self._respond_with_faults(request, _header_faults(request))
        except ApiError as exc:
            return error_response(exc, request.digest)
        except Exception as exc:  # noqa: BLE001 - report a bug as a status 500
            reason = f"internal server error: {type(exc).__name__}"
            return error_response(ApiError(500, reason), request.digest)

    def _respond_with_faults(
        self, request: Request, faults: "tuple[FaultRule, ...]"
    ) -> Response:
        try:
            response = self._answer(request)
        except ApiError as exc:
            response = error_response(exc, request.digest)
        response = self._schedule.apply(response, "header", faults)
        return self._schedule.apply(response, "setup", self._faults)

    def _base_responder(self, setup: Setup) -> Responder:
        """Return the responder for requests that no rule matches."""
        if setup.replay:
            from cohere_cli.sandbox.recordings.replayer import Replayer

            return Replayer(setup.replay).respond
        if setup.record:
            from cohere_cli.sandbox.recordings.recorder import RecordingProxy

            proxy = RecordingProxy(setup.record)
            self._close = proxy.close
            return proxy.respond
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
    # Imported on the first request, so that a command with a sandbox starts fast.
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
