"""How a sandbox is set up, beyond what it can do by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cohere_cli.sandbox.faults.notation import Strike
    from cohere_cli.sandbox.scripts.reading import Rule
    from cohere_cli.sandbox.tapes.keeping import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a sandbox is told at its start.

    `rules` come first; for what they do not answer, `replay` names a folder of
    recordings, or `record` a server to ask. `strikes` spoil every reply. With
    `trial`, the limits of a trial key hold. Without `any_key`, only the sandbox's
    own key is taken.
    """

    rules: "tuple[Rule, ...]" = ()
    strikes: "tuple[Strike, ...]" = ()
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
    from cohere_cli.sandbox.faults.notation import NoFault, strikes

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
    from cohere_cli.sandbox.scripts.reading import rules_of

    return rules_of(rules, folder)
