"""How a fault is written: `cut=5`, or `status=429;retry-after=2;times=1, html`.

A name, perhaps its number, perhaps parameters. Commas separate faults, which hold
one after the other.
"""

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches

from cohere_cli.sandbox.faults.catalog import FAULTS, Fault

_MOST = 20  # each is one call deeper
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


class NoFault(ValueError):
    """The text names no fault; *hint* is a known name, or empty."""

    def __init__(self, says: str, hint: str = "") -> None:
        super().__init__(says)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault, and when it strikes: the first `times`, and by chance.

    `probability` is from 0 to 1; the same `seed` gives the same chances.
    """

    fault: Fault
    times: int | None = None
    probability: float = 1.0
    seed: int = 0


def strikes(text: str) -> tuple[Strike, ...]:
    """Read *text*; raises `NoFault`."""
    parts = text.split(",")
    if len(parts) > _MOST:
        raise NoFault(f"at most {_MOST} faults can hold at once")
    return tuple(map(_strike, parts))


def _strike(text: str) -> Strike:
    named, *parameters = text.split(";")
    name, number = _parted(named)
    if name not in FAULTS:
        near = get_close_matches(name, FAULTS, 1)
        hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(FAULTS)}"
        raise NoFault(f"no fault is called {name!r}", hint)
    low, high = FAULTS[name].low, FAULTS[name].high
    if number is not None and not low <= number <= high:
        raise NoFault(f"{name} must be from {low:g} to {high:.0f}")
    strike = Strike(Fault(name, number))
    for parameter in parameters:
        strike = _told(strike, *_parted(parameter))
    return strike


def _parted(text: str) -> tuple[str, float | None]:
    name, equals, digits = (part.strip() for part in text.partition("="))
    if equals and not _NUMBER.fullmatch(digits):
        raise NoFault(f"{name} needs a number, not {digits!r}")
    return name, float(digits) if equals else None


def _told(strike: Strike, name: str, number: float | None) -> Strike:
    if number is None:
        raise NoFault(f"{name} needs a number: {name}=1")
    match name:
        case "times":
            return replace(strike, times=int(number))
        case "probability" if number <= 1:
            return replace(strike, probability=number)
        case "probability":
            raise NoFault("probability must be from 0 to 1")
        case "seed":
            return replace(strike, seed=int(number))
        case "retry-after":
            return replace(strike, fault=replace(strike.fault, retry_after=number))
        case _:
            known = "times, probability, seed, retry-after"
            raise NoFault(f"no parameter is called {name!r}", f"one of {known}")
