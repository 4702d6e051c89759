"""How a fault is written: `cut=5`, or `status=429;retry-after=2;times=1, html`.

A name, perhaps its number, perhaps parameters. Commas separate faults, which hold
one after the other.
"""

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches

from cohere_cli.sandbox.faults.catalog import FAULTS, Fault

_MAX_FAULTS = 20  # each is one call deeper
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


class InvalidFault(ValueError):
    """The text names no fault; *hint* is a known name, or empty."""

    def __init__(self, says: str, hint: str = "") -> None:
        super().__init__(says)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A fault, and when it strikes: the first `times`, and by chance.

    `probability` is from 0 to 1; the same `seed` gives the same chances.
    """

    fault: Fault
    times: int | None = None
    probability: float = 1.0
    seed: int = 0


def parse_faults(text: str) -> tuple[FaultRule, ...]:
    """Read *text*; raises `InvalidFault`."""
    parts = text.split(",")
    if len(parts) > _MAX_FAULTS:
        raise InvalidFault(f"at most {_MAX_FAULTS} faults can hold at once")
    return tuple(map(_parse_fault, parts))


def _parse_fault(text: str) -> FaultRule:
    named, *parameters = text.split(";")
    name, number = _split(named)
    if name not in FAULTS:
        near = get_close_matches(name, FAULTS, 1)
        hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(FAULTS)}"
        raise InvalidFault(f"no fault is called {name!r}", hint)
    low, high = FAULTS[name].low, FAULTS[name].high
    if number is not None and not low <= number <= high:
        raise InvalidFault(f"{name} must be from {low:g} to {high:.0f}")
    strike = FaultRule(Fault(name, number))
    for parameter in parameters:
        strike = _with_parameter(strike, *_split(parameter))
    return strike


def _split(text: str) -> tuple[str, float | None]:
    name, equals, digits = (part.strip() for part in text.partition("="))
    if equals and not _NUMBER.fullmatch(digits):
        raise InvalidFault(f"{name} needs a number, not {digits!r}")
    return name, float(digits) if equals else None


def _with_parameter(strike: FaultRule, name: str, number: float | None) -> FaultRule:
    if number is None:
        raise InvalidFault(f"{name} needs a number: {name}=1")
    match name:
        case "times":
            return replace(strike, times=int(number))
        case "probability" if number <= 1:
            return replace(strike, probability=number)
        case "probability":
            raise InvalidFault("probability must be from 0 to 1")
        case "seed":
            return replace(strike, seed=int(number))
        case "retry-after":
            return replace(strike, fault=replace(strike.fault, retry_after=number))
        case _:
            known = "times, probability, seed, retry-after"
            raise InvalidFault(f"no parameter is called {name!r}", f"one of {known}")
